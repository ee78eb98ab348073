# Porchlight's build. `make help` says what there is; `make run` and `make test` do all set-up themselves.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
# Every recipe's shell reads setup/env.sh first: compiler, Node and tools as set-up chose them.
export BASH_ENV := $(CURDIR)/setup/env.sh
export PORCHLIGHT_ROOT := $(CURDIR)
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

CARGO_LEPTOS := 0.3.11
# What it splits the bundle with, changed: see there.
SPLITTER := setup/patches/wasm_split_cli_support-0.2.3.patch
# The command line must be of exactly the version of the library.
WASM_BINDGEN := $(shell awk '/^name = "wasm-bindgen"$$/ { getline; gsub(/[^0-9.]/, ""); print }' Cargo.lock)
# One selection for every native cargo command, so that all of them share their artefacts. `app` gets
# `ssr` and never `hydrate`, which only the browser's half asks for.
NATIVE := --locked --workspace --exclude porchlight-frontend --features porchlight-app/ssr
BROWSER := --locked --package porchlight-frontend --target wasm32-unknown-unknown --profile wasm-dev --target-dir target/front
TIMED := setup/timed.sh

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

## Set-up. Each step is a file under build/setup; steps that are done cost nothing.

STEP := build/setup
BUILD_STEPS := $(STEP)/rust $(STEP)/wasm-bindgen-$(WASM_BINDGEN) $(STEP)/cargo-leptos-$(CARGO_LEPTOS)-$(shell cksum <$(SPLITTER) | cut -d' ' -f1)
TEST_STEPS := $(STEP)/services $(STEP)/browser $(STEP)/node-modules

.PHONY: setup
setup: $(BUILD_STEPS) $(TEST_STEPS) ## Install everything that building and testing needs

$(STEP) build/env:
	@mkdir -p $@

$(STEP)/compiler: setup/packages.sh | $(STEP)
	@setup/packages.sh "C compiler and linker, for SQLite and TLS" gcc libc6-dev
	@touch $@

$(STEP)/rust: setup/rust.sh setup/wasm-std.sh $(STEP)/compiler | build/env
	@setup/rust.sh build/env/rust.sh
	@touch $@

$(STEP)/wasm-bindgen-$(WASM_BINDGEN): | $(STEP)/rust
	@setup/cargo-tool.sh $@ "glues WebAssembly to JavaScript" wasm-bindgen-cli $(WASM_BINDGEN)

$(STEP)/cargo-leptos-$(CARGO_LEPTOS)-%: | $(STEP)/rust
	@PATCH=$(SPLITTER) setup/cargo-tool.sh $@ "builds, splits and hashes the pages" cargo-leptos $(CARGO_LEPTOS) \
	    --locked --features no_downloads

$(STEP)/services: setup/packages.sh | $(STEP)
	@setup/packages.sh "the tests start their own database servers" postgresql redis-server
	@touch $@

$(STEP)/node: setup/node.sh | build/env $(STEP)
	@setup/node.sh build/env/node.sh
	@touch $@

$(STEP)/node-modules: package.json package-lock.json $(STEP)/node
	@setup/node-modules.sh
	@touch $@

$(STEP)/browser: setup/browser.sh $(STEP)/node-modules | build/env
	@setup/browser.sh build/env/browser.sh
	@touch $@

## Build.

BROWSER_SOURCES := Cargo.toml Cargo.lock .cargo/config.toml \
    $(shell find app domain frontend style public -type f -not -path '*/tests/*')
SITE := target/debug/hash.txt
RELEASE_SITE := target/release/hash.txt

# cargo-leptos names the bundle's files by their content and writes the names here last.
$(SITE): $(BROWSER_SOURCES) $(SPLITTER) | $(BUILD_STEPS)
	cargo leptos build --split --frontend-only --cargo-locked
	@touch $@

.PHONY: build
build: $(SITE) $(BUILD_STEPS) ## Build server and pages for development
	cargo build $(NATIVE) --bins

.PHONY: run
run: build ## Build, then serve the demo city on http://127.0.0.1:3000
	exec target/debug/porchlight serve --demo

.PHONY: watch
watch: $(BUILD_STEPS) ## Serve the demo city and rebuild on every change
	cargo leptos watch --split -- serve --demo

# Beside the development build, whose bundle has other names.
$(RELEASE_SITE): $(BROWSER_SOURCES) $(SPLITTER) | $(BUILD_STEPS) $(STEP)/node-modules
	LEPTOS_SITE_ROOT=target/release/site cargo leptos build --release --split --precompress --frontend-only --cargo-locked
	@touch $@

.PHONY: release
release: $(RELEASE_SITE) ## Build what ships into target/release (optimised; takes many minutes)
	cargo build $(NATIVE) --bins --release

## Check.

.PHONY: fmt
fmt: $(STEP)/rust ## Format all Rust code
	cargo fmt --all

.PHONY: fmt-check
fmt-check: $(STEP)/rust
	cargo fmt --all --check

.PHONY: lint
lint: $(STEP)/rust ## Clippy on the server's and the browser's half; warnings are errors
	cargo clippy $(NATIVE) --all-targets -- -D warnings
	cargo clippy $(BROWSER) -- -D warnings

.PHONY: unit
unit: $(STEP)/rust $(STEP)/services ## Rust tests, on SQLite and on a private PostgreSQL and Redis
	setup/with-services.sh cargo test $(NATIVE)

.PHONY: e2e
e2e: build $(TEST_STEPS) ## End-to-end tests in Chromium
	cd end2end && ../setup/with-services.sh playwright test

.PHONY: test
test: ## Everything that must pass before a change is merged
	@$(TIMED) "set-up" $(MAKE) setup
	@$(TIMED) "formatting" $(MAKE) fmt-check
	@$(TIMED) "clippy" $(MAKE) lint
	@$(TIMED) "Rust tests" $(MAKE) unit
	@$(TIMED) "build" $(MAKE) build
	@$(TIMED) "end-to-end tests" $(MAKE) e2e

.PHONY: bench
bench: $(STEP)/rust ## Load on a real server; see bench/README.md
	cargo run --release --locked -p porchlight-bench -- fanout
	cargo run --release --locked -p porchlight-bench -- intake
	cargo run --release --locked -p porchlight-bench -- comeback
	cargo run --release --locked -p porchlight-bench -- sequence

.PHONY: clean
clean: ## Remove everything that was built; shared tools stay
	rm -rf target build node_modules

#!/usr/bin/env bash
# Chooses one compiler for server and browser alike and writes how to reach it to the file named by $1:
#   1. a rustup toolchain, when its WebAssembly target is there or can be fetched;
#   2. the distribution's compiler, with its standard library built for WebAssembly here.
# One compiler builds both halves, because serialised views must agree between them.
set -euo pipefail
here=$(dirname "$0")
. "$here/say.sh"

target=wasm32-unknown-unknown
minimum=1.96
environment=$1

# new_enough CARGO: at least $minimum, which cargo-leptos needs.
new_enough() {
    local version
    version=$("$1" --version 2>/dev/null | cut -d' ' -f2) || return 1
    [ "$(printf '%s\n' "$minimum" "$version" | sort --version-sort | head -n1)" = "$minimum" ]
}

has_target() { [ -d "$("$1" --print sysroot)/lib/rustlib/$target/lib" ]; }

# choose FOLDER [LINE]...: writes the environment with FOLDER first in PATH, and the lines.
choose() {
    local folder=$1
    shift
    {
        printf 'export PORCHLIGHT_CARGO_BIN=%q\n' "$folder"
        printf 'export PATH=%q:"$PATH"\n' "$folder"
        [ $# -eq 0 ] || printf '%s\n' "$@"
    } >"$environment"
    exit 0
}

# choose_active FOLDER: rustup's active toolchain by its name, whatever the default is tomorrow.
choose_active() {
    local toolchain
    toolchain=$(rustup show active-toolchain | cut -d' ' -f1)
    choose "$1" "export RUSTUP_TOOLCHAIN=$toolchain"
}

try_rustup() {
    command -v rustup >/dev/null || return 0
    local folder
    folder=$(dirname "$(command -v rustup)")
    if new_enough "$folder/cargo" && has_target "$folder/rustc"; then choose_active "$folder"; fi
    if rustup toolchain list | grep -q "^$minimum\.0-" \
        && RUSTUP_TOOLCHAIN=$minimum.0 has_target "$folder/rustc"; then
        choose "$folder" "export RUSTUP_TOOLCHAIN=$minimum.0"
    fi
    reachable https://static.rust-lang.org/dist/channel-rust-stable.toml.sha256 || return 0

    if new_enough "$folder/cargo"; then
        say "adding $target to rustup's toolchain" "compiles the pages for the browser"
        timeout 60 rustup target add "$target" && choose_active "$folder"
    else
        say "installing Rust $minimum by rustup" "cargo-leptos needs at least that version"
        timeout 600 rustup toolchain install "$minimum.0" --profile minimal --no-self-update \
            --component clippy --component rustfmt --target "$target" \
            && choose "$folder" "export RUSTUP_TOOLCHAIN=$minimum.0"
    fi
}

try_distribution() {
    apt-cache show rustc-web >/dev/null 2>&1 || as_root timeout 300 apt-get update --quiet=2 || true
    apt-cache show rustc-web >/dev/null 2>&1 || return 0
    "$here/packages.sh" "a Rust compiler of version $minimum with sources, and the linker for the browser" \
        rustc-web cargo-web rust-web-src rustfmt-web rust-web-clippy lld-22
    new_enough /usr/bin/cargo || return 0
    has_target /usr/bin/rustc || "$here/wasm-std.sh" /usr/bin/cargo wasm-ld-22

    # Links, so that nothing else in /usr/bin moves ahead in PATH.
    local folder=$PORCHLIGHT_TOOLS/distribution-rust tool
    mkdir -p "$folder"
    for tool in cargo rustc rustdoc rustfmt cargo-fmt cargo-clippy clippy-driver; do
        ln -sf "/usr/bin/$tool" "$folder/$tool"
    done
    choose "$folder" "export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22"
}

install_rustup() {
    command -v rustup >/dev/null && return 0
    reachable https://sh.rustup.rs || return 0
    say "installing rustup with Rust $minimum" "there is no Rust compiler of that version here"
    curl --proto '=https' --tlsv1.2 --silent --show-error --fail --max-time 60 https://sh.rustup.rs \
        | timeout 900 sh -s -- -y --quiet --no-modify-path --profile minimal \
            --default-toolchain "$minimum.0" --component clippy rustfmt --target "$target"
    choose "${CARGO_HOME:-$HOME/.cargo}/bin" "export RUSTUP_TOOLCHAIN=$minimum.0"
}

try_rustup
try_distribution
install_rustup
fail "found no way to a Rust $minimum compiler with the $target target; see https://rustup.rs"

#!/usr/bin/env bash
# Builds the standard library for WebAssembly from the distribution's own sources and puts it beside the
# compiler: wasm-std.sh CARGO LINKER. Takes about half a minute.
set -euo pipefail
. "$(dirname "$0")/say.sh"

cargo=$1
linker=$2
target=wasm32-unknown-unknown
rustc=$(dirname "$cargo")/rustc
library=$("$rustc" --print sysroot)/lib/rustlib/$target/lib

say "building Rust's standard library for WebAssembly" "the distribution ships only its source"
folder=$(mktemp --directory)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/src"
touch "$folder/src/lib.rs"
printf '[package]\nname = "seed"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$folder/Cargo.toml"

# Building std is an unstable feature of a stable compiler: allowed for this one command only.
(cd "$folder" && RUSTC="$rustc" RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$folder/target" \
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$linker" timeout 600 "$cargo" build --quiet --release \
    --target "$target" -Zbuild-std=std,panic_abort,panic_unwind,proc_macro)

rm -f "$folder/target/$target/release/deps/"libseed-*.rlib
# First aside, then in place: an interrupted copy must not look like a finished one.
as_root rm -rf "$library.new"
as_root mkdir -p "$library.new"
as_root cp "$folder/target/$target/release/deps/"*.rlib "$library.new/"
as_root rm -rf "$library"
as_root mv "$library.new" "$library"

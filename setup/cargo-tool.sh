#!/usr/bin/env bash
# Installs one command-line tool from crates.io into a versioned folder that all clones share, and links
# its programs into build/bin: cargo-tool.sh STAMP WHY CRATE VERSION [CARGO_INSTALL_OPTION]...
# The stamp is a link to the installation's own record, so that it dangles when the folder is removed.
set -euo pipefail
. "$(dirname "$0")/say.sh"

stamp=$1 why=$2 crate=$3 version=$4
shift 4
root=$PORCHLIGHT_TOOLS/$crate-$version
mkdir -p "$PORCHLIGHT_TOOLS" "$PORCHLIGHT_ROOT/build/bin"

# Two clones may be set up at once.
exec 9>"$PORCHLIGHT_TOOLS/$crate-$version.lock"
flock 9

if [ ! -e "$root/.crates.toml" ]; then
    say "compiling $crate $version" "$why; some minutes, once for this machine"
    # The tool runs for seconds: compiling it quickly matters more than its own speed.
    export CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_DEBUG=0
    export CARGO_TARGET_DIR=$PORCHLIGHT_TOOLS/build-$crate-$version
    # Elsewhere than in the clone, whose compiler flags are not meant for tools.
    (cd "$PORCHLIGHT_TOOLS" \
        && timeout 3600 cargo install "$crate" --version "$version" --root "$root" --quiet "$@")
    rm -rf "$CARGO_TARGET_DIR"
fi
ln -sf "$root/bin/"* "$PORCHLIGHT_ROOT/build/bin/"
ln -sf "$root/.crates.toml" "$stamp"

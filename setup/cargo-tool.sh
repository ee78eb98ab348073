#!/usr/bin/env bash
# Installs one command-line tool from crates.io into a versioned folder that all clones share, and links
# its programs into build/bin: cargo-tool.sh STAMP WHY CRATE VERSION [CARGO_INSTALL_OPTION]...
# The stamp is a link to the installation's own record, so that it dangles when the folder is removed.
# With PATCH=setup/patches/OTHER_CRATE-VERSION.patch it is built with that change of a crate it uses.
set -euo pipefail
. "$(dirname "$0")/say.sh"

stamp=$1 why=$2 crate=$3 version=$4
shift 4
patch=${PATCH:+$(realpath "$PATCH")}
name=$crate-$version${patch:+-$(cksum <"$patch" | cut -d' ' -f1)}
root=$PORCHLIGHT_TOOLS/$name
mkdir -p "$PORCHLIGHT_TOOLS" "$PORCHLIGHT_ROOT/build/bin"

# patched FOLDER: the source of the crate that the patch is for, patched, into FOLDER.
patched() {
    local folder=$1 of=${patch##*/}
    of=${of%.patch}
    rm -rf "$folder"
    mkdir -p "$folder/src"
    touch "$folder/src/lib.rs"
    printf '[package]\nname = "seed"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\nexclude = ["vendor"]\n[dependencies]\n%s = "=%s"\n' \
        "${of%-*}" "${of##*-}" >"$folder/Cargo.toml"
    (cd "$folder" && timeout 600 cargo vendor --quiet >/dev/null)
    # Wherever the folder is, it is not part of a repository.
    (cd "$folder/vendor/${of%-*}" && GIT_CEILING_DIRECTORIES=$PWD/.. git apply "$patch")
}

# Two clones may be set up at once.
exec 9>"$PORCHLIGHT_TOOLS/$name.lock"
flock 9

if [ ! -e "$root/.crates.toml" ]; then
    say "compiling $crate $version" "$why; some minutes, once for this machine"
    # The tool runs for seconds: compiling it quickly matters more than its own speed.
    export CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_DEBUG=0
    export CARGO_TARGET_DIR=$PORCHLIGHT_TOOLS/build-$name
    if [ -n "$patch" ]; then
        patched "$CARGO_TARGET_DIR/patched"
        of=$(basename "${patch%-*}")
        set -- "$@" --config "patch.crates-io.$of.path='$CARGO_TARGET_DIR/patched/vendor/$of'"
    fi
    # Elsewhere than in the clone, whose compiler flags are not meant for tools.
    (cd "$PORCHLIGHT_TOOLS" \
        && timeout 3600 cargo install "$crate" --version "$version" --root "$root" --quiet "$@")
    rm -rf "$CARGO_TARGET_DIR"
fi
ln -sf "$root/bin/"* "$PORCHLIGHT_ROOT/build/bin/"
ln -sf "$root/.crates.toml" "$stamp"

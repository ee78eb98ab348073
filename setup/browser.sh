#!/usr/bin/env bash
# Finds or installs a Chromium for the end-to-end tests and writes its path to the environment file $1.
set -euo pipefail
here=$(dirname "$0")
. "$here/say.sh"

environment=$1
use() {
    printf 'export CHROMIUM=%q\n' "$1" >"$environment"
    exit 0
}
# Ubuntu's packages of that name are place-holders which only ask for a snap: hence the version.
works() { timeout 30 "$1" --version >/dev/null 2>&1; }

for name in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome; do
    path=$(command -v "$name") && works "$path" && use "$path"
done

. /etc/os-release 2>/dev/null || ID=unknown
if [ "$ID" = debian ]; then
    "$here/packages.sh" "the browser of the end-to-end tests" chromium
    works /usr/bin/chromium && use /usr/bin/chromium
fi

say "installing Chromium by Playwright" "the browser of the end-to-end tests"
timeout 900 playwright install --with-deps chromium
use "$(cd end2end && node -p 'require("@playwright/test").chromium.executablePath()')"

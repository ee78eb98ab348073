#!/usr/bin/env bash
# Installs the npm packages of package-lock.json; the browser comes from elsewhere (browser.sh).
set -euo pipefail
. "$(dirname "$0")/say.sh"

say "installing npm packages" "browser tests, accessibility checks, WebAssembly optimiser"
PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 timeout 600 npm ci --no-audit --no-fund --loglevel=error

#!/usr/bin/env bash
# Installs the Debian packages named as arguments that are not there yet. The first argument says why.
set -euo pipefail
. "$(dirname "$0")/say.sh"

why=$1
shift
missing=()
for package in "$@"; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed \
        || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

command -v apt-get >/dev/null || fail "please install what corresponds to: ${missing[*]}"
say "installing ${missing[*]}" "$why"
# RUNLEVEL=1: a freshly installed PostgreSQL or Redis does not start as a service.
install=(env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    timeout 900 apt-get install --yes --quiet=2 --no-install-recommends "${missing[@]}")
as_root "${install[@]}" >/dev/null 2>&1 && exit 0
as_root timeout 300 apt-get update --quiet=2
as_root "${install[@]}" >/dev/null

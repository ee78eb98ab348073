#!/usr/bin/env bash
# timed.sh LABEL CMD...: runs CMD and says how long it took; its exit status is CMD's.
set -uo pipefail

label=$1
shift
printf '\n\033[1m== %s\033[0m\n' "$label"
SECONDS=0
"$@"
status=$?
[ $status -eq 0 ] && result=done || result=FAILED
printf '\033[1m== %s: %s after %d min %02d s\033[0m\n' "$label" "$result" $((SECONDS / 60)) $((SECONDS % 60))
exit $status

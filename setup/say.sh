# Sourced by every set-up step: how a step talks, and where shared tools live.

# Pinned tools are shared by all clones on this machine, one folder per version.
PORCHLIGHT_TOOLS="${XDG_CACHE_HOME:-$HOME/.cache}/porchlight/tools"

# say WHAT WHY: one line before anything is installed.
say() { printf '\033[1msetup\033[0m  %s (%s)\n' "$1" "$2"; }

# fail SENTENCE: says what to do about it and stops.
fail() { printf 'setup: %s\n' "$1" >&2; exit 1; }

# as_root CMD...: directly for root, by sudo for others.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else fail "needs root or sudo for: $*"
    fi
}

# reachable URL: whether its host answers; ten seconds instead of an installer that hangs.
reachable() { curl --silent --fail --location --output /dev/null --max-time 10 "$1"; }

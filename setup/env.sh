# Sourced by the shell of every recipe (BASH_ENV in the Makefile): the compiler, Node and browser that
# set-up chose, and the tools it installed.
for file in "$PORCHLIGHT_ROOT"/build/env/*.sh; do
    [ -e "$file" ] && . "$file"
done
unset file
export PATH="$PORCHLIGHT_ROOT/build/bin:$PORCHLIGHT_ROOT/node_modules/.bin:$PATH"

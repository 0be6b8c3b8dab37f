#!/bin/sh
# Builds seccomp-helper, a static program: sh build.sh OUTPUT_FILE
set -eu

output=${1:?output file}
here=$(cd "$(dirname "$0")" && pwd)
cc=${CC:-cc}

if [ -x "$output" ] && [ -z "$(find "$here" \( -name '*.[ch]' -o -name build.sh \) -newer "$output")" ]; then
    exit 0
fi

missing() {
    echo "build.sh: $1: install gcc and libc6-dev (Debian: apt-get install gcc libc6-dev)" >&2
    exit 1
}

command -v "${cc%% *}" >/dev/null 2>&1 || missing "there is no C compiler '$cc'"
mkdir -p "$(dirname "$output")"
new=$output.$$
trap 'rm -f "$new"' EXIT
# shellcheck disable=SC2086 # CC may carry options
echo 'int main(void) { return 0; }' | $cc -static -x c -o "$new" - >/dev/null 2>&1 ||
    missing "'$cc' cannot link a static program"
# A C library or compiler that does not know level 3 warns of it.
fortify=3
# shellcheck disable=SC2086
echo '#include <string.h>' |
    $cc -O2 -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -x c -c -o "$new" - >/dev/null 2>&1 || fortify=2
# Not position-independent: open32.c needs addresses of 32 bits.
# shellcheck disable=SC2086
$cc -static -no-pie -s -O2 -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$fortify \
    -Wall -Wextra -Werror -std=gnu11 -D_GNU_SOURCE ${CFLAGS:-} -o "$new" "$here"/*.c
mv "$new" "$output"

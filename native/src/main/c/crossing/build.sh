#!/bin/sh
# Builds the shared object that is loaded into the agent: sh build.sh OUTPUT_FILE
# It needs no C library, so it can be loaded beside any.
set -eu

output=${1:?output file}
here=$(cd "$(dirname "$0")" && pwd)
cc=${CC:-cc}

if [ -e "$output" ] && [ -z "$(find "$here" -name '*.[ch]' -newer "$output" -o -name build.sh -newer "$output")" ]; then
    exit 0
fi

mkdir -p "$(dirname "$output")"
new=$output.$$
trap 'rm -f "$new"' EXIT
# Without the stack protector: where it has its value differs by C library.
# shellcheck disable=SC2086 # CC and CFLAGS may carry options
$cc -shared -fPIC -nostdlib -ffreestanding -fvisibility=hidden -fno-stack-protector -s -O2 \
    -Wl,-z,defs -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack \
    -Wall -Wextra -Werror -std=gnu11 ${CFLAGS:-} -o "$new" "$here"/*.c
mv "$new" "$output"

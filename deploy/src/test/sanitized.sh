#!/bin/sh
# Makes a copy of the distribution, whose helper runs under AddressSanitizer and UndefinedBehaviorSanitizer:
#   sanitized.sh DISTRIBUTION COPY
# What they say goes to COPY/report, whose other bytes are NUL. addr2line -e COPY/lib/seccomp-helper reads addresses.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sources=$here/../../../native/src/main/c
folder=io/github/seccompagent/linux/helper

rm -rf "$2"
cp -a "$1" "$2"
copy=$(cd "$2" && pwd)
: >"$copy/report"
# AddressSanitizer does not work in a static program. Libraries are loaded before the helper leaves the host's root.
cc -no-pie -g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all \
  -static-libasan -static-libubsan -static-libgcc -std=gnu11 -D_GNU_SOURCE -DREPORT="\"$copy/report\"" \
  -o "$copy/lib/seccomp-helper" "$sources"/*.c "$here/c/sanitized.c"
mkdir -p "$copy/classes/$folder"
cp "$copy/lib/seccomp-helper" "$copy/classes/$folder/seccomp-helper-$(uname -m)"
"${JAVA_HOME:?}/bin/jar" --update --no-compress --file "$copy"/lib/seccomp-agent-native-*.jar -C "$copy/classes" io
rm -r "$copy/classes"

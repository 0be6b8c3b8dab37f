# Sourced by the commands in this folder: what they need on this machine, and the build.
# shellcheck shell=sh

root=$(cd "$here/.." && pwd)
dist=$root/deploy/target/seccomp-agent
export DEBIAN_FRONTEND=noninteractive

die() {
  echo "$me: $1" >&2
  exit 1
}

# quiet WHAT COMMAND...: says WHAT, runs COMMAND, and shows the end of its output only if it fails.
quiet() {
  echo "$me: $1" >&2
  shift
  log=$(mktemp)
  if "$@" >"$log" 2>&1 </dev/null; then
    rm -f "$log"
  else
    tail -n 40 "$log" >&2
    die "that failed; all of its output is in $log"
  fi
}

# Sets JAVA_HOME to a JDK of at least 17: the caller's own, the one on PATH, or any other in Debian's place for them.
find_jdk() {
  for jdk in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "$(command -v javac || echo /)")")")" /usr/lib/jvm/*; do
    [ -x "$jdk/bin/javac" ] || continue
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$jdk/release" 2>/dev/null)
    [ "${version:-0}" -ge 17 ] || continue
    JAVA_HOME=$jdk
    export JAVA_HOME
    return 0
  done
  return 1
}

have() {
  case $1 in
    jdk) find_jdk ;;
    libc6-dev) [ -e "$(cc -print-file-name=libc.a 2>/dev/null)" ] ;;
    # Not grep -q, which with pipefail sometimes fails: what it leaves unread ends ldconfig by SIGPIPE.
    libseccomp2) ldconfig -p 2>/dev/null | grep 'libseccomp\.so\.2' >/dev/null ;;
    busybox-static) command -v busybox >/dev/null && ! grep -qaE '/lib(64)?/ld-' "$(command -v busybox)" ;;
    ca-certificates) [ -e /etc/ssl/certs/ca-certificates.crt ] ;;
    procps) [ -x /bin/kill ] ;;
    e2fsprogs) command -v mkfs.ext4 >/dev/null ;;
    squashfs-tools) command -v mksquashfs >/dev/null ;;
    gcc) command -v cc >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# need PACKAGE...: installs those that are missing; jdk stands for the release's own JDK.
need() {
  missing=
  for p; do
    have "$p" || missing="$missing $p"
  done
  [ "$(id -u)" = 0 ] || die "needs root: it starts containers${missing:+, and installs$missing}"
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || die "needs$missing, and there is no apt-get here to install them: install them yourself"
  quiet "reading the package lists" apt-get -q -o DPkg::Lock::Timeout=120 update
  case " $missing " in
    *" jdk "*)
      jdk=openjdk-17-jdk-headless
      apt-cache show "$jdk" >/dev/null 2>&1 || jdk=default-jdk-headless
      missing=$(echo "$missing" | sed "s/\bjdk\b/$jdk/")
      ;;
  esac
  # shellcheck disable=SC2086 # several packages
  quiet "installing$missing" apt-get -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 \
    install --no-install-recommends $missing
  have jdk || die "no JDK of version 17 or newer, even after the installation"
}

# The distribution is built again only if something that goes into it is newer. The classes of the tests are compiled too: one
# of them has the agent work, for the archive of classes, without which each start takes twice as long.
build() {
  if [ -x "$dist/bin/seccomp-agent" ] && [ -x "$dist/lib/seccomp-helper" ] &&
    [ -z "$(find "$root/pom.xml" "$root"/*/pom.xml "$root"/*/src/main -newer "$dist/bin/seccomp-agent" -print -quit)" ]; then
    return 0
  fi
  quiet "building (the first time Maven fetches its plugins)" \
    "$root/mvnw" -B -f "$root/pom.xml" -DskipTests -Denforcer.skip package
}

# The commands in this folder source this. It installs what they need on this machine, and builds.
# shellcheck shell=sh

root=$(cd "$here/.." && pwd)
dist=$root/deploy/target/seccomp-agent
export DEBIAN_FRONTEND=noninteractive

die() {
  echo "$me: $1" >&2
  exit 1
}

# quiet WHAT COMMAND...: prints WHAT and runs COMMAND. If it fails, prints the end of its output.
quiet() {
  echo "$me: $1" >&2
  shift
  log=$(mktemp)
  if "$@" >"$log" 2>&1 </dev/null; then
    rm -f "$log"
  else
    tail -n 40 "$log" >&2
    die "this failed. All of its output is in $log"
  fi
}

# Sets JAVA_HOME to a JDK of version 17 or newer: the one in JAVA_HOME, the one on PATH, or any in /usr/lib/jvm.
find_jdk() {
  javac=$(readlink -f "$(command -v javac || echo /)")
  for jdk in "${JAVA_HOME:-}" "$(dirname "$(dirname "$javac")")" /usr/lib/jvm/*; do
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
    # Not grep -q: it stops reading early, so SIGPIPE can end ldconfig, and pipefail makes that a failure.
    libseccomp2) ldconfig -p 2>/dev/null | grep 'libseccomp\.so\.2' >/dev/null ;;
    busybox-static) command -v busybox >/dev/null && ! grep -qaE '/lib(64)?/ld-' "$(command -v busybox)" ;;
    ca-certificates) [ -e /etc/ssl/certs/ca-certificates.crt ] ;;
    procps) [ -x /bin/kill ] ;;
    e2fsprogs) command -v mkfs.ext4 >/dev/null ;;
    systemd) [ -x /lib/systemd/systemd ] ;;
    squashfs-tools) command -v mksquashfs >/dev/null ;;
    libclang-rt-dev) ls "$(clang -print-runtime-dir 2>/dev/null)"/libclang_rt.fuzzer[-.]* >/dev/null 2>&1 ;;
    gcc) command -v cc >/dev/null ;;
    golang-go) command -v go >/dev/null ;;
    xz-utils) command -v xz >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# need PACKAGE...: installs the packages that are missing. jdk stands for the release's own JDK.
need() {
  missing=
  for p; do
    have "$p" || missing="$missing $p"
  done
  [ "$(id -u)" = 0 ] || die "this needs root, because it starts containers${missing:+ and installs$missing}"
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || die "this needs$missing, and there is no apt-get here: install them yourself"
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
  have jdk || die "there is no JDK of version 17 or newer, even after the installation"
}

# Builds the distribution if something that goes into it is newer. It compiles the classes of the tests too, because one
# of them makes the archive of classes. Without the archive, each start takes twice as long.
build() {
  if [ -x "$dist/bin/seccomp-agent" ] && [ -x "$dist/lib/seccomp-helper" ] &&
    [ -z "$(find "$root/pom.xml" "$root"/*/pom.xml "$root"/*/src/main \
      -newer "$dist/bin/seccomp-agent" -print -quit)" ]; then
    return 0
  fi
  quiet "building (the first time Maven fetches its plugins)" \
    "$root/mvnw" -B -f "$root/pom.xml" -DskipTests -Dunchecked -Denforcer.skip package
  # So that the next build with checks compiles, and checks, what was compiled here.
  rm -rf "$root"/*/target/maven-status/maven-compiler-plugin/compile
}

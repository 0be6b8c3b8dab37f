#!/bin/bash
# Builds an image of the distribution, and writes it to $1. deploy/image calls this after it has installed what this
# needs.
set -eu -o pipefail
shopt -s inherit_errexit
me=deploy/image
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
. "$here/setup.sh"
find_jdk

# Java looks for two of these only when it needs them: jdk.crypto.ec for servers with such keys, and jdk.management for
# figures of the JVM.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.xml
modules=$modules,jdk.crypto.ec,jdk.management,jdk.unsupported

of_pom() {
  sed -n "/^ *<$1>/ { s|^ *<$1>\(.*\)</$1>\$|\1|p; q }" "$root/pom.xml"
}
version=$(of_pom version)
time=${SOURCE_DATE_EPOCH:-$(date -d "$(of_pom project.build.outputTimestamp)" +%s)}
name=localhost/seccomp-agent:$version

scratch=$(mktemp -d)
trap 'rm -rf --one-file-system "$scratch"' EXIT
rootfs=$scratch/rootfs
app=/opt/seccomp-agent
locale=/usr/lib/locale/C.utf8
doc=/usr/share/doc
umask 022

fill_rootfs() {
  # /var/run is not a link to /run: kubelets mount the service account below it, and /run is a folder of the node.
  mkdir -p "$rootfs"/{dev,etc,proc,run,sys,tmp,usr/lib/locale,usr/share/doc,var/lib/dpkg/status.d,var/run} "$rootfs$app"
  chmod 755 "$rootfs"
  chmod 1777 "$rootfs/tmp"
  echo 'root:x:0:0:root:/:/nonexistent' >"$rootfs/etc/passwd"
  echo 'root:x:0:' >"$rootfs/etc/group"
  echo 'hosts: files dns' >"$rootfs/etc/nsswitch.conf"

  "$JAVA_HOME/bin/jlink" --output "$rootfs$app/java" --add-modules "$modules" \
    --strip-debug --compress=2 --no-header-files --no-man-pages --vm=server
  # The modules bring other programs along, depending on the version of Java. None of them is needed.
  find "$rootfs$app/java/bin" -type f ! -name java -delete
  rm -f "$rootfs$app/java/lib/jexec"
  cp -r "$dist/bin" "$dist/lib" "$root/LICENSE" "$rootfs$app"
  rm -f "$rootfs$app/lib/classes.jsa"
  find "$rootfs$app/lib" -mindepth 1 -maxdepth 1 -type d ! -name "$(uname -m)" -exec rm -r {} +
  cp -r "$locale" "$rootfs$locale"

  libraries=$(libraries)
  for file in $libraries; do
    mkdir -p "$rootfs${file%/*}"
    cp -L "$file" "$rootfs$file"
  done
  # shellcheck disable=SC2086 # several files
  packages=$(packages_of $libraries "$locale")
  for package in $packages; do
    mkdir "$rootfs$doc/$package"
    cp -L "$doc/$package/copyright" "$rootfs$doc/$package"
    # Scanners for known security holes look here.
    dpkg-query -s "$package" >"$rootfs/var/lib/dpkg/status.d/$package"
  done
  cp -r /usr/share/common-licenses "$rootfs/usr/share"
  cp -L /etc/os-release "$rootfs/etc"
}

# Prints the machine's libraries that are linked or loaded.
libraries() {
  seccomp=$(ldconfig -p | sed -n 's/.* => \(.*libseccomp\.so\.2\)$/\1/p' | head -n 1)
  echo "$seccomp"
  find "$rootfs$app" "$seccomp" \( -name '*.so*' -o -path '*/java/bin/*' -o -name jspawnhelper \) -exec ldd {} + |
    sed -nE 's/^\t(.* => )?(\/.*) \(0x[0-9a-f]+\)$/\2/p' | grep -v "^$rootfs" | sort -u
}

# Prints the packages of files. Debian lists some files below /usr that the linker finds at a path without /usr.
packages_of() {
  for file; do
    { dpkg -S "$file" || dpkg -S "/usr$file"; } 2>/dev/null | sed '/^diversion /d; s/[:,].*//'
  done | sort -u
}

# Writes Java's options to a file. They come from the distribution's script, which starts a fake Java here that prints
# its arguments.
write_options() {
  mkdir -p "$scratch/witness/bin"
  printf '%s\n' '#!/bin/sh' 'printf "\"%s\"\n" "$@"' >"$scratch/witness/bin/java"
  chmod +x "$scratch/witness/bin/java"
  env -u SECCOMP_AGENT_JAVA_OPTS JAVA_HOME="$scratch/witness" "$rootfs$app/bin/seccomp-agent" |
    sed "s|$rootfs||g" >"$scratch/java.args"
  mv "$scratch/java.args" "$rootfs$app/lib"
}

# Java does not use an archive of classes if the time of a jar has changed. So all files get the time that they have in
# the image.
set_times() {
  find "$rootfs" -exec touch -h -d "@$time" {} +
}

archive_classes() {
  write_options
  set_times
  cd "$here" # the container gets the capabilities of the manifest, which is found from here
  "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -cp "$(cat "$here/target/test.classpath")" \
    io.github.seccompagent.app.distribution.ImageTraining "$rootfs" "$rootfs$app/lib/classes.jsa"
  write_options
  rm -r "${rootfs:?}$app/bin"
  set_times
}

in_scratch() {
  TMPDIR=$scratch buildah --root "$scratch/store" --runroot "$scratch/run" --storage-driver vfs "$@"
}

make_image() {
  container=$(in_scratch from scratch)
  in_scratch copy --quiet "$container" "$rootfs" /
  in_scratch config \
    --entrypoint "[\"$app/lib/seccomp-helper\", \"agent\", \"$app/java/bin/java\", \"@$app/lib/java.args\", \"--\"]" \
    --workingdir / \
    --env PATH="$app/java/bin" --env LANG=C.UTF-8 \
    --label org.opencontainers.image.title=seccomp-agent \
    --label org.opencontainers.image.description="A seccomp user-notification agent for container runtimes" \
    --label org.opencontainers.image.version="$version" \
    --label org.opencontainers.image.created="$(date -u -d "@$time" +%Y-%m-%dT%H:%M:%SZ)" \
    --label org.opencontainers.image.licenses=Apache-2.0 \
    "$container"
  in_scratch commit --quiet --format docker --timestamp "$time" "$container" "docker-archive:$1:$name"
}

fill_rootfs
archive_classes
make_image "$1"

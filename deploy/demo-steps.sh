#!/bin/bash
# The demo itself. deploy/demo calls this after the build. It starts the agent, starts a container without CAP_SYS_ADMIN
# under runc, and types a few commands there. The agent handles their system calls.
set -eu
me=deploy/demo
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
agent=$here/target/seccomp-agent/bin/seccomp-agent
work=$(mktemp -d /tmp/seccomp-agent-demo-XXXXXX)
container=seccomp-agent-demo-$$
agent_pid=

die() {
  echo "$me: $1" >&2
  [ ! -s "$work/log" ] || tail -n 20 "$work/log" >&2
  exit "${2:-1}"
}

clean_up() {
  trap '' INT TERM
  runc --root "$work/runc" delete --force "$container" >"$work/log" 2>&1 || true
  if [ -n "$agent_pid" ]; then
    kill "$agent_pid" 2>/dev/null || true
    wait "$agent_pid" 2>/dev/null || true
  fi
  rm -rf --one-file-system "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

shell=
case "$#:${1:-}" in
  0:) ;;
  1:--shell) shell=yes ;;
  *) die "usage: deploy/demo [--shell]" 2 ;;
esac
[ -z "$shell" ] || [ -t 0 ] || die "--shell needs a terminal" 2

# Each argument is a line of explanation, dim on a terminal.
say() {
  echo
  if [ -t 1 ]; then printf '\033[2m# %s\033[0m\n' "$@"; else printf '# %s\n' "$@"; fi
}

start_agent() {
  "$agent" --resolver demo-basic --socketfile "$work/agent.socket" --log warn >"$work/log" 2>&1 &
  agent_pid=$!
  until grep -qs "listening on" "$work/log"; do
    kill -0 "$agent_pid" 2>/dev/null || die "the agent does not start"
    sleep 0.05
  done
}

# Makes a root that contains only busybox, and the bundle for runc: Docker's default capabilities, and a seccomp profile
# that sends three kinds of system calls to the agent's socket.
make_bundle() {
  mkdir -p "$work/rootfs"/{bin,dev,proc,root,sys}
  cp "$(readlink -f "$(command -v busybox)")" "$work/rootfs/bin/busybox"
  chroot "$work/rootfs" /bin/busybox --install -s /bin
  local capabilities='"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW",
    "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL",
    "CAP_AUDIT_WRITE"'
  cat >"$work/config.json" <<EOF
{
  "ociVersion": "1.0.2",
  "root": { "path": "rootfs" },
  "hostname": "demo",
  "process": {
    "args": ["sleep", "86400"], "cwd": "/", "env": ["PATH=/bin", "TERM=${TERM:-dumb}"],
    "user": { "uid": 0, "gid": 0 },
    "capabilities": { "bounding": [$capabilities], "effective": [$capabilities], "permitted": [$capabilities] }
  },
  "mounts": [
    { "destination": "/proc", "type": "proc", "source": "proc" },
    { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"] },
    { "destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["newinstance", "ptmxmode=0666"] }
  ],
  "linux": {
    "namespaces": [ { "type": "pid" }, { "type": "mount" }, { "type": "ipc" }, { "type": "uts" } ],
    "maskedPaths": ["/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/scsi"],
    "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
    "seccomp": {
      "defaultAction": "SCMP_ACT_ALLOW",
      "listenerPath": "$work/agent.socket",
      "syscalls": [ { "names": ["mount", "mkdir", "mkdirat", "chmod", "fchmodat"], "action": "SCMP_ACT_NOTIFY" } ]
    }
  }
}
EOF
}

start_container() {
  runc --root "$work/runc" run --detach --bundle "$work" --pid-file "$work/pid" "$container" \
    </dev/null >"$work/runc.log" 2>&1 || die "runc does not start a container: $(cat "$work/runc.log")"
}

# typed COMMAND OUTPUT: executes COMMAND in the container, and fails unless it prints exactly OUTPUT.
typed() {
  local output
  printf '/ # %s\n' "$1"
  output=$(runc --root "$work/runc" exec "$container" sh -c "$1" </dev/null 2>&1) || true
  [ -z "$output" ] || printf '%s\n' "$output"
  [ "$output" = "$2" ] || die "that should have printed '$2'"
}

start_agent
make_bundle
start_container
pid=$(cat "$work/pid")

say "This is a container under $(runc --version | head -n 1). Its first process is $pid on this machine." \
  "It lacks CAP_SYS_ADMIN, so the kernel would refuse a mount. The agent allows proc, and mounts it there:"
typed 'mount -t proc proc root' ''
typed 'ls /root/self/cmdline' '/root/self/cmdline'

say "The agent also makes its folders, and appends the container's pid to their names:"
typed 'mkdir /abc' ''
typed 'ls -1d /ab*' "/abc-pid-$pid"

say "The agent can also answer without doing anything. Here it answers with an error that chmod never has:"
typed 'chmod 777 /' 'chmod: /: Bad message'

if [ -n "$shell" ]; then
  say "Now it is your turn: this shell runs in the container. 'exit' ends the demo."
  runc --root "$work/runc" exec --tty "$container" sh || true
else
  say "This is the end of the demo. deploy/demo --shell ends with a shell in the container."
fi

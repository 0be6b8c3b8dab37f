/*
 * What the agent and seccomp-helper say to each other. The Java side is io.github.seccompagent.linux.RequestEncoder
 * and its siblings; both ends are built from one checkout, so there is no version.
 *
 * All sockets are AF_UNIX, SOCK_SEQPACKET: one message is one record. Numbers are in host byte order.
 */
#ifndef SECCOMP_HELPER_PROTOCOL_H
#define SECCOMP_HELPER_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>

/* The helper finds its control socket here, whichever mode it runs in. */
#define CONTROL_FD 3

/*
 * `seccomp-helper execute POOL`. The helper announces POOL idle workers on the control socket, and one more for each
 * message of one byte that the agent sends. An announcement carries two descriptors: the worker's socket and its pidfd.
 * On that socket the agent sends one request and gets one reply; end of file means that the worker died. It ends when
 * the agent closes the socket.
 */
/*
 * What a request asks for. The strings PATH and PATH_2 are paths as the caller gave them, resolved by the worker as the
 * caller; the AT_* and other flags are those of the call, checked by the agent. An empty path means the descriptor
 * itself, where the call has AT_EMPTY_PATH.
 */
enum operation {
    OP_MKDIR = 1, /* PATH; number[0] mode */
    OP_UNLINK,    /* PATH; number[0] flags: AT_REMOVEDIR makes it an rmdir */
    OP_RENAME,    /* PATH to PATH_2; number[0] flags: RENAME_* */
    OP_LINK,      /* PATH to PATH_2; number[0] flags: AT_SYMLINK_FOLLOW, AT_EMPTY_PATH */
    OP_SYMLINK,   /* PATH is made, TEXT is what it holds */
    OP_CHMOD,     /* PATH; number[0] mode, [1] flags: AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH */
    OP_CHOWN,     /* PATH; number[0] uid, [1] gid as the caller's user namespace has them, [2] flags as with chmod */
    OP_MKNOD,     /* PATH; number[0] mode, [1] device as mknod(2) takes it, [2] 1: CAP_MKNOD is granted for this */
    OP_OPEN,      /* PATH; number[0] flags, [1] mode, [2] resolve: struct open_how, [3] the notification that waits for
                     it. The worker gives the caller the descriptor itself; the reply's value is its number there.
                     Without OPEN_LARGEFILE, which has to be asked for, it is an open of a 32-bit program */
    OP_LOOK,      /* PATH; number[1] flags as with chmod. The reply tells which file is there */
    OP_SETXATTR,  /* PATH; NAME, VALUE; number[0] flags: XATTR_*, [1] AT_* as with chmod */
    OP_REMOVEXATTR, /* PATH; NAME; number[1] AT_* as with chmod */
    OP_MOUNT, /* a new file system: PATH is the target; the other strings and the numbers as below. The reply's value is
                 the mount's id, 0 if it must not be taken off for the caller */
    OP_MOUNT_CALL, /* mount(2) with what the caller may itself: PATH is the target, PATH_2 or VALUE the source, NAME the
                      type, OPTIONS; number[0] flags. PATH_2 is a source that is a path, of a bind or a move; number[1]
                      1: it changes a mount, and looks up nothing but the target */
    OP_UMOUNT, /* PATH; number[0] flags: umount2(2) with what the caller may itself; but with VALUE, an array of struct
                  granted, one of these is taken off with the agent's privileges and nothing else is. The reply's value
                  is then its id, 0 if PATH is none of them */
};

/* A mount that was made for the caller's container. */
struct granted {
    uint64_t mount, device;
};

/* The descriptors of a request come in this order; bit i of request.descriptors says that descriptor i is there. */
enum descriptor {
    FD_THREAD, /* a pidfd of the calling thread, which stands for those of the next five that are absent */
    FD_MOUNT_NS,
    FD_NET_NS,
    FD_IPC_NS,
    FD_UTS_NS,
    FD_CGROUP_NS,
    FD_USER_NS, /* absent: the caller lives in the helper's own user namespace */
    FD_PID_NS,  /* only with a mount of proc */
    FD_ROOT,
    FD_DIRECTORY,   /* what PATH starts from: the caller's cwd or a descriptor of its own; O_PATH; absent if absolute */
    FD_DIRECTORY_2, /* the same of PATH_2 */
    FD_OPTION,      /* of a mount: a pidfd of the thread whose descriptor number[3] the option fd means */
    FD_CGROUP_FIRST, /* cgroup.procs or tasks files to join by writing "0": v2's, or those of v1 hierarchies */
    FD_CGROUP_LAST = FD_CGROUP_FIRST + 3,
    FD_LISTENER, /* of an open, and nothing else: where the notification waits */
    FD_KINDS
};

enum string {
    STRING_PATH,
    STRING_PATH_2,
    STRING_NAME,    /* of an extended attribute; the type of a mount; the text of a symbolic link */
    STRING_VALUE,   /* of an extended attribute, or granted mounts: any bytes, and a NUL that is not part of it; the
                       source of a mount */
    STRING_OPTIONS, /* of a mount, comma separated, may be absent; the data of mount(2), any bytes */
    STRING_COVERS,  /* of a mount: NUL-separated, each 'm' (mask) or 'r' (read-only) and a path below the new mount */
    STRING_LABEL,   /* what to write to attr/current to take on the caller's LSM label; absent: nothing to do */
    REQUEST_STRINGS
};

enum mount_number {
    MOUNT_ATTRIBUTES = 0, /* MOUNT_ATTR_* for fsmount(2) */
    MOUNT_SB_FLAGS = 1,   /* the MS_* that belong to the superblock */
    MOUNT_HOW = 2,        /* MOUNT_BY_AGENT and MOUNT_MAY_OPEN_DEVICE */
    MOUNT_OPTION_FD = 3,  /* only with FD_OPTION */
};

/* A file system that a user namespace may not mount itself, so that the agent's privileges do. */
#define MOUNT_BY_AGENT 1u
/* The source may be a device node, which the caller must be able to open itself. */
#define MOUNT_MAY_OPEN_DEVICE 2u

/* The C library's own is 0 in a 64-bit program. */
#define OPEN_LARGEFILE 0100000u /* on x86-64 */

#define REQUEST_NUMBERS 4
#define REQUEST_GROUPS_MAX 65536
#define REQUEST_STRINGS_MAX (6 * 4096 + 65536 + 1)
#define PID_LEVELS_MAX 32 /* MAX_PID_NS_LEVEL */

/*
 * All numbers of ids are those of the helper's user namespace. Followed by the groups (uint32_t each) and the strings.
 */
struct request {
    uint32_t operation;
    uint32_t descriptors;
    uint32_t uid[4]; /* real, effective, saved, file system */
    uint32_t gid[4];
    uint64_t effective; /* the caller's effective capabilities */
    uint32_t umask;
    uint32_t no_new_privs;
    uint32_t group_count;
    uint32_t pid_levels;                     /* how many of the next two arrays */
    uint32_t process_id[PID_LEVELS_MAX];     /* the caller's process, from the agent's pid namespace to its own */
    uint32_t thread_id[PID_LEVELS_MAX];      /* the calling thread */
    uint32_t flags;                          /* REQUEST_* */
    uint32_t string_length[REQUEST_STRINGS]; /* with the final NUL; 0: absent */
    uint64_t number[REQUEST_NUMBERS];
};

/* RequestEncoder has the same numbers. */
_Static_assert(offsetof(struct request, operation) == 0, "operation");
_Static_assert(offsetof(struct request, descriptors) == 4, "descriptors");
_Static_assert(offsetof(struct request, uid) == 8, "uid");
_Static_assert(offsetof(struct request, gid) == 24, "gid");
_Static_assert(offsetof(struct request, effective) == 40, "effective");
_Static_assert(offsetof(struct request, umask) == 48, "umask");
_Static_assert(offsetof(struct request, no_new_privs) == 52, "no_new_privs");
_Static_assert(offsetof(struct request, group_count) == 56, "group_count");
_Static_assert(offsetof(struct request, pid_levels) == 60, "pid_levels");
_Static_assert(offsetof(struct request, process_id) == 64, "process_id");
_Static_assert(offsetof(struct request, thread_id) == 192, "thread_id");
_Static_assert(offsetof(struct request, flags) == 320, "flags");
_Static_assert(offsetof(struct request, string_length) == 324, "string_length");
_Static_assert(offsetof(struct request, number) == 352, "number");
_Static_assert(sizeof(struct request) == 384, "request");

/* A procfs of the container shows the worker, so the kernel's own idea of /proc/self must not be used even once. */
#define REQUEST_WORKER_IS_VISIBLE 1u
/* The label belongs to a thread and not to its process. */
#define REQUEST_LABEL_OF_THREAD 2u
/* Nothing was decided on the path of an open, so that the caller may make it itself. */
#define REQUEST_UNDECIDED 4u

/* Where a worker stood when something failed. Only at STEP_CALL is the errno the caller's business. */
enum step {
    STEP_REQUEST = 0, /* the message was not a request */
    STEP_CGROUP,
    STEP_STAGE, /* building a mount outside the container */
    STEP_NAMESPACES,
    STEP_ROOT,
    STEP_CREDENTIALS,
    STEP_CAPABILITIES,
    STEP_LABEL,
    STEP_CALL,    /* resolving the path as the caller, and the call itself */
    STEP_DELIVER, /* giving the caller what was opened: the errno is that of SECCOMP_IOCTL_NOTIF_ADDFD */
    STEP_CALLER,  /* nothing was done, since only the caller itself can do it as the kernel would; only with
                     REQUEST_UNDECIDED */
    STEP_LINK,    /* no reply yet but a question: struct reply and the name of one of the caller's own magic links */
};

/*
 * The worker's last message. No message of a worker carries a descriptor. Then it ends: until that is seen the caller
 * must not run, or it would meet what the worker has of it: an opened file, its root, a mount, its cgroup. A file
 * system may never be done with closing a file, so the end may not come. Before the reply the worker may ask for magic
 * links of the caller's own /proc directory, which only the agent may open: at STEP_LINK the reply is followed by a
 * name like "cwd" or "fd/5"; value is 0 for one of the process (/proc/self) and 1 for one of the calling thread
 * (/proc/thread-self). The agent answers with a struct link, and an O_PATH descriptor if error is 0. OWN_CGROUP is a
 * question of the same form: the descriptor is that of a file to write "0" to, to be in the agent's cgroup.
 */
struct reply {
    uint32_t step;
    int32_t error; /* errno, 0: done */
    int64_t value;
    uint64_t missing; /* capabilities that the caller has and the worker could not take on */
    /* What has the name that the call made, or found in its way: it tells one file from another. inode 0: unknown. Of a
       new mount, the device is known in any case. */
    uint64_t device, inode;
    int64_t birth_nanoseconds;
};

struct link {
    int32_t error;
};

#define OWN_CGROUP "cgroup.procs"

/*
 * A message of one byte with two sockets on the helper's control socket starts an acceptor: it sends one byte on the
 * first when it is ready, accepts connections at the second socket, which does not block from then on, and sends a
 * struct peer with each on the first. It ends when the agent closes that. With 0 it is one process among others.
 * Otherwise the byte says that it goes before all others, of how many such acceptors at the socket it is one, and from
 * the fifth bit on which, from 0 on.
 */
struct peer {
    int32_t pid; /* 0: it is not in the agent's pid namespace, nor below */
    uint32_t uid;
    uint32_t seen;                                  /* 1: the rest is of the process that connected; 0: that was gone */
    uint32_t own_user_namespace, own_pid_namespace; /* 1: the agent's */
    uint32_t unused;
    uint64_t effective; /* capabilities */
};

/*
 * A message of one byte with a socket on the helper's control socket starts a receiver of that many processes: there
 * the agent sends messages of one byte: with a connection, to close it, and then, when it has closed its own, one
 * without; or with a socket and a connection, to receive what comes there. Each piece of that is one record on the
 * socket: a struct piece, and the bytes, none at the end or with an error; and of the first TAKEN_MAX descriptors those
 * that are seccomp listeners, in their order. After more than TAKEN_MAX descriptors nothing more comes. No more
 * processes than that do this, those that hang included; further jobs wait. It ends when the agent closes the socket.
 */
struct piece {
    uint32_t descriptors; /* how many came with it */
    uint32_t truncated;   /* 1: more of them than there was room for */
    int32_t error;        /* errno of a connection that broke */
    uint32_t listeners;   /* bit n: the n-th of all descriptors so far is a listener, which comes with this */
};

#define TAKEN_MAX 8

#define PIECE_BYTES 32768

/*
 * `seccomp-helper probe`. The agent sends the path of its socket, with a NUL at the end. The helper connects to that,
 * makes a notified call, and answers with an int32_t: 0, or an errno.
 */

/*
 * `seccomp-helper run`. The agent sends one launch message, followed by `filter_length` bytes of struct sock_filter and
 * `strings_length` bytes of NUL-terminated strings: the rootfs (empty: an overlay over the host's root), the host name,
 * the working directory, then cover_count paths to mask or make read-only as in STRING_COVERS, then argument_count
 * arguments, then the environment up to the end. The helper answers with one struct launched that carries the listener
 * descriptor, and when the command has ended with one struct ended. If it cannot start the command, it sends struct
 * ended alone, followed by one line of text that says why.
 */
struct launch {
    uint32_t filter_length;
    uint32_t filter_flags; /* for SECCOMP_SET_MODE_FILTER; the helper adds NEW_LISTENER */
    uint32_t strings_length;
    uint32_t argument_count;
    uint32_t cover_count;
};

struct launched {
    int32_t kind; /* KIND_LAUNCHED */
    int32_t pid;
};

struct ended {
    int32_t kind;   /* KIND_ENDED */
    int32_t status; /* as a shell says it: exit status, 128 + signal, 126, 127; 125 when it was not started */
};

#define KIND_LAUNCHED 1
#define KIND_ENDED 2

#endif

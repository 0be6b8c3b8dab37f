/*
 * What the agent and seccomp-helper say to each other. The Java side is
 * io.github.seccompagent.linux.helper.RequestEncoder and its siblings; both ends are built from one checkout, so there
 * is no version.
 *
 * All sockets are AF_UNIX, SOCK_SEQPACKET: one message is one record. Numbers are in host byte order.
 */
#ifndef SECCOMP_HELPER_PROTOCOL_H
#define SECCOMP_HELPER_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>

/* The helper finds its control socket here, whichever mode it runs in. */
#define CONTROL_FD 3

/* The names of the processes that accept and receive, with which the keeper finds them. Those of others differ. */
#define EXECUTOR_NAME "seccomp-helper"
#define ACCEPTOR_NAME "seccomp-accept"
#define RECEIVER_NAME "seccomp-receive"
#define CLOSER_NAME "seccomp-close"

/*
 * `seccomp-helper execute POOL EXECUTOR`. The helper announces POOL idle workers on the control socket, and more when
 * the agent asks for them. EXECUTOR is a number that no other helper has, and the high bits of its workers' numbers.
 *
 * On a worker's socket the agent sends a request and gets one reply. End of file means that the worker died, and
 * perhaps after its call. If the agent closes its side before it has sent a request, the reply says that there was
 * none. A worker makes one call, or stays for the next calls of the same thread if the reply says so. Requests have
 * numbers. A request with the number of the last one is dropped, so a request can be sent again by an agent that does
 * not know whether it was sent.
 *
 * A worker that stays ends when no request comes for a moment. It sends a last reply then, as above. A request that the
 * agent could send before that is still served.
 *
 * The helper and its workers outlive the agent if somebody else has the control socket too. The helper has a copy of
 * the agent's end of each worker's socket until the agent releases the worker. So a reply that nobody has received
 * stays there. When nobody has the control socket any more, the helper kills the workers that are left, and ends.
 */
struct command {
    uint32_t kind;     /* COMMAND_* */
    uint32_t argument; /* how many workers are to be started; with COMMAND_START the byte that is described there */
    uint64_t number;   /* of the worker; with COMMAND_AGAIN any number that no agent before has sent */
    uint64_t owner;    /* with COMMAND_LEAVE */
};

enum {
    COMMAND_SPAWN = 1, /* starts workers */
    COMMAND_RELEASE,   /* forgets a worker, and starts others */
    /* Notes for whom a worker was killed that has not ended yet, and starts others. Another agent is told of it. */
    COMMAND_LEAVE,
    /*
     * Another agent is there. It gets ANNOUNCE_AGAIN, then ANNOUNCE_WORKER for each worker that was not released, then
     * ANNOUNCE_END. What came before that was for an agent that is gone. The helper starts no more workers by itself.
     */
    COMMAND_AGAIN,
    COMMAND_START, /* starts an acceptor or a receiver, see below; the only one with descriptors */
    COMMAND_END,   /* kills the workers that are left, and ends */
};

/* With ANNOUNCE_WORKER come two descriptors: the worker's socket and its pidfd. */
struct announcement {
    uint32_t kind; /* ANNOUNCE_* */
    uint32_t unused;
    uint64_t number; /* of the worker; otherwise that of COMMAND_AGAIN */
    uint64_t owner;  /* as COMMAND_LEAVE has set it, or 0 */
};

enum { ANNOUNCE_WORKER = 1, ANNOUNCE_AGAIN, ANNOUNCE_END };

#define EXECUTOR_SHIFT 40 /* the bits of a worker's number below those of the helper's */

/*
 * What a request asks for. The strings PATH and PATH_2 are paths as the caller gave them. The worker resolves them as
 * the caller. The AT_* and other flags are those of the call, and the agent has checked them. If the call has
 * AT_EMPTY_PATH, an empty path means the descriptor itself.
 */
enum operation {
    OP_MKDIR = 1, /* PATH; number[0] mode */
    OP_UNLINK,    /* PATH; number[0] flags: AT_REMOVEDIR makes it an rmdir */
    OP_RENAME,    /* PATH to PATH_2; number[0] flags: RENAME_* */
    OP_LINK,      /* PATH to PATH_2; number[0] flags: AT_SYMLINK_FOLLOW, AT_EMPTY_PATH */
    OP_SYMLINK,   /* makes PATH, a link that holds NAME */
    OP_CHMOD,     /* PATH; number[0] mode, [1] flags: AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH */
    OP_CHOWN,     /* PATH; number[0] uid, [1] gid, both of the caller's user namespace, [2] flags as with chmod */
    OP_MKNOD,     /* PATH; number[0] mode, [1] device as mknod(2) takes it, [2] 1: CAP_MKNOD is granted for this */
    /*
     * PATH; number[0] flags, [1] mode, [2] resolve: struct open_how, [3] the notification that waits for it. The worker
     * itself gives the caller the descriptor. The reply's value is its number there. Without OPEN_LARGEFILE among the
     * flags it is an open of a 32-bit program.
     */
    OP_OPEN,
    OP_LOOK,        /* PATH; number[1] flags as with chmod. The reply tells which file is there */
    OP_SETXATTR,    /* PATH; NAME, VALUE; number[0] flags: XATTR_*, [1] AT_* as with chmod */
    OP_REMOVEXATTR, /* PATH; NAME; number[1] AT_* as with chmod */
    /*
     * A new file system. PATH is the target. The other strings and the numbers are below. The reply's value is the id
     * of the mount, or 0 if it must not be taken off for the caller.
     */
    OP_MOUNT,
    /*
     * mount(2) with the caller's own privileges. PATH is the target, PATH_2 or VALUE the source, NAME the type, then
     * OPTIONS. number[0] flags; number[1] 1: it changes a mount, and looks up only the target. PATH_2 is the source of
     * a bind or a move, which is a path.
     */
    OP_MOUNT_CALL,
    /*
     * PATH; number[0] flags. Without VALUE: umount2(2) with the caller's own privileges. With VALUE, an array of struct
     * granted: takes off one of these mounts with the agent's privileges, and nothing else. The reply's value is then
     * its id, or 0 if PATH is none of them.
     */
    OP_UMOUNT,
};

/* A mount that was made for the caller's container. */
struct granted {
    uint64_t mount, device;
};

/* The descriptors of a request, in their order. Bit i of request.descriptors says that descriptor i is there. */
enum descriptor {
    FD_THREAD, /* a pidfd of the calling thread; it replaces those of the next five that are absent */
    FD_MOUNT_NS,
    FD_NET_NS,
    FD_IPC_NS,
    FD_UTS_NS,
    FD_CGROUP_NS,
    FD_USER_NS, /* absent: the caller lives in the helper's own user namespace */
    FD_PID_NS,  /* only with a mount of proc */
    FD_ROOT,
    FD_DIRECTORY,    /* where PATH starts: the caller's cwd or one of its descriptors; O_PATH; absent if absolute */
    FD_DIRECTORY_2,  /* the same for PATH_2 */
    FD_OPTION,       /* for a mount: a pidfd of the thread; the option fd means its descriptor number[3] */
    FD_CGROUP_FIRST, /* cgroup.procs or tasks files of v2 or of v1 hierarchies; writing "0" joins the cgroup */
    FD_CGROUP_LAST = FD_CGROUP_FIRST + 3,
    FD_LISTENER, /* only for an open: where the notification waits */
    FD_ENDING,   /* only with REQUEST_STAY: can be read when the last task of the container begins to end; or absent */
    FD_KINDS
};

enum string {
    STRING_PATH,
    STRING_PATH_2,
    STRING_NAME, /* the name of an extended attribute; the type of a mount; the text of a symbolic link */
    /* The value of an extended attribute, or granted mounts: any bytes, then a NUL. Or the source of a mount. */
    STRING_VALUE,
    STRING_OPTIONS, /* the options of a mount, separated by commas, or absent; the data of mount(2), any bytes */
    STRING_COVERS,  /* for a mount, separated by NUL: 'm' (mask) or 'r' (read-only), then a path below the new mount */
    STRING_LABEL,   /* the text to write to attr/current to get the caller's LSM label; absent: nothing to do */
    STRING_CGROUPS, /* which cgroups the caller is in; with REQUEST_STAY */
    REQUEST_STRINGS
};

enum mount_number {
    MOUNT_ATTRIBUTES = 0, /* MOUNT_ATTR_* for fsmount(2) */
    MOUNT_SB_FLAGS = 1,   /* the MS_* that belong to the superblock */
    MOUNT_HOW = 2,        /* MOUNT_BY_AGENT and MOUNT_MAY_OPEN_DEVICE */
    MOUNT_OPTION_FD = 3,  /* only with FD_OPTION */
};

/* A user namespace may not mount this file system itself, so it is mounted with the agent's privileges. */
#define MOUNT_BY_AGENT 1u
/* The source may be a device node, which the caller must be able to open itself. */
#define MOUNT_MAY_OPEN_DEVICE 2u

/* The C library's O_LARGEFILE is 0 in a 64-bit program. */
#define OPEN_LARGEFILE 0100000u /* on x86-64 */

#define REQUEST_NUMBERS 4
#define REQUEST_GROUPS_MAX 65536
#define REQUEST_STRINGS_MAX (6 * 4096 + 65536 + 1)
#define PID_LEVELS_MAX 33 /* MAX_PID_NS_LEVEL below the first one */

#define NAMESPACE_KINDS 6 /* FD_MOUNT_NS to FD_USER_NS */

/*
 * All ids are numbers of the helper's user namespace. The groups (uint32_t each) and the strings follow.
 *
 * What a worker adopts is here as numbers too. The agent reads all of it for each request, after it has received the
 * notification and before it checks that this still waits. A worker that has stayed compares it with what it has
 * adopted, and gets no descriptors for that.
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
    uint32_t pid_levels;                     /* how many entries the next two arrays have */
    uint32_t process_id[PID_LEVELS_MAX];     /* the caller's process, from the agent's pid namespace to its own */
    uint32_t thread_id[PID_LEVELS_MAX];      /* the calling thread */
    uint32_t flags;                          /* REQUEST_* */
    uint32_t string_length[REQUEST_STRINGS]; /* with the final NUL; 0: absent */
    uint64_t number[REQUEST_NUMBERS];
    uint64_t call;                                /* the notification */
    uint64_t index;                               /* which request of the call it is */
    uint64_t namespaces[NAMESPACE_KINDS];         /* their inodes */
    uint64_t root_mount, root_device, root_inode; /* what statx(2) says of the caller's root */
    uint64_t processor;                           /* the one that the agent runs on, counted from 1 */
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
_Static_assert(offsetof(struct request, thread_id) == 196, "thread_id");
_Static_assert(offsetof(struct request, flags) == 328, "flags");
_Static_assert(offsetof(struct request, string_length) == 332, "string_length");
_Static_assert(offsetof(struct request, number) == 368, "number");
_Static_assert(offsetof(struct request, call) == 400, "call");
_Static_assert(offsetof(struct request, index) == 408, "index");
_Static_assert(offsetof(struct request, namespaces) == 416, "namespaces");
_Static_assert(offsetof(struct request, root_mount) == 464, "root_mount");
_Static_assert(offsetof(struct request, root_device) == 472, "root_device");
_Static_assert(offsetof(struct request, root_inode) == 480, "root_inode");
_Static_assert(offsetof(struct request, processor) == 488, "processor");
_Static_assert(sizeof(struct request) == 496, "request");

/* A procfs of the container shows the worker. So the kernel's own idea of /proc/self must not be used even once. */
#define REQUEST_WORKER_IS_VISIBLE 1u
/* The label belongs to a thread and not to its process. */
#define REQUEST_LABEL_OF_THREAD 2u
/* No decision rests on the path of an open, so the caller may make the open itself. */
#define REQUEST_UNDECIDED 4u
/* The worker asks the agent before the call takes effect, when it is known what its paths lead to. */
#define REQUEST_ASK 8u
/*
 * The worker may stay for the caller's next calls. The caller has no label of its own, and what the request removes or
 * renames is no mount point in the caller's mount namespace.
 */
#define REQUEST_STAY 16u

/* The step that a worker had reached when something failed. Only the errno of STEP_CALL is meant for the caller. */
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
    STEP_CALLER,  /* nothing was done: only the caller itself can do it correctly; only with REQUEST_UNDECIDED */
    STEP_LINK,    /* not a reply but a question, struct question */
    STEP_CHECK,   /* not a reply but a question, struct check; only with REQUEST_ASK */
    STEP_CHANGED, /* nothing was done, since the worker that has stayed is not what the caller is now */
};

/*
 * The worker's last message for a request. No message of a worker carries a descriptor. After the reply the worker
 * ends, unless it stays. Until that is seen the caller must not run, or it would meet what the worker has of it: an
 * opened file, its root, a mount, its cgroup. A file system may never finish closing a file, so the end may not come.
 *
 * Before the reply the worker may ask for magic links of the caller's own /proc directory, which only the agent may
 * open. The question has STEP_LINK, and a name like "cwd" or "fd/5" follows. value is 0 for a link of the process
 * (/proc/self) and 1 for a link of the calling thread (/proc/thread-self). The agent answers with a struct link, and
 * with an O_PATH descriptor if error is 0. OWN_CGROUP is a question of the same form. Its descriptor is of a file: the
 * worker writes "0" to it and is in the agent's cgroup then.
 *
 * A question has a number that no other one of the worker and its children has. A question may be answered twice, by an
 * agent and by the one after it. So an answer has the question's number, and the worker drops all others.
 */
struct reply {
    uint32_t step;
    int32_t error; /* errno; 0: done */
    int64_t value;
    uint64_t missing; /* capabilities that the caller has and the worker could not take on */
    /*
     * Which file has the name that the call made or found in its way. It tells one file from another. inode 0: unknown.
     * The device of a new mount is always known.
     */
    uint64_t device, inode;
    int64_t birth_nanoseconds;
    uint64_t call, index; /* those of the last request; 0 before the first one */
    uint64_t stays;       /* 1: the worker has let go of everything of the call, and stays */
};

struct question {
    struct reply reply;
    uint64_t number;
    char name[]; /* up to LINK_NAME_MAX bytes, without a NUL */
};

#define LINK_NAME_MAX 32

/*
 * What a call is about to act on: an object, or a name in a folder. The call acts on that very object, or on that name
 * in that very folder, and follows nothing more. The worker has the descriptor open until it got the answer, so the
 * agent can look at it in the worker's /proc directory.
 */
struct found {
    int32_t fd;
    uint32_t name_length; /* 0: the object itself */
    uint64_t mount;       /* the id of the descriptor's mount that no other mount gets; 0: unknown */
    uint32_t type;        /* S_IFMT of the descriptor's file; 0: unknown */
    uint32_t moved;       /* 1: it is a folder, and may have been moved out of what its mount shows */
};

#define FOUND_MAX 2

/* The question of REQUEST_ASK. The answer is a struct link without a descriptor. Its error is what the call fails with.
 */
struct check {
    struct reply reply; /* value is how many are found: first that of PATH, then that of PATH_2 if that is a path */
    uint64_t number;
    struct found found[FOUND_MAX];
    char names[]; /* those of the names, one behind the other, without slashes and NUL */
};

struct link {
    int32_t error;
    uint32_t unused;
    uint64_t number; /* of the question */
};

#define OWN_CGROUP "cgroup.procs"

/*
 * COMMAND_START with two sockets starts an acceptor. It sends one byte on the first socket when it is ready, accepts
 * connections at the second socket, which does not block from then on, and sends a struct peer with each connection on
 * the first. It ends when the agent closes the first socket. If the byte is 0, the acceptor is one process among
 * others. Otherwise it goes before all others. The low four bits say how many such acceptors the socket has, and the
 * bits above them which one this is, counted from 0.
 */
struct peer {
    int32_t pid; /* 0: it is not in the agent's pid namespace, nor below it */
    uint32_t uid;
    uint32_t seen;                                  /* 1: the rest is of the process that connected; 0: it was gone */
    uint32_t own_user_namespace, own_pid_namespace; /* 1: the agent's */
    uint32_t ended_before; /* connections that were ended since the last one that was passed on */
    uint64_t effective;    /* capabilities */
};

/*
 * COMMAND_START with one socket starts a receiver. The byte says how many processes it may have. On the socket the
 * agent sends jobs, messages of one byte:
 *
 * - with a connection: end it. When the agent has closed its own descriptor, it sends a message without descriptors.
 * - with a socket and a connection: receive what comes on the connection.
 *
 * On that socket the agent sends a number, a message of 8 bytes. The process sends the number back, and from then on a
 * record for each received piece, beginning with the first one that ever came: a struct piece and the bytes, no bytes
 * at the end or with an error. It receives nothing before it was sent a number. So a later agent, which is given the
 * socket, asks with a number of its own, and knows what is said to it. Pieces that were received before may be joined.
 * Of the first TAKEN_MAX descriptors, the seccomp listeners come along in their order. After more than TAKEN_MAX
 * descriptors, or more than STATE_BYTES bytes, nothing more comes. The process ends the connection when all that have
 * the socket close it. Processes that hang count too, and further jobs wait. The receiver ends when the agent closes
 * its socket.
 */
struct piece {
    uint32_t descriptors; /* how many came with it */
    uint32_t truncated;   /* 1: more came than there was room for */
    int32_t error;        /* the errno if the connection broke */
    uint32_t listeners;   /* bit n: the n-th of all descriptors so far is a listener that comes with this piece */
};

#define TAKEN_MAX 8

#define PIECE_BYTES 32768
#define STATE_BYTES (1 << 20)

/*
 * `seccomp-helper probe`. The agent sends the path of its socket and the id of the container that the helper pretends
 * to be, each with a final NUL. The helper connects to the socket, sends a struct listening, makes a notified call, and
 * answers with an int32_t: 0 or an errno. If it cannot connect, it sends no struct listening.
 */
struct listening {
    int32_t pid; /* who listens at the socket; 0: not visible here */
    uint32_t uid;
    uint32_t unused;
};

/*
 * `seccomp-helper features`. The helper tries each of these, and sends an array of int32_t: 0 if it works, an errno if
 * it does not, or NOT_TRIED if one before it does not work. KernelFeature has the same order.
 */
enum feature {
    FEATURE_LISTENER,
    FEATURE_MEMORY,
    FEATURE_PIDFD_GETFD,
    FEATURE_ID_VALID,
    FEATURE_ADDFD,
    FEATURE_ADDFD_SEND,
    FEATURE_WAIT_KILLABLE,
    FEATURE_SYNC_WAKE_UP,
    FEATURE_PIDFD_THREAD,
    FEATURE_PIDFD_INFO,
    FEATURE_PEER_PIDFD,
    FEATURE_STATMOUNT,
    FEATURE_PROC_MOUNT, /* a new procfs, in a mount namespace of its own */
    FEATURE_COVERS,     /* masks and read-only paths over it */
    FEATURE_LOCKS,      /* that cannot be taken off */
    FEATURE_IDMAP,
    FEATURE_MOUNT_NAMESPACE,
    FEATURE_PID_NAMESPACE,
    FEATURE_NETWORK_NAMESPACE,
    FEATURE_IPC_NAMESPACE,
    FEATURE_UTS_NAMESPACE,
    FEATURE_CGROUP_NAMESPACE,
    FEATURE_USER_NAMESPACE,
    FEATURE_TIME_NAMESPACE,
    FEATURES
};

#define NOT_TRIED (-1)

/*
 * `seccomp-helper run`. The agent sends one launch message. `filter_length` bytes of struct sock_filter follow, then
 * `strings_length` bytes of NUL-terminated strings: the rootfs (empty: an overlay over the host's root), the host name,
 * the working directory, cover_count paths to mask or make read-only as in STRING_COVERS, argument_count arguments, and
 * the environment up to the end. The helper answers with one struct launched, which carries the listener descriptor.
 * When the command has ended, it sends one struct ended. If it cannot start the command, it sends only a struct ended,
 * followed by one line of text that says why.
 *
 * `seccomp-helper record` is the same without a container: rootfs, host name, working directory and covers mean
 * nothing. After the struct ended the helper stays until the agent ends.
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
    int32_t status; /* as in a shell: exit status, 128 + signal, 126, 127; 125 if it was not started */
    int32_t signal; /* SIGHUP, SIGINT or SIGTERM: the last of them that came to the helper; 0 if none did */
};

#define KIND_LAUNCHED 1
#define KIND_ENDED 2

#endif

/*
 * The differential suite. Callers inside a container make the calls. A driver outside prepares what they meet, and
 * looks at what they have left. The driver's own calls are not notified. Both are the same program.
 */
#ifndef DIFFERENTIAL_H
#define DIFFERENTIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum family {
    MKDIR = 1 << 0,
    RMDIR = 1 << 1,
    UNLINK = 1 << 2,
    RENAME = 1 << 3,
    LINK = 1 << 4,
    SYMLINK = 1 << 5,
    CHMOD = 1 << 6,
    CHOWN = 1 << 7,
    MKNOD = 1 << 8,
    OPEN = 1 << 9,
    SETXATTR = 1 << 10,
    REMOVEXATTR = 1 << 11,
};
#define TWO_PATHS (RENAME | LINK)
#define CREATES (MKDIR | SYMLINK | MKNOD)

/*
 * A system call. The shape has a letter for each argument: d directory, p path (capitals for the second path), f
 * descriptor, m mode, F flags, a AT_ flags, u user, g group, v device, t text of a link, n name of an attribute, V its
 * value, s its size, x its flags, A and S struct xattr_args and its size, h and H struct open_how and its size.
 */
struct call {
    const char *name;
    long number;
    const char *shape;
    enum family family;
    bool i386;
};

enum pointer { GOOD, NOT_THERE, UNREADABLE };

/* The arguments of a call other than its paths. They fit calls that have all the arguments listed in needs. */
struct arguments {
    const char *id;
    unsigned families;
    const char *needs;
    unsigned long mode, flags, at, device;
    long uid, gid;
    const char *name; /* the name of an attribute, or the text of a link */
    const void *value;
    unsigned long size; /* of a value or a structure, or the length of a link's text without a name */
    unsigned long resolve;
    enum pointer pointer; /* how the text, the attribute's name or the structure is passed */
};

enum owner { ROOTS, OWN, OTHERS };

/* The object of the call. */
struct object {
    const char *id;
    mode_t mode; /* with its type; 0 if nothing is there */
    enum owner owner;
    const char *text; /* a file's contents, a link's target, or the name of a folder's entry */
    const char *attribute;
    const void *value;
    size_t size;
    bool huge, twice;
};

/* The folder that the object is in. */
struct folder {
    const char *id;
    mode_t mode;
    enum owner owner;
    bool shared; /* its group is SHARED_GROUP */
    bool acl;    /* it has a default ACL */
    unsigned long mount; /* it is a mount with these flags, MS_* */
};

#define SHARED_GROUP 2000

/* The descriptor of a path: what it was opened for, who opened it, or its number. */
enum descriptor {
    D_CWD,
    D_FOLDER,
    D_FOLDER_O_PATH,
    D_FILE,
    D_FILE_O_PATH,
    D_LINK_O_PATH,
    D_OBJECT,
    D_OBJECT_O_PATH,
    D_GONE,
    D_UNLINKED,
    D_PIPE,
    D_LAST_FROM_DRIVER = D_PIPE,
    D_NEW_FILE, /* the caller's own O_TMPFILE */
    D_OWN_OPEN, /* opened by the caller itself */
    D_CLOSED,
    D_MINUS_ONE,
    D_HIGH_BITS, /* AT_FDCWD, with garbage in the upper half of the register */
};

enum place { IN_ROOT, IN_FOLDER, IN_SCRATCH, IN_ELSEWHERE, IN_REMOVED };

enum text {
    AS_TEMPLATE,
    PADDED,        /* with "./" up to a length of 4095 */
    PADDED_TO_4096,
    AT_PAGE_END,   /* its NUL is the last byte of a page, and no page follows */
    UNTERMINATED,  /* it fills the page to its last byte, without a NUL */
    NULL_POINTER,
    SMALL_POINTER,
    FORBIDDEN_POINTER,
    KERNEL_POINTER,
};

/*
 * A way to name the object. In a template, %S is the scratch folder, %N the object's name, %D the descriptor's number,
 * %P the caller's process, %T its thread, and %O another process of the same user.
 */
struct path {
    const char *id, *template;
    enum place cwd;
    enum descriptor descriptor;
    const char *link, *target; /* a symbolic link in the scratch folder that it needs */
    unsigned links;            /* a chain of links: link0 -> link1 -> ... -> target */
    enum text text;
    const char *name; /* the object's name, if it is not the usual one */
    unsigned families; /* the families that it is for; 0 for all */
    bool magic;        /* it leads through a magic link of /proc */
    bool no_text;      /* the descriptor alone names the object */
};

enum user_namespace { NO_NAMESPACE, ONE_ID, MANY_IDS, NESTED, USER_NAMESPACES };

struct caller {
    const char *id;
    uint32_t uid;             /* in the caller's user namespace */
    uint32_t host_uid;        /* in the driver's user namespace; the caller's own files belong to it */
    enum user_namespace user_namespace;
    const char *capabilities; /* NULL for those that the ids give, else one letter each from CAPABILITY_NAMES */
    bool group;               /* SHARED_GROUP is a supplementary group */
    bool main_group;          /* SHARED_GROUP is its only group */
    bool thread;              /* it is one thread of a process that belongs to root */
    bool own_files;           /* this thread has its own descriptors */
    bool leader_gone;         /* the first thread has ended, and this is the last one */
    bool chroot;
    bool private;             /* its /proc files belong to root, as after a change of ids */
    bool fsuid;               /* only fsuid and fsgid are its own */
    bool pid_namespace;       /* it lives in its own pid namespace, and sees the outer one's procfs */
    bool keeps_ids;           /* it keeps the host's ids, and has none in its user namespace */
};

struct scenario {
    const struct call *call;
    const struct arguments *arguments;
    const struct caller *caller;
    const struct folder *folder;
    const struct object *object, *other;
    const struct path *path, *other_path;
    unsigned umask;
};

#define ID_MAX 512
#define PATH_BUFFER (3 * 4096)
#define DESCRIPTOR 10 /* the number of the first path's descriptor; the second path's is the next one */

struct outcome {
    long result;
    int error;
    int signal; /* the signal that killed it */
    int preparation; /* the errno of the caller's own first call */
    int status_flags, descriptor_flags, type;
    char opened[256]; /* where the descriptor leads, according to /proc */
    char content[24];
    ssize_t content_size;
};

/* calls.c, arguments.c, paths.c, objects.c, callers.c: the tables. An entry without a name ends each. */
extern const struct call calls[];
extern const struct arguments all_arguments[];
extern const struct path paths[];
extern const struct object objects[];
extern const struct folder folders[];
extern const struct caller callers[];

bool has_arguments(const struct call *call, const char *letters);
const struct call *call_named(const char *name);
const struct object *object_named(const char *id);
const struct folder *folder_named(const char *id);
const struct path *path_named(const char *id);
const struct caller *caller_named(const char *id);
const struct arguments *default_arguments(const struct call *call);

/* become.c: turns this thread into the caller. Fails with errno. */
int become(const struct caller *caller, const int *namespaces, const char *scratch);

/* cases.c: calls each with every case, always in the same order, until it returns false. */
typedef bool (*each_case)(unsigned number, const struct scenario *scenario);
void for_each_case(each_case each);
void describe(const struct scenario *scenario, char *id);
struct scenario usual(const struct call *call);
struct scenario usual_with(const struct call *call, const struct arguments *arguments);
bool stands_for_its_family(const struct call *call);
void emit(const struct scenario *scenario);

/* sheets.c: emits all cases. */
void emit_all(void);

/* invoke.c: the system call itself. */
void make_memory(void);
void invoke(const struct scenario *scenario, const char *scratch, pid_t other, struct outcome *outcome);

/* text.c: the text of a path. */
const char *object_name(const struct path *path, const char *usual);
char *path_text(const struct path *path, const char *scratch, const char *name, int descriptor, pid_t other,
                char *text);

/* stage.c: what the call meets. The descriptors are the cwd and those of the two paths, or -1. */
void set_stage(const char *scratch, const struct scenario *scenario, int *descriptors);
void clear_stage(const char *scratch, const struct scenario *scenario);

/* snapshot.c: a line for everything in the scratch folder, and the changes between two snapshots. */
struct snapshot {
    char *lines[64];
    unsigned count;
};
void take_snapshot(const char *scratch, struct snapshot *snapshot);
void print_changes(const struct snapshot *before, const struct snapshot *after);
void drop_snapshot(struct snapshot *snapshot);

/* userns.c: user namespaces, which the host's root makes for the callers. */
void make_user_namespaces(int *namespaces);

/* message.c: messages between driver and container, over the container's standard input. */
int send_message(int socket, const void *data, size_t size, const int *descriptors, unsigned count);
ssize_t receive_message(int socket, void *data, size_t size, int *descriptors, unsigned count, pid_t *sender);

/* inside.c and driver.c: the two sides. */
int serve_inside(void);
typedef bool (*selection)(unsigned number, const struct scenario *scenario, char *id);
int drive(const char *scratch, selection selected, char **command);

struct errand {
    unsigned number;
    bool end;
    bool present[3]; /* which of the descriptors come with it */
};

void die(const char *what) __attribute__((noreturn));

#endif

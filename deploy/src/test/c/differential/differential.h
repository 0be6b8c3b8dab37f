/*
 * The differential suite: calls are made by callers inside a container, while a driver outside of it, whose own calls
 * nobody notifies, prepares what they meet and looks at what they have left. One program is both.
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
 * A system call. The shape has a letter for each argument: d directory, p path (capitals: of the second path), f
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

/* What a call is asked for, besides its paths. It serves the calls that have all the arguments in needs. */
struct arguments {
    const char *id;
    unsigned families;
    const char *needs;
    unsigned long mode, flags, at, device;
    long uid, gid;
    const char *name; /* of an attribute, or the text of a link */
    const void *value;
    unsigned long size; /* of a value, or of a structure; the length of the text of a link where it has no name */
    unsigned long resolve;
    enum pointer pointer; /* of the text, the attribute's name or the structure */
};

enum owner { ROOTS, OWN, OTHERS };

/* What the call is about. */
struct object {
    const char *id;
    mode_t mode; /* with its type; 0: nothing is there */
    enum owner owner;
    const char *text; /* what a file holds, where a link points to, what a folder has in it */
    const char *attribute;
    const void *value;
    size_t size;
    bool huge, twice;
};

/* The folder it is in. */
struct folder {
    const char *id;
    mode_t mode;
    enum owner owner;
    bool shared; /* its group is the one of SHARED_GROUP */
    bool acl;    /* it has a default ACL */
    unsigned long mount; /* it is a mount with these flags, MS_* */
};

#define SHARED_GROUP 2000

/* The descriptor that belongs to a path: what it was opened for, by whom, or its number. */
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
    D_HIGH_BITS, /* AT_FDCWD, with rubbish in the upper half of the register */
};

enum place { IN_ROOT, IN_FOLDER, IN_SCRATCH, IN_ELSEWHERE, IN_REMOVED };

enum text {
    AS_TEMPLATE,
    PADDED,        /* with "./" to a length of 4095 */
    PADDED_TO_4096,
    AT_PAGE_END,   /* its NUL is the last byte of a page, none follows */
    UNTERMINATED,  /* the last byte of the page is its last, no NUL */
    NULL_POINTER,
    SMALL_POINTER,
    FORBIDDEN_POINTER,
    KERNEL_POINTER,
};

/*
 * A way to say where the object is. In a template %S is the scratch folder, %N the object's name, %D the descriptor's
 * number, %P the caller's process, %T its thread, %O another process of the same user.
 */
struct path {
    const char *id, *template;
    enum place cwd;
    enum descriptor descriptor;
    const char *link, *target; /* a symbolic link in the scratch folder that it needs */
    unsigned links;            /* links to each other: link0 -> link1 -> ... -> target */
    enum text text;
    const char *name; /* the object's, where it is not the usual one */
    unsigned families; /* 0: all */
    bool magic;        /* it leads through /proc */
    bool no_text;      /* the descriptor alone says what is meant */
};

enum user_namespace { NO_NAMESPACE, ONE_ID, MANY_IDS, NESTED, USER_NAMESPACES };

struct caller {
    const char *id;
    uint32_t uid;             /* as the caller's user namespace has it */
    uint32_t host_uid;        /* as the driver has it: what is its own belongs to it */
    enum user_namespace user_namespace;
    const char *capabilities; /* NULL: what the ids give; else these of CAPABILITY_NAMES, one letter each */
    bool group;               /* with SHARED_GROUP as a supplementary one */
    bool main_group;          /* with SHARED_GROUP as its only one */
    bool thread;              /* one thread of a process that is root's */
    bool own_files;           /* that thread has its own descriptors */
    bool leader_gone;         /* and it is the last one */
    bool chroot;
    bool private;             /* its /proc is root's, as that of a program that has changed its ids */
    bool fsuid;               /* only the fsuid and fsgid are its own */
    bool pid_namespace;       /* it lives in one of its own, and sees the procfs of the outer one */
    bool keeps_ids;           /* the host's, without any in its user namespace */
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
#define DESCRIPTOR 10 /* the number of the first path's, and the one above is the second's */

struct outcome {
    long result;
    int error;
    int signal; /* what it was killed by */
    int preparation; /* errno of the caller's own first call */
    int status_flags, descriptor_flags, type;
    char opened[256]; /* where /proc says the descriptor leads */
    char content[24];
    ssize_t content_size;
};

/* calls.c, arguments.c, paths.c, objects.c, callers.c: the tables. Each ends with an entry without a name. */
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

/* cases.c: calls each with every case, in the same order every time, until it returns false. */
typedef bool (*each_case)(unsigned number, const struct scenario *scenario);
void for_each_case(each_case each);
void describe(const struct scenario *scenario, char *id);
struct scenario usual(const struct call *call);
struct scenario usual_with(const struct call *call, const struct arguments *arguments);
bool stands_for_its_family(const struct call *call);
void emit(const struct scenario *scenario);

/* sheets.c: emits all of them. */
void emit_all(void);

/* invoke.c: the system call itself. */
void make_memory(void);
void invoke(const struct scenario *scenario, const char *scratch, pid_t other, struct outcome *outcome);

/* text.c: the text of a path. */
const char *object_name(const struct path *path, const char *usual);
char *path_text(const struct path *path, const char *scratch, const char *name, int descriptor, pid_t other,
                char *text);

/* stage.c: what the call meets. The descriptors are the cwd and those of the two paths, -1 where there is none. */
void set_stage(const char *scratch, const struct scenario *scenario, int *descriptors);
void clear_stage(const char *scratch, const struct scenario *scenario);

/* snapshot.c: a line for everything that is in the scratch folder, and what has changed from one to the other. */
struct snapshot {
    char *lines[64];
    unsigned count;
};
void take_snapshot(const char *scratch, struct snapshot *snapshot);
void print_changes(const struct snapshot *before, const struct snapshot *after);
void drop_snapshot(struct snapshot *snapshot);

/* userns.c: user namespaces, made by the host's root for the callers. */
void make_user_namespaces(int *namespaces);

/* message.c: between driver and container, over its standard input. */
int send_message(int socket, const void *data, size_t size, const int *descriptors, unsigned count);
ssize_t receive_message(int socket, void *data, size_t size, int *descriptors, unsigned count, pid_t *sender);

/* inside.c and driver.c: the two sides. */
int serve_inside(void);
typedef bool (*selection)(unsigned number, const struct scenario *scenario, char *id);
int drive(const char *scratch, selection selected, char **command);

struct errand {
    unsigned number;
    bool end;
    bool present[3]; /* which of the descriptors come along */
};

void die(const char *what) __attribute__((noreturn));

#endif

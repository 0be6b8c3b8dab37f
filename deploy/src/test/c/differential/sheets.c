/*
 * The cases. All combinations would be a thousand times too many. So each sheet varies a few things with each other,
 * and leaves the rest as usual.
 */
#include <string.h>
#include <sys/stat.h>

#include "differential.h"

/* Every call with every path. */
static void all_paths(const char *caller, bool every_call)
{
    for (const struct call *call = calls; call->name != NULL; call++) {
        if (!every_call && !stands_for_its_family(call))
            continue;
        for (const struct path *path = paths; path->id != NULL; path++) {
            struct scenario s = usual(call);
            s.caller = caller_named(caller);
            s.path = path;
            emit(&s);
            if (s.other_path == NULL || path->no_text)
                continue;
            s.other_path = path;
            s.path = paths;
            if (path->descriptor == D_CWD || path->magic || has_arguments(call, "D"))
                emit(&s);
        }
    }
}

/* Paths through /proc, and the descriptor itself. They depend on who follows them. */
static void magic_paths(void)
{
    for (const struct call *call = calls; call->name != NULL; call++) {
        if (!stands_for_its_family(call) && strcmp(call->name, "openat2") != 0)
            continue;
        for (const struct caller *caller = callers; caller->id != NULL; caller++) {
            for (const struct path *path = paths; path->id != NULL; path++) {
                struct scenario s = usual(call);
                s.caller = caller;
                s.path = path;
                /* A single capability makes no difference to them. */
                if (path->magic && !caller->chroot && (caller->capabilities == NULL || !caller->capabilities[0]))
                    emit(&s);
            }
        }
    }
}

/* Which callers may do what in which folders. */
static void permissions(void)
{
    for (const struct call *call = calls; call->name != NULL; call++) {
        if (!stands_for_its_family(call))
            continue;
        for (const struct caller *caller = callers; caller->id != NULL; caller++) {
            for (const struct folder *folder = folders; folder->id != NULL; folder++) {
                struct scenario s = usual(call);
                s.caller = caller;
                s.folder = folder;
                emit(&s);
                if (call->family & CREATES)
                    continue;
                s.object = object_named(call->family == RMDIR ? "their-folder" : call->family == REMOVEXATTR
                                            ? "their-file-with-attribute" : "their-file");
                emit(&s);
            }
        }
    }
}

/* Every call by every kind of caller, in a folder that belongs to its group. */
static void all_callers(void)
{
    static const char *const some[] = {"own", "group", "theirs"};

    for (const struct call *call = calls; call->name != NULL; call++) {
        for (const struct caller *caller = callers; caller->id != NULL; caller++) {
            for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
                struct scenario s = usual(call);
                s.caller = caller;
                s.folder = folder_named(some[i]);
                emit(&s);
            }
        }
    }
}

/* All arguments of all calls, in all spellings. */
static void all_arguments_of(const char *caller)
{
    for (const struct call *call = calls; call->name != NULL; call++) {
        for (const struct arguments *arguments = all_arguments; arguments->id != NULL; arguments++) {
            struct scenario s = usual_with(call, arguments);
            s.caller = caller_named(caller);
            emit(&s);
            if (call->family == OPEN) {
                s.object = objects;
                emit(&s);
                s.object = object_named("empty-folder");
                emit(&s);
            }
        }
    }
}

/* All kinds of objects. */
static void all_objects(const char *caller)
{
    for (const struct call *call = calls; call->name != NULL; call++) {
        if (!stands_for_its_family(call))
            continue;
        for (const struct arguments *arguments = all_arguments; arguments->id != NULL; arguments++) {
            for (const struct object *object = objects; object->id != NULL; object++) {
                struct scenario s = usual_with(call, arguments);
                s.caller = caller_named(caller);
                s.object = object;
                emit(&s);
            }
        }
    }
}

/* Files of any size, for programs that may not ask for large ones. */
static void small_files(const char *caller)
{
    for (const struct call *call = calls; call->name != NULL; call++) {
        if (call->family != OPEN || !call->i386)
            continue;
        for (const struct arguments *arguments = all_arguments; arguments->id != NULL; arguments++) {
            for (const struct object *object = objects; object->id != NULL; object++) {
                struct scenario s = usual_with(call, arguments);
                s.caller = caller_named(caller);
                s.object = object;
                emit(&s);
            }
        }
    }
}

/* Both names of a rename or a link. */
static void pairs(const char *caller, const char *folder)
{
    static const char *const renames[] = {"renameat2", "linkat"};

    for (unsigned i = 0; i < 2; i++) {
        const struct call *call = call_named(renames[i]);
        for (const struct arguments *arguments = all_arguments; arguments->id != NULL; arguments++) {
            for (const struct object *from = objects; from->id != NULL; from++) {
                for (const struct object *to = objects; to < objects + 12; to++) {
                    struct scenario s = usual_with(call, arguments);
                    s.caller = caller_named(caller);
                    s.folder = folder_named(folder);
                    s.object = from;
                    s.other = to;
                    emit(&s);
                }
            }
        }
    }
}

/* Renames and links to other folders, and to other mounts. */
static void path_pairs(const char *folder)
{
    static const struct path to_other = {"other-folder", "%S/elsewhere/%N"}, same = {"same", "%S/work/x"},
                             below = {"below-it", "%S/work/x/%N"}, there = {"there", "%S/elsewhere/file"};
    static const struct path *const targets[] = {&to_other, &same, &below, &there};

    for (const struct call *call = calls; call->name != NULL; call++) {
        if (!(call->family & TWO_PATHS))
            continue;
        for (const struct arguments *arguments = all_arguments; arguments->id != NULL; arguments++) {
            for (const struct object *object = objects; object < objects + 8; object++) {
                for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
                    struct scenario s = usual_with(call, arguments);
                    s.folder = folder_named(folder);
                    s.object = object;
                    s.other_path = targets[i];
                    emit(&s);
                }
            }
        }
    }
}

/* Which mode a new object gets. */
static void creations(void)
{
    static const char *const some_folders[] = {"own", "setgid", "group-setgid", "acl"};
    static const char *const some_callers[] = {"root", "user", "user-in-group", "user-with-fsetid", "thread-in-group",
                                               "big-userns-root", "nested-userns-root", "root-without-fsetid"};
    static const unsigned umasks[] = {0, 022, 077, 0777};

    for (const struct call *call = calls; call->name != NULL; call++) {
        if (!(call->family & (MKDIR | MKNOD | OPEN)) || !(stands_for_its_family(call) || call->i386))
            continue;
        for (const struct arguments *arguments = all_arguments; arguments->id != NULL; arguments++) {
            if (call->family == OPEN && !(arguments->mode & 07777))
                continue;
            for (size_t i = 0; i < 4 * 4 * 8; i++) {
                struct scenario s = usual_with(call, arguments);
                s.object = objects;
                s.folder = folder_named(some_folders[i & 3]);
                s.umask = umasks[i >> 2 & 3];
                s.caller = caller_named(some_callers[i >> 4]);
                if (call->i386 && s.umask != 077)
                    continue;
                emit(&s);
            }
        }
    }
}

/* Calls on a descriptor itself, or without any path. */
static void descriptors(void)
{
    static const char *const some[] = {"root", "user", "big-userns-root", "thread-with-own-files",
                                       "thread-without-leader"};
    static const char *const about[] = {"file", "their-file", "empty-folder", "link", "fifo", "socket"};

    for (const struct call *call = calls; call->name != NULL; call++) {
        for (const struct arguments *arguments = all_arguments; arguments->id != NULL; arguments++) {
            if (!has_arguments(call, "f") && !(arguments->at & 0x1000))
                continue;
            for (const struct path *path = paths; path->id != NULL; path++) {
                if (!path->no_text && path->text != NULL_POINTER && strcmp(path->id, "empty") != 0)
                    continue;
                for (size_t i = 0; i < sizeof some / sizeof *some * 6; i++) {
                    struct scenario s = usual_with(call, arguments);
                    s.caller = caller_named(some[i / 6]);
                    s.object = object_named(about[i % 6]);
                    s.path = path;
                    if (i == 6 || arguments == default_arguments(call) || !has_arguments(call, "f"))
                        emit(&s);
                }
            }
        }
    }
}

/* O_TMPFILE and the link that names the file. The same for a file that the caller has opened. */
static void new_files(void)
{
    static const char *const ways[] = {"fd-new-file", "fd-own-open", "proc-self-fd-new-file", "proc-self-fd-own-open"};

    for (const struct call *call = calls; call->name != NULL; call++) {
        if (call->family != LINK && call->family != CHMOD && call->family != SETXATTR)
            continue;
        for (const struct arguments *arguments = all_arguments; arguments->id != NULL; arguments++) {
            for (const struct caller *caller = callers; caller->id != NULL; caller++) {
                for (unsigned i = 0; i < 4; i++) {
                    struct scenario s = usual_with(call, arguments);
                    s.caller = caller;
                    s.path = path_named(ways[i]);
                    if (call->family == LINK || arguments == default_arguments(call))
                        emit(&s);
                }
            }
        }
    }
}

void emit_all(void)
{
    all_paths("user", true);
    all_paths("root", false);
    all_callers();
    all_arguments_of("user");
    all_arguments_of("root");
    all_arguments_of("big-userns-root");
    permissions();
    magic_paths();
    creations();
    descriptors();
    new_files();
    path_pairs("own");
    path_pairs("mount");
    pairs("user", "own");
    pairs("user", "sticky");
    all_objects("user");
    all_objects("root");
    all_objects("nested-userns-root");
    small_files("user");
}

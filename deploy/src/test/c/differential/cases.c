/* Says which combinations are cases, and what is usual in a case. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "differential.h"

static each_case callback;
static unsigned number;
static bool going;

void describe(const struct scenario *s, char *id)
{
    int length = snprintf(id, ID_MAX, "%s(%s) by %s, umask %03o, of %s in %s, path %s", s->call->name, s->arguments->id,
                          s->caller->id, s->umask, s->object->id, s->folder->id, s->path->id);

    if (s->other_path != NULL)
        snprintf(id + length, (size_t)(ID_MAX - length), ", to %s, path %s", s->other->id, s->other_path->id);
}

static bool fits(const struct scenario *s)
{
    const struct path *path = s->path;
    bool by_descriptor = path->descriptor != D_CWD && !path->magic;
    unsigned families = s->call->family;

    if (!(s->arguments->families & families) || !has_arguments(s->call, s->arguments->needs))
        return false;
    if (has_arguments(s->call, "f"))
        return path->no_text;
    if ((by_descriptor || path->no_text) && !has_arguments(s->call, "d"))
        return false;
    /* This open would wait for the other end. */
    if (strcmp(s->call->name + (s->call->i386 ? 5 : 0), "creat") == 0 && S_ISFIFO(s->object->mode))
        return false;
    return (path->families == 0 || path->families & families)
        && (s->other_path == NULL || s->other_path->families == 0);
}

void emit(const struct scenario *s)
{
    if (going && fits(s))
        going = callback(number++, s);
}

static const struct object *usual_object(const struct call *call, const struct arguments *arguments)
{
    if (call->family & CREATES)
        return object_named("nothing");
    if (call->family == RMDIR || (call->family & RMDIR && arguments->at != 0))
        return object_named("empty-folder");
    return object_named(call->family == REMOVEXATTR ? "file-with-attribute" : "file");
}

static const struct path *usual_path(const struct call *call)
{
    return has_arguments(call, "f") ? path_named("fd") : paths;
}

struct scenario usual_with(const struct call *call, const struct arguments *arguments)
{
    struct scenario s = {call, arguments, caller_named("user"), folders, usual_object(call, arguments), NULL,
                         usual_path(call), NULL, 022};

    if (call->family & TWO_PATHS) {
        s.other = objects;
        s.other_path = paths;
    }
    return s;
}

struct scenario usual(const struct call *call)
{
    return usual_with(call, default_arguments(call));
}

/* The calls that differ in more than their spelling: the first of each family, and openat2. */
bool stands_for_its_family(const struct call *call)
{
    static const char *const all[] = {"mkdirat", "rmdir", "unlinkat", "renameat2", "linkat", "symlinkat", "fchmodat2",
                                      "fchownat", "mknodat", "openat", "setxattr", "removexattr"};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i], call->name) == 0)
            return true;
    return false;
}

void for_each_case(each_case each)
{
    callback = each;
    number = 0;
    going = true;
    emit_all();
}

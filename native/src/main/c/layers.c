/*
 * The layers of an overlay are paths among its options. The kernel looks them up as the worker. In a procfs the worker
 * is somebody else than the caller. So if a procfs is on the way to a layer, the option gets the layer's own name
 * instead.
 */
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "layers.h"
#include "protocol.h"
#include "request.h"
#include "resolve.h"
#include "util.h"

/* How the kernel reads the value of an option. */
enum form { OTHER, LIST, ESCAPED, PLAIN };

static const struct {
    const char *key;
    enum form form;
} keys[] = {
    {"lowerdir=", LIST},
    {"upperdir=", ESCAPED},
    {"workdir=", ESCAPED},
    {"lowerdir+=", PLAIN},
    {"datadir+=", PLAIN},
};

/* What other file systems look up. */
static const char *const others[] = {"device=", "jdev=", "journal_path=", "logdev=", "rtdev="};

static char written[REQUEST_STRINGS_MAX];
static size_t used;

static int put(const char *text, size_t length, const char *escaped)
{
    for (size_t i = 0; i < length; i++) {
        if (used + 3 > sizeof written)
            return fail_with(ENAMETOOLONG);
        if (strchr(escaped, text[i]))
            written[used++] = '\\';
        written[used++] = text[i];
    }
    written[used] = '\0';
    return 0;
}

/* The length up to an end character. A backslash takes away the meaning of the character that follows. */
static size_t find_end(const char *text, const char *end, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\\')
            i++;
        else if (strchr(end, text[i]))
            return i;
    }
    return length;
}

static int put_layer(const struct call *call, const char *text, size_t length, enum form form)
{
    char path[PATH_MAX];
    size_t size = 0;
    struct stat found;
    struct call layer = *call;

    for (size_t i = 0; i < length && size < sizeof path - 1; i++) {
        if (text[i] == '\\' && form != PLAIN && i + 1 < length)
            i++;
        path[size++] = text[i];
    }
    path[size] = '\0';
    layer.string[STRING_PATH] = path;
    autofd object = resolve_through_procfs(&layer, STRING_PATH);
    if (object < 0)
        return errno == 0 ? put(text, length, "") : -1;
    if (fstat(object, &found) == 0 && !S_ISDIR(found.st_mode)) {
        errno = EINVAL;
        return -1;
    }
    const char *name = find_name(&layer, object);
    errno = ENOENT;
    /*
     * A plain value has no escapes. A comma in it would end the option, and the rest would be an option that nobody has
     * checked.
     */
    if (name == NULL || (form == PLAIN && strpbrk(name, "\\,")))
        return -1;
    const char *escaped = form == LIST ? "\\,:" : form == ESCAPED ? "\\," : "";
    return put(name, strlen(name), escaped);
}

/* Tells how long the key is, if it is one of a layer. */
static enum form find_form(const char *option, size_t *key)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        *key = strlen(keys[i].key);
        if (strncmp(option, keys[i].key, *key) == 0)
            return keys[i].form;
    }
    *key = 0;
    return OTHER;
}

static int put_option(const struct call *call, const char *option, size_t length)
{
    size_t at;
    enum form form = find_form(option, &at);

    if (put(option, at, "") < 0)
        return -1;
    if (form != LIST)
        return form == OTHER ? put(option, length, "") : put_layer(call, option + at, length - at, form);
    for (;;) {
        size_t each = find_end(option + at, ":", length - at);
        if (each > 0 && put_layer(call, option + at, each, form) < 0)
            return -1;
        at += each;
        if (at == length)
            return 0;
        if (put(option + at++, 1, "") < 0)
            return -1;
    }
}

bool is_overlay(const struct call *call)
{
    return call->string[STRING_NAME] != NULL && strcmp(call->string[STRING_NAME], "overlay") == 0;
}

size_t option_length(const struct call *call, const char *options)
{
    return is_overlay(call) ? find_end(options, ",", strlen(options)) : strcspn(options, ",");
}

int name_layers(struct call *call)
{
    const char *option = call->string[STRING_OPTIONS];

    if (option == NULL || !is_overlay(call))
        return 0;
    used = 0;
    for (;;) {
        size_t length = option_length(call, option);
        if (put_option(call, option, length) < 0)
            return -1;
        option += length;
        if (*option == '\0')
            break;
        if (put(option++, 1, "") < 0)
            return -1;
    }
    call->string[STRING_OPTIONS] = written;
    return 0;
}

static bool is_relative(const char *option, size_t length)
{
    size_t at;
    enum form form = find_form(option, &at);

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strncmp(option, others[i], strlen(others[i])) == 0)
            return option[strlen(others[i])] != '/';
    if (form != LIST)
        return form != OTHER && at < length && option[at] != '/';
    while (at < length) {
        size_t each = find_end(option + at, ":", length - at);
        if (each > 0 && option[at] != '/')
            return true;
        at += each + 1;
    }
    return false;
}

bool has_relative_path(const struct call *call)
{
    const char *option = call->string[STRING_OPTIONS];

    while (option != NULL && *option != '\0') {
        size_t length = option_length(call, option);
        if (is_relative(option, length))
            return true;
        option += length + (option[length] == ',');
    }
    return false;
}

/*
 * The options of an overlay, which are the container's words, and the names that stand in for its layers. An input is
 * the options, and after a byte 0xff the name that the kernel would give for a layer. Whatever they are, the result has
 * the same options, and no other one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "layers.h"
#include "protocol.h"
#include "resolve.h"

#define LONGEST 4096

static char name[LONGEST];

/* In place of resolve.c: each path with a p in it leads through a procfs. */
int resolve_through_procfs(const struct call *call, enum string path)
{
    errno = 0;
    return strchr(call->string[path], 'p') ? open("/", O_PATH | O_CLOEXEC) : -1;
}

const char *find_name(const struct call *call, int object)
{
    (void)call;
    (void)object;
    return *name ? name : NULL;
}

/* As the kernel splits the options of an overlay. */
static const char *next_option(const char *at)
{
    for (; *at && *at != ','; at++)
        if (*at == '\\' && at[1])
            at++;
    return *at ? at + 1 : NULL;
}

static size_t key_length(const char *option)
{
    return strcspn(option, "=,");
}

static void check_options(const char *before, const char *after)
{
    while (before && after) {
        size_t key = key_length(before);
        CHECK(key == key_length(after) && memcmp(before, after, key) == 0);
        before = next_option(before);
        after = next_option(after);
    }
    CHECK(!before && !after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char options[LONGEST];
    struct call call = {.string[STRING_NAME] = "overlay", .string[STRING_OPTIONS] = options};
    const uint8_t *end = size ? memchr(data, 0xff, size) : NULL;
    size_t length = end ? (size_t)(end - data) : size;

    if (size >= LONGEST)
        return 0;
    snprintf(options, sizeof options, "%.*s", (int)length, (const char *)data);
    snprintf(name, sizeof name, "%.*s", end ? (int)(size - length - 1) : 0, end ? (const char *)end + 1 : "");
    bool relative = has_relative_path(&call);
    if (name_layers(&call) == 0) {
        check_options(options, call.string[STRING_OPTIONS]);
        /* Only a name that the kernel gives can be put in place of a relative one. */
        CHECK(relative || *name != '/' || !has_relative_path(&call));
    }
    return 0;
}

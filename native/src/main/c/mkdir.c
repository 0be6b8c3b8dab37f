#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper.h"
#include "util.h"

enum { PARENT = 0, LAST = 1, MODE = 0 };

/* A slash within would have the kernel resolve what only resolve.c may. */
static bool is_one_component(const char *name)
{
    const char *slash = name ? strchr(name, '/') : "/x";

    return slash == NULL || slash[strspn(slash, "/")] == '\0';
}

int64_t do_mkdir(struct call *call, uint64_t *missing)
{
    const char *last = call->string[LAST];

    if (!is_one_component(last)) {
        errno = EINVAL;
        return -1;
    }
    if (become_caller(call, 0, missing) < 0)
        return -1;
    autofd parent = resolve_parent(call->fd[FD_DIRECTORY], call->string[PARENT]);
    if (parent < 0)
        return -1;
    return syscall(SYS_mkdirat, parent, last, (mode_t)call->request->number[MODE]);
}

/* Who the caller is in a procfs: each shows one pid namespace, and a process has an id in its own and in all above. */
#include <stdio.h>
#include <string.h>

#include "helper.h"
#include "kernel.h"
#include "util.h"

/* A process with all groups that there can be has a status of this size. */
static char status[1 << 20];

static bool read_status(int proc_root, uint32_t id)
{
    char name[24];
    size_t length = 0;
    ssize_t size;

    snprintf(name, sizeof name, "%u/status", id);
    autofd file = sys_openat2(proc_root, name, O_RDONLY, RESOLVE_NO_SYMLINKS);
    if (file < 0)
        return false;
    while ((size = RETRY(read(file, status + length, sizeof status - 1 - length))) > 0)
        length += (size_t)size;
    status[length] = '\0';
    return true;
}

/* The ids from this level down to the caller's own, as status has them. */
static void expect(const struct request *request, uint32_t level, char *line, size_t size)
{
    size_t length = (size_t)snprintf(line, size, "\nNSpid:");

    for (uint32_t i = level; i < request->pid_levels; i++)
        length += (size_t)snprintf(line + length, size - length, "\t%u", request->process_id[i]);
    snprintf(line + length, size - length, "\n");
}

static bool exists(int proc_root, uint32_t id)
{
    char name[16];

    snprintf(name, sizeof name, "%u", id);
    autofd directory = sys_openat2(proc_root, name, O_PATH | O_DIRECTORY, 0);
    return directory >= 0;
}

/*
 * From the outermost level: a low number of an inner one may well be that of another process further out. Where hidepid
 * hides the status, the procfs is most likely the caller's own.
 */
int level_shown(const struct request *request, int proc_root)
{
    char line[16 + PID_LEVELS_MAX * 11];
    int innermost = (int)request->pid_levels - 1;

    for (int level = 0; level <= innermost; level++) {
        if (!read_status(proc_root, request->process_id[level])) {
            if (level == innermost && exists(proc_root, request->process_id[level]))
                return level;
            continue;
        }
        expect(request, (uint32_t)level, line, sizeof line);
        if (strstr(status, line) != NULL)
            return level;
    }
    return -1;
}

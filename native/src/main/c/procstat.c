#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "procstat.h"
#include "util.h"

#define TEXT_MAX 1024

/* Numbers as in proc(5), where the third field follows the name. */
static void take_field(int number, const char *value, struct process *process)
{
    switch (number) {
    case 3:
        process->state = value[0];
        break;
    case 4:
        process->parent = atoi(value);
        break;
    case 22:
        process->started = strtoull(value, NULL, 10);
        break;
    case 31:
        process->pending = strtoull(value, NULL, 10);
        break;
    case 52:
        process->status = atoi(value);
    }
}

/* The name may have any bytes, so the last parenthesis ends it. */
static bool parse(char *text, struct process *process)
{
    char *name = strchr(text, '('), *rest = strrchr(text, ')'), *value;

    if (!name || !rest)
        return false;
    *rest++ = '\0';
    snprintf(process->name, sizeof process->name, "%s", name + 1);
    for (int number = 3; (value = strtok_r(NULL, " \n", &rest)); number++)
        take_field(number, value, process);
    return true;
}

bool look_at(pid_t pid, struct process *process)
{
    char path[32], text[TEXT_MAX];

    *process = (struct process){0};
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    autofd file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = file < 0 ? -1 : RETRY(read(file, text, sizeof text - 1));
    if (size <= 0)
        return false;
    text[size] = '\0';
    return parse(text, process);
}

uint64_t ticks_now(void)
{
    struct timespec now;
    uint64_t each = (uint64_t)sysconf(_SC_CLK_TCK);

    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * each + (uint64_t)now.tv_nsec * each / 1000000000;
}

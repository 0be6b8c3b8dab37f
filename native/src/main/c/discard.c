/*
 * The kernel takes a tree of mounts apart when its last descriptor is closed, and whoever closes that waits for all
 * processors. A worker has no time for that, and neither has the caller at the end of the worker. So the worker gives
 * the descriptor to the helper. If the helper has no room for it, it stays open until the worker ends.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "discard.h"
#include "kernel.h"
#include "ownfd.h"
#include "util.h"

static int helpers_end = -1;

void prepare_discard(void)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
        return;
    autofd own = ends[0], workers = ends[1];
    if (dup3(workers, DISCARD_FD, O_CLOEXEC) >= 0)
        helpers_end = release_fd(&own);
}

void discard(int fd)
{
    if (send_record(DISCARD_FD, "", 1, &fd, 1) == 0)
        close(fd);
}

int discarded(void)
{
    return helpers_end;
}

void close_discarded(void)
{
    char byte;
    int fd;
    size_t count;

    while (receive_record(helpers_end, &byte, 1, &fd, 1, &count) == 1)
        if (count == 1)
            close(fd);
}

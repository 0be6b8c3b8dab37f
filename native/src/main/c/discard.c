/*
 * The kernel takes a tree of mounts apart when its last descriptor is closed, and whoever closes that waits for all
 * processors. A worker has no time for that, and neither has the caller at the end of the worker. So the worker gives
 * the descriptor to the helper. If the helper has no room for it, it stays open until the worker ends.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "discard.h"
#include "kernel.h"
#include "ownfd.h"
#include "util.h"

#define ROOM 16
#define MOMENT_USEC 1000

static int helpers_end = -1;

/* The worker closes its own descriptor a moment after it has sent it. Whoever closes last takes the tree apart. */
static int held[ROOM];
static size_t held_count;
static uint64_t held_since;

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

void take_discarded(void)
{
    char byte;
    int fd;
    size_t count;

    while (held_count < ROOM && receive_record(helpers_end, &byte, 1, &fd, 1, &count) == 1)
        if (count == 1) {
            if (held_count == 0)
                held_since = now_usec();
            held[held_count++] = fd;
        }
}

int close_discarded(void)
{
    if (held_count > 0 && held_count < ROOM && now_usec() - held_since < MOMENT_USEC)
        return 1;
    while (held_count > 0)
        close(held[--held_count]);
    return -1;
}

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drop.h"
#include "fuzz.h"
#include "say.h"

#define MANY_FDS 0x80
#define MOST_FDS 253
#define LOOKED_AT 400

void fail_check(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: this should be true: %s\n", file, line, what);
    abort();
}

/* In place of drop.c, which closes in a process of its own. */
void drop(int fd)
{
    close(fd);
}

/* In place of say.c, which writes to the log. */
void say(const char *format, ...)
{
    (void)format;
}

bool next_record(struct records *records, struct record *record)
{
    if (records->at >= records->end)
        return false;
    const uint8_t *end = memchr(records->at, 0xff, (size_t)(records->end - records->at));
    if (!end)
        end = records->end;
    *record = (struct record){.kind = end > records->at ? *records->at++ : 0};
    record->bytes = records->at;
    record->size = (size_t)(end - records->at);
    record->fds = record->kind & MANY_FDS ? MOST_FDS - (record->kind & 1) : record->kind & 7;
    records->at = end + 1;
    return true;
}

static int readable(void)
{
    static int fd = -1;

    if (fd < 0)
        fd = eventfd(1, EFD_CLOEXEC);
    return fd;
}

int send_fuzzed(int socket, const struct record *record)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(MOST_FDS * sizeof(int))];
    } control = {0};
    struct iovec iov = {.iov_base = (void *)record->bytes, .iov_len = record->size};
    struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};

    if (record->fds > 0) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(record->fds * sizeof(int));
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(record->fds * sizeof(int));
        for (size_t i = 0; i < record->fds; i++) {
            int fd = readable();
            memcpy(CMSG_DATA(&control.header) + i * sizeof fd, &fd, sizeof fd);
        }
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -1 : 0;
}

void make_pair(int type, int ends[2])
{
    if (socketpair(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
        abort();
}

static int count_descriptors(void)
{
    static struct pollfd all[LOOKED_AT];
    int open = 0;

    for (int i = 0; i < LOOKED_AT; i++)
        all[i] = (struct pollfd){.fd = i};
    if (poll(all, LOOKED_AT, 0) < 0)
        abort();
    for (int i = 0; i < LOOKED_AT; i++)
        open += !(all[i].revents & POLLNVAL);
    return open;
}

static int descriptors_before;

void begin_descriptors(void)
{
    readable();
    descriptors_before = count_descriptors();
}

bool are_descriptors_even(void)
{
    return count_descriptors() == descriptors_before;
}

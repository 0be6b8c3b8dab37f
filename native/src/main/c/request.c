/* Receives a request. What Java built wrongly must not become a call: every length has to add up. */
#include <string.h>
#include <unistd.h>

#include "helper.h"
#include "util.h"

#define REQUIRED (1u << FD_MOUNT_NS | 1u << FD_ROOT)

static union {
    struct request request;
    char bytes[sizeof(struct request) + REQUEST_GROUPS_MAX * sizeof(uint32_t) + REQUEST_STRINGS_MAX];
} buffer;

static int invalid(void)
{
    errno = EINVAL;
    return -1;
}

static bool take_descriptors(struct call *call, const int *fds, size_t count)
{
    uint32_t there = call->request->descriptors;
    size_t next = 0;

    if (there >> FD_KINDS || (there & REQUIRED) != REQUIRED || (size_t)__builtin_popcount(there) != count)
        return false;
    for (int kind = 0; kind < FD_KINDS; kind++)
        call->fd[kind] = there >> kind & 1 ? fds[next++] : -1;
    return true;
}

/* An id of -1 means "leave as it is" to setresuid(2): the worker would stay root. */
static bool ids_are_ids(const struct request *request)
{
    for (int i = 0; i < 4; i++)
        if (request->uid[i] == UINT32_MAX || request->gid[i] == UINT32_MAX)
            return false;
    return true;
}

static bool take_strings(struct call *call, const char *from, size_t size)
{
    for (int i = 0; i < REQUEST_STRINGS; i++) {
        size_t length = call->request->string_length[i];

        call->string[i] = NULL;
        if (length == 0)
            continue;
        if (length > size || from[length - 1] != '\0')
            return false;
        if (i != MOUNT_COVERS && strlen(from) != length - 1)
            return false;
        call->string[i] = from;
        from += length;
        size -= length;
    }
    return size == 0;
}

int receive_call(int socket, struct call *call)
{
    int fds[FD_KINDS];
    size_t fd_count;
    ssize_t size = receive_record(socket, &buffer, sizeof buffer, fds, FD_KINDS, &fd_count);

    if (size == 0)
        _exit(0);
    if (size < (ssize_t)sizeof(struct request) || buffer.request.group_count > REQUEST_GROUPS_MAX)
        return invalid();
    size_t groups = buffer.request.group_count * sizeof(uint32_t), rest = (size_t)size - sizeof(struct request);
    if (groups > rest)
        return invalid();
    call->request = &buffer.request;
    call->groups = (const uint32_t *)(buffer.bytes + sizeof(struct request));
    if (!take_descriptors(call, fds, fd_count) || !ids_are_ids(call->request)
        || !take_strings(call, buffer.bytes + sizeof(struct request) + groups, rest - groups))
        return invalid();
    return 0;
}

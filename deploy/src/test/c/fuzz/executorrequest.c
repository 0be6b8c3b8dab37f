/*
 * What a worker receives. An input is one record: a byte that says how many descriptors come along, then struct request
 * and what follows it. Whatever is accepted lies within the record, and is complete.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "request.h"

static void check_strings(const struct call *call, size_t size)
{
    const char *from = (const char *)(call->groups + call->request->group_count);
    const char *end = (const char *)call->request + size;

    for (int i = 0; i < REQUEST_STRINGS; i++) {
        size_t length = call->request->string_length[i];
        CHECK((call->string[i] != NULL) == (length > 0));
        if (length == 0)
            continue;
        CHECK(call->string[i] == from && length <= (size_t)(end - from) && from[length - 1] == '\0');
        from += length;
    }
    CHECK(from == end);
}

static void check_call(const struct call *call, const struct record *record)
{
    const struct request *request = call->request;
    size_t fds = 0;

    CHECK(request->operation >= OP_MKDIR && request->operation <= OP_UMOUNT);
    CHECK(call->string[STRING_PATH] != NULL && call->fd[FD_ROOT] >= 0);
    CHECK(request->group_count <= REQUEST_GROUPS_MAX && request->pid_levels <= PID_LEVELS_MAX);
    check_strings(call, record->size);
    for (int i = 0; i < FD_KINDS; i++) {
        CHECK((call->fd[i] >= 0) == (request->descriptors >> i & 1));
        fds += call->fd[i] >= 0;
    }
    CHECK(fds == record->fds);
    for (int i = 0; i < 4; i++)
        CHECK(request->uid[i] != UINT32_MAX && request->gid[i] != UINT32_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int ends[2] = {-1, -1};
    struct call call = {0};

    if (ends[0] < 0)
        make_pair(SOCK_SEQPACKET, ends);
    if (size < 2) /* a worker ends when it receives nothing */
        return 0;
    struct record record = {.bytes = data + 1, .size = size - 1, .fds = data[0] % 24};
    if (send_fuzzed(ends[0], &record) < 0)
        return 0;
    if (receive_call(ends[1], &call, true) == 0)
        check_call(&call, &record);
    for (int fd = ends[1] + 2; fd < ends[1] + 30; fd++)
        close(fd); /* a worker's own end would close them */
    return 0;
}

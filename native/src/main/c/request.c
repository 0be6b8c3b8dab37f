/* Receives a request. A request that Java built wrongly must not become a call, so every length has to add up. */
#include <string.h>
#include <unistd.h>

#include "protocol.h"
#include "request.h"
#include "util.h"

#define NAMESPACES (1u << FD_MOUNT_NS | 1u << FD_NET_NS | 1u << FD_IPC_NS | 1u << FD_UTS_NS | 1u << FD_CGROUP_NS)

#define ONE (1u << STRING_PATH)
#define TWO (ONE | 1u << STRING_PATH_2)
#define NAME (1u << STRING_NAME)
#define VALUE (1u << STRING_VALUE)
#define OPTIONS (1u << STRING_OPTIONS)

static const struct {
    uint32_t needs, may;
} strings[] = {
    [OP_MKDIR] = {ONE, 0},
    [OP_UNLINK] = {ONE, 0},
    [OP_RENAME] = {TWO, 0},
    [OP_LINK] = {TWO, 0},
    [OP_SYMLINK] = {ONE | NAME, 0},
    [OP_CHMOD] = {ONE, 0},
    [OP_CHOWN] = {ONE, 0},
    [OP_MKNOD] = {ONE, 0},
    [OP_OPEN] = {ONE, 0},
    [OP_LOOK] = {ONE, 0},
    [OP_SETXATTR] = {ONE | NAME | VALUE, 0},
    [OP_REMOVEXATTR] = {ONE | NAME, 0},
    [OP_MOUNT] = {ONE | NAME, VALUE | OPTIONS | 1u << STRING_COVERS},
    [OP_MOUNT_CALL] = {ONE, 1u << STRING_PATH_2 | VALUE | NAME | OPTIONS},
    [OP_UMOUNT] = {ONE, VALUE},
};

static union {
    struct request request;
    char bytes[sizeof(struct request) + REQUEST_GROUPS_MAX * sizeof(uint32_t) + REQUEST_STRINGS_MAX];
} buffer;

static bool take_descriptors(struct call *call, const int *fds, size_t count, bool must_be_complete)
{
    uint32_t there = call->request->descriptors;
    size_t next = 0;

    bool complete = there >> FD_ROOT & 1 && (there >> FD_THREAD & 1 || (there & NAMESPACES) == NAMESPACES);

    if (there >> FD_KINDS || (must_be_complete && !complete) || (size_t)__builtin_popcount(there) != count)
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
    return request->pid_levels <= PID_LEVELS_MAX
        && !(request->flags
            & ~(REQUEST_WORKER_IS_VISIBLE | REQUEST_LABEL_OF_THREAD | REQUEST_UNDECIDED | REQUEST_ASK | REQUEST_STAY));
}

static bool may_hold_nul(const struct request *request, int string)
{
    uint32_t operation = request->operation;

    return string == STRING_COVERS || (string == STRING_VALUE && (operation == OP_SETXATTR || operation == OP_UMOUNT))
        || (string == STRING_OPTIONS && operation == OP_MOUNT_CALL);
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
        if (!may_hold_nul(call->request, i) && strlen(from) != length - 1)
            return false;
        call->string[i] = from;
        from += length;
        size -= length;
    }
    return size == 0;
}

static bool are_those_of_the_operation(const struct call *call)
{
    uint32_t operation = call->request->operation, there = 0;

    if (operation >= sizeof strings / sizeof *strings || strings[operation].needs == 0)
        return false;
    for (int i = 0; i < REQUEST_STRINGS; i++)
        if (call->string[i] != NULL && i != STRING_LABEL && i != STRING_CGROUPS)
            there |= 1u << i;
    return (there & strings[operation].needs) == strings[operation].needs
        && !(there & ~(strings[operation].needs | strings[operation].may));
}

/* A call that is left to the caller cannot be decided. */
static bool can_ask(const struct request *request)
{
    return !(request->flags & REQUEST_ASK) || !(request->flags & REQUEST_UNDECIDED);
}

/* What a handler grants is never in a worker that stays. */
static bool is_granted(const struct request *request)
{
    uint32_t operation = request->operation;

    return operation == OP_MOUNT || operation == OP_MOUNT_CALL || operation == OP_UMOUNT
        || (operation == OP_MKNOD && request->number[2]);
}

static bool can_stay(const struct call *call)
{
    bool stays = call->request->flags & REQUEST_STAY;

    return stays ? !is_granted(call->request) && call->string[STRING_LABEL] == NULL : call->fd[FD_ENDING] < 0;
}

/* An open says to whom the descriptor goes. No other request has a listener. */
static bool goes_to_somebody(const struct call *call)
{
    return (call->request->operation == OP_OPEN) == (call->fd[FD_LISTENER] >= 0);
}

/* A relative path starts from a descriptor of the caller, and never from where the worker happens to be. */
static bool have_a_start(const struct call *call)
{
    for (int i = STRING_PATH; i <= STRING_PATH_2; i++) {
        const char *path = call->string[i];
        if (path != NULL && *path != '/' && *path != '\0' && start_of(call, i) < 0)
            return false;
    }
    return true;
}

int receive_call(int socket, struct call *call, bool must_be_complete)
{
    int fds[FD_KINDS];
    size_t fd_count;
    ssize_t size = receive_record(socket, &buffer, sizeof buffer, fds, FD_KINDS, &fd_count);

    if (size < (ssize_t)sizeof(struct request) || buffer.request.group_count > REQUEST_GROUPS_MAX)
        return fail_with(EINVAL);
    size_t groups = buffer.request.group_count * sizeof(uint32_t), rest = (size_t)size - sizeof(struct request);
    if (groups > rest || rest - groups > REQUEST_STRINGS_MAX)
        return fail_with(EINVAL);
    call->request = &buffer.request;
    call->groups = (const uint32_t *)(buffer.bytes + sizeof(struct request));
    if (!take_descriptors(call, fds, fd_count, must_be_complete) || !ids_are_ids(call->request)
        || !take_strings(call, buffer.bytes + sizeof(struct request) + groups, rest - groups)
        || !are_those_of_the_operation(call) || !have_a_start(call) || !goes_to_somebody(call)
        || !can_ask(call->request) || !can_stay(call))
        return fail_with(EINVAL);
    return 0;
}

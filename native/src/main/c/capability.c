#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capability.h"
#include "protocol.h"
#include "request.h"

int get_capabilities(struct capabilities *out)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];

    if (syscall(SYS_capget, &header, data) < 0)
        return -1;
    out->effective = (uint64_t)data[1].effective << 32 | data[0].effective;
    out->permitted = (uint64_t)data[1].permitted << 32 | data[0].permitted;
    out->inheritable = (uint64_t)data[1].inheritable << 32 | data[0].inheritable;
    return 0;
}

int set_capabilities(const struct capabilities *wanted)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];

    for (int i = 0; i < 2; i++) {
        data[i].effective = (uint32_t)(wanted->effective >> 32 * i);
        data[i].permitted = (uint32_t)(wanted->permitted >> 32 * i);
        data[i].inheritable = (uint32_t)(wanted->inheritable >> 32 * i);
    }
    return (int)syscall(SYS_capset, &header, data);
}

int raise_capability(int capability)
{
    struct capabilities own;

    if (get_capabilities(&own) < 0)
        return -1;
    own.effective |= UINT64_C(1) << capability;
    return set_capabilities(&own);
}

int keep_only_capability(int capability)
{
    struct capabilities only = {.effective = UINT64_C(1) << capability, .permitted = UINT64_C(1) << capability};

    return set_capabilities(&only);
}

int lower_capabilities(const struct call *call)
{
    struct capabilities own;

    if (get_capabilities(&own) < 0)
        return -1;
    own.effective = call->request->effective & own.permitted;
    return set_capabilities(&own);
}

/* Whether the kernel itself would ask nothing more of the caller. */
bool is_administrator(const struct call *call)
{
    return call->request->effective & UINT64_C(1) << CAP_SYS_ADMIN && call->fd[FD_USER_NS] < 0;
}

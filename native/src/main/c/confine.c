#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include "confine.h"
#include "util.h"

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#endif

#define JUMP_IF(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(value), (unsigned char)(yes), no)
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, action)

/* A sanitizer makes other calls before it says what is wrong. */
#if defined(__SANITIZE_ADDRESS__)
#define OTHERWISE SECCOMP_RET_ALLOW
#else
#define OTHERWISE SECCOMP_RET_KILL_PROCESS
#endif

int confine(const int *calls, size_t count)
{
    struct sock_filter filter[CONFINED_CALLS_MAX + 6], *end = filter;

    if (count > CONFINED_CALLS_MAX)
        return fail_with(E2BIG);
    /* The same number means another call in another architecture. So no call of another architecture is allowed. */
    *end++ = (struct sock_filter)LOAD(arch);
    *end++ = (struct sock_filter)JUMP_IF(NATIVE_ARCH, 1, 0);
    *end++ = (struct sock_filter)RETURN(OTHERWISE);
    *end++ = (struct sock_filter)LOAD(nr);
    for (size_t i = 0; i < count; i++)
        *end++ = (struct sock_filter)JUMP_IF(calls[i], count - i, 0);
    *end++ = (struct sock_filter)RETURN(OTHERWISE);
    *end++ = (struct sock_filter)RETURN(SECCOMP_RET_ALLOW);
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &(struct sock_fprog){(unsigned short)(end - filter), filter});
}

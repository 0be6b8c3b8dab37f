/*
 * System calls without a C library. The object is loaded into a JVM whose C library may be glibc or musl, so it needs
 * none. Each returns what the kernel returns: -1 to -4095 is a negative errno.
 */
#ifndef SECCOMP_CROSSING_SYSCALLS_H
#define SECCOMP_CROSSING_SYSCALLS_H

#include <asm/unistd.h>

/* What Java calls. All else stays inside. */
#define CROSSING __attribute__((visibility("default")))

static inline long system_call(long number, long a, long b, long c, long d, long e, long f)
{
#if defined(__x86_64__)
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;

    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
#else
#error "the system calls of this machine are not known"
#endif
}

static inline long sys_openat(int directory, const char *path, int flags)
{
    return system_call(__NR_openat, directory, (long)path, flags, 0, 0, 0);
}

static inline long sys_read(int fd, void *buffer, unsigned long size)
{
    return system_call(__NR_read, fd, (long)buffer, (long)size, 0, 0, 0);
}

static inline long sys_pread(int fd, void *buffer, unsigned long size, long offset)
{
    return system_call(__NR_pread64, fd, (long)buffer, (long)size, offset, 0, 0);
}

static inline long sys_readlinkat(int directory, const char *path, char *buffer, unsigned long size)
{
    return system_call(__NR_readlinkat, directory, (long)path, (long)buffer, (long)size, 0, 0);
}

struct statx;

static inline long sys_statx(int directory, const char *path, int flags, unsigned mask, struct statx *found)
{
    return system_call(__NR_statx, directory, (long)path, flags, mask, (long)found, 0);
}

static inline long sys_ioctl(int fd, unsigned long request, void *argument)
{
    return system_call(__NR_ioctl, fd, (long)request, (long)argument, 0, 0, 0);
}

/* Waits without an end. */
static inline long sys_epoll_wait(int epoll, void *events, int most)
{
    return system_call(__NR_epoll_pwait, epoll, (long)events, most, -1, 0, 0);
}

struct pollfd;
struct __kernel_timespec;

static inline long sys_ppoll(struct pollfd *polled, unsigned count, const struct __kernel_timespec *time)
{
    return system_call(__NR_ppoll, (long)polled, count, (long)time, 0, 0, 0);
}

/* These three are about the calling thread. */
static inline long sys_getcpu(unsigned *processor)
{
    return system_call(__NR_getcpu, (long)processor, 0, 0, 0, 0, 0);
}

static inline long sys_sched_getaffinity(unsigned long *mask, unsigned long size)
{
    return system_call(__NR_sched_getaffinity, 0, (long)size, (long)mask, 0, 0, 0);
}

static inline long sys_sched_setaffinity(const unsigned long *mask, unsigned long size)
{
    return system_call(__NR_sched_setaffinity, 0, (long)size, (long)mask, 0, 0, 0);
}

static inline long sys_close(int fd)
{
    return system_call(__NR_close, fd, 0, 0, 0, 0, 0);
}

#endif

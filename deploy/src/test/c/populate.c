/* populate: keeps a processor in the kernel. It makes pages, copies their tables and frees all, again and again. */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#define SIZE (64UL << 20)

int main(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        void *pages =
            mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
        if (pages == MAP_FAILED)
            return 1;
        if (fork() == 0)
            _exit(0);
        wait(NULL);
        munmap(pages, SIZE);
    }
}

/*
 * A worker with two threads. The second thread may do less than the first, and the first speaks for it. They never run
 * at the same time. So they can share all memory, even the C library's errno.
 */
#include <stdbool.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "turns.h"
#include "util.h"

enum thread { FIRST, SECOND };

static struct {
    bool divided;
    int baton[2]; /* an eventfd for each thread */
    int64_t result;
    int error;
    int (*errand)(void *); /* what the first thread has to do; NULL: everything is over */
    void *of_errand;
} desk;

static void wait_for_baton(enum thread self)
{
    uint64_t passed;

    if (RETRY(read(desk.baton[self], &passed, sizeof passed)) != sizeof passed)
        _exit(1);
}

static void pass_baton(enum thread other)
{
    if (RETRY(write(desk.baton[other], &(uint64_t){1}, sizeof(uint64_t))) != sizeof(uint64_t))
        _exit(1);
}

int prepare_turns(void)
{
    for (int i = FIRST; i <= SECOND; i++)
        if ((desk.baton[i] = eventfd(0, EFD_CLOEXEC)) < 0)
            return -1;
    return 0;
}

int64_t do_errands(void)
{
    for (;;) {
        wait_for_baton(FIRST);
        if (desk.errand == NULL)
            break;
        desk.result = desk.errand(desk.of_errand);
        desk.error = errno;
        pass_baton(SECOND);
    }
    errno = desk.error;
    return desk.result;
}

void begin_second_turn(void)
{
    desk.divided = true;
}

void end_second_turn(int64_t result)
{
    desk.result = result;
    desk.error = errno;
    desk.errand = NULL;
    pass_baton(FIRST);
    for (;;)
        wait_for_baton(SECOND); /* the first thread ends the process */
}

int run_without_label(int (*errand)(void *), void *argument)
{
    if (!desk.divided)
        return errand(argument);
    desk.errand = errand;
    desk.of_errand = argument;
    pass_baton(FIRST);
    wait_for_baton(SECOND);
    errno = desk.error;
    return (int)desk.result;
}

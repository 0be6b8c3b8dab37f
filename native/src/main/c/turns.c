/*
 * A worker with two threads. The second thread may do less than the first, and the first speaks for it. They never run
 * at the same time. So they can share all memory, even the C library's errno.
 */
#include <linux/futex.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "turns.h"
#include "util.h"

enum thread { FIRST, SECOND };

static struct {
    bool divided;
    uint32_t turn; /* whose it is: a futex */
    int64_t result;
    int error;
    int (*errand)(void *); /* what the first thread has to do; NULL: everything is over */
    void *of_errand;
} desk = {.turn = SECOND};

static void await_turn(enum thread self)
{
    uint32_t now;

    while ((now = __atomic_load_n(&desk.turn, __ATOMIC_ACQUIRE)) != self)
        syscall(SYS_futex, &desk.turn, FUTEX_WAIT_PRIVATE, now, NULL, NULL, 0);
}

static void pass_turn(enum thread other)
{
    __atomic_store_n(&desk.turn, other, __ATOMIC_RELEASE);
    syscall(SYS_futex, &desk.turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

int64_t do_errands(void)
{
    for (;;) {
        await_turn(FIRST);
        if (desk.errand == NULL)
            break;
        desk.result = desk.errand(desk.of_errand);
        desk.error = errno;
        pass_turn(SECOND);
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
    pass_turn(FIRST);
    for (;;)
        await_turn(SECOND); /* the first thread ends the process */
}

int run_without_label(int (*errand)(void *), void *argument)
{
    if (!desk.divided)
        return errand(argument);
    desk.errand = errand;
    desk.of_errand = argument;
    pass_turn(FIRST);
    await_turn(SECOND);
    errno = desk.error;
    return (int)desk.result;
}

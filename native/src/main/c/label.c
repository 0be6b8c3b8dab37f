/*
 * The caller's LSM label, taken on last: what is under it may do no more than the caller.
 *
 * That may be too little to send a reply or to be killed by the agent. A label of AppArmor belongs to a thread, so a
 * second thread takes it and makes the call, while the first speaks for it. They never run at the same time: so they
 * can share all memory, the C library's errno too.
 */
#include <string.h>
#include <sys/eventfd.h>

#include "helper.h"
#include "kernel.h"
#include "util.h"

enum thread { FIRST, SECOND };

static struct {
    bool divided;
    int baton[2]; /* an eventfd for each */
    struct call *call;
    int64_t (*perform)(void *);
    void *argument;
    int64_t result;
    int error;
    bool outside; /* the second thread was born outside of the caller's cgroups, and both are there until it runs */
    int (*errand)(void *); /* for the first thread to do; NULL: it is all over */
    void *of_errand;
} desk;

static int take_label(const struct call *call, const char *attribute)
{
    at(STEP_LABEL);
    /* Only a process that opened the file itself may write to it. */
    autofd file = sys_openat2(PROC_FD, attribute, O_WRONLY, 0);
    if (file < 0)
        return -1;
    size_t length = call->request->string_length[STRING_LABEL] - 1;
    if (write(file, call->string[STRING_LABEL], length) < 0)
        return -1;
    at(STEP_CALL);
    return 0;
}

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

static int second_thread(void *unused)
{
    (void)unused;
    desk.divided = true;
    if (desk.outside && rejoin_cgroups() < 0)
        _exit(1);
    desk.result = take_label(desk.call, "thread-self/attr/current") < 0 ? -1 : desk.perform(desk.argument);
    desk.error = errno;
    desk.errand = NULL;
    pass_baton(FIRST);
    wait_for_baton(SECOND); /* for ever: the end of the process is the first thread's affair */
    return 0;
}

static int start_second(char *stack)
{
    return clone(second_thread, stack, CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD, NULL);
}

static int64_t divide(void)
{
    static char stack[256 * 1024] __attribute__((aligned(16)));

    at(STEP_LABEL);
    for (int i = FIRST; i <= SECOND; i++)
        if ((desk.baton[i] = eventfd(0, EFD_CLOEXEC)) < 0)
            return -1;
    if (start_second(stack + sizeof stack) < 0 && (errno != EAGAIN || !(desk.outside = leave_cgroups())
            || start_second(stack + sizeof stack) < 0))
        return -1;
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

int without_label(int (*errand)(void *), void *argument)
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

int64_t under_label(struct call *call, int64_t (*perform)(void *), void *argument)
{
    if (call->string[STRING_LABEL] == NULL)
        return perform(argument);
    if (!(call->request->flags & REQUEST_LABEL_OF_THREAD))
        return take_label(call, "self/attr/current") < 0 ? -1 : perform(argument);
    desk.call = call;
    desk.perform = perform;
    desk.argument = argument;
    return divide();
}

/*
 * The caller's LSM label. It is taken last, because a thread with the label may do no more than the caller.
 *
 * That may be too little to send a reply, or to be killed by the agent. A label of AppArmor belongs to a thread. So a
 * second thread takes the label and makes the call.
 */
#include <sched.h>
#include <unistd.h>

#include "cgroup.h"
#include "kernel.h"
#include "label.h"
#include "ownfd.h"
#include "protocol.h"
#include "report.h"
#include "request.h"
#include "turns.h"
#include "util.h"

/* What the second thread is to do. */
struct labelled {
    struct call *call;
    int64_t (*perform)(void *);
    void *argument;
    bool outside; /* it was started outside of the caller's cgroups, and both threads stay outside until it runs */
};

static int take_label(const struct call *call, const char *attribute)
{
    enter_step(STEP_LABEL);
    /* Only the process that opened this file may write to it. */
    autofd file = sys_openat2(PROC_FD, attribute, O_WRONLY, 0);
    if (file < 0)
        return -1;
    size_t length = call->request->string_length[STRING_LABEL] - 1;
    if (write(file, call->string[STRING_LABEL], length) < 0)
        return -1;
    enter_step(STEP_CALL);
    return 0;
}

static int second_thread(void *argument)
{
    const struct labelled *it = argument;

    begin_second_turn();
    if (it->outside && rejoin_cgroups() < 0)
        _exit(1);
    end_second_turn(take_label(it->call, "thread-self/attr/current") < 0 ? -1 : it->perform(it->argument));
}

static int start_second(char *stack, struct labelled *it)
{
    return clone(second_thread, stack, CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD, it);
}

static int64_t run_in_second_thread(struct labelled *it)
{
    static char stack[256 * 1024] __attribute__((aligned(16)));
    char *top = stack + sizeof stack;

    enter_step(STEP_LABEL);
    if (start_second(top, it) < 0 && (errno != EAGAIN || !(it->outside = leave_cgroups()) || start_second(top, it) < 0))
        return -1;
    return do_errands();
}

int64_t run_under_label(struct call *call, int64_t (*perform)(void *), void *argument)
{
    if (call->string[STRING_LABEL] == NULL)
        return perform(argument);
    if (!(call->request->flags & REQUEST_LABEL_OF_THREAD))
        return take_label(call, "self/attr/current") < 0 ? -1 : perform(argument);
    return run_in_second_thread(&(struct labelled){.call = call, .perform = perform, .argument = argument});
}

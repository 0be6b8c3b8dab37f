/*
 * What the run mode receives: struct launch, and what follows it. An input is one message. The plan lies within it.
 */
#include <setjmp.h>

#include "fuzz.h"

static jmp_buf ended;

static void end_here(int status) __attribute__((noreturn));
static void end_here(int status)
{
    longjmp(ended, status + 1);
}

#define exit end_here
#include "launch.c"
#undef exit

/* In place of command.c. */
void run_command(const struct plan *plan, struct handover *handover, int parent)
{
    (void)plan;
    (void)handover;
    (void)parent;
    abort();
}

static void check_string(const char *string, const char *begin, const char *end)
{
    CHECK(string >= begin && string < end && memchr(string, '\0', (size_t)(end - string)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *message = malloc(size + 1);
    struct plan plan = {0};

    memcpy(message, data, size);
    char *exact = realloc(message, size ? size : 1);
    if (setjmp(ended) == 0) {
        read_plan(exact, size, &plan);
        const char *begin = exact + sizeof(struct launch), *end = exact + size;
        check_string(plan.rootfs, begin, end);
        check_string(plan.host_name, begin, end);
        check_string(plan.directory, begin, end);
        CHECK(plan.covers >= begin && plan.covers + plan.covers_length <= end);
        CHECK((const char *)(plan.filter + plan.filter_count) <= end);
        CHECK(plan.arguments[0] != NULL);
        for (char **each = plan.arguments; *each; each++)
            check_string(*each, begin, end);
        for (char **each = plan.environment; *each; each++)
            check_string(*each, begin, end);
    }
    free(plan.arguments);
    free(exact);
    return 0;
}

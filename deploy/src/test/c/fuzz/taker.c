/*
 * A keeper takes over from another one, which an input stands for: a byte that says whether that is dead at the end,
 * and a list of records, which are there at once. What is taken is stored once, and a failure leaves nothing open.
 */
#include <poll.h>
#include <setjmp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "smallstore.h"

/* Nothing is waited for: what is there is there from the start. */
static bool is_dead;
static jmp_buf ended;

static int poll_now(struct pollfd *polled, nfds_t count, int milliseconds)
{
    int ready = poll(polled, count, 0);

    (void)milliseconds;
    if (count == 1)
        return is_dead;
    return ready;
}

static void end_here(int status) __attribute__((noreturn));
static void end_here(int status)
{
    longjmp(ended, status + 1);
}

#define poll poll_now
#define exit end_here
#include "take.c"
#undef poll
#undef exit

static int taken_from = -1;

/* In place of meet.c. */
int connect_to_keeper(const char *path)
{
    (void)path;
    return taken_from;
}

bool is_safe_folder(const char *path)
{
    (void)path;
    return true;
}

/* In place of peer.c: whoever sent it was there before. */
int open_administrator(pid_t pid, uid_t uid, uint64_t before)
{
    (void)uid;
    (void)before;
    return sys_pidfd_open(pid);
}

static void forget(void)
{
    close_fd(&connection);
    close_fd(&giver);
    close_fd(&given);
    close_fd(&givers_agent);
    giver_pid = 0;
    is_told = false;
    identity_of_giver[0] = '\0';
    remove_all_stored();
}

static void check_taken(void)
{
    CHECK(strnlen(identity_of_giver, sizeof identity_of_giver) <= IDENTITY_MAX);
    for (int fd = FIRST_KEPT_FD; next_stored(&fd); fd++)
        CHECK(fcntl(fd, F_GETFD) >= 0 && fd != given && fd != connection && fd != giver);
    CHECK(given < 0 || fcntl(given, F_GETFD) >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct records records = {.at = data, .end = data + size};
    struct record record;
    int ends[2];

    open_small_store();
    begin_descriptors();
    is_dead = size > 0 && *records.at++ & 1;
    make_pair(SOCK_SEQPACKET, ends);
    taken_from = ends[0];
    if (tell_senders(ends[0]) < 0)
        abort();
    while (next_record(&records, &record))
        send_fuzzed(ends[1], &record);
    shutdown(ends[1], SHUT_WR);
    if (setjmp(ended) == 0 && take_stored("", "me", -1)) {
        check_taken();
        tell_giver(getpid());
        for (int i = 0; i < 100 && is_taking(); i++)
            if (go_on_taking() == TAKING_DONE)
                taken();
    }
    close(ends[1]);
    forget();
    CHECK(are_descriptors_even());
    return 0;
}

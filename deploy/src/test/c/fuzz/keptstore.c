/*
 * A keeper hears an agent. An input is a list of records, which are what one agent sends until it ends. The store has
 * what the records say, and when all is removed nothing is left open.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent.h"
#include "fuzz.h"
#include "smallstore.h"
#include "store.h"
#include "words.h"

/* In place of give.c: nobody takes over. */
void tell_removal(const char *name)
{
    (void)name;
}

static void check_store(void)
{
    size_t count = 0;

    for (int fd = FIRST_KEPT_FD; next_stored(&fd); fd++) {
        size_t length = strlen(name_of_stored(fd));
        CHECK(length > 0 && length <= KEPT_NAME_MAX);
        CHECK(dup2(fd, fd) == fd);
        count++;
    }
    CHECK(count == count_stored());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct records records = {.at = data, .end = data + size};
    struct record record;
    int ends[2];

    open_small_store();
    begin_descriptors();
    make_pair(SOCK_SEQPACKET, ends);
    struct agent agent = {.pid = getpid(), .socket = ends[0]};
    if (tell_senders(ends[0]) < 0)
        abort();
    while (next_record(&records, &record)) {
        send_fuzzed(ends[1], &record);
        if (record.kind & 0x40)
            agent.pid++; /* somebody else seems to send it */
        size_t before = count_stored();
        hear_agent(&agent);
        check_store();
        CHECK(!(record.kind & 0x40) || count_stored() == before);
        agent.pid = getpid();
    }
    close(ends[1]);
    bury_agent(&agent);
    CHECK(agent.pid == 0 && agent.socket == -1);
    remove_all_stored();
    CHECK(count_stored() == 0 && are_descriptors_even());
    return 0;
}

/*
 * The workers that were not released. Their number is bounded by the calls in flight, and nearly all of those that are
 * here are idle or at work. So a search from one end is fast enough.
 */
#include <stddef.h>

#include "roster.h"
#include "util.h"

#define MEMBERS_MAX 8192

static struct member members[MEMBERS_MAX];
static size_t count;

bool roster_is_full(void)
{
    return count == MEMBERS_MAX;
}

void add_member(struct member member)
{
    members[count++] = member;
}

struct member *find_member(uint64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (members[i].number == number)
            return &members[i];
    return NULL;
}

void remove_member(struct member *member)
{
    close_fd(&member->socket);
    close_fd(&member->pidfd);
    *member = members[--count];
}

bool for_each_member(bool (*act)(const struct member *member))
{
    for (size_t i = 0; i < count; i++)
        if (!act(&members[i]))
            return false;
    return true;
}

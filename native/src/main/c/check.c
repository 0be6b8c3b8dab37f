/*
 * A call that the agent decides on when it is known where its paths lead. The worker waits for the decision with the
 * descriptors in its hands, and then acts on just these. So nobody can make the paths lead elsewhere in between. A path
 * as text, or a second look-up, would prove nothing: the caller's threads can exchange links and memory at any time.
 */
#include <limits.h>
#include <string.h>

#include "ask.h"
#include "check.h"
#include "identity.h"
#include "kernel.h"
#include "place.h"
#include "protocol.h"
#include "report.h"
#include "request.h"
#include "util.h"

bool is_checked(const struct call *call)
{
    return call->request->flags & REQUEST_ASK;
}

static size_t length_without_slashes(const char *last)
{
    return strcspn(last, "/");
}

bool names_nothing(const char *last)
{
    size_t length = length_without_slashes(last);

    return length == 0 || (length <= 2 && strncmp(last, "..", length) == 0);
}

static union {
    struct check check;
    char bytes[sizeof(struct check) + FOUND_MAX * PATH_MAX];
} message;

/*
 * Nothing is above a folder that was moved out of what its mount shows. Its path is then that of another place. If the
 * kernel does not say what is above, that may be the reason.
 */
static bool may_be_moved(int folder)
{
    autofd above = sys_openat2(folder, "..", O_PATH | O_DIRECTORY, 0);

    return above < 0 && errno != ENOTDIR;
}

static size_t add_place(size_t size, const struct place *place)
{
    size_t length = place->last ? length_without_slashes(place->last) : 0;

    struct found *found = &message.check.found[message.check.reply.value++];
    *found = (struct found){.fd = place->fd, .name_length = (uint32_t)length};
    find_mount(place->fd, &found->mount, &found->type);
    found->moved = may_be_moved(place->fd);
    memcpy(message.bytes + size, place->last ? place->last : "", length);
    return size + length;
}

int check_places(const struct call *call, const struct place *first, const struct place *second)
{
    size_t size = sizeof message.check;

    if (!is_checked(call))
        return 0;
    memset(&message.check, 0, sizeof message.check);
    message.check.reply = make_question(STEP_CHECK, 0);
    size = add_place(size, first);
    if (second)
        size = add_place(size, second);
    return ask_for_decision(&message.check, size);
}

int check_object(const struct call *call, int object)
{
    return check_places(call, &(struct place){.fd = object}, NULL);
}

int check_names(const struct call *call, const struct place *first, const struct place *second)
{
    if ((first->last && names_nothing(first->last)) || (second && second->last && names_nothing(second->last)))
        return 0;
    return check_places(call, first, second);
}

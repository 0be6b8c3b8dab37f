/* What a component of a path means in a procfs: the caller's own directories, and its own links. */
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "ownlink.h"
#include "request.h"
#include "trail.h"
#include "util.h"

#define LINK_LENGTH 24 /* own links have no longer names */

static bool is_own(const struct walk *w, const uint32_t *ids)
{
    char own[16];

    if (w->level < 0)
        return false;
    snprintf(own, sizeof own, "%u", ids[w->level]);
    return strcmp(w->name, own) == 0;
}

/* What the directory with this name is, seen from here. */
enum spot find_spot(struct walk *w)
{
    const struct request *request = w->call->request;

    if (strcmp(w->name, ".") == 0)
        return w->spot;
    if (w->spot == PROC_ROOT && is_own(w, request->process_id)) {
        w->of_thread = false;
        return OWN;
    }
    if ((w->spot == PROC_ROOT || w->spot == OWN_TASKS) && is_own(w, request->thread_id)) {
        w->of_thread = true;
        return OWN;
    }
    if (w->spot == OWN && strcmp(w->name, "task") == 0)
        return OWN_TASKS;
    if (w->spot == OWN && strcmp(w->name, "fd") == 0)
        return OWN_FD;
    if (w->spot == OWN && strcmp(w->name, "ns") == 0)
        return OWN_NS;
    if ((w->spot == OWN_FD || w->spot == OWN_NS || w->spot == OWN_TASKS) && strcmp(w->name, "..") == 0)
        return OWN;
    return ELSEWHERE;
}

static bool consists_of(const char *name, const char *characters)
{
    return name[strspn(name, characters)] == '\0' && strlen(name) <= LINK_LENGTH;
}

/* The name by which the agent knows one of the caller's own magic links; NULL if the component is none. */
const char *name_own_link(const struct walk *w, char *name, size_t size)
{
    const char *folder = w->spot == OWN_FD ? "fd/" : w->spot == OWN_NS ? "ns/" : "";

    switch (w->spot) {
    case OWN:
        if (strcmp(w->name, "cwd") != 0 && strcmp(w->name, "root") != 0 && strcmp(w->name, "exe") != 0)
            return NULL;
        break;
    case OWN_FD:
        if (!consists_of(w->name, "0123456789") || (w->name[0] == '0' && w->name[1] != '\0'))
            return NULL;
        break;
    case OWN_NS:
        if (!consists_of(w->name, "abcdefghijklmnopqrstuvwxyz_"))
            return NULL;
        break;
    default:
        return NULL;
    }
    snprintf(name, size, "%s%.*s", folder, LINK_LENGTH, w->name);
    return name;
}

/* Expands self and thread-self as the caller would read them. */
int expand_self(struct walk *w, bool of_thread)
{
    const struct request *request = w->call->request;
    char own[40];

    if (w->level < 0)
        return fail_with(ENOENT);
    int length = of_thread
        ? snprintf(own, sizeof own, "%u/task/%u", request->process_id[w->level], request->thread_id[w->level])
        : snprintf(own, sizeof own, "%u", request->process_id[w->level]);
    return prepend(w, own, (size_t)length);
}

/* Whether the component at hand is one of the caller's descriptors. The worker may not be able to look there. */
bool is_own_descriptor(const struct walk *w)
{
    char own[32];

    if (name_own_link(w, own, sizeof own) == NULL)
        return false;
    autofd link = ask_for_link(own, w->of_thread);
    return link >= 0;
}

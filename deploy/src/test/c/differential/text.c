/* Makes the text of a path. */
#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "differential.h"

const char *object_name(const struct path *path, const char *usual)
{
    return path->name != NULL ? path->name : usual;
}

static void expand(const char *template, const char *scratch, const char *name, int descriptor, pid_t other,
                   char *text)
{
    char *end = text;

    for (const char *at = template; *at; at++) {
        if (*at != '%') {
            *end++ = *at;
            continue;
        }
        switch (*++at) {
        case 'S':
            end = stpcpy(end, scratch);
            break;
        case 'N':
            end = stpcpy(end, name);
            break;
        case 'D':
            end += sprintf(end, "%d", descriptor);
            break;
        case 'P':
            end += sprintf(end, "%d", getpid());
            break;
        case 'T':
            end += sprintf(end, "%d", gettid());
            break;
        case 'O':
            end += sprintf(end, "%d", other);
            break;
        }
    }
    *end = '\0';
}

/* Inserts "./" before the last component as often as needed, and a slash if needed. */
static void pad(char *text, size_t wanted)
{
    char padded[PATH_BUFFER], *last = strrchr(text, '/') + 1, *end = padded;

    end = mempcpy(end, text, (size_t)(last - text));
    for (size_t left = wanted - strlen(text); left > 0; left -= left > 1 ? 2 : 1)
        end = left > 1 ? stpcpy(end, "./") : stpcpy(end, "/");
    strcpy(end, last);
    strcpy(text, padded);
}

char *path_text(const struct path *path, const char *scratch, const char *name, int descriptor, pid_t other,
                char *text)
{
    expand(path->template, scratch, name, descriptor, other, text);
    if (path->text == PADDED)
        pad(text, PATH_MAX - 1);
    else if (path->text == PADDED_TO_4096)
        pad(text, PATH_MAX);
    return text;
}

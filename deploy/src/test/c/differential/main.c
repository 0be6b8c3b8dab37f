/*
 * differential [OPTION]... -- COMMAND...   makes the cases in the container that COMMAND starts
 * differential --inside                    the part in the container, which COMMAND runs there with its own input
 *
 * --scratch FOLDER  the scratch folder in the container, which must not exist yet. Default: /scratch
 * --only TEXT       makes only cases whose description contains TEXT. If repeated, any of the texts
 * --every N         makes only every Nth case, spread evenly
 * --list            prints the descriptions of the cases, and makes none
 * --calls           prints the names of all calls, as for --notify
 *
 * Prints a line for each case: its description, what the call returned and what it changed, separated by tabs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "differential.h"

#define TEXTS_MAX 16

static const char *only[TEXTS_MAX];
static unsigned only_count, every = 1;

void die(const char *what)
{
    fprintf(stderr, "differential: %s: %s\n", what, strerror(errno));
    fflush(stdout);
    _Exit(2);
}

/* Also returns the description. */
static bool selected(unsigned number, const struct scenario *scenario, char *id)
{
    if (every > 1 && (number * 2654435761u >> 8) % every != 0)
        return false;
    describe(scenario, id);
    for (unsigned i = 0; i < only_count; i++)
        if (strstr(id, only[i]) != NULL)
            return true;
    return only_count == 0;
}

static bool list(unsigned number, const struct scenario *scenario)
{
    char id[ID_MAX];

    if (selected(number, scenario, id))
        puts(id);
    return true;
}

static int list_calls(void)
{
    for (const struct call *call = calls; call->name != NULL; call++)
        printf("%s%s", call == calls ? "" : ",", call->name + (call->i386 ? strlen("i386-") : 0));
    putchar('\n');
    return 0;
}

static int wrong_usage(void)
{
    fputs("differential: read main.c for its options\n", stderr);
    return 1;
}

int main(int argc, char **argv)
{
    const char *scratch = "/scratch";
    bool listing = false;
    int i;

    for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--inside") == 0)
            return serve_inside();
        if (strcmp(argv[i], "--calls") == 0)
            return list_calls();
        if (strcmp(argv[i], "--list") == 0)
            listing = true;
        else if (i + 1 == argc)
            return wrong_usage();
        else if (strcmp(argv[i], "--scratch") == 0)
            scratch = argv[++i];
        else if (strcmp(argv[i], "--every") == 0)
            every = (unsigned)atoi(argv[++i]);
        else if (strcmp(argv[i], "--only") == 0 && only_count < TEXTS_MAX)
            only[only_count++] = argv[++i];
        else
            return wrong_usage();
    }
    if (listing) {
        for_each_case(list);
        return 0;
    }
    return i + 1 < argc ? drive(scratch, selected, argv + i + 1) : wrong_usage();
}

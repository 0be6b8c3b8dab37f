/* What is common to the launcher and to the image, which has no shell. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "entry.h"
#include "keep.h"
#include "util.h"
#include "words.h"

#define DEFAULT_SOCKET "/run/seccomp-agent.socket" /* as in AgentCommand.java */

static void refuse(const char *why) __attribute__((noreturn));
static void refuse(const char *why)
{
    fprintf(stderr, "seccomp-agent: %s\n", why);
    exit(2);
}

/* What an option is set to by this argument or by the next one; NULL if it is another option. */
static const char *value_of(char ***arguments, const char *option)
{
    size_t length = strlen(option);
    const char *text = **arguments;

    if (strncmp(text, option, length) != 0)
        return NULL;
    if (text[length] == '=')
        return text + length + 1;
    if (text[length] != '\0')
        return NULL;
    return (*arguments)[1] ? *++*arguments : "";
}

/* Returns the agent's own options. */
static char **parse_keep(char **arguments, struct keeping *keeping, bool *takes_over)
{
    const char *identity;

    for (; *arguments; arguments++) {
        if (strcmp(*arguments, "--takeover") == 0)
            *takes_over = true;
        else if (strcmp(*arguments, "--stay") == 0)
            keeping->stays = true;
        else if ((identity = value_of(&arguments, "--identity")))
            keeping->identity = *identity ? identity : NULL;
        else
            break;
        if (!keeping->identity)
            refuse("--identity needs a text");
    }
    if (strlen(keeping->identity) > IDENTITY_MAX)
        refuse("--identity is too long");
    return arguments;
}

/* The options of the agent may have one dash or two. */
static const char *find_socket(char **options)
{
    const char *found = DEFAULT_SOCKET, *value;

    for (; *options; options++)
        if (**options == '-' && (value = value_of(&options, (*options)[1] == '-' ? "--socketfile" : "-socketfile")))
            found = value;
    return found;
}

/* Other commands than the agent, and help, need no keeper. */
static bool is_for_agent(char **options)
{
    if (*options && **options != '-' && strcmp(*options, "agent") != 0)
        return false;
    for (; *options; options++)
        if (strcmp(*options, "--help") == 0 || strcmp(*options, "-h") == 0 || strcmp(*options, "-help") == 0)
            return false;
    return true;
}

/* So that it is the same program each time, wherever a link on its path leads by then. */
static void name_whole(char **program)
{
    char *whole = strchr(*program, '/') ? realpath(*program, NULL) : NULL;

    if (whole)
        *program = whole;
}

static void join(char **program, char **options)
{
    while (*program)
        program++;
    while ((*program++ = *options++))
        continue;
}

int enter(char **arguments)
{
    struct keeping keeping = {.command = arguments, .identity = ""};
    bool takes_over = false;
    char **options = arguments, *path;

    while (*options && strcmp(*options, "--") != 0)
        options++;
    if (!*options || options == arguments)
        refuse("no program is given");
    *options++ = NULL; /* the program ends here */
    name_whole(arguments);
    bool asked = *options && strcmp(*options, "keep") == 0;
    if (asked)
        options = parse_keep(options + 1, &keeping, &takes_over);
    const char *socket = find_socket(options);
    bool is_kept = asked || is_for_agent(options);
    join(arguments, options);
    if (!is_kept) {
        execvp(*arguments, arguments);
        die(*arguments);
    }
    keeping.listen = socket;
    if (asked) { /* else nobody knows that there is a keeper */
        if (asprintf(&path, "%s.keeper", socket) < 0)
            die("no memory");
        keeping.handover = path;
        keeping.takeover = takes_over ? path : NULL;
    }
    return keep(&keeping);
}

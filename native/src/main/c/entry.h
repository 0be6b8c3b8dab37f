#ifndef SECCOMP_HELPER_ENTRY_H
#define SECCOMP_HELPER_ENTRY_H

/*
 * Starts an agent with its options, as its users give them: PROGRAM... -- [keep [OPTION...]] OPTION...
 * The keeper, which starts it, has a socket beside the agent's.
 */
int enter(char **arguments);

#endif

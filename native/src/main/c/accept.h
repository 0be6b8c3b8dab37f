#ifndef SECCOMP_HELPER_ACCEPT_H
#define SECCOMP_HELPER_ACCEPT_H

/*
 * The agent starts such a process through the helper, with a control socket of its own. acceptors: how many such
 * processes go first at the socket, including this one; 0: this is an ordinary process. which: which of them this is.
 */
void accept_peers(int control, int listening, int acceptors, int which) __attribute__((noreturn));

#endif

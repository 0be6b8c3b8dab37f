/* exchange A B: exchanges two names for ever. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>

#include "attack.h"

int main(int argc, char **argv)
{
    if (argc != 3 || renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE) < 0)
        fail("exchanging");
    for (;;)
        renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE);
}

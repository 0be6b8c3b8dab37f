/*
 * mountfile FILE FOLDER: asks for a mount of a FUSE on FOLDER with a descriptor of FILE, prints the result, and stays.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char options[64];
    int file = argc == 3 ? open(argv[1], O_RDONLY) : -1;

    if (file < 0) {
        perror("open");
        return 1;
    }
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", file);
    if (mount("x", argv[2], "fuse", 0, options) < 0)
        printf("mount: %s\n", strerror(errno));
    else
        printf("mounted\n");
    fflush(stdout);
    pause(); /* its end would wait for the file too */
    return 0;
}

/* What an open finds depends on the opener's namespaces: sysctls, a tun interface, POSIX queues, cgroups. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static void show(const char *path)
{
    char text[512];
    int fd = open(path, O_RDONLY);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

    if (length < 0)
        printf("%s: %s\n", path, strerror(errno));
    else
        printf("%s: %.*s\n", path, (int)length, text);
    close(fd);
}

static void set(const char *path, const char *value)
{
    int fd = open(path, O_WRONLY);
    ssize_t written = fd < 0 ? -1 : write(fd, value, strlen(value));

    printf("%s = %s: %s\n", path, value, written < 0 ? strerror(errno) : "done");
    close(fd);
    show(path);
}

static void count(const char *path)
{
    DIR *folder = opendir(path);
    int entries = 0;

    while (folder != NULL && readdir(folder) != NULL)
        entries++;
    printf("%s has %d entries\n", path, entries);
    if (folder != NULL)
        closedir(folder);
}

static void tun(void)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI, .ifr_name = "tunx"};
    int fd;

    mkdir("/dev/net", 0755);
    mknod("/dev/net/tun", S_IFCHR | 0666, makedev(10, 200));
    fd = open("/dev/net/tun", O_RDWR);
    printf("tun: %s\n", fd < 0 ? strerror(errno) : ioctl(fd, TUNSETIFF, &request) < 0 ? strerror(errno) : "made");
    printf("tunx here: %d\n", if_nametoindex("tunx") != 0);
    close(fd);
}

static void queue(void)
{
    mkdir("/queues", 0755);
    if (mount("queues", "/queues", "mqueue", 0, NULL) < 0)
        printf("mqueue: %s\n", strerror(errno));
    int fd = open("/queues/mine", O_RDWR | O_CREAT, 0600);
    printf("queue: %s\n", fd < 0 ? strerror(errno) : "made");
    close(fd);
    count("/queues");
}

int main(void)
{
    const char *sysctls[] = {
        "/proc/sys/kernel/hostname",
        "/proc/sys/kernel/shmmax",
        "/proc/sys/kernel/sem",
        "/proc/sys/kernel/msgmax",
        "/proc/sys/fs/mqueue/msg_max",
        "/proc/sys/net/ipv4/ip_forward",
        "/proc/sys/net/core/somaxconn",
        "/proc/sys/net/ipv4/ip_local_port_range",
        "/proc/sys/net/unix/max_dgram_qlen",
        "/proc/sys/user/max_user_namespaces",
        "/proc/sys/kernel/pid_max",
        "/proc/sysvipc/shm",
        "/proc/net/dev",
    };

    for (size_t i = 0; i < sizeof sysctls / sizeof *sysctls; i++)
        show(sysctls[i]);
    set("/proc/sys/kernel/shmmax", "123456");
    set("/proc/sys/kernel/msgmax", "4321");
    set("/proc/sys/fs/mqueue/msg_max", "12");
    set("/proc/sys/net/ipv4/ip_forward", "1");
    set("/proc/sys/net/core/somaxconn", "777");
    set("/proc/sys/net/unix/max_dgram_qlen", "11");
    set("/proc/sys/kernel/hostname", "newname");
    count("/proc/sys/net/ipv4/conf");
    count("/proc/sys/net/core");
    tun();
    queue();
    return 0;
}

/* The arguments of the calls. The first entry that fits a call is its usual one. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "differential.h"

#define MODE(text, value) {"mode=" text, MKDIR | CHMOD, "m", .mode = value}
#define CHMOD_AT(text, value) {"0600," text, CHMOD, "a", .mode = 0600, .at = value}
#define OWNERS(text, user, group) {text, CHOWN, .uid = user, .gid = group}
#define CHOWN_AT(text, value) {"-1:" text, CHOWN, "a", .uid = -1, .gid = -1, .at = value}
#define NODE(text, value, dev) {text, MKNOD, .mode = value, .device = dev}
#define FLAGS(text, value, permissions) {text, OPEN, "F", .flags = value, .mode = permissions}
#define HOW(text, value, permissions, restrictions) \
    {"how=" text, OPEN, "h", .flags = value, .mode = permissions, .resolve = restrictions, \
     .size = sizeof(struct open_how)}
#define HOW_SIZE(text, bytes, kind) {"how=" text, OPEN, "h", .size = bytes, .pointer = kind}
#define ATTRIBUTE(text, attribute, content, bytes, kind) \
    {text, SETXATTR, .name = attribute, .value = content, .size = bytes, .flags = kind}
#define NAME(text, attribute) {text, SETXATTR | REMOVEXATTR, .name = attribute, .value = "v", .size = 1}

#define DEVICE(major, minor) (((minor) & 0xffu) | ((major) & 0xfffu) << 8 | ((minor) & ~0xffu) << 12)
#define O_LARGE_FILE 0100000

static const uint32_t capability_v2[] = {0x02000000, 1, 0, 0, 0}, capability_v3[] = {0x03000000, 1, 0, 0, 0, 1000};
static const uint32_t capability_effective[] = {0x02000001, 0x400, 0, 0, 0};
static const uint16_t access_acl[] = {2, 0, 1, 6, 0xffff, 0xffff, 2, 7, 1000, 0, 4, 4, 0xffff, 0xffff,
                                      0x10, 7, 0xffff, 0xffff, 0x20, 0, 0xffff, 0xffff};
static const char bytes[65537];
static const char name_255[] = "user."
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn";

const struct arguments all_arguments[] = {
    {"mode=755", MKDIR, .mode = 0755},
    {"mode=640", CHMOD, .mode = 0640},
    MODE("0", 0), MODE("777", 0777), MODE("1777", 01777), MODE("2755", 02755), MODE("4755", 04755),
    MODE("6777", 06777), MODE("100644", 0100644), MODE("1000700", 01000700), MODE("ffffffff", 0xffffffff),
    MODE("high-bits", 0xabcd000001edul),
    CHMOD_AT("NOFOLLOW", AT_SYMLINK_NOFOLLOW), CHMOD_AT("EMPTY_PATH", AT_EMPTY_PATH),
    CHMOD_AT("EMPTY_PATH|NOFOLLOW", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW), CHMOD_AT("0x200", 0x200),
    CHMOD_AT("0x400", 0x400), CHMOD_AT("-1", 0xffffffff),

    {"flags=0", RMDIR | UNLINK, ""},
    {"REMOVEDIR", RMDIR | UNLINK, "a", .at = AT_REMOVEDIR},
    {"0x100", RMDIR | UNLINK, "a", .at = 0x100},
    {"0x1000", RMDIR | UNLINK, "a", .at = AT_EMPTY_PATH},
    {"-1", RMDIR | UNLINK, "a", .at = 0xffffffff},

    {"flags=0", RENAME, ""},
    {"NOREPLACE", RENAME, "F", .flags = RENAME_NOREPLACE},
    {"EXCHANGE", RENAME, "F", .flags = RENAME_EXCHANGE},
    {"WHITEOUT", RENAME, "F", .flags = RENAME_WHITEOUT},
    {"NOREPLACE|EXCHANGE", RENAME, "F", .flags = RENAME_NOREPLACE | RENAME_EXCHANGE},
    {"NOREPLACE|WHITEOUT", RENAME, "F", .flags = RENAME_NOREPLACE | RENAME_WHITEOUT},
    {"EXCHANGE|WHITEOUT", RENAME, "F", .flags = RENAME_EXCHANGE | RENAME_WHITEOUT},
    {"0x8", RENAME, "F", .flags = 8},

    {"flags=0", LINK, ""},
    {"FOLLOW", LINK, "a", .at = AT_SYMLINK_FOLLOW},
    {"EMPTY_PATH", LINK, "a", .at = AT_EMPTY_PATH},
    {"EMPTY_PATH|FOLLOW", LINK, "a", .at = AT_EMPTY_PATH | AT_SYMLINK_FOLLOW},
    {"NOFOLLOW", LINK, "a", .at = AT_SYMLINK_NOFOLLOW},
    {"0x200", LINK, "a", .at = 0x200},

    {"text=some/where", SYMLINK, .name = "some/where"},
    {"text=", SYMLINK, .name = ""},
    {"text=not-utf8", SYMLINK, .name = "caf\351/\377\376"},
    {"text=4095-bytes", SYMLINK, .size = 4095},
    {"text=4096-bytes", SYMLINK, .size = 4096},
    {"text=NULL", SYMLINK, .pointer = NOT_THERE},
    {"text=unreadable", SYMLINK, .pointer = UNREADABLE},

    OWNERS("-1:-1", -1, -1), OWNERS("1000:-1", 1000, -1), OWNERS("0:0", 0, 0), OWNERS("-1:2000", -1, 2000),
    OWNERS("1000:1000", 1000, 1000), OWNERS("-1:0", -1, 0), OWNERS("5:6", 5, 6), OWNERS("70000:70001", 70000, 70001),
    OWNERS("65535:65535", 65535, 65535), OWNERS("-2:-2", -2, -2), OWNERS("65534:-1", 65534, -1),
    OWNERS("high-bits", 0x5000003e8l, 0x5000003e8l),
    CHOWN_AT("-1,NOFOLLOW", AT_SYMLINK_NOFOLLOW), CHOWN_AT("-1,EMPTY_PATH", AT_EMPTY_PATH),
    CHOWN_AT("-1,EMPTY_PATH|NOFOLLOW", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW), CHOWN_AT("-1,0x200", 0x200),
    CHOWN_AT("-1,-1", 0xffffffff),

    NODE("file", S_IFREG | 0644, 0), NODE("no-type", 0666, 0), NODE("fifo", S_IFIFO | 0666, 0),
    NODE("socket", S_IFSOCK | 0777, 0), NODE("char-1:3", S_IFCHR | 0666, DEVICE(1, 3)), NODE("whiteout", S_IFCHR, 0),
    NODE("whiteout-0666", S_IFCHR | 0666, 0), NODE("char-5:1", S_IFCHR | 0600, DEVICE(5, 1)),
    NODE("char-4000:70000", S_IFCHR | 0600, DEVICE(4000, 70000)), NODE("block-8:0", S_IFBLK | 0600, DEVICE(8, 0)),
    NODE("folder", S_IFDIR | 0755, 0), NODE("link", S_IFLNK | 0777, 0), NODE("type-0xf000", 0170000 | 0644, 0),
    NODE("setuid-file", S_IFREG | 06777, 0), NODE("fifo-with-device", S_IFIFO | 0600, DEVICE(1, 3)),
    NODE("high-bits", 0xabcd00000000ul | S_IFREG | 0640, 0xabcd00000000ul),

    FLAGS("RDONLY", O_RDONLY, 0),
    FLAGS("WRONLY", O_WRONLY, 0), FLAGS("RDWR", O_RDWR, 0), FLAGS("3", 3, 0),
    FLAGS("WRONLY|TRUNC", O_WRONLY | O_TRUNC, 0),
    FLAGS("RDONLY|TRUNC", O_TRUNC, 0), FLAGS("WRONLY|APPEND", O_WRONLY | O_APPEND, 0),
    FLAGS("CREAT|WRONLY,644", O_CREAT | O_WRONLY, 0644), FLAGS("CREAT|RDWR|EXCL,600", O_CREAT | O_RDWR | O_EXCL, 0600),
    FLAGS("CREAT|TRUNC|WRONLY,666", O_CREAT | O_TRUNC | O_WRONLY, 0666), FLAGS("CREAT|RDWR,0", O_CREAT | O_RDWR, 0),
    FLAGS("CREAT|WRONLY,7777", O_CREAT | O_WRONLY, 07777), FLAGS("CREAT,4755", O_CREAT, 04755),
    FLAGS("CREAT|NOFOLLOW,644", O_CREAT | O_NOFOLLOW, 0644), FLAGS("CREAT|DIRECTORY,755", O_CREAT | O_DIRECTORY, 0755),
    FLAGS("CREAT|WRONLY,102644", O_CREAT | O_WRONLY, 0102644), FLAGS("CREAT|CLOEXEC,640", O_CREAT | O_CLOEXEC, 0640),
    FLAGS("NOFOLLOW", O_NOFOLLOW, 0), FLAGS("PATH", O_PATH, 0), FLAGS("PATH|NOFOLLOW", O_PATH | O_NOFOLLOW, 0),
    FLAGS("PATH|DIRECTORY", O_PATH | O_DIRECTORY, 0), FLAGS("PATH|CREAT|RDWR,600", O_PATH | O_CREAT | O_RDWR, 0600),
    FLAGS("DIRECTORY", O_DIRECTORY, 0), FLAGS("DIRECTORY|RDWR", O_DIRECTORY | O_RDWR, 0),
    FLAGS("TMPFILE|RDWR,666", O_TMPFILE | O_RDWR, 0666),
    FLAGS("TMPFILE|EXCL|WRONLY,600", O_TMPFILE | O_EXCL | O_WRONLY, 0600),
    FLAGS("TMPFILE|RDONLY", O_TMPFILE, 0600), FLAGS("TMPFILE-bit|RDWR", 020000000 | O_RDWR, 0600),
    FLAGS("TMPFILE|CREAT|RDWR", O_TMPFILE | O_CREAT | O_RDWR, 0600), FLAGS("CLOEXEC", O_CLOEXEC, 0),
    FLAGS("NOATIME", O_NOATIME, 0), FLAGS("DIRECT", O_DIRECT, 0), FLAGS("WRONLY|SYNC", O_WRONLY | O_SYNC, 0),
    FLAGS("WRONLY|DSYNC", O_WRONLY | O_DSYNC, 0), FLAGS("NONBLOCK", O_NONBLOCK, 0), FLAGS("NOCTTY", O_NOCTTY, 0),
    FLAGS("ASYNC", O_ASYNC, 0), FLAGS("EXCL", O_EXCL, 0), FLAGS("LARGEFILE", O_LARGE_FILE, 0),
    FLAGS("0x40000000", 0x40000000, 0), FLAGS("0x80000000", 0x80000000ul, 0), FLAGS("-1", 0xffffffff, 0777),
    FLAGS("high-bits", 0xabcd00000000ul, 0),

    HOW("RDONLY", 0, 0, 0),
    HOW("CREAT|WRONLY,666", O_CREAT | O_WRONLY, 0666, 0), HOW("RDONLY,mode", 0, 0644, 0),
    HOW("CREAT,10000", O_CREAT, 010000, 0),
    HOW("CREAT,mode-high", O_CREAT, 1ul << 40 | 0644, 0), HOW("PATH", O_PATH, 0, 0),
    HOW("PATH|RDWR", O_PATH | O_RDWR, 0, 0),
    HOW("PATH|NOFOLLOW|CLOEXEC", O_PATH | O_NOFOLLOW | O_CLOEXEC, 0, 0),
    HOW("TMPFILE|RDWR,640", O_TMPFILE | O_RDWR, 0640, 0),
    HOW("flags-high", 1ul << 40, 0, 0), HOW("0x40000000", 0x40000000, 0, 0),
    HOW("WRONLY|TRUNC", O_WRONLY | O_TRUNC, 0, 0),
    HOW("BENEATH", 0, 0, RESOLVE_BENEATH), HOW("IN_ROOT", 0, 0, RESOLVE_IN_ROOT), HOW("NO_XDEV", 0, 0, RESOLVE_NO_XDEV),
    HOW("NO_SYMLINKS", 0, 0, RESOLVE_NO_SYMLINKS), HOW("NO_MAGICLINKS", 0, 0, RESOLVE_NO_MAGICLINKS),
    HOW("BENEATH|IN_ROOT", 0, 0, RESOLVE_BENEATH | RESOLVE_IN_ROOT), HOW("CACHED", 0, 0, RESOLVE_CACHED),
    HOW("CACHED|CREAT", O_CREAT, 0600, RESOLVE_CACHED), HOW("resolve=0x100", 0, 0, 0x100),
    HOW("BENEATH|CREAT,600", O_CREAT | O_RDWR, 0600, RESOLVE_BENEATH), HOW("IN_ROOT|PATH", O_PATH, 0, RESOLVE_IN_ROOT),
    HOW_SIZE("NULL", sizeof(struct open_how), NOT_THERE), HOW_SIZE("unreadable", sizeof(struct open_how), UNREADABLE),
    HOW_SIZE("size=0", 0, GOOD), HOW_SIZE("size=16", 16, GOOD), HOW_SIZE("size=32", 32, GOOD),
    HOW_SIZE("size=40", 40, GOOD),
    HOW_SIZE("size=4096", 4096, GOOD), HOW_SIZE("size=4097", 4097, GOOD),

    {"mode=644", OPEN, "m", .mode = 0644},
    {"mode=0", OPEN, "m", .mode = 0},
    {"mode=7777", OPEN, "m", .mode = 07777},

    NAME("user.test", "user.test"),
    ATTRIBUTE("user.test,empty", "user.test", "", 0, 0), ATTRIBUTE("user.test,NULL,0", "user.test", NULL, 0, 0),
    ATTRIBUTE("user.test,NULL,5", "user.test", NULL, 5, 0),
    ATTRIBUTE("user.test,CREATE", "user.test", "new", 3, XATTR_CREATE),
    ATTRIBUTE("user.test,REPLACE", "user.test", "new", 3, XATTR_REPLACE),
    ATTRIBUTE("user.test,3", "user.test", "new", 3, 3),
    ATTRIBUTE("user.test,flags=4", "user.test", "new", 3, 4), ATTRIBUTE("user.test,1000", "user.test", bytes, 1000, 0),
    ATTRIBUTE("user.test,65536", "user.test", bytes, 65536, 0),
    ATTRIBUTE("user.test,65537", "user.test", bytes, 65537, 0),
    ATTRIBUTE("user.test,size=-1", "user.test", "v", -1ul, 0),
    ATTRIBUTE("trusted.test,CREATE", "trusted.test", "v", 1, XATTR_CREATE),
    ATTRIBUTE("capability-v2", "security.capability", capability_v2, sizeof capability_v2, 0),
    ATTRIBUTE("capability-v3", "security.capability", capability_v3, sizeof capability_v3, 0),
    ATTRIBUTE("capability-effective", "security.capability", capability_effective, sizeof capability_effective, 0),
    ATTRIBUTE("capability,short", "security.capability", capability_v2, 3, 0),
    ATTRIBUTE("access-acl", "system.posix_acl_access", access_acl, sizeof access_acl, 0),
    ATTRIBUTE("default-acl", "system.posix_acl_default", access_acl, sizeof access_acl, 0),
    ATTRIBUTE("access-acl,wrong", "system.posix_acl_access", "wrong", 5, 0),
    NAME("trusted.test", "trusted.test"), NAME("security.test", "security.test"),
    NAME("security.capability", "security.capability"),
    NAME("system.posix_acl_access", "system.posix_acl_access"), NAME("system.test", "system.test"),
    NAME("nobody.test", "nobody.test"), NAME("user.", "user."), NAME("user", "user"), NAME("empty-name", ""),
    NAME("not-utf8", "user.caf\351\377"), NAME("name-255", name_255), NAME("name-256", "!256"),
    NAME("name-5000", "!5000"),
    {"name=NULL", SETXATTR | REMOVEXATTR, .pointer = NOT_THERE, .value = "v", .size = 1},
    {"name=unreadable", SETXATTR | REMOVEXATTR, .pointer = UNREADABLE, .value = "v", .size = 1},
    {"at=NOFOLLOW", SETXATTR | REMOVEXATTR, "a", .at = AT_SYMLINK_NOFOLLOW, .name = "user.test", .value = "v",
     .size = 1},
    {"at=EMPTY_PATH", SETXATTR | REMOVEXATTR, "a", .at = AT_EMPTY_PATH, .name = "user.test", .value = "v", .size = 1},
    {"at=0x200", SETXATTR | REMOVEXATTR, "a", .at = 0x200, .name = "user.test", .value = "v", .size = 1},
    {"args-size=0", SETXATTR, "A", .mode = 1, .name = "user.test", .value = "v", .size = 1},
    {"args-size=24", SETXATTR, "A", .mode = 24, .name = "user.test", .value = "v", .size = 1},
    {"args-size=4097", SETXATTR, "A", .mode = 4097, .name = "user.test", .value = "v", .size = 1},
    {0},
};

const struct arguments *default_arguments(const struct call *call)
{
    const struct arguments *arguments = all_arguments;

    while (arguments->id != NULL && !((arguments->families & call->family) && has_arguments(call, arguments->needs)))
        arguments++;
    return arguments;
}

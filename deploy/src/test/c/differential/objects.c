/* The objects that exist before the call, and the folders that they are in. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "differential.h"

static const uint32_t capability[] = {0x02000001, 0x400, 0, 0, 0};

const struct object objects[] = {
    {"nothing"},
    {"file", S_IFREG | 0644, OWN, "hello"},
    {"empty-folder", S_IFDIR | 0755, OWN},
    {"full-folder", S_IFDIR | 0755, OWN, "entry"},
    {"link", S_IFLNK, OWN, "../elsewhere/file"},
    {"fifo", S_IFIFO | 0644, OWN},
    {"their-file", S_IFREG | 0644, OTHERS, "hello"},
    {"their-secret", S_IFREG | 0600, OTHERS, "secret"},
    {"their-open-file", S_IFREG | 0666, OTHERS, "hello"},
    {"their-folder", S_IFDIR | 0755, OTHERS},
    {"their-link", S_IFLNK, OTHERS, "../elsewhere/file"},
    {"dangling-link", S_IFLNK, OWN, "nowhere"},
    {"looping-link", S_IFLNK, OWN, "x"},
    {"folder-link", S_IFLNK, OWN, "../elsewhere"},
    {"socket", S_IFSOCK | 0755, OWN},
    {"null-device", S_IFCHR | 0666, OWN},
    {"setuid-file", S_IFREG | 06755, OWN, "hello"},
    {"their-setuid-file", S_IFREG | 06777, OTHERS, "hello"},
    {"locked-file", S_IFREG, OWN, "hello"},
    {"locked-folder", S_IFDIR, OWN},
    {"file-with-attribute", S_IFREG | 0666, OWN, "hello", "user.test", "value", 5},
    {"their-file-with-attribute", S_IFREG | 0644, OTHERS, "hello", "user.test", "value", 5},
    {"file-with-trusted", S_IFREG | 0666, OWN, "hello", "trusted.test", "value", 5},
    {"file-with-capability", S_IFREG | 0777, OWN, "hello", "security.capability", capability, sizeof capability},
    {"huge-file", S_IFREG | 0644, OWN, "hello", .huge = true},
    {"file-with-two-names", S_IFREG | 0644, OWN, "hello", .twice = true},
    {0},
};

const struct folder folders[] = {
    {"own", 0755, OWN},
    {"theirs", 0755, OTHERS},
    {"roots", 0755, ROOTS},
    {"sticky", 01777, OTHERS},
    {"own-sticky", 01777, OWN},
    {"setgid", 02777, OTHERS, .shared = true},
    {"group", 0770, OTHERS, .shared = true},
    {"group-setgid", 02770, OTHERS, .shared = true},
    {"group-readable", 0750, OTHERS, .shared = true},
    {"locked", 0700, OTHERS},
    {"own-locked", 0, OWN},
    {"unreadable", 0733, OTHERS},
    {"acl", 0777, OTHERS, .acl = true},
    {"read-only", 0777, OTHERS, .mount = MS_RDONLY},
    {"nodev", 0777, OWN, .mount = MS_NODEV},
    {"nosymfollow", 0777, OWN, .mount = MS_NOSYMFOLLOW},
    {"mount", 0777, OTHERS, .mount = MS_BIND},
    {0},
};

const struct object *object_named(const char *id)
{
    const struct object *object = objects;

    while (strcmp(object->id, id) != 0)
        object++;
    return object;
}

const struct folder *folder_named(const char *id)
{
    const struct folder *folder = folders;

    while (strcmp(folder->id, id) != 0)
        folder++;
    return folder;
}

/* Everything that a call can have changed, as text, without inode numbers and times. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "differential.h"

static void escape(FILE *out, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (i > 8 && i + 8 < size && memcmp(bytes + i, bytes + i - 1, size - i - 4) == 0) {
            fprintf(out, "*%zu", size);
            break;
        }
        if (byte > ' ' && byte < 127 && byte != '\\')
            fputc(byte, out);
        else
            fprintf(out, "\\%03o", byte);
    }
}

static void attributes(FILE *out, const char *path)
{
    static char names[4096], value[65536];
    ssize_t size = llistxattr(path, names, sizeof names);

    for (char *name = names; name < names + size; name += strlen(name) + 1) {
        ssize_t length = lgetxattr(path, name, value, sizeof value);
        fputc(' ', out);
        escape(out, name, strlen(name));
        fprintf(out, "[%zd]=", length);
        for (ssize_t i = 0; i < length && i < 48; i++)
            fprintf(out, "%02x", (unsigned char)value[i]);
    }
}

static const char *type_of(mode_t mode)
{
    static const char *const names[] = {[1] = "fifo", [2] = "char", [4] = "folder", [6] = "block",
                                        [8] = "file", [10] = "link", [12] = "socket"};
    const char *name = names[(mode & S_IFMT) >> 12];

    return name != NULL ? name : "?";
}

static void content(FILE *out, const char *path, const struct stat *st)
{
    char buffer[4096];
    ssize_t size = -1;

    if (S_ISLNK(st->st_mode)) {
        size = readlink(path, buffer, sizeof buffer);
        fputs(" -> ", out);
    } else if (S_ISREG(st->st_mode)) {
        int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        size = fd < 0 ? -1 : pread(fd, buffer, 16, 0);
        close(fd);
        fputs(" holds ", out);
    }
    if (size >= 0)
        escape(out, buffer, (size_t)size);
}

static bool add(struct snapshot *snapshot, const char *path, const char *shown)
{
    struct stat st;
    char *line;
    size_t size;

    if (lstat(path, &st) < 0 || snapshot->count == sizeof snapshot->lines / sizeof *snapshot->lines)
        return false;
    FILE *out = open_memstream(&line, &size);
    escape(out, shown, strlen(shown));
    fprintf(out, " %s %04o %u:%u links=%lu", type_of(st.st_mode), st.st_mode & 07777, st.st_uid, st.st_gid,
            (unsigned long)st.st_nlink);
    if (S_ISREG(st.st_mode) || S_ISLNK(st.st_mode))
        fprintf(out, " size=%lld", (long long)st.st_size);
    if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
        fprintf(out, " device=%u:%u", major(st.st_rdev), minor(st.st_rdev));
    content(out, path, &st);
    attributes(out, path);
    fclose(out);
    snapshot->lines[snapshot->count++] = line;
    return S_ISDIR(st.st_mode);
}

static void add_all(struct snapshot *snapshot, const char *path, size_t prefix)
{
    struct dirent **entries;
    char below[PATH_BUFFER];

    if (!add(snapshot, path, path[prefix] ? path + prefix : "."))
        return;
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
            snprintf(below, sizeof below, "%s/%s", path, name);
            add_all(snapshot, below, prefix);
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

void take_snapshot(const char *scratch, struct snapshot *snapshot)
{
    snapshot->count = 0;
    add(snapshot, "/", "/");
    add(snapshot, "/x", "/x");
    add(snapshot, "/y", "/y");
    add_all(snapshot, scratch, strlen(scratch) + 1);
}

static bool has(const struct snapshot *snapshot, const char *line)
{
    for (unsigned i = 0; i < snapshot->count; i++)
        if (strcmp(snapshot->lines[i], line) == 0)
            return true;
    return false;
}

static void print_missing(const struct snapshot *from, const struct snapshot *in, char sign)
{
    for (unsigned i = 0; i < from->count; i++)
        if (!has(in, from->lines[i]))
            printf("\t%c %s", sign, from->lines[i]);
}

void print_changes(const struct snapshot *before, const struct snapshot *after)
{
    print_missing(before, after, '-');
    print_missing(after, before, '+');
}

void drop_snapshot(struct snapshot *snapshot)
{
    for (unsigned i = 0; i < snapshot->count; i++)
        free(snapshot->lines[i]);
    snapshot->count = 0;
}

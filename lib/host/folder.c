#include "host/folder.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/mem.h"
#include "base/text.h"

static bool ends_like(const char *name, const char *ending) {
    size_t n = strlen(name), tail = strlen(ending);

    return n > tail && strcmp(name + n - tail, ending) == 0;
}

static int by_name(const void *a, const void *b) {
    const char *const *one = a, *const *other = b;

    return strcmp(*one, *other);
}

void folder_list(const char *folder, const char *ending, size_t max, struct argv *paths) {
    DIR *dir = opendir(folder);
    const struct dirent *entry;

    while (dir && paths->count < max && (entry = readdir(dir)) != NULL)
        if (ends_like(entry->d_name, ending))
            argv_addf(paths, "%s/%s", folder, entry->d_name);
    if (dir)
        closedir(dir);
    if (paths->count)
        qsort(paths->items, paths->count, sizeof *paths->items, by_name);
}

char *folder_resolved(const char *path) {
    return realpath(path, NULL);
}

char *folder_foreseen(const char *path) {
    char *above = xstrdup(path), *end, *real, *whole;

    while (!(real = realpath(above, NULL)) && (end = strrchr(above, '/')) != NULL && end != above)
        *end = '\0';
    whole = real ? xasprintf("%s%s", strcmp(real, "/") == 0 ? "" : real, path + strlen(above)) : xstrdup(path);
    free(real);
    free(above);
    return whole;
}

bool folder_same(const char *path, const char *other) {
    bool same = strcmp(path, other) == 0; /* nearly always, and nothing is asked of the disk */
    char *one = same ? NULL : folder_foreseen(path), *two = same ? NULL : folder_foreseen(other);

    same = same || strcmp(one, two) == 0;
    free(one);
    free(two);
    return same;
}

char *folder_nearest(const char *path) {
    char *at = xstrdup(path), *slash;
    struct stat seen;

    while (lstat(at, &seen) != 0 && (slash = strrchr(at, '/')) != NULL && slash != at)
        *slash = '\0';
    return at;
}

bool folder_within(const char *path, const char *folder) {
    size_t n = strlen(folder);

    return strncmp(path, folder, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

static bool is_open(const char *path, bool *ours) {
    struct stat seen;
    bool group;

    if (stat(path, &seen) != 0 || (seen.st_mode & S_ISVTX) != 0 || (seen.st_mode & (S_IWGRP | S_IWOTH)) == 0)
        return false;
    *ours = seen.st_uid == geteuid();
    group = (seen.st_mode & S_IWGRP) != 0 && !(*ours && seen.st_gid == getegid());
    return group || (seen.st_mode & S_IWOTH) != 0;
}

bool folder_open_above(const char *path, struct folder_open *open) {
    char *end;

    if (!text_copy(open->path, sizeof open->path, path))
        return false;
    while ((end = strrchr(open->path, '/')) != NULL && end != open->path) {
        *end = '\0';
        if (is_open(open->path, &open->ours))
            return true;
    }
    return false;
}

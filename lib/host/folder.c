#include "host/folder.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/argv.h"

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

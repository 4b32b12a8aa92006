#include "host/git_held.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/mem.h"
#include "host/descriptors.h"

enum { DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, LONGEST_MS = 10000 };

struct search {
    int root;
    bool whole; /* all in it is git's own */
    dev_t device;
    struct argv folders; /* to be looked into: each a path with its slash */
    char *found;
};

/* Of links in a worktree git follows only one called .gitmodules, which no commit can hold: where it leads is not
 * looked at. */
static bool holds_up(const char *name, mode_t mode) {
    static const char modules[] = ".gitmodules";
    static const char *const names[] = {".gitignore", ".gitattributes", ".mailmap", modules};
    bool special = !S_ISREG(mode) && !S_ISDIR(mode) && !S_ISLNK(mode);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return special || (S_ISLNK(mode) && strcmp(name, modules) == 0);
    return false;
}

static void look_at(struct search *search, const char *folder, DIR *dir, const struct dirent *entry) {
    const char *name = entry->d_name;
    bool passed = strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, ".git") == 0;
    struct stat seen;
    if (passed || entry->d_type == DT_REG || fstatat(dirfd(dir), name, &seen, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    if (S_ISLNK(seen.st_mode) && search->whole && fstatat(dirfd(dir), name, &seen, 0) != 0)
        return;
    if (S_ISDIR(seen.st_mode) && seen.st_dev == search->device)
        argv_addf(&search->folders, "%s%s/", folder, name);
    else if (search->whole ? S_ISFIFO(seen.st_mode) : holds_up(name, seen.st_mode))
        search->found = xasprintf("%s%s", folder, name);
}

static void look_into(struct search *search, const char *folder) {
    int fd = openat(search->root, folder[0] != '\0' ? folder : ".", DIRECTORY);
    DIR *dir = fdopendir(fd);
    const struct dirent *entry;
    if (dir == NULL) {
        descriptor_close(&fd);
        return;
    }
    while (search->found == NULL && (entry = readdir(dir)) != NULL)
        look_at(search, folder, dir, entry);
    closedir(dir);
}

static char *search(const char *folder, bool whole, int64_t until) {
    struct search search = {.root = open(folder, DIRECTORY), .whole = whole};
    struct stat seen;
    if (search.root >= 0 && fstat(search.root, &seen) == 0) {
        search.device = seen.st_dev;
        argv_add(&search.folders, "");
    }
    while (search.folders.count > 0 && search.found == NULL && clock_monotonic() < until) {
        char *next = search.folders.items[--search.folders.count];
        look_into(&search, next);
        free(next);
    }
    descriptor_close(&search.root);
    argv_release(&search.folders);
    return search.found;
}

/* Under that folder, from the root. */
static char *search_whole(const char *folder, int64_t until) {
    char *within = search(folder, true, until), *at = NULL;
    if (within != NULL)
        at = xasprintf("%s/%s", folder, within);
    free(within);
    return at;
}

char *git_held_up(const char *worktree, const char *admin) {
    int64_t until = clock_monotonic() + LONGEST_MS;
    char *at = search(worktree, false, until);
    return at != NULL ? at : search_whole(admin, until);
}

char *git_held_common(const char *common) {
    static const char *const files[] = {"config",  "config.worktree", "HEAD",
                                        "shallow", "packed-refs",     "objects/pack/multi-pack-index"};
    static const char *const folders[] = {"info", "objects/info", "refs", "logs"};
    int64_t until = clock_monotonic() + LONGEST_MS;
    char *at = NULL;
    for (size_t i = 0; i < sizeof files / sizeof *files && at == NULL; i++) {
        char *path = xasprintf("%s/%s", common, files[i]);
        struct stat seen;
        if (stat(path, &seen) == 0 && S_ISFIFO(seen.st_mode))
            at = path;
        else
            free(path);
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders && at == NULL; i++) {
        char *path = xasprintf("%s/%s", common, folders[i]);
        at = search_whole(path, until);
        free(path);
    }
    return at;
}

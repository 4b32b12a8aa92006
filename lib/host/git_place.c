#include "host/git_place.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"

/* The only line of a file, as a new string; NULL: it cannot be read, is longer, or holds a NUL. */
static char *read_line(const char *path) {
    char bytes[PATH_MAX + 64];
    size_t n = files_head(path, bytes, sizeof bytes);
    if (n == 0 || n == sizeof bytes)
        return NULL;
    while (n > 0 && (bytes[n - 1] == '\n' || bytes[n - 1] == '\r'))
        n--;
    bytes[n] = '\0';
    return strlen(bytes) == n && n > 0 ? xstrdup(bytes) : NULL;
}

char *git_line_in(const char *folder, const char *file) {
    char *path = xasprintf("%s/%s", folder, file), *line = read_line(path);
    free(path);
    return line;
}

char *git_path_in(const char *folder, const char *file, const char *prefix) {
    char *line = git_line_in(folder, file), *path, *whole, *found;
    if (line == NULL || !text_starts(line, prefix)) {
        free(line);
        return NULL;
    }
    path = line + strlen(prefix);
    whole = path[0] == '/' ? xstrdup(path) : xasprintf("%s/%s", folder, path);
    found = folder_resolved(whole);
    free(whole);
    free(line);
    return found;
}

char *git_folder_of(const char *folder, bool *linked) {
    char *dot = xasprintf("%s/.git", folder), *found;
    struct stat seen;
    bool there = stat(dot, &seen) == 0;
    *linked = there && S_ISREG(seen.st_mode);
    found = *linked                          ? git_path_in(folder, ".git", "gitdir: ")
            : there && S_ISDIR(seen.st_mode) ? folder_resolved(dot)
                                             : NULL;
    free(dot);
    return found;
}

char *git_common_of(const char *gitdir, bool *worktree) {
    char *path = xasprintf("%s/commondir", gitdir);
    *worktree = files_exists(path);
    free(path);
    return *worktree ? git_path_in(gitdir, "commondir", "") : folder_resolved(gitdir);
}

/* An old one is a link whose text is the ref. */
char *git_head_of(const char *gitdir) {
    char *path = xasprintf("%s/HEAD", gitdir), to[PATH_MAX] = "";
    char *head =
        readlink(path, to, sizeof to - 1) > 0 && text_starts(to, "refs/") ? xasprintf("ref: %s", to) : read_line(path);
    free(path);
    return head;
}

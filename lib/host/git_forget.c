#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/git_entry.h"
#include "host/git_place.h"
#include "host/git_tree.h"

/* HEAD first: one that names no commit fails `git gc` and `git log --all` of everybody. Then what lets git, and us,
 * still see what it is, last. */
static const char *const files[] = {"HEAD",      "HEAD.lock", "ORIG_HEAD", "index",           "index.lock",
                                    "commondir", "locked",    "logs/HEAD", "config.worktree", "gitdir"};

static void remove_entry(const char *admin) {
    char *logs = xasprintf("%s/logs", admin), *refs = xasprintf("%s/refs", admin);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = xasprintf("%s/%s", admin, files[i]);
        files_remove(path);
        free(path);
    }
    (void)rmdir(logs);
    (void)rmdir(refs);
    (void)rmdir(admin);
    free(logs);
    free(refs);
}

void git_tree_forget(const struct git *git, const char *path) {
    bool linked;
    char *entry = git_entry_of(git, path), *admin = NULL;
    if (entry != NULL && (git_entry_is_ours(entry) || git_entry_is_begun(entry)) && !git_entry_is_whole(entry)) {
        admin = git_folder_of(path, &linked);
        if (admin == NULL || text_same(admin, entry)) {
            char *link = xasprintf("%s/.git", path);
            files_remove(link);
            free(link);
        }
        remove_entry(entry);
    }
    free(admin);
    free(entry);
}

bool git_tree_known(const struct git *git, const char *path) {
    char *entry = git_entry_of(git, path);
    bool known = entry != NULL && git_entry_is_whole(entry);

    free(entry);
    return known;
}

bool git_tree_expendable(const struct git *git, const char *path, struct err *err) {
    return git_entry_give_up(git, path, err);
}

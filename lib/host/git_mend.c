#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"
#include "host/git_entry.h"
#include "host/git_place.h"
#include "host/git_tree.h"

static const char gitdir[] = "gitdir: ";

/* Where the .git of a worktree leads by its own words, whether that is there or not; NULL: it is no such file. */
static char *link_of(const char *path) {
    char *dot = xasprintf("%s/.git", path), *line = NULL, *to = NULL;
    struct stat seen;
    if (lstat(dot, &seen) == 0 && S_ISREG(seen.st_mode))
        line = git_line_in(path, ".git");
    if (line != NULL && text_starts(line, gitdir))
        to = xstrdup(line + strlen(gitdir));
    free(dot);
    free(line);
    return to;
}

static bool relink(const char *path, const char *entry) {
    char *dot = xasprintf("%s/.git", path), *line = xasprintf("%s%s\n", gitdir, entry);
    struct err err = {0};
    bool done = files_put(dot, line, strlen(line), &err);
    err_release(&err);
    free(dot);
    free(line);
    return done;
}

/* Its .git leads nowhere, and the repository's entry of the same name still says that this is its worktree. */
static bool mend(const struct git *git, const char *path) {
    bool linked, done = false;
    char *to = link_of(path), *there = git_folder_of(path, &linked), *entry = NULL;
    if (to != NULL && there == NULL)
        entry = git_entry_of(git, path);
    if (entry != NULL && strcmp(text_name(entry), text_name(to)) == 0 && git_entry_is_whole(entry))
        done = relink(path, entry);
    free(to);
    free(there);
    free(entry);
    return done;
}

/* Would "git worktree repair" find it again: by the entry that it names, which has no other worktree? */
static bool is_repairable(const struct git *git, const char *path, const char *to) {
    char *entry = xasprintf("%s/worktrees/%s", git->common, text_name(to)), *line = git_line_in(entry, "gitdir");
    char *dot = xasprintf("%s/.git", path);
    bool is = line != NULL && (!files_exists(line) || (text_same(line, dot) && git_entry_is_whole(entry)));
    free(dot);
    free(entry);
    free(line);
    return is;
}

/* The same of one whose .git is gone: an entry still says that this is its worktree. */
static bool is_unlinked(const struct git *git, const char *path) {
    char *dot = xasprintf("%s/.git", path);
    bool is = !files_exists(dot) && git_tree_known(git, path);
    free(dot);
    return is;
}

static char *owner_of(const char *common) {
    size_t n = strlen(common), tail = strlen("/.git");
    return n > tail && strcmp(common + n - tail, "/.git") == 0 ? xstrndup(common, n - tail) : xstrdup(common);
}

void git_tree_strange(const struct git *git, const struct git_folder *folder, struct slot_facts *facts) {
    bool linked, worktree = false;
    char *path = folder_resolved(folder->path), *to = path != NULL ? link_of(path) : NULL;
    char *admin = to != NULL ? git_folder_of(path, &linked) : NULL;
    char *common = admin != NULL ? git_common_of(admin, &worktree) : NULL;
    if (path == NULL || facts->place != SLOT_AT_OTHER)
        ;
    else if (to == NULL)
        facts->repairable = is_unlinked(git, path);
    else if (common != NULL && worktree && strcmp(common, git->common) != 0)
        facts->owner = owner_of(common);
    else
        facts->repairable = is_repairable(git, path, to);
    free(path);
    free(to);
    free(admin);
    free(common);
}

void git_tree_locate(struct git_tree *tree, const struct git *git, const struct git_folder *folder,
                     struct slot_facts *facts) {
    char *path;
    facts->place = git_tree_find(tree, git, folder);
    if (facts->place != SLOT_AT_OTHER)
        return;
    path = folder_resolved(folder->path);
    if (path != NULL && mend(git, path))
        facts->place = git_tree_find(tree, git, folder);
    free(path);
    git_tree_strange(git, folder, facts);
}

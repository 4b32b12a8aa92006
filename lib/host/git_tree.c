#include "host/git_tree.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"
#include "host/git_entry.h"
#include "host/git_place.h"

/* Does each of the two name the other? Of a path without links, whose .git is none. */
static bool belongs(const struct git *git, const char *admin, const char *path) {
    char *back = xasprintf("%s/.git", path), *common, *named;
    bool worktree, does;
    named = git_path_in(admin, "gitdir", "");
    common = git_common_of(admin, &worktree);
    does = worktree && text_same(common, git->common) && text_same(named, back);
    free(back);
    free(named);
    free(common);
    return does;
}

/* What the folder at this resolved path is, by its .git alone. */
static enum slot_place read_tree(struct git_tree *tree, const struct git *git, const char *path) {
    char *dot = xasprintf("%s/.git", path), *admin;
    bool alone = git_entry_alone(path);
    bool linked, there = files_exists(dot), file;
    struct stat seen;
    file = lstat(dot, &seen) == 0 && S_ISREG(seen.st_mode);
    free(dot);
    if (!there)
        return alone ? SLOT_AT_EMPTY : SLOT_AT_OTHER;
    admin = file ? git_folder_of(path, &linked) : NULL;
    if (admin == NULL) /* an entry that was never whole, or is gone: nothing is lost with this file */
        return file && alone ? SLOT_AT_EMPTY : SLOT_AT_OTHER;
    if (git_entry_is(git, admin) && (git_entry_is_ours(admin) || (alone && git_entry_is_begun(admin)))) {
        free(admin);
        return SLOT_AT_EMPTY;
    }
    if (!git_entry_is(git, admin) || !belongs(git, admin, path)) {
        free(admin);
        return SLOT_AT_OTHER;
    }
    *tree = (struct git_tree){.git = git, .path = xstrdup(path), .admin = admin};
    return SLOT_AT_TREE;
}

static bool is_within(const char *path, const char *folder) {
    return folder_within(path, folder) || strcmp(folder, "/") == 0;
}

static enum slot_place place_of(const struct git *git, const char *pool, const char *path) {
    if (is_within(git->common, path) || (git->main != NULL && is_within(git->main, path)))
        return SLOT_AT_MAIN;
    if (pool == NULL || !is_within(path, pool) || strcmp(path, pool) == 0)
        return SLOT_AT_OUTSIDE;
    return SLOT_AT_TREE;
}

static enum slot_place find(struct git_tree *tree, const struct git *git, const struct git_folder *folder) {
    char *pool, *path;
    struct stat seen;
    enum slot_place place;
    if (lstat(folder->path, &seen) != 0)
        return errno == ENOENT ? SLOT_AT_NOTHING : SLOT_AT_OTHER;
    if (S_ISLNK(seen.st_mode))
        return SLOT_AT_LINK;
    if (!S_ISDIR(seen.st_mode))
        return SLOT_AT_OTHER;
    pool = folder_resolved(folder->pool);
    path = folder_resolved(folder->path);
    place = path != NULL ? place_of(git, pool, path) : SLOT_AT_OTHER;
    if (place == SLOT_AT_TREE)
        place = read_tree(tree, git, path);
    free(pool);
    free(path);
    return place;
}

/* Whatever could not be read for want of something makes an answer that is none: what is well stays as it is, and errno
 * still says so here, because nobody goes on to something else. */
enum slot_place git_tree_find(struct git_tree *tree, const struct git *git, const struct git_folder *folder) {
    enum slot_place place;
    *tree = (struct git_tree){0};
    errno = 0;
    place = find(tree, git, folder);
    if (!err_is_want(errno))
        return place;
    git_tree_release(tree);
    return SLOT_AT_UNKNOWN;
}

void git_change_release(struct git_change *change) {
    free(change->path);
    free(change->blob);
}

void git_changes_release(struct git_changes *changes) {
    for (size_t i = 0; i < changes->count; i++)
        git_change_release(&changes->items[i]);
    free(changes->items);
    *changes = (struct git_changes){0};
}

void git_changes_add(struct git_changes *changes, struct git_change change) {
    changes->items = xgrow(changes->items, changes->count, &changes->cap, sizeof *changes->items);
    changes->items[changes->count++] = change;
}

enum seen git_tree_on(const struct git_tree *tree, const char *branch) {
    char *wanted = xasprintf("ref: refs/heads/%s", branch), *head;
    enum seen on;
    errno = 0;
    head = git_head_of(tree->admin);
    if (head == NULL && err_is_want(errno))
        on = SEEN_UNKNOWN;
    else
        on = text_same(head, wanted) ? SEEN_YES : SEEN_NO;
    free(head);
    free(wanted);
    return on;
}

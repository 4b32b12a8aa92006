#include "host/git_tree.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"
#include "host/git_entry.h"
#include "host/git_place.h"
#include "host/git_room.h"

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

void git_changes_release(struct git_changes *changes) {
    for (size_t i = 0; i < changes->count; i++)
        free(changes->items[i].path);
    free(changes->items);
    *changes = (struct git_changes){0};
}

/* The branch's own words for why it could not be made. */
static bool explain(const struct git_tree *tree, const struct git_call *call, const struct git_result *result,
                    struct err *err) {
    const char *said = text_str(result->errors);
    bool taken = strstr(said, "already exists") != NULL || strstr(said, "cannot create 'refs/heads/") != NULL;
    bool in_the_way = strstr(said, "would be overwritten") != NULL || strstr(said, "would lose") != NULL;
    git_failed(tree->git, call, result, err);
    if (in_the_way) {
        struct text clean = {0};
        const char *file = strchr(said, '\t');
        clean_line(&clean, file != NULL ? file + 1 : said, strcspn(file != NULL ? file + 1 : said, "\n"), 200);
        err_set(err, MC_DATAERR, "%s", text_str(&clean));
        if (file != NULL)
            git_room_advise(tree, text_str(&clean), err);
        text_release(&clean);
    } else if (taken)
        err->code = MC_CANTCREAT;
    else if (strstr(said, "invalid path '") != NULL)
        err->code = MC_NOINPUT;
    return false;
}

/* HEAD's commit; "": none. */
static bool head_commit(const struct git_tree *tree, char oid[OID_SIZE], struct err *err) {
    static const char mark[] = "ref: ";
    char *head = git_head_of(tree->admin);
    bool done = true;
    oid[0] = '\0';
    if (head == NULL)
        return err_set(err, MC_UNAVAILABLE, "%s: its HEAD cannot be read", tree->path);
    if (text_starts(head, mark))
        done = git_commit_of(tree->git, head + strlen(mark), oid, err);
    else
        (void)text_copy(oid, OID_SIZE, head);
    free(head);
    return done;
}

static bool run_explained(const struct git_tree *tree, const char *const *args, struct err *err) {
    const struct git_call call = {.tree = tree, .args = args};
    struct text said = {0};
    struct git_result result = {.errors = &said};
    bool done = git_run(tree->git, &call, &result, err);
    if (done && result.status != 0)
        done = explain(tree, &call, &result, err);
    text_release(&said);
    return done;
}

/* Elsewhere git looks at every file, and overwrites none that it does not know; where a branch begins at HEAD it reads
 * no index at all. In one step it would change the files before it finds that the branch cannot be made. */
bool git_tree_begin(const struct git_tree *tree, const struct git_branch *branch, struct err *err) {
    const char *const go[] = {"switch", "-q", "--no-overwrite-ignore", "--detach", branch->start, NULL};
    const char *const make[] = {"switch", "-q", "--no-track", "--no-guess", "-c", branch->name, NULL};
    char head[OID_SIZE];
    if (!head_commit(tree, head, err))
        return false;
    if (strcmp(head, branch->start) != 0 &&
        (!git_room_for(tree, head, branch->start, err) || !run_explained(tree, go, err)))
        return false;
    return run_explained(tree, make, err);
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

bool git_tree_detach(const struct git_tree *tree, struct err *err) {
    char head[OID_SIZE], *now = git_head_of(tree->admin);
    const char *const args[] = {"update-ref", "--no-deref", "-m", "mc-pickup: leave the branch", "HEAD", head, NULL};
    bool detached = now != NULL && !text_starts(now, "ref: ");
    free(now);
    if (detached)
        return true;
    if (!head_commit(tree, head, err))
        return false;
    if (head[0] == '\0')
        return err_set(err, MC_UNAVAILABLE, "%s: its branch has no commit yet", tree->path);
    return git_run(tree->git, &(struct git_call){.tree = tree, .args = args}, &(struct git_result){0}, err);
}

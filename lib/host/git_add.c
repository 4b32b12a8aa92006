#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"
#include "host/git_entry.h"
#include "host/git_place.h"
#include "host/git_tree.h"

/* A git that is alive has written in `UNBLOCK` tries what it has begun. */
enum { TRIES = 100, UNBLOCK = 50, PAUSE_MS = 20 };
static const char unread[] = "failed to read ", common_file[] = "/commondir";

static void remove_in(const char *folder, const char *name) {
    char *path = xasprintf("%s/%s", folder, name);
    files_remove(path);
    free(path);
}

/* Every file, over whatever an earlier try has left of it: nobody else has ever been in it. The mark goes last. */
static bool fill(const struct git_tree *tree, const char *oid, struct err *err) {
    const char *const args[] = {"reset", "-q", "--hard", "--no-recurse-submodules", oid, NULL};
    remove_in(tree->admin, "index.lock");
    remove_in(tree->admin, "HEAD.lock");
    if (!git_run(tree->git, &(struct git_call){.tree = tree, .args = args}, &(struct git_result){0}, err))
        return false;
    remove_in(tree->admin, "locked");
    return true;
}

/* Another git makes a worktree of this repository at the same moment: `worktree add` reads every entry, also one whose
 * files are there and not written yet. */
static bool was_early(const char *said) {
    const char *file = strstr(said, unread);
    return file != NULL && strstr(file, common_file) != NULL;
}

/* Early for ever: its git is dead, and the entry is somebody else's. */
static void advise_unblock(const char *said, struct err *err) {
    const char *file = strstr(said, unread) + strlen(unread);
    char *path = xstrndup(file, (size_t)(strstr(file, common_file) - file) + strlen(common_file));
    struct text quoted = {0};
    text_quote(&quoted, path);
    err_advise(err, "a git that died has left it empty; once no git is at work there: rm %s", text_str(&quoted));
    text_release(&quoted);
    free(path);
}

/* Each but the first has set err. */
enum making { MAKING_DONE, MAKING_EARLY, MAKING_FAILED };
static enum making make(const struct git *git, const char *path, const char *oid, struct err *err) {
    const char *const args[] = {"worktree", "add",          "-q", "-f", "-f", "--no-checkout", "--detach", "--lock",
                                "--reason", GIT_ENTRY_MARK, path, oid,  NULL};
    const struct git_call call = {.args = args};
    struct text said = {0};
    struct git_result result = {.errors = &said};
    bool done = git_entry_give_up(git, path, err) && git_run(git, &call, &result, err);
    bool early = done && result.status != 0 && was_early(text_str(&said));
    if (done && result.status != 0) {
        done = git_failed(git, &call, &result, err);
        if (strstr(text_str(&said), "already exists") != NULL)
            err->code = MC_DATAERR;
    }
    if (early)
        advise_unblock(text_str(&said), err);
    text_release(&said);
    return early ? MAKING_EARLY : done ? MAKING_DONE : MAKING_FAILED;
}

/* The entry of a try that was cut short behind `worktree add`; NULL: that is still to be done. */
static char *half_made(const struct git *git, const char *path) {
    bool linked;
    char *admin = git_folder_of(path, &linked);
    if (admin != NULL && linked && git_entry_is(git, admin) && git_entry_is_ours(admin) && git_entry_is_whole(admin))
        return admin;
    if (admin == NULL ||
        (linked && git_entry_is(git, admin) && (git_entry_is_ours(admin) || git_entry_is_begun(admin))))
        remove_in(path, ".git");
    free(admin);
    return NULL;
}

/* Where it will be, resolved: its folder may be there or not. */
static char *whole_path(const char *path, struct err *err) {
    const char *name = text_name(path);
    char *folder = xstrndup(path, (size_t)(name - path)), *real = folder_resolved(folder), *whole = NULL;
    if (real == NULL)
        err_errno(err, MC_CANTCREAT, errno, "%s: no worktree can be made there", path);
    else
        whole = xasprintf("%s/%s", real, name);
    free(folder);
    free(real);
    return whole;
}

static bool find_or_make(struct git_tree *tree, const char *oid, struct err *err) {
    bool linked;
    enum making making = MAKING_EARLY;
    for (int tries = 0; making == MAKING_EARLY && tries < TRIES; tries++) {
        if (tries > 0)
            clock_sleep(PAUSE_MS);
        if (tries == UNBLOCK)
            git_entries_unblock(tree->git);
        err_release(err);
        tree->admin = half_made(tree->git, tree->path);
        if (tree->admin != NULL)
            return true;
        making = make(tree->git, tree->path, oid, err);
    }
    if (making != MAKING_DONE)
        return false;
    errno = 0;
    tree->admin = git_folder_of(tree->path, &linked);
    if (tree->admin == NULL && err_is_want(errno))
        return err_errno(err, MC_OSERR, errno, "%s: the worktree that git has made there cannot be read", tree->path);
    return tree->admin != NULL || err_set(err, MC_UNAVAILABLE, "%s: git has made no worktree there", tree->path);
}

bool git_tree_add(const struct git *git, const char *path, const char *oid, struct err *err) {
    struct git_tree tree = {.git = git, .path = whole_path(path, err)};
    bool done = tree.path != NULL && find_or_make(&tree, oid, err);
    done = done && fill(&tree, oid, err) && git_tree_note_sparse(&tree, err);
    git_tree_release(&tree);
    return done;
}

#include <errno.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"
#include "host/git_entry.h"
#include "host/git_place.h"
#include "host/git_tree.h"

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

static bool make(const struct git *git, const char *path, const char *oid, struct err *err) {
    const char *const args[] = {"worktree", "add",          "-q", "-f", "-f", "--no-checkout", "--detach", "--lock",
                                "--reason", GIT_ENTRY_MARK, path, oid,  NULL};
    const struct git_call call = {.args = args};
    struct text said = {0};
    struct git_result result = {.errors = &said};
    char *entry = git_entry_of(git, path);
    bool done = entry == NULL || git_entry_save(git, entry, err);
    done = done && git_run(git, &call, &result, err);
    if (done && result.status != 0) {
        done = git_failed(git, &call, &result, err);
        if (strstr(text_str(&said), "already exists") != NULL)
            err->code = MC_CANTCREAT;
    }
    free(entry);
    text_release(&said);
    return done;
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

bool git_tree_add(const struct git *git, const char *path, const char *oid, struct err *err) {
    struct git_tree tree = {.git = git, .path = whole_path(path, err)};
    bool linked, done = tree.path != NULL;
    if (done)
        tree.admin = half_made(git, tree.path);
    if (done && tree.admin == NULL) {
        done = make(git, tree.path, oid, err);
        tree.admin = done ? git_folder_of(tree.path, &linked) : NULL;
        if (done && tree.admin == NULL)
            done = err_set(err, MC_UNAVAILABLE, "%s: git has made no worktree there", tree.path);
    }
    done = done && fill(&tree, oid, err);
    git_tree_release(&tree);
    return done;
}

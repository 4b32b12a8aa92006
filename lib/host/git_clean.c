#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/flush.h"
#include "host/git_keep.h"
#include "host/git_listing.h"
#include "host/git_part.h"
#include "host/uproot.h"

/* Files first, each only as it was compared, then the index, then what HEAD has and the tree has not: git writes that
 * beside the tree, and each goes to its place whole and overwrites nothing. */
enum { FOLDER_MODE = 0700 };

static bool is_written(const struct git_change *change) {
    return change->seen.kind == BENEATH_FILE || change->seen.kind == BENEATH_LINK;
}

/* All of it can go, or none of it does. */
static bool check_rights(struct beneath *beneath, const struct git_paths *paths, struct err *err) {
    for (size_t i = 0; i < paths->count; i++)
        if (is_written(paths->items[i]) && !beneath_may_remove(beneath, paths->items[i]->path, err))
            return false;
    return true;
}

static bool remove_kept(struct beneath *beneath, const struct git_paths *paths, struct err *err) {
    for (size_t i = 0; i < paths->count; i++) {
        const struct git_change *change = paths->items[i];
        if (is_written(change) && !beneath_remove(beneath, change->path, &change->seen, err))
            return false;
    }
    return true;
}

static void prune(struct beneath *beneath, const struct git_paths *paths) {
    for (size_t i = 0; i < paths->count; i++)
        if (is_written(paths->items[i]))
            beneath_prune(beneath, paths->items[i]->path);
}

static bool in_the_way(const struct git_tree *tree, const char *path, struct err *err) {
    struct text shown = {0};
    clean_escape(&shown, path, strlen(path));
    err_set(err, MC_CANTCREAT, "%s/%s cannot be written: what git ignores is in its way", tree->path, text_str(&shown));
    err_advise(err, "move that elsewhere");
    text_release(&shown);
    return false;
}

/* What stands where a folder of HEAD's must be, and does not go. Before the first file does. */
static bool is_passable(struct beneath *beneath, const struct git_paths *paths, const char *path, struct err *err) {
    char *above = xstrdup(path);
    bool done = true;
    for (char *slash = strrchr(above, '/'); done && slash != NULL; slash = strrchr(above, '/')) {
        struct beneath_seen seen;
        size_t at;
        *slash = '\0';
        at = git_paths_find(paths, above);
        done = beneath_look(beneath, above, &seen, err);
        if (done && seen.kind != BENEATH_NOTHING && seen.kind != BENEATH_DIR &&
            (at >= paths->count || !is_written(paths->items[at])))
            done = err_set(err, MC_CANTCREAT, "it is in the way");
    }
    free(above);
    return done;
}

static bool goes(const void *context, const char *path) {
    const struct git_paths *paths = context;
    size_t at = git_paths_find(paths, path);
    return at < paths->count && is_written(paths->items[at]);
}

/* The directory that stands where a file of HEAD's must be goes with what is in it. */
static bool gives_way(struct beneath *beneath, const struct git_paths *paths, const char *path) {
    struct beneath_seen seen;
    struct err ignored = {0};
    bool looked = beneath_look(beneath, path, &seen, &ignored);
    err_release(&ignored);
    return !looked || seen.kind != BENEATH_DIR || beneath_holds_only(beneath, path, &(struct beneath_ask){goes, paths});
}

static bool check_ways(const struct git_tree *tree, struct beneath *beneath, const struct git_paths *paths,
                       struct err *err) {
    for (size_t i = 0; i < paths->count; i++) {
        const struct git_change *change = paths->items[i];
        if (change->in_head && change->seen.kind == BENEATH_NOTHING && !is_passable(beneath, paths, change->path, err))
            return err->code == MC_CANTCREAT ? in_the_way(tree, change->path, err) : false;
        if (change->in_head && !is_written(change) && !gives_way(beneath, paths, change->path))
            return in_the_way(tree, change->path, err);
    }
    return true;
}

/* What stands there now has come since the look. */
static bool is_free(const struct git_tree *tree, struct beneath *beneath, const char *path, struct err *err) {
    struct beneath_seen now;
    if (!beneath_look(beneath, path, &now, err))
        return false;
    if (now.kind == BENEATH_FILE || now.kind == BENEATH_LINK)
        return beneath_refuse(beneath, path, "has changed since it was kept, and stays; it is tried again", err);
    return now.kind == BENEATH_NOTHING || in_the_way(tree, path, err);
}

/* Where a file must stand again there is no directory, unless it holds something. */
static bool make_way(const struct git_tree *tree, struct beneath *beneath, const struct git_paths *paths,
                     struct err *err) {
    for (size_t i = 0; i < paths->count; i++) {
        const struct git_change *change = paths->items[i];
        if (!change->in_head)
            continue;
        (void)beneath_hollow(beneath, change->path);
        if (!is_free(tree, beneath, change->path, err))
            return false;
    }
    return true;
}

/* It is the right one without it, only slower to compare. */
static bool refresh_index(const struct git_tree *tree, struct err *err) {
    static const char *const REFRESH[] = {"update-index", "-q", "--refresh", NULL};
    int status; /* not 0 where a file differs or is missing */
    return git_part(tree, &(struct git_part){.args = REFRESH, .status = &status}, err);
}

static bool reset_index(const struct git_tree *tree, struct err *err) {
    static const char *const RESET[] = {"read-tree", "-i", "-m", "HEAD", NULL};
    return git_part(tree, &(struct git_part){.args = RESET}, err) && refresh_index(tree, err);
}

/* Not in their places yet: git's is a copy that a full disk or a signal may cut short, and what is cut short there
 * would be taken for somebody's work. */
struct copy {
    char *folder;
    struct text paths; /* what the tree has not, each with its NUL */
};

static void copy_discard(const struct copy *copy) {
    if (unlink(copy->folder) != 0)
        (void)uproot(copy->folder, INT64_MAX);
}

static bool copy_failed(const struct copy *copy, struct err *err) {
    return err_errno(err, MC_CANTCREAT, errno, "%s cannot be written", copy->folder);
}

static bool copy_write(const struct git_tree *tree, const struct copy *copy, struct err *err) {
    char *prefix = xasprintf("--prefix=%s/", copy->folder);
    const char *const write[] = {"checkout-index", "-q", "-z", "--stdin", prefix, NULL};
    bool done = mkdir(copy->folder, FOLDER_MODE) == 0 || copy_failed(copy, err);
    done = done &&
           git_part(tree, &(struct git_part){.args = write, .input = copy->paths.data, .input_len = copy->paths.len},
                    err) &&
           (flush_all(copy->folder) || copy_failed(copy, err));
    free(prefix);
    return done;
}

static bool explain(const struct git_tree *tree, struct beneath *beneath, const char *path, struct err *err) {
    if (err->code == MC_CANTCREAT)
        (void)is_free(tree, beneath, path, err);
    return false;
}

static bool copy_place(const struct git_tree *tree, struct beneath *beneath, const struct copy *copy, struct err *err) {
    struct beneath from;
    bool done = beneath_open(&from, copy->folder, err);
    for (size_t at = 0; done && at < copy->paths.len; at += strlen(copy->paths.data + at) + 1)
        done = beneath_adopt(beneath, &from, copy->paths.data + at, err) ||
               explain(tree, beneath, copy->paths.data + at, err);
    beneath_release(&from);
    return done;
}

static bool write_copy(const struct git_tree *tree, struct beneath *beneath, const struct copy *copy, struct err *err) {
    bool done;
    copy_discard(copy);
    if (copy->paths.len == 0)
        return true;
    done = copy_write(tree, copy, err) && copy_place(tree, beneath, copy, err) && refresh_index(tree, err);
    copy_discard(copy);
    return done;
}

static bool write_tracked(const struct git_tree *tree, struct beneath *beneath, struct err *err) {
    static const char *const LIST[] = {"ls-files", "-z", "--deleted", NULL};
    size_t above = (size_t)(text_name(tree->path) - tree->path);
    struct copy copy = {.folder = xasprintf("%.*s.%s.clean", (int)above, tree->path, text_name(tree->path)),
                        .paths = {.max = SIZE_MAX}};
    bool done = git_part(tree, &(struct git_part){.args = LIST, .out = &copy.paths}, err) &&
                write_copy(tree, beneath, &copy, err);
    text_release(&copy.paths);
    free(copy.folder);
    return done;
}

bool git_clean(const struct git_tree *tree, const struct git_changes *changes, struct err *err) {
    struct git_paths paths;
    struct beneath beneath;
    bool done = beneath_open(&beneath, tree->path, err);
    git_paths_of(&paths, changes);
    done = done && check_ways(tree, &beneath, &paths, err) && check_rights(&beneath, &paths, err) &&
           remove_kept(&beneath, &paths, err);
    if (done)
        prune(&beneath, &paths);
    done =
        done && make_way(tree, &beneath, &paths, err) && reset_index(tree, err) && write_tracked(tree, &beneath, err);
    git_paths_release(&paths);
    beneath_release(&beneath);
    return done;
}

#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/git_keep.h"
#include "host/git_listing.h"
#include "host/git_part.h"

/* Files first, each only as it was compared, then the index, then what HEAD has and the tree has not: git writes that,
 * and overwrites nothing. */

static bool is_written(const struct git_change *change) {
    return change->seen.kind == BENEATH_FILE || change->seen.kind == BENEATH_LINK;
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

static bool check_ways(const struct git_tree *tree, struct beneath *beneath, const struct git_paths *paths,
                       struct err *err) {
    for (size_t i = 0; i < paths->count; i++)
        if (paths->items[i]->in_head && paths->items[i]->seen.kind == BENEATH_NOTHING &&
            !is_passable(beneath, paths, paths->items[i]->path, err))
            return err->code == MC_CANTCREAT ? in_the_way(tree, paths->items[i]->path, err) : false;
    return true;
}

/* Where a file must stand again there is no directory, unless it holds something. */
static bool make_way(const struct git_tree *tree, struct beneath *beneath, const struct git_paths *paths,
                     struct err *err) {
    for (size_t i = 0; i < paths->count; i++) {
        const struct git_change *change = paths->items[i];
        if (change->in_head && (change->seen.kind == BENEATH_OTHER || !beneath_hollow(beneath, change->path)))
            return in_the_way(tree, change->path, err);
    }
    return true;
}

static bool reset_index(const struct git_tree *tree, struct err *err) {
    static const char *const RESET[] = {"read-tree", "-i", "-m", "HEAD", NULL};
    static const char *const REFRESH[] = {"update-index", "-q", "--refresh", NULL};
    int status; /* not 0 where a file differs or is missing */
    return git_part(tree, &(struct git_part){.args = RESET}, err) &&
           git_part(tree, &(struct git_part){.args = REFRESH, .status = &status}, err);
}

/* The first path that git could not write. */
static bool explain(const struct git_tree *tree, struct beneath *beneath, const struct git_paths *paths,
                    struct err *err) {
    struct beneath_seen now;
    for (size_t i = 0; i < paths->count; i++) {
        if (!beneath_look(beneath, paths->items[i]->path, &now, err))
            return false;
        if (paths->items[i]->in_head && now.kind != BENEATH_FILE && now.kind != BENEATH_LINK)
            return in_the_way(tree, paths->items[i]->path, err);
    }
    return err_set(err, MC_CANTCREAT, "not all files of %s could be written", tree->path);
}

static bool write_tracked(const struct git_tree *tree, struct beneath *beneath, const struct git_paths *paths,
                          struct err *err) {
    static const char *const WRITE[] = {"checkout-index", "-a", "-q", "-u", NULL};
    int status;
    if (!git_part(tree, &(struct git_part){.args = WRITE, .status = &status}, err))
        return false;
    return status == 0 || explain(tree, beneath, paths, err);
}

bool git_clean(const struct git_tree *tree, const struct git_changes *changes, struct err *err) {
    struct git_paths paths;
    struct beneath beneath;
    bool done = beneath_open(&beneath, tree->path, err);
    git_paths_of(&paths, changes);
    done = done && check_ways(tree, &beneath, &paths, err) && remove_kept(&beneath, &paths, err);
    if (done)
        prune(&beneath, &paths);
    done = done && make_way(tree, &beneath, &paths, err) && reset_index(tree, err) &&
           write_tracked(tree, &beneath, &paths, err);
    git_paths_release(&paths);
    beneath_release(&beneath);
    return done;
}

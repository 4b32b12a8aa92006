#include "run/pool_folder.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"
#include "host/git_tree.h"
#include "rules/workspace.h"
#include "run/board_mark.h"
#include "run/site.h"
#include "store/records.h"
#include "store/slots.h"

/* `place` NULL: there is none to lie in. */
static bool lies_outside(const char *folder, const char *place, const char *what, struct err *err) {
    return !place || !folder_within(folder, place) ||
           err_set(err, MC_CONFIG, "%s lies in %s (%s)", folder, what, place);
}

/* In a slot of another one, or beside its slots. */
static bool apart_from_others(struct site *site, const struct pool_folder *pool, const char *folder, struct err *err) {
    const struct config *config = &site->config;
    bool ok = true;

    for (size_t i = 0; ok && i < config->workspace_count; i++) {
        const struct workspace *other = &config->workspaces[i];
        char *theirs = other == pool->workspace ? NULL : site_pool(site, other);
        char *real = theirs ? folder_foreseen(theirs) : NULL;

        ok = !real || (lies_outside(folder, real, "another workspace's pool", err));
        free(real);
        free(theirs);
    }
    return ok;
}

/* A person's `git add -A` would take the slots along, and `git clean` what agents work on. */
static bool stands_well(struct site *site, const struct pool_folder *pool, const char *folder, struct err *err) {
    char *checkout = git_checkout_around(pool->git, folder);
    bool ok = lies_outside(folder, pool->git->common, "the repository's git directory", err) &&
              lies_outside(folder, checkout, "a checkout of the repository", err) &&
              apart_from_others(site, pool, folder, err);

    free(checkout);
    return ok || err_advise(err, "choose a folder outside it for \"pool\" of workspace %s", pool->workspace->name);
}

/* Nobody may put a folder of theirs in its place. */
static bool is_safe(const char *folder, struct err *err) {
    struct folder_open open;

    if (!folder_open_above(folder, &open))
        return true;
    err_set(err, MC_NOPERM, "others may write in %s, above %s, and put something else in its place", open.path, folder);
    if (open.ours)
        err_advise_words(err, "run: chmod go-w {}", ERR_WORDS(open.path));
    return false;
}

/* Perhaps it was made to take an export in, as the board whose pool it is. */
static bool is_empty(struct site *site) {
    struct err ignored = {0};
    bool none = false, ok = records_none(site->board, &none, &ignored);

    err_release(&ignored);
    return ok && none;
}

static bool is_anothers(struct site *site, const char *folder, struct err *err) {
    err_set(err, MC_NOPERM, "the pool %s belongs to another board (%s/.board)", folder, folder);
    return is_empty(site)
               ? err_advise(err, "where that one's export comes onto this one, mc-ticket import --restore puts it "
                                 "right, and the pool stays; else give this board a \"pool\" of its own")
               : err_advise(err, "give each board a \"pool\" of its own, and leave this one where it is: what agents "
                                 "left in it may be nowhere else");
}

/* Its row may be of a pool elsewhere: it is the repository that knows. */
static bool is_gone(const struct pool_folder *pool, const struct slot *slot) {
    char *folder = folder_foreseen(pool->path), *path = xasprintf("%s/pool-%lld", folder, (long long)slot->number);
    bool is =
        text_same(slot->workspace, pool->workspace->name) && !files_exists(path) && git_tree_known(pool->git, path);

    free(folder);
    free(path);
    return is;
}

/* What is made there would be taken for what comes with the disk. */
bool pool_folder_lost(struct site *site, const struct pool_folder *pool, struct err *err) {
    struct slot_list list = {0};
    bool found = !site_named(site, err);

    if (found || pool->deleted || !*site->board_name || board_mark_read(pool->path, site->board_name) != WHOSE_UNMARKED)
        return found;
    found = !slots_list(site->board, site->config.host, &list, err);

    for (size_t i = 0; !found && i < list.count; i++) {
        found = is_gone(pool, &list.items[i]);
        if (found && !err_set(err, MC_UNAVAILABLE, "the pool %s has lost its mark (.board) since %s was made in it",
                              pool->path, list.items[i].name))
            err_advise(err, "mount the disk that it is on, or, where it was deleted, run: mc-ticket pool release %s",
                       list.items[i].name);
    }
    slot_list_release(&list);
    return found;
}

static bool mark(struct site *site, const char *folder, struct err *err) {
    enum whose whose = board_mark_read(folder, site->board_name);

    if (whose == WHOSE_UNMARKED)
        whose = board_mark_make(folder, site->board_name, err);
    switch (whose) {
    case WHOSE_OURS:
        return true;
    case WHOSE_ANOTHERS:
        return is_anothers(site, folder, err);
    case WHOSE_UNMARKED:
        break;
    }
    return false;
}

/* What is the machine's own fault, or the board's, is said as everywhere. */
static bool name_key(const struct pool_folder *pool, struct err *err) {
    bool ours = err->code != MC_IOERR && err->code != MC_OSERR && err->code != MC_TEMPFAIL;

    if (ours && !err->advice)
        err_advise(err, "choose a folder of your own for \"pool\" of workspace %s", pool->workspace->name);
    return err_wrap(err, "workspace %s", pool->workspace->name);
}

/* A person's link to a directory elsewhere is followed. */
bool pool_folder_enter(struct site *site, const struct pool_folder *pool, struct err *err) {
    char *folder = folder_foreseen(pool->path);
    bool ok = stands_well(site, pool, folder, err) && is_safe(folder, err) && !pool_folder_lost(site, pool, err) &&
              files_make_dir(folder, err) && mark(site, pool->path, err);

    free(folder);
    return ok || name_key(pool, err);
}

bool pool_folder_look(struct site *site, const struct pool_folder *pool, struct err *err) {
    char *folder = folder_foreseen(pool->path);
    bool ok = stands_well(site, pool, folder, err) && !pool_folder_lost(site, pool, err) &&
              (!*site->board_name || board_mark_read(pool->path, site->board_name) != WHOSE_ANOTHERS ||
               is_anothers(site, pool->path, err));

    free(folder);
    return ok || name_key(pool, err);
}

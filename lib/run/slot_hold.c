#include "run/slot_hold.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"
#include "host/lock.h"
#include "rules/config.h"
#include "run/board_mark.h"
#include "run/site.h"

static bool know(struct site *site, const struct slot *slot, struct slot_hold *hold, struct err *err) {
    hold->workspace = config_workspace_named(&site->config, slot->workspace);
    return hold->workspace || err_set(err, MC_CONFIG, "workspace %s is not configured any more", slot->workspace) ||
           err_advise(err, "put it back until its slots are given back (mc-ticket pool)");
}

/* Ours, and nobody else's to write in; a person's link to a directory elsewhere is followed. */
static bool make_pool(const char *folder, struct err *err) {
    char *real = folder_resolved(folder);
    bool ok = files_make_dir(real ? real : folder, err);

    free(real);
    return ok;
}

/* Made, and this board's. */
static bool enter_pool(struct site *site, const char *folder, struct err *err) {
    char board[BOARD_NAME_SIZE];
    enum whose whose;

    if (!make_pool(folder, err) || !board_name(site->board, board, err))
        return false;
    whose = board_mark_read(folder, board);
    if (whose == WHOSE_UNMARKED)
        whose = board_mark_make(folder, board);
    switch (whose) {
    case WHOSE_OURS:
        return true;
    case WHOSE_ANOTHERS:
        return err_set(err, MC_NOPERM, "the pool %s belongs to another board (%s/.board)", folder, folder) ||
               err_advise(err, "give each board a \"pool\" of its own");
    case WHOSE_UNMARKED:
        break;
    }
    return err_set(err, MC_IOERR, "%s/.board: cannot be written", folder);
}

static enum slot_held take_lock(const struct slot *slot, struct slot_hold *hold, struct err *err) {
    char *file = xasprintf("%s/.pool-%lld.lock", hold->folder, (long long)slot->number);
    enum lock_found found = lock_take(file, &hold->lock, err);

    free(file);
    switch (found) {
    case LOCK_TAKEN:
        return HOLD_OURS;
    case LOCK_BUSY:
        return HOLD_BUSY;
    case LOCK_FAILED:
        break;
    }
    return HOLD_FAILED;
}

enum slot_held slot_hold(struct site *site, const struct slot *slot, struct slot_hold *hold, struct err *err) {
    const char *end = strrchr(slot->path, '/');
    enum slot_held held;

    *hold = (struct slot_hold){.lock = -1, .git = {.lock = -1}};
    hold->folder = xstrndup(slot->path, end ? (size_t)(end - slot->path) : 0);
    if (!know(site, slot, hold, err) || !enter_pool(site, hold->folder, err))
        return HOLD_FAILED;
    held = take_lock(slot, hold, err);
    if (held != HOLD_OURS)
        return held;
    if (!git_open(&hold->git, hold->workspace->repo, err))
        return HOLD_FAILED;
    hold->git.lock = hold->lock;
    return HOLD_OURS;
}

void slot_let_go(struct slot_hold *hold) {
    git_release(&hold->git);
    lock_leave(&hold->lock);
    free(hold->folder);
    *hold = (struct slot_hold){.lock = -1, .git = {.lock = -1}};
}

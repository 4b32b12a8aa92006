#include "run/slot_hold.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/lock.h"
#include "rules/config.h"
#include "run/pool_folder.h"
#include "run/site.h"

static bool know(struct site *site, const struct slot *slot, struct slot_hold *hold, struct err *err) {
    hold->workspace = config_workspace_named(&site->config, slot->workspace);
    return hold->workspace || err_set(err, MC_CONFIG, "workspace %s is not configured any more", slot->workspace) ||
           err_advise(err, "put it back until its slots are given back (mc-ticket pool)");
}

/* Before its pool is touched: that must not lie inside. */
static bool open_repository(struct slot_hold *hold, struct err *err) {
    const struct workspace *workspace = hold->workspace;

    if (git_open(&hold->git, workspace->repo, err))
        return true;
    if (err->code == MC_CONFIG && !err->advice)
        err_advise(err, "correct \"repo\" of workspace %s in the configuration", workspace->name);
    return err_wrap(err, "workspace %s", workspace->name);
}

/* Of a failure nothing is left in hand. */
static bool enter(struct site *site, struct slot_hold *hold, bool deleted, struct err *err) {
    const struct pool_folder pool = {hold->workspace, hold->folder, &hold->git, deleted};

    if (!open_repository(hold, err))
        return false;
    if (pool_folder_enter(site, &pool, err))
        return true;
    git_release(&hold->git);
    return false;
}

char *slot_lock_file(const char *folder, int64_t number) {
    return xasprintf("%s/.pool-%lld.lock", folder, (long long)number);
}

static enum slot_held take_lock(const struct slot *slot, struct slot_hold *hold, struct err *err) {
    char *file = slot_lock_file(hold->folder, slot->number);
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

static void begin(const struct slot *slot, struct slot_hold *hold) {
    const char *end = strrchr(slot->path, '/');

    *hold = (struct slot_hold){.lock = -1, .git = {.lock = -1}};
    hold->folder = xstrndup(slot->path, end ? (size_t)(end - slot->path) : 0);
}

bool slot_say_deleted(struct site *site, const struct slot *slot) {
    struct slot_hold hold;
    struct err ignored = {0}; /* who holds the slot next says it */
    bool was, is;

    begin(slot, &hold);
    was = files_exists(hold.folder);
    is = know(site, slot, &hold, &ignored) && enter(site, &hold, true, &ignored);
    slot_let_go(&hold);
    err_release(&ignored);
    return is && !was;
}

enum slot_held slot_hold(struct site *site, const struct slot *slot, struct slot_hold *hold, struct err *err) {
    enum slot_held held;

    begin(slot, hold);
    if (!know(site, slot, hold, err) || !enter(site, hold, false, err))
        return HOLD_FAILED;
    held = take_lock(slot, hold, err);
    if (held == HOLD_OURS)
        hold->git.lock = hold->lock;
    else
        git_release(&hold->git);
    return held;
}

void slot_let_go(struct slot_hold *hold) {
    git_release(&hold->git);
    lock_leave(&hold->lock);
    free(hold->folder);
    *hold = (struct slot_hold){.lock = -1, .git = {.lock = -1}};
}

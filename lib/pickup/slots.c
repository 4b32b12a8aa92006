#include "pickup/slots.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "pickup/report.h"
#include "pickup/state.h"
#include "pickup/work.h"
#include "rules/heal.h"
#include "run/pool.h"
#include "store/slots.h"

static void name_ticket(const struct site *site, const struct slot *slot, char key[KEY_SIZE]) {
    *key = '\0';
    if (slot->ticket_id)
        site_key(site, slot->ticket_id, key);
}

static enum heal_rule rule_of(const struct slot *slot) {
    return slot->branch ? HEAL_SLOT_LEAK : HEAL_HALF_SLOT;
}

static const char *state_of(const struct pool_done *done) {
    if (done->end == POOL_QUARANTINED)
        return slot_state_name(SLOT_QUARANTINED);
    return done->kept ? "free, its work kept" : slot_state_name(SLOT_FREE);
}

/* "pool-1 is free again, what was not committed in it is kept" */
static char *sentence(const struct slot *slot, const struct pool_done *done) {
    if (done->end == POOL_QUARANTINED)
        return xasprintf("%s is in quarantine", slot->name);
    return xasprintf("%s is free again%s%s", slot->name, slot->branch ? "" : ", which was not ready yet",
                     done->kept ? ", what was not committed in it is kept" : "");
}

static void tell(struct report *report, const char *key, const struct slot *slot, const struct pool_done *done) {
    if (done->end == POOL_FREED || done->end == POOL_QUARANTINED) {
        char *say = sentence(slot, done);

        report_healed(report, &(struct report_healed){.rule = heal_rule_name(rule_of(slot)),
                                                      .ticket = key,
                                                      .from = slot->name,
                                                      .to = state_of(done),
                                                      .say = say});
        free(say);
    }
    if (done->news)
        report_warn(report, "%s%s%s", key, *key ? ": " : "", text_str(&done->line));
    if (done->failed.len)
        report_warn(report, "%s%s%s", key, *key ? ": " : "", text_str(&done->failed));
}

static bool give_back(struct site *site, struct report *report, const struct slot *slot, struct err *err) {
    struct pool_done done = {0};
    char key[KEY_SIZE];
    bool ok;

    name_ticket(site, slot, key);
    ok = pool_return(site, slot, &done, err);
    if (ok)
        tell(report, key, slot, &done);
    else
        err_wrap(err, "giving back %s", slot->name);
    pool_done_release(&done);
    return ok;
}

static void plan(struct pickup *pickup, const struct slot *slot) {
    char key[KEY_SIZE];
    char *say, *reason = xasprintf("slot %s is given back: what is uncommitted in it is kept", slot->name);

    name_ticket(&pickup->site, slot, key);
    say = xasprintf("give back %s%s%s, and keep what is not committed in it", slot->name, *key ? " of " : "", key);
    report_plan_say(&pickup->report, &(struct report_step){heal_rule_name(rule_of(slot)), key, reason, say});
    free(say);
    free(reason);
}

/* What those that it would end leave behind, and a ticket may have. */
static bool plan_ending(struct pickup *pickup, struct err *err) {
    bool ok = true;

    for (size_t i = 0; ok && i < pickup->ending.count; i++) {
        struct slot slot = {0};

        ok = slots_of_run(pickup->site.board, pickup->ending.items[i], &slot, err);
        if (ok && slot.name)
            plan(pickup, &slot);
        slot_release(&slot);
    }
    return ok;
}

bool slots_foresee(struct pickup *pickup, const char *workspace, struct err *err) {
    bool ok = true;

    for (size_t i = 0; ok && !pickup->vacant.name && i < pickup->ending.count; i++) {
        ok = slots_of_run(pickup->site.board, pickup->ending.items[i], &pickup->vacant, err);
        if (ok && !text_same(pickup->vacant.workspace, workspace))
            slot_release(&pickup->vacant);
    }
    return ok;
}

bool slots_step(struct pickup *pickup, struct err *err) {
    struct site *site = &pickup->site;
    struct slot_list list = {0};
    bool ok = slots_left(site->board, site->config.host, &list, err);

    for (size_t i = 0; ok && i < list.count; i++) {
        if (pickup->dry)
            plan(pickup, &list.items[i]);
        else
            ok = give_back(site, &pickup->report, &list.items[i], err);
    }
    slot_list_release(&list);
    return ok && plan_ending(pickup, err);
}

bool slots_after(struct work *work, struct err *err) {
    struct board *board = work->site->board;
    struct slot slot = {0};
    bool left = false;
    bool ok = !work->slot.name || slots_of_run(board, work->slot.run_id, &slot, err);

    if (ok && slot.name)
        ok = slots_still_left(board, &slot, &left, err);
    if (ok && left)
        ok = give_back(work->site, work->report, &slot, err);
    slot_release(&slot);
    return ok;
}

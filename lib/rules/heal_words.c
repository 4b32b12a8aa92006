#include "rules/heal.h"

#include <assert.h>

static const char *const rules[] = {
    [HEAL_HIDDEN_RUNTIME] = "hidden_runtime",
    [HEAL_WORKER_DIED] = "worker_died",
    [HEAL_GHOST] = "ghost",
    [HEAL_STILLBORN] = "stillborn",
    [HEAL_LOST_ROW] = "lost_row",
    [HEAL_ORPHAN] = "orphan",
    [HEAL_FINISHED] = "finished",
    [HEAL_EXPIRED] = "expired",
    [HEAL_STALLED] = "stalled",
    [HEAL_OVERTIME] = "overtime",
    [HEAL_INTERRUPTED_SEND] = "interrupted_send",
    [HEAL_ABANDONED_CLAIM] = "abandoned_claim",
    [HEAL_UNTIMED] = "untimed",
};
static_assert(sizeof rules / sizeof *rules == HEAL_RULE_COUNT, "a rule without a name");

static const char *const remedies[] = {
    [REMEDY_ADOPT] = "adopt",
    [REMEDY_RECORD_PID] = "record_pid",
    [REMEDY_RETIRE] = "retire",
    [REMEDY_RELEASE] = "release",
    [REMEDY_REBUILD] = "rebuild",
    [REMEDY_CLOSE] = "close",
    [REMEDY_CLOSE_SESSION] = "close_session",
    [REMEDY_NOTE_STALL] = "note_stall",
    [REMEDY_START_CLOCK] = "start_clock",
    [REMEDY_RESOLVE_SEND] = "resolve_send",
    [REMEDY_PARK] = "park",
};
static_assert(sizeof remedies / sizeof *remedies == REMEDY_COUNT, "a remedy without a name");

const char *heal_rule_name(enum heal_rule rule) {
    return rules[rule];
}

const char *remedy_name(enum remedy remedy) {
    return remedies[remedy];
}

void heal_plan_release(struct heal_plan *plan) {
    if (!plan)
        return;
    free(plan->repairs);
    *plan = (struct heal_plan){0};
}

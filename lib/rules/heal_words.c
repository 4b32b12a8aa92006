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
    [HEAL_PARKED] = "parked",
    [HEAL_STALLED] = "stalled",
    [HEAL_OVERTIME] = "overtime",
    [HEAL_INTERRUPTED_SEND] = "interrupted_send",
    [HEAL_ABANDONED_CLAIM] = "abandoned_claim",
    [HEAL_UNTIMED] = "untimed",
    [HEAL_SLOT_LEAK] = "slot_leak",
    [HEAL_HALF_SLOT] = "half_slot",
};
static_assert(sizeof rules / sizeof *rules == HEAL_RULE_COUNT, "a rule without a name");

/* Of a turn that had begun, so that a class's words, which are those of a send, would not be true. */
static const struct {
    const char *cause, *next;
} words[HEAL_RULE_COUNT] = {
    [HEAL_STALLED] =
        {"a turn came to no end within turn_timeout_s, and its agent was ended",
         "look with mc-ticket log at what it did, and raise turn_timeout_s where turns may take that long"},
    [HEAL_OVERTIME] = {"its turns ran for max_runtime_s since a person last spoke, and its agent was ended",
                       "look at what it did, then answer the ticket: a new agent goes on from there"},
};

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

const char *heal_cause(enum heal_rule rule) {
    return words[rule].cause;
}

const char *heal_next(enum heal_rule rule) {
    return words[rule].next;
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

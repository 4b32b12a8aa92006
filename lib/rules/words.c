#include "rules/words.h"

#include <assert.h>
#include <stddef.h>

#include "base/names.h"

static const char *const ticket_statuses[] = {
    [TICKET_INBOX] = "inbox",
    [TICKET_TODO] = "todo",
    [TICKET_IN_PROGRESS] = "in_progress",
    [TICKET_IN_REVIEW] = "in_review",
    [TICKET_NEEDS_INPUT] = "needs_input",
    [TICKET_BLOCKED] = "blocked",
    [TICKET_DONE] = "done",
    [TICKET_CANCELLED] = "cancelled",
};

static const char *const runtime_statuses[] = {
    [RUNTIME_SPAWNING] = "spawning", [RUNTIME_IDLE] = "idle",     [RUNTIME_RUNNING] = "running",
    [RUNTIME_DEAD] = "dead",         [RUNTIME_CLOSED] = "closed",
};

static const char *const message_statuses[] = {
    [MESSAGE_PENDING] = "pending",         [MESSAGE_SENDING] = "sending", [MESSAGE_SENT] = "sent",
    [MESSAGE_FAILED] = "failed_to_inject", [MESSAGE_UNKNOWN] = "unknown",
};

static const char *const message_kinds[] = {[MESSAGE_WORK] = "work", [MESSAGE_NOTE] = "note"};

static const char *const message_purposes[] = {
    [PURPOSE_PERSON] = "person", [PURPOSE_NUDGE] = "nudge", [PURPOSE_GO_ON] = "go_on"};

static const char *const priorities[] = {
    [PRIORITY_CRITICAL] = "critical",
    [PRIORITY_HIGH] = "high",
    [PRIORITY_MEDIUM] = "medium",
    [PRIORITY_LOW] = "low",
};

static const char *const effect_kinds[] = {
    [EFFECT_WORKTREE] = "worktree", [EFFECT_SPAWN] = "spawn", [EFFECT_SEND] = "send",
    [EFFECT_KILL] = "kill",         [EFFECT_CLOSE] = "close",
};

static const char *const effect_states[] = {
    [EFFECT_INTENT] = "intent",
    [EFFECT_DONE] = "done",
    [EFFECT_FAILED] = "failed",
    [EFFECT_UNKNOWN] = "unknown",
};

static const char *const slot_states[] = {
    [SLOT_FREE] = "free", [SLOT_CLAIMED] = "claimed", [SLOT_QUARANTINED] = "quarantined"};

static const char *const signal_words[] = {
    [SIGNAL_DONE] = "DONE",
    [SIGNAL_REVIEW] = "REVIEW",
    [SIGNAL_QUESTION] = "QUESTION",
};

static const char *const run_outcomes[] = {
    [RUN_DELIVERED] = "delivered", [RUN_ASKED] = "asked",     [RUN_ADOPTED] = "adopted",     [RUN_FAILED] = "failed",
    [RUN_ABANDONED] = "abandoned", [RUN_STOPPED] = "stopped", [RUN_HOST_LOST] = "host_lost",
};

/* Both directions of one table. */
#define WORDS(noun, table, total)                                                                                      \
    static_assert(sizeof(table) / sizeof((table)[0]) == (total), "a name for every " #noun);                           \
    const char *noun##_name(enum noun value) {                                                                         \
        return (size_t)value < (size_t)(total) ? (table)[value] : "unknown";                                           \
    }                                                                                                                  \
    int noun##_from(const char *name) {                                                                                \
        return names_find((table), (total), name);                                                                     \
    }

WORDS(ticket_status, ticket_statuses, TICKET_STATUS_COUNT)
WORDS(runtime_status, runtime_statuses, RUNTIME_STATUS_COUNT)
WORDS(message_status, message_statuses, MESSAGE_STATUS_COUNT)
WORDS(message_kind, message_kinds, MESSAGE_KIND_COUNT)
WORDS(message_purpose, message_purposes, MESSAGE_PURPOSE_COUNT)
WORDS(priority, priorities, PRIORITY_COUNT)
WORDS(effect_kind, effect_kinds, EFFECT_KIND_COUNT)
WORDS(effect_state, effect_states, EFFECT_STATE_COUNT)
WORDS(slot_state, slot_states, SLOT_STATE_COUNT)
WORDS(signal_word, signal_words, SIGNAL_WORD_COUNT)
WORDS(run_outcome, run_outcomes, RUN_OUTCOME_COUNT)

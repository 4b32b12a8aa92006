#include "rules/adopt.h"

#include <assert.h>
#include <stddef.h>

static const struct {
    const char *name;
    const char *words;
} verdicts[] = {
    [ADOPT_YES] = {"adopt", "the recorded process is alive in its session"},
    [ADOPT_NEWBORN] = {"adopt_newborn", "the session is alive and too young to have a recorded process"},
    [ADOPT_TICKET_MOVED_ON] = {"ticket_moved_on", "the ticket has moved on and is not to be worked now"},
    [ADOPT_TICKET_NEEDS_INPUT] = {"ticket_needs_input", "the ticket waits for a person"},
    [ADOPT_OTHER_WORKER] = {"other_worker_alive", "another run's live worker owns the ticket"},
    [ADOPT_NO_RUNTIME] = {"no_runtime", "there is no active runtime of this ticket"},
    [ADOPT_PROCESS_DEAD] = {"process_dead", "the recorded process is gone, or its pid is another's by now"},
    [ADOPT_PROCESS_UNKNOWN] = {"process_unknown", "it cannot be told whether the agent's process is alive"},
    [ADOPT_SESSION_GONE] = {"session_gone", "tmux has no such session"},
    [ADOPT_FOREIGN_RUN] = {"foreign_run", "the runtime or its session belongs to another run"},
    [ADOPT_UNCONFIRMED] = {"state_unconfirmed", "the state of the ticket or its session could not be confirmed"},
};
static_assert(sizeof verdicts / sizeof verdicts[0] == ADOPT_COUNT, "a name for every verdict");

/* The ticket's own word: may a live runtime bring it to in_progress? ADOPT_YES when it may. */
static enum adopt_verdict ticket_says(enum ticket_status status) {
    switch (status) {
    case TICKET_TODO:
    case TICKET_IN_PROGRESS:
        return ADOPT_YES;
    case TICKET_NEEDS_INPUT:
        return ADOPT_TICKET_NEEDS_INPUT;
    case TICKET_INBOX:
    case TICKET_IN_REVIEW:
    case TICKET_BLOCKED:
    case TICKET_DONE:
    case TICKET_CANCELLED:
    case TICKET_STATUS_COUNT:
        return ADOPT_TICKET_MOVED_ON;
    }
    return ADOPT_TICKET_MOVED_ON;
}

static enum adopt_verdict unrecorded_says(const struct adopt_facts *facts) {
    bool young = facts->age_ms >= 0 && facts->age_ms <= facts->newborn_grace_ms;
    bool newborn = facts->path == ADOPT_SEND && facts->session == SEEN_YES && young;
    return newborn ? ADOPT_NEWBORN : ADOPT_PROCESS_UNKNOWN;
}

static enum adopt_verdict worker_says(const struct adopt_facts *facts) {
    if (facts->session == SEEN_NO)
        return ADOPT_SESSION_GONE;
    if (!facts->pid_recorded)
        return unrecorded_says(facts);
    switch (facts->process) {
    case SEEN_NO:
        return ADOPT_PROCESS_DEAD;
    case SEEN_YES:
        return facts->session == SEEN_YES ? ADOPT_YES : ADOPT_UNCONFIRMED;
    case SEEN_UNKNOWN:
        return ADOPT_PROCESS_UNKNOWN;
    }
    return ADOPT_PROCESS_UNKNOWN;
}

enum adopt_verdict adopt_decide(const struct adopt_facts *facts) {
    if (!facts->confirmed)
        return ADOPT_UNCONFIRMED;
    enum adopt_verdict ticket = ticket_says(facts->status);
    if (ticket != ADOPT_YES)
        return ticket;
    if (facts->other_worker_alive)
        return ADOPT_OTHER_WORKER;
    if (!facts->runtime_exists)
        return ADOPT_NO_RUNTIME;
    if (!facts->runtime_is_runs || !facts->session_tag_is_runs)
        return ADOPT_FOREIGN_RUN;
    return worker_says(facts);
}

bool adopt_granted(enum adopt_verdict verdict) {
    return verdict == ADOPT_YES || verdict == ADOPT_NEWBORN;
}

const char *adopt_name(enum adopt_verdict verdict) {
    return verdicts[verdict].name;
}

const char *adopt_words(enum adopt_verdict verdict) {
    return verdicts[verdict].words;
}

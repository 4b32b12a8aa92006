#include "rules/sending.h"

#include <assert.h>

static const struct {
    enum sending without; /* an agent */
    struct sending_advice advice;
} rules[] = {
    [TICKET_INBOX] = {SENDING_NO_AGENT, {"note", "TEXT keeps it for the first turn"}},
    [TICKET_TODO] = {SENDING_NOBODY, {"note", "TEXT keeps it for the next turn"}},
    [TICKET_IN_PROGRESS] = {SENDING_NOBODY, {"note", "TEXT keeps it for the next turn"}},
    [TICKET_IN_REVIEW] = {SENDING_NO_AGENT, {"reject", "TEXT has it done again with the text"}},
    [TICKET_NEEDS_INPUT] = {SENDING_NO_AGENT, {"answer", "TEXT starts a new run with the text"}},
    [TICKET_BLOCKED] = {SENDING_NO_AGENT, {"note", "TEXT keeps it for the next turn"}},
    [TICKET_DONE] = {SENDING_CLOSED, {"reopen", "lets it be worked on again"}},
    [TICKET_CANCELLED] = {SENDING_CLOSED, {"reopen", "lets it be worked on again"}},
};
static_assert(sizeof rules / sizeof rules[0] == TICKET_STATUS_COUNT, "a row for every status");

static bool works(enum ticket_status status) {
    return status == TICKET_IN_PROGRESS || status == TICKET_IN_REVIEW || status == TICKET_NEEDS_INPUT;
}

enum sending sending_judge(const struct sending_facts *facts) {
    if (!works(facts->status) || !facts->of_run || facts->process == SEEN_NO)
        return rules[facts->status].without;
    if (facts->runtime == RUNTIME_IDLE || (facts->runtime == RUNTIME_RUNNING && facts->strangers_turn))
        return SENDING_GO;
    return SENDING_BUSY;
}

const struct sending_advice *sending_advice(enum ticket_status status) {
    return &rules[status].advice;
}

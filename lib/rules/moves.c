#include "rules/moves.h"

#include <assert.h>

#define FROM(status) (1U << TICKET_##status)

static const struct {
    enum ticket_status to;
    unsigned from;
    bool carries_text; /* then "already there" would lose the text */
    const char *sources;
} rules[] = {
    [MOVE_PROMOTE] = {TICKET_TODO, FROM(INBOX) | FROM(BLOCKED), false, "inbox or blocked"},
    [MOVE_APPROVE] = {TICKET_DONE, FROM(IN_REVIEW), false, "in_review"},
    [MOVE_REJECT] = {TICKET_TODO, FROM(IN_REVIEW), true, "in_review"},
    [MOVE_ANSWER] = {TICKET_TODO, FROM(NEEDS_INPUT), true, "needs_input"},
    [MOVE_BLOCK] = {TICKET_BLOCKED, FROM(INBOX) | FROM(TODO) | FROM(IN_PROGRESS) | FROM(IN_REVIEW) | FROM(NEEDS_INPUT),
                    false, "inbox, todo, in_progress, in_review or needs_input"},
    [MOVE_REOPEN] = {TICKET_TODO, FROM(BLOCKED) | FROM(DONE) | FROM(CANCELLED), false, "blocked, done or cancelled"},
    [MOVE_CANCEL] = {TICKET_CANCELLED,
                     FROM(INBOX) | FROM(TODO) | FROM(IN_PROGRESS) | FROM(IN_REVIEW) | FROM(NEEDS_INPUT) | FROM(BLOCKED),
                     false, "inbox, todo, in_progress, in_review, needs_input or blocked"},
};
static_assert(sizeof rules / sizeof rules[0] == MOVE_COUNT, "a row for every move");

const char *move_name(enum move move) {
    static const char *const names[] = {"promote", "approve", "reject", "answer", "block", "reopen", "cancel"};

    static_assert(sizeof names / sizeof names[0] == MOVE_COUNT, "a name for every move");
    return names[move];
}

enum move_verdict move_judge(enum move move, enum ticket_status from) {
    if (rules[move].from & (1U << from))
        return MOVE_GO;
    return from == rules[move].to && !rules[move].carries_text ? MOVE_ALREADY : MOVE_REFUSED;
}

enum ticket_status move_target(enum move move) {
    return rules[move].to;
}

const char *move_sources(enum move move) {
    return rules[move].sources;
}

static const char *const whys[] = {
    [SIGNAL_OLD_TURN] = "it belongs to another turn than the one under way",
    [SIGNAL_OLD_RUN] = "the ticket is not this run's any more",
    [SIGNAL_NOT_WORKING] = "the ticket is not in progress",
    [SIGNAL_NO_TURN] = "a prompt waits for its agent and goes first",
};
static_assert(sizeof whys / sizeof whys[0] == SIGNAL_VERDICT_COUNT, "a why for every verdict");

const char *signal_why(enum signal_verdict verdict) {
    return whys[verdict];
}

bool signal_late(const struct late_facts *facts) {
    return facts->last && !facts->heard && (facts->status != TICKET_NEEDS_INPUT || facts->turns > 0);
}

enum signal_verdict signal_judge(const struct signal_facts *facts) {
    /* A dialog put the ticket into needs_input while its turn stayed under way, and a person answered it in the
     * session; or a person is asked because the turn had no word. */
    bool working = facts->status == TICKET_IN_PROGRESS ||
                   (facts->status == TICKET_NEEDS_INPUT && (facts->turn_active || facts->late));
    bool matches = facts->nonce_matches || facts->late;
    /* Without a nonce the word is about the turn that runs now, if there is one. */
    bool about_last = facts->nonce_given ? !matches : facts->run_matches && (!working || facts->prompt_waits);
    if (facts->nonce_was_last && about_last)
        return SIGNAL_REPEAT;
    if (!facts->run_matches)
        return SIGNAL_OLD_RUN;
    if (!working)
        return SIGNAL_NOT_WORKING;
    if (facts->nonce_given && !matches)
        return SIGNAL_OLD_TURN;
    return facts->prompt_waits ? SIGNAL_NO_TURN : SIGNAL_APPLY;
}

enum ticket_status signal_target(enum signal_word word, bool done_is_done) {
    switch (word) {
    case SIGNAL_DONE:
        return done_is_done ? TICKET_DONE : TICKET_IN_REVIEW;
    case SIGNAL_REVIEW:
        return TICKET_IN_REVIEW;
    case SIGNAL_QUESTION:
    case SIGNAL_WORD_COUNT:
        return TICKET_NEEDS_INPUT;
    }
    return TICKET_NEEDS_INPUT;
}

#include "rules/turn_over.h"

#include <assert.h>
#include <stddef.h>

static const char *const names[] = {
    [OVER_IGNORE] = "ignore", [OVER_KEEP] = "keep",
    [OVER_STILL] = "still",   [OVER_END] = "end",
    [OVER_WORD] = "word",     [OVER_REST] = "rest",
    [OVER_NUDGE] = "nudge",   [OVER_PAUSE] = "pause",
    [OVER_ASK] = "ask",       [OVER_ASK_AND_STOP] = "ask_and_stop",
};
static_assert(sizeof names / sizeof names[0] == OVER_ACT_COUNT, "a name for every act");

const char *over_act_name(enum over_act act) {
    return names[act];
}

static bool working(const struct over_facts *f) {
    return f->ours && (f->status == TICKET_IN_PROGRESS || f->status == TICKET_NEEDS_INPUT);
}

static enum fault_action fault_action(const struct over_facts *f) {
    return turn_fault_rule(f->fault)->action;
}

static bool unknown(const struct over_facts *f) {
    return f->turn == TOLD_OTHER;
}

enum signal_verdict over_word_judge(const struct over_facts *f) {
    bool last = f->turn == TOLD_LAST;

    return signal_judge(&(struct signal_facts){
        .status = f->status,
        .run_matches = f->ours,
        .nonce_given = true,
        .nonce_matches = f->turn == TOLD_NOW,
        .turn_active = f->turn == TOLD_NOW || f->turn == TOLD_PAST,
        .late =
            signal_late(&(struct late_facts){.status = f->status, .last = last, .heard = f->heard, .turns = f->turns}),
        .prompt_waits = last && f->person,
        .nonce_was_last = f->heard});
}

/* It was taken as over without a word, for a pause or a failure too, and the word came after all. What a person has
 * said since is heard by the agent first. */
static bool late_word(const struct over_facts *f) {
    return f->turn == TOLD_LAST && f->word && over_word_judge(f) == SIGNAL_APPLY;
}

static bool past(const struct over_facts *f) {
    return f->turn != TOLD_NOW;
}

bool over_preliminary(const struct over_facts *f) {
    return f->still_at_work && !f->word && f->fault == FAULT_NONE;
}

enum reply_rank over_reply_rank(const struct over_facts *f) {
    if (f->seen)
        return REPLY_SEEN;
    if (f->word)
        return REPLY_FINAL;
    if (f->still_at_work || f->fault != FAULT_NONE)
        return REPLY_PRELIMINARY;
    return f->heard ? REPLY_FINAL : REPLY_WORDLESS;
}

static bool moved_on(const struct over_facts *f) {
    return !working(f);
}

static bool word(const struct over_facts *f) {
    return f->word;
}

static bool asks_and_stops(const struct over_facts *f) {
    return fault_action(f) == FAULT_ASK_AND_STOP;
}

static bool asks(const struct over_facts *f) {
    return fault_action(f) == FAULT_ASK || fault_action(f) == FAULT_ASK_SILENTLY;
}

/* A usage limit ends by itself; a model that does not answer twice in a row may be gone. */
static bool fails_again(const struct over_facts *f) {
    return f->fault == FAULT_SERVER && f->after_go_on;
}

static bool out_of_turns(const struct over_facts *f) {
    return f->turns >= f->max_turns && !f->waiting;
}

static bool out_of_time(const struct over_facts *f) {
    return f->worked_ms >= f->max_runtime_ms && !f->waiting;
}

static bool pauses(const struct over_facts *f) {
    return fault_action(f) == FAULT_PAUSE;
}

static bool waited_for(const struct over_facts *f) {
    return f->waiting;
}

static bool quiet_for_long(const struct over_facts *f) {
    return !f->nudge || f->quiet >= f->quiet_turns;
}

static bool always(const struct over_facts *f) {
    (void)f;
    return true;
}

#define ANSWER "read its last reply, then answer the ticket"

/* Tried from the top: the first that holds decides. Which turn it is, then whose ticket, then its word, then what went
 * wrong; a turn of ours comes last, because it costs money. */
static const struct {
    bool (*holds)(const struct over_facts *f);
    enum over_act act;
    const char *reason, *why, *next;
} rules[] = {
    {unknown, OVER_IGNORE, NULL, "it names no turn of this run", NULL},
    {late_word, OVER_WORD, NULL, "the word on a turn that was over came after it", NULL},
    {past, OVER_KEEP, NULL, "the turn was over already", NULL},
    {over_preliminary, OVER_STILL, NULL, "work of the agent goes on in the background", NULL},
    {moved_on, OVER_END, NULL, "the ticket has moved on", NULL},
    {word, OVER_WORD, NULL, "the agent's word", NULL},
    {asks_and_stops, OVER_ASK_AND_STOP, "", NULL, NULL},
    {asks, OVER_ASK, "", NULL, NULL},
    {fails_again, OVER_ASK, "", "an error stopped the agent's turn, and again after a pause",
     "look whether it works elsewhere, then answer the ticket"},
    {out_of_turns, OVER_ASK, "max_turns", "the ticket has had max_turns turns since a person last spoke",
     "look at what it does, then answer the ticket"},
    {out_of_time, OVER_ASK, "max_runtime", "the ticket's turns have run for max_runtime_s since a person last spoke",
     "look at what it does, then answer the ticket"},
    {pauses, OVER_PAUSE, "paused", NULL, NULL},
    {waited_for, OVER_REST, NULL, "the turn ended without a word, and a message waits for the agent", NULL},
    {quiet_for_long, OVER_ASK, "quiet", "the agent's turn ended without a word on it", ANSWER},
    {always, OVER_NUDGE, NULL, "the turn ended without a word: the agent is asked for it", NULL},
};

struct over_ruling over_judge(const struct over_facts *facts) {
    const struct turn_fault_rule *fault = turn_fault_rule(facts->fault);
    size_t i = 0;
    struct over_ruling ruling;

    while (!rules[i].holds(facts))
        i++;
    ruling = (struct over_ruling){rules[i].act, rules[i].reason, rules[i].why, rules[i].next};
    if (ruling.reason && !*ruling.reason)
        ruling.reason = turn_fault_name(facts->fault);
    if (!ruling.why)
        ruling.why = fault->why;
    if (!ruling.next && ruling.reason)
        ruling.next = fault->next;
    return ruling;
}

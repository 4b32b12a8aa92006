#include "rules/breaker.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "rules/answer_pause.h"
#include "rules/retry.h"

enum { FIRST = 60 * 1000 };

static bool is_named(enum thing thing) {
    return thing == THING_PROFILE || thing == THING_WORKSPACE;
}

void breaker_thing(char out[BREAKER_THING_SIZE], enum thing thing, const char *name) {
    if (is_named(thing))
        snprintf(out, BREAKER_THING_SIZE, "%s:%s", thing_name(thing), name ? name : "");
    else
        text_copy(out, BREAKER_THING_SIZE, thing_name(thing));
}

static bool is_its(const char *key, enum thing thing, const char *name) {
    char own[BREAKER_THING_SIZE];

    breaker_thing(own, thing, name);
    return name && strcmp(key, own) == 0;
}

bool breaker_is_needed(const char *key, const struct breaker_need *need) {
    if (strcmp(key, thing_name(THING_ENDPOINT)) == 0)
        return need->endpoint;
    return strcmp(key, thing_name(THING_MACHINE)) == 0 || is_its(key, THING_PROFILE, need->profile) ||
           is_its(key, THING_WORKSPACE, need->workspace);
}

bool breaker_stopped(const struct breaker *breaker) {
    return strcmp(breaker->class, send_class_name(CLASS_AWAITING_HUMAN)) == 0;
}

bool breaker_open(const struct breaker *breaker, int64_t now) {
    int64_t longest = breaker_stopped(breaker) ? ANSWER_PAUSE_LONGEST : BREAKER_LONGEST;

    return breaker->open_until > now && breaker->open_until - now <= longest;
}

void breaker_span(const struct breaker *breaker, const char *stamp, char out[BREAKER_SPAN_SIZE]) {
    if (breaker_stopped(breaker))
        text_copy(out, BREAKER_SPAN_SIZE, "until a turn of it succeeds");
    else
        snprintf(out, BREAKER_SPAN_SIZE, "until %s after repeated failures", stamp);
}

void breaker_try(struct breaker *breaker, int64_t ticket, int64_t now) {
    breaker->trial = ticket;
    breaker->open_until = now + FIRST;
}

/* May one ticket fill the row alone? */
static bool counts_each(const struct class_rule *rule) {
    return rule->blame != BLAME_TICKET && (rule->thing == THING_ENDPOINT || rule->thing == THING_PROFILE);
}

/* *fresh: the ticket had no share yet. */
static struct breaker_share *share_of(struct breaker *breaker, int64_t ticket, bool *fresh) {
    struct breaker_share *share = breaker->shares;

    while (share < breaker->shares + BREAKER_TICKETS && share->ticket && share->ticket != ticket)
        share++;
    *fresh = share == breaker->shares + BREAKER_TICKETS || !share->ticket;
    return share < breaker->shares + BREAKER_TICKETS ? share : NULL;
}

static void count(struct breaker *breaker, const struct breaker_failure *failure) {
    const struct class_rule *rule = class_rule(failure->class);
    bool fresh;
    struct breaker_share *share = share_of(breaker, failure->ticket, &fresh);

    text_copy(breaker->class, sizeof breaker->class, rule->name);
    text_copy(breaker->detail, sizeof breaker->detail, failure->detail ? failure->detail : "");
    text_copy(breaker->next, sizeof breaker->next, failure->next ? failure->next : "");
    if (fresh || counts_each(rule) || breaker->openings)
        breaker->failures++;
    if (share) {
        share->ticket = failure->ticket;
        share->failures++;
    }
}

bool breaker_fail(struct breaker *breaker, const struct breaker_failure *failure) {
    bool was_closed = breaker->openings == 0;
    bool on_trial = breaker->trial && breaker->trial == failure->ticket;
    bool at_once = class_rule(failure->class)->blame == BLAME_WORLD_AT_ONCE;

    count(breaker, failure);
    if (breaker_open(breaker, failure->now) && !on_trial)
        return false;
    if (was_closed && !at_once && breaker->failures < BREAKER_TICKETS)
        return false;
    breaker->trial = 0;
    breaker->openings++;
    breaker->open_until = failure->now + retry_doubled(FIRST, breaker->openings, BREAKER_LONGEST);
    return was_closed;
}

void breaker_stop(struct breaker *breaker, int64_t now) {
    breaker->trial = 0;
    breaker->openings += !breaker->openings;
    breaker->open_until = now + ANSWER_PAUSE_LONGEST;
}

/* A profile is stopped by its login or its account alone (breaker_stop): no question was asked. */
const char *breaker_why(const struct breaker *breaker) {
    int class = send_class_from(breaker->class);

    if (class == (int)CLASS_AWAITING_HUMAN)
        return "the agent's login or account needs a person; the next turn that comes to its end opens the way";
    return class < 0 ? "" : class_rule((enum send_class) class)->why;
}

const char *breaker_advice(const struct breaker *breaker) {
    int class = send_class_from(breaker->class);

    if (*breaker->next)
        return breaker->next;
    return class < 0 ? "mc-ticket breaker shows more" : class_rule((enum send_class) class)->next_action;
}

bool breaker_is_shared(const struct breaker *breaker) {
    return breaker->shares[1].ticket != 0;
}

int64_t pause_longest(int64_t max_ms) {
    static_assert((int64_t)BREAKER_LONGEST <= ANSWER_PAUSE_LONGEST, "no breaker's pause is longer than an endpoint's");
    return max_ms > ANSWER_PAUSE_LONGEST ? max_ms : ANSWER_PAUSE_LONGEST;
}

#include "rules/next.h"

#include "base/text.h"

/* With the program for each $ and the key for each #. */
static void say(struct text *out, const struct next_facts *facts, const char *words) {
    for (; *words; words++)
        if (*words == '$')
            text_add(out, facts->program);
        else if (*words == '#')
            text_add(out, facts->key);
        else
            text_addc(out, *words);
}

static void next_in_line(struct text *out, const struct next_facts *facts) {
    if (facts->before >= NEXT_MANY)
        text_addf(out, "it is taken in its turn, after %d others and more: %s list --order next", NEXT_MANY - 1,
                  facts->program);
    else if (facts->before)
        text_addf(out, "it is taken in its turn, after %lld other%s: %s list --order next", (long long)facts->before,
                  facts->before == 1 ? "" : "s", facts->program);
    else
        text_add(out, "the next pickup with room for it takes it");
}

static void next_todo(struct text *out, const struct next_facts *facts) {
    if (facts->needs_cancelled)
        text_addf(out, "%s reopen %s, or %s cancel %s", facts->program, facts->needs, facts->program, facts->key);
    else if (facts->lacks)
        text_addf(out, "%s edit %s --%s NAME, or mend the configuration: %s doctor says where", facts->program,
                  facts->key, facts->lacks, facts->program);
    else if (facts->needs)
        text_addf(out, "it goes on by itself when %s is done: %s show %s", facts->needs, facts->program, facts->needs);
    else if (facts->later)
        say(out, facts, "it is taken by itself then; $ retry # makes it due now");
    else if (facts->thing)
        text_addf(out, "%s breaker tells why, %s breaker close %s tries it now", facts->program, facts->program,
                  facts->thing);
    else if (facts->paused)
        text_addf(out, "%s resume", facts->program);
    else
        next_in_line(out, facts);
}

static const struct {
    const char *error, *words, *next;
} helds[] = {
    {"busy", "its agent is not at its prompt",
     "$ screen # shows what keeps its agent from its prompt, such as a text in its box that was not sent; mend that "
     "with "
     "$ attach #, and a pickup hands over what waits"},
    {"out_of_reach", "its agent has lost its terminal",
     "wait for its agent's signal, or $ block # and then $ reopen #: the old agent is ended, and what waits goes to a "
     "new one"},
    {"copy_mode", "its agent's terminal is in copy mode",
     "leave copy mode in its agent's terminal (q), or detach: then a pickup hands over what waits"},
    {"paused", "its agent is at a usage limit", "a pickup hands over what waits when the limit is over"},
    {"limit", "its agent is at a usage limit", "a pickup hands over what waits when the limit is over"},
};

static int held_row(const char *error) {
    int i = sizeof helds / sizeof *helds;

    while (--i >= 0 && !text_same(error, helds[i].error))
        continue;
    return i;
}

const char *next_held(const char *error) {
    int row = held_row(error);

    return row < 0 ? error : helds[row].words;
}

static void next_of_held(struct text *out, const struct next_facts *facts) {
    int row = held_row(facts->held);

    say(out, facts, row < 0 ? "a pickup tries again to hand over what waits" : helds[row].next);
}

/* What else keeps it tells more. */
static bool waits_for_pause(const struct next_facts *facts) {
    return facts->pausing && (!facts->held || text_same(facts->held, "limit") || text_same(facts->held, "paused"));
}

static void next_after_pause(struct text *out, const struct next_facts *facts) {
    text_addf(out, "it goes on by itself at %s; ", facts->until);
    say(out, facts, "$ retry # has it go on now");
}

static void next_in_progress(struct text *out, const struct next_facts *facts) {
    if (facts->agent && facts->working)
        say(out, facts, "its agent is at work: $ screen # shows what it does, $ attach # goes there");
    else if (facts->agent && facts->messages && facts->until && waits_for_pause(facts))
        next_after_pause(out, facts);
    else if (facts->agent && facts->held && !waits_for_pause(facts))
        next_of_held(out, facts);
    else if (facts->agent && facts->messages)
        text_add(out, "the next pickup gives its agent what waits for it");
    else if (facts->agent)
        say(out, facts, "its agent rests: $ send # TEXT gives it a turn");
    else
        text_add(out, "the next pickup sees to its agent");
}

void next_words(struct text *out, const struct next_facts *facts) {
    switch (facts->status) {
    case TICKET_INBOX:
        say(out, facts, "$ promote # releases it for work");
        return;
    case TICKET_TODO:
        next_todo(out, facts);
        return;
    case TICKET_IN_PROGRESS:
        next_in_progress(out, facts);
        return;
    case TICKET_IN_REVIEW:
        say(out, facts, facts->unbranched ? "" : "$ diff # shows it; ");
        say(out, facts, "$ approve #, or $ reject # TEXT");
        return;
    case TICKET_NEEDS_INPUT:
        if (facts->agent && facts->dialog)
            say(out, facts, "$ attach #, where its agent asks; where it does not go on by that: ");
        say(out, facts, "$ answer # TEXT");
        return;
    case TICKET_BLOCKED:
        say(out, facts, "when the cause is mended: $ reopen #");
        return;
    case TICKET_DONE:
    case TICKET_CANCELLED:
        say(out, facts, "nothing; $ reopen # takes it up again");
        return;
    case TICKET_STATUS_COUNT:
        return;
    }
}

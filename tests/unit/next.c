/* What is to be done next with a ticket, in every status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/text.h"
#include "rules/next.h"

static void is_next(const struct next_facts *facts, const char *wanted) {
    struct text out = {0};

    next_words(&out, facts);
    assert_string_equal(text_str(&out), wanted);
    text_release(&out);
}

static void todo(void **state) {
    struct next_facts facts = {.key = "MC-1", .program = "mc-ticket --db 'b b'", .status = TICKET_TODO};

    (void)state;
    is_next(&facts, "the next pickup with room for it takes it");
    facts.before = 1;
    is_next(&facts, "it is taken in its turn, after 1 other: mc-ticket --db 'b b' list --order next");
    facts.before = NEXT_MANY - 1;
    is_next(&facts, "it is taken in its turn, after 99 others: mc-ticket --db 'b b' list --order next");
    facts.before = NEXT_MANY;
    is_next(&facts, "it is taken in its turn, after 99 others and more: mc-ticket --db 'b b' list --order next");
    facts.program = "mc-ticket";
    facts.paused = true;
    is_next(&facts, "mc-ticket resume");
    facts.thing = "profile:x";
    is_next(&facts, "mc-ticket breaker tells why, mc-ticket breaker close profile:x tries it now");
    facts.later = true;
    is_next(&facts, "it is taken by itself then; mc-ticket retry MC-1 makes it due now");
    facts.needs = "MC-2";
    is_next(&facts, "it goes on by itself when MC-2 is done: mc-ticket show MC-2");
    facts.lacks = "profile";
    is_next(&facts, "mc-ticket edit MC-1 --profile NAME, or mend the configuration: mc-ticket doctor says where");
    facts.needs_cancelled = true;
    is_next(&facts, "mc-ticket reopen MC-2, or mc-ticket cancel MC-1");
}

/* What kept a message, the same for a glance, and what is next then. */
static const char *const helds[][3] = {
    {"busy", "its agent is not at its prompt",
     "mc-ticket screen MC-1 shows what keeps its agent from its prompt, such as a text in its box that was not sent; "
     "mend that with mc-ticket attach MC-1, and a pickup hands over what waits"},
    {"out_of_reach", "its agent has lost its terminal",
     "wait for its agent's signal, or mc-ticket block MC-1 and then mc-ticket reopen MC-1: the old agent is ended, and "
     "what waits goes to a new one"},
    {"copy_mode", "its agent's terminal is in copy mode",
     "leave copy mode in its agent's terminal (q), or detach: then a pickup hands over what waits"},
    {"paused", "its agent is at a usage limit", "a pickup hands over what waits when the limit is over"},
    {"limit", "its agent is at a usage limit", "a pickup hands over what waits when the limit is over"},
    {"unreachable", "unreachable", "a pickup tries again to hand over what waits"},
};

static void at_work(void **state) {
    struct next_facts facts = {
        .key = "MC-1", .program = "mc-ticket", .status = TICKET_IN_PROGRESS, .working = true, .messages = true};

    (void)state;
    is_next(&facts, "the next pickup sees to its agent");
    facts.agent = true;
    is_next(&facts, "its agent is at work: mc-ticket screen MC-1 shows what it does, mc-ticket attach MC-1 goes there");
    facts.working = false;
    is_next(&facts, "the next pickup gives its agent what waits for it");
    for (size_t i = 0; i < sizeof helds / sizeof *helds; i++) {
        facts.held = helds[i][0];
        is_next(&facts, helds[i][2]);
        assert_string_equal(next_held(helds[i][0]), helds[i][1]);
    }
    facts.pausing = true;
    facts.held = "busy";
    facts.until = "noon";
    is_next(&facts, helds[0][2]);
    for (int i = 0; i < 3; i++) {
        static const char *const waits[] = {NULL, "limit", "paused"};

        facts.held = waits[i];
        facts.until = "noon";
        is_next(&facts, "it goes on by itself at noon; mc-ticket retry MC-1 has it go on now");
        facts.until = NULL;
        is_next(&facts, "the next pickup gives its agent what waits for it");
    }
    facts.pausing = false;
    facts.until = "noon"; /* and not for a pause */
    facts.held = NULL;
    is_next(&facts, "the next pickup gives its agent what waits for it");
    facts.until = NULL;
    facts.working = true;
    is_next(&facts, "its agent is at work: mc-ticket screen MC-1 shows what it does, mc-ticket attach MC-1 goes there");
    facts.working = false;
    facts.messages = false;
    is_next(&facts, "its agent rests: mc-ticket send MC-1 TEXT gives it a turn");
}

static void a_person(void **state) {
    static const char *const wanted[TICKET_STATUS_COUNT] = {
        [TICKET_INBOX] = "mc-ticket promote MC-1 releases it for work",
        [TICKET_IN_REVIEW] = "mc-ticket diff MC-1 shows it; mc-ticket approve MC-1, or mc-ticket reject MC-1 TEXT",
        [TICKET_NEEDS_INPUT] = "mc-ticket answer MC-1 TEXT",
        [TICKET_BLOCKED] = "when the cause is mended: mc-ticket reopen MC-1",
        [TICKET_DONE] = "nothing; mc-ticket reopen MC-1 takes it up again",
        [TICKET_CANCELLED] = "nothing; mc-ticket reopen MC-1 takes it up again",
    };

    (void)state;
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        if (wanted[i])
            is_next(
                &(struct next_facts){
                    .key = "MC-1", .program = "mc-ticket", .status = (enum ticket_status)i, .dialog = true},
                wanted[i]);
    is_next(
        &(struct next_facts){
            .key = "MC-1", .program = "mc-ticket", .status = TICKET_NEEDS_INPUT, .agent = true, .dialog = true},
        "mc-ticket attach MC-1, where its agent asks; where it does not go on by that: mc-ticket answer MC-1 TEXT");
    is_next(&(struct next_facts){.key = "MC-1", .program = "mc-ticket", .status = TICKET_IN_REVIEW, .unbranched = true},
            "mc-ticket approve MC-1, or mc-ticket reject MC-1 TEXT");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(todo), cmocka_unit_test(at_work), cmocka_unit_test(a_person)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

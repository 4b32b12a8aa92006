/* What monitoring is told: each check on both sides of its border. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/text.h"
#include "rules/health.h"

#define NOW INT64_C(1800000000000)
#define GIB (INT64_C(1) << 30)
#define MIB (INT64_C(1) << 20)

static struct health_facts well(void) {
    return (struct health_facts){.now = NOW,
                                 .last_pickup = NOW - 1000,
                                 .cron_interval_s = 60,
                                 .wait_warn_s = 3600,
                                 .disk_free = GIB,
                                 .wal = 64 * MIB};
}

/* NULL: the check is content. */
static void judges(const struct health_facts *facts, enum health_check check, const char *words) {
    struct text line = {0};
    bool fault = health_judge(facts, check, &line);

    assert_int_equal(fault, words != NULL);
    assert_int_equal(line.len > 0, fault);
    if (words && !strstr(text_str(&line), words))
        fail_msg("%s: %s", health_check_name(check), text_str(&line));
    text_release(&line);
}

static void all_is_well(void **state) {
    struct health_facts facts = well();

    (void)state;
    for (int i = 0; i < HEALTH_COUNT; i++)
        judges(&facts, (enum health_check)i, NULL);
}

static void words_are(int64_t ahead, bool apart, const char *words) {
    char out[HEALTH_WORDS_SIZE];

    health_ahead(ahead, out);
    assert_string_equal(out, words);
    assert_int_equal(health_apart(ahead), apart);
}

static void clocks_differ(void **state) {
    char out[HEALTH_WORDS_SIZE];

    (void)state;
    words_are(0, false, "0 ms ahead of the board's");
    words_are(2000, false, "2000 ms ahead of the board's");
    words_are(-2001, true, "2001 ms behind the board's");
    words_are(3601499, true, "3601 s ahead of the board's");
    words_are(-3600500, true, "3601 s behind the board's");
    words_are(INT64_C(-630720000000), true, "630720000 s behind the board's");
    health_took(310, out);
    assert_string_equal(out, "0.31 ms");
    health_took(1234567, out);
    assert_string_equal(out, "1234.56 ms");
}

static void pickups_stopped(void **state) {
    struct health_facts facts = well();

    (void)state;
    facts.last_pickup = NOW - 180000;
    judges(&facts, HEALTH_PICKUP, NULL);
    facts.last_pickup--;
    judges(&facts, HEALTH_PICKUP, "the last pickup was 3 min ago");
    facts.last_pickup = 0;
    judges(&facts, HEALTH_PICKUP, "no pickup has run");
}

static void tickets_wait(void **state) {
    struct health_facts facts = well();
    struct health_tickets waits = {2, NOW - 3600001, "MC-3, MC-9", false};

    (void)state;
    facts.tickets[TICKET_TODO] = facts.tickets[TICKET_IN_REVIEW] = waits;
    judges(&facts, HEALTH_WAITING,
           "MC-3, MC-9 has waited for an agent for 1 h: mc-ticket list --order next and mc-pickup --dry-run say");
    judges(&facts, HEALTH_REVIEW, "for its review for 1 h");
    facts.wait_warn_s++;
    judges(&facts, HEALTH_WAITING, NULL);
    judges(&facts, HEALTH_REVIEW, NULL);
    judges(&facts, HEALTH_BLOCKED, NULL);
    facts.tickets[TICKET_BLOCKED] = facts.tickets[TICKET_NEEDS_INPUT] = waits;
    judges(&facts, HEALTH_BLOCKED,
           "2 tickets blocked (MC-3, MC-9): mc-ticket show KEY says why; when that is mended: mc-ticket reopen KEY");
    facts.tickets[TICKET_NEEDS_INPUT].more = true;
    judges(&facts, HEALTH_NEEDS_INPUT, "2 tickets with a question for a person (MC-3, MC-9, …): mc-ticket show");
    facts.tickets[TICKET_NEEDS_INPUT] = (struct health_tickets){.count = 1};
    judges(&facts, HEALTH_NEEDS_INPUT, "1 ticket with a question for a person: mc-ticket show");
}

static void the_rest(void **state) {
    struct health_facts facts = well();

    (void)state;
    judges(&facts, HEALTH_BOARD, NULL);
    facts.unwritable = "because it is one";
    judges(&facts, HEALTH_BOARD, "its server takes no changes, because it is one: name the one that does");
    facts.paused = "paused: holidays";
    judges(&facts, HEALTH_PAUSED, "the board is paused: holidays; no ticket");
    facts.breakers = "profile:claude";
    judges(&facts, HEALTH_BREAKER, "profile:claude");
    facts.slots = "pool-2";
    judges(&facts, HEALTH_SLOT, "pool-2");
    judges(&facts, HEALTH_HOST, NULL);
    facts.hosts = "host b has been silent for 2 h";
    judges(&facts, HEALTH_HOST, "host b has been silent for 2 h: look there; mc-ticket hosts retire");
    judges(&facts, HEALTH_STUCK, NULL);
    facts.stuck = "MC-4";
    judges(&facts, HEALTH_STUCK, "no pickup can ever take MC-4: mc-ticket show KEY says what mends it");
    facts.held = "MC-3, MC-9";
    facts.held_since = NOW - 3600000;
    judges(&facts, HEALTH_MESSAGE, NULL);
    facts.held_since--;
    judges(&facts, HEALTH_MESSAGE,
           "what the agent of MC-3, MC-9 is to be told has waited for 1 h: mc-ticket show KEY says what keeps it");
    facts.unpushed = "MC-3";
    facts.unpushed_why = "origin refused it";
    judges(&facts, HEALTH_PUSH, "the branch of MC-3: origin refused it; mc-ticket show KEY");
    facts.untold_since = NOW - 180000;
    judges(&facts, HEALTH_NOTIFY, NULL);
    facts.untold_since--;
    judges(&facts, HEALTH_NOTIFY, "events wait");
    facts.notify_fault = "tell: ended with status 1";
    judges(&facts, HEALTH_NOTIFY, "notify fails, tell:");
    facts.disk_free--;
    judges(&facts, HEALTH_DISK, "1023 MiB");
    facts.disk_free = -1;
    judges(&facts, HEALTH_DISK, NULL);
    facts.wal++;
    judges(&facts, HEALTH_WAL, "64 MiB");
}

static void each_check_has_its_name(void **state) {
    static const char *const names[] = {"pickup", "board",   "paused", "breaker", "blocked", "needs_input",
                                        "review", "waiting", "stuck",  "message", "host",    "slot",
                                        "push",   "notify",  "disk",   "wal"};

    (void)state;
    assert_int_equal(sizeof names / sizeof *names, HEALTH_COUNT);
    for (int i = 0; i < HEALTH_COUNT; i++)
        assert_string_equal(health_check_name((enum health_check)i), names[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_well),  cmocka_unit_test(clocks_differ), cmocka_unit_test(pickups_stopped),
        cmocka_unit_test(tickets_wait), cmocka_unit_test(the_rest),      cmocka_unit_test(each_check_has_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

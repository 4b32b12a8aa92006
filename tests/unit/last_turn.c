/* What messages and story tell of a run's turns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/last_turn.h"
#include "rules/rows.h"

#define RUN "0123456789abcdef0123456789abcdef"
#define ONE "MC_TICKET_TURN:1:1:aaaaaaaa"
#define TWO "MC_TICKET_TURN:1:2:bbbbbbbb"

static struct message message(const char *nonce, enum message_status status, int64_t sent_at) {
    return (struct message){
        .nonce = (char *)(uintptr_t)nonce, .run_id = (char *)(uintptr_t)RUN, .status = status, .sent_at = sent_at};
}

static struct activity row(const char *run, const char *kind, const char *body) {
    return (struct activity){
        .run_id = (char *)(uintptr_t)run, .kind = (char *)(uintptr_t)kind, .body = (char *)(uintptr_t)body};
}

static struct last_turn find(const struct message *messages, size_t count, const struct activity *story, size_t rows) {
    struct last_turn last;

    last_turn_find(
        &last, &(struct turn_traces){
                   .run_id = RUN, .messages = messages, .message_count = count, .story = story, .story_count = rows});
    return last;
}

static void nothing_was_sent(void **state) {
    struct message waiting = message(NULL, MESSAGE_PENDING, 0);
    struct last_turn last = find(&waiting, 1, NULL, 0);

    (void)state;
    assert_null(last.nonce);
    assert_null(last.before);
    assert_int_equal(last.turns, 0);
}

static void the_newest_without_an_end_is_under_way(void **state) {
    /* A note that is older than the work message went later. */
    struct message messages[] = {message(TWO, MESSAGE_SENT, 20), message(ONE, MESSAGE_SENT, 10),
                                 message(TWO, MESSAGE_SENT, 20)};
    struct activity story = row(RUN, "signal", "QUESTION " ONE ": which one? " TWO);
    struct last_turn last = find(messages, 3, &story, 1);

    (void)state;
    assert_string_equal(last.nonce, TWO);
    assert_string_equal(last.before, ONE);
    assert_int_equal(last.turns, 2);
    assert_int_equal(last.sent_at, 20);
}

static void what_is_being_sent_is_under_way(void **state) {
    struct message messages[] = {message(TWO, MESSAGE_SENDING, 0), message(ONE, MESSAGE_SENT, 10)};

    (void)state;
    assert_string_equal(find(messages, 2, NULL, 0).nonce, TWO);
}

static void the_last_is_over(void **state) {
    struct message messages[] = {message(ONE, MESSAGE_SENT, 10), message(TWO, MESSAGE_SENT, 20)};
    struct activity story[] = {row(RUN, "signal", "QUESTION " ONE ": a"), row(RUN, "signal", "QUESTION " TWO ": b")};
    struct last_turn last = find(messages, 2, story, 2);

    (void)state;
    assert_null(last.nonce);
    assert_string_equal(last.before, TWO);
}

static void of_two_sent_at_once_the_later_row_counts(void **state) {
    struct message messages[] = {message(ONE, MESSAGE_SENDING, 0), message(TWO, MESSAGE_SENT, 20)};
    struct message same[] = {message(ONE, MESSAGE_SENT, 20), message(TWO, MESSAGE_SENT, 20)};
    struct activity story = row(RUN, "signal", "DONE " TWO ": a");

    (void)state;
    assert_string_equal(find(messages, 2, NULL, 0).nonce, ONE);
    assert_string_equal(find(messages, 2, &story, 1).before, TWO);
    assert_int_equal(find(messages, 2, NULL, 0).turns, 2);
    assert_string_equal(find(same, 2, NULL, 0).nonce, TWO);
    assert_null(find(same, 2, &story, 1).nonce);
}

static void messages_of_others_are_no_turns(void **state) {
    struct message messages[] = {message(ONE, MESSAGE_PENDING, 0), message(ONE, MESSAGE_SENT, 10),
                                 message(TWO, MESSAGE_SENT, 20), message(TWO, MESSAGE_FAILED, 30)};

    (void)state;
    messages[2].run_id = (char *)(uintptr_t) "other";
    assert_string_equal(find(messages, 4, NULL, 0).nonce, ONE);
    assert_int_equal(find(messages, 4, NULL, 0).turns, 1);
    messages[1].run_id = NULL;
    assert_null(find(messages, 4, NULL, 0).nonce);
}

/* What ends a word's nonce: its payload, a line, or nothing. */
static void words_without_a_payload(void **state) {
    static const char *const ends[] = {"DONE " ONE, "DONE " ONE ": x", "DONE " ONE " x", "DONE " ONE "\nx"};
    static const char *const none[] = {NULL,         "",       "DONE",    "DONE\n" ONE, "DONE " ONE "1",
                                       "DONE  " ONE, "DONE -", "DONE -x:"};
    struct message sent = message(ONE, MESSAGE_SENT, 10);

    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        assert_null(find(&sent, 1, &(struct activity[]){row(RUN, "signal", ends[i])}[0], 1).nonce);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_string_equal(find(&sent, 1, &(struct activity[]){row(RUN, "signal", none[i])}[0], 1).nonce, ONE);
    sent.sent_at = 0; /* nobody knows when: only its name ends it */
    assert_string_equal(find(&sent, 1, &(struct activity[]){row(RUN, "quiet", "x")}[0], 1).nonce, ONE);
    assert_string_equal(find(&sent, 1, &(struct activity[]){row(RUN, "signal", "DONE -: x")}[0], 1).nonce, ONE);
    assert_null(find(&sent, 1, &(struct activity[]){row(RUN, "signal", ends[0])}[0], 1).nonce);
}

static void others_ends_are_none(void **state) {
    struct message messages[] = {message(ONE, MESSAGE_SENT, 10), message(TWO, MESSAGE_UNKNOWN, 0)};
    struct activity story[] = {row("f", "signal", "DONE " ONE ": a"), row(RUN, "signal_ignored", "DONE " ONE ": a"),
                               row(RUN, "signal", "DONE " ONE "x: a"), row(NULL, "signal", "DONE " ONE ": a"),
                               row(RUN, "signal", "DONE")};

    (void)state;
    assert_string_equal(find(messages, 2, story, 5).nonce, ONE);
}

/* Rows that name no turn belong to the one that was under way when they were written. */
static void an_end_without_a_name_is_told_by_its_time(void **state) {
    static const char *const kinds[] = {"reply", "quiet", "paused", "signal"};
    struct message messages[] = {message(ONE, MESSAGE_SENT, 10), message(TWO, MESSAGE_SENT, 20)};

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct activity story = row(RUN, kinds[i], "DONE -: it is over");

        story.created_at = 15;
        assert_string_equal(find(messages, 2, &story, 1).nonce, TWO);
        assert_string_equal(find(messages, 2, &story, 1).before, ONE);
        story.created_at = 20;
        assert_null(find(messages, 2, &story, 1).nonce);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_was_sent),
        cmocka_unit_test(the_newest_without_an_end_is_under_way),
        cmocka_unit_test(what_is_being_sent_is_under_way),
        cmocka_unit_test(the_last_is_over),
        cmocka_unit_test(of_two_sent_at_once_the_later_row_counts),
        cmocka_unit_test(messages_of_others_are_no_turns),
        cmocka_unit_test(words_without_a_payload),
        cmocka_unit_test(others_ends_are_none),
        cmocka_unit_test(an_end_without_a_name_is_told_by_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

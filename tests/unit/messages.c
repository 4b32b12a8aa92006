#include "store_fixture.h"

#include "base/text.h"
#include "store/held.h"
#include "store/runtimes.h"

#define KEY "ticket:1:session"
#define NONCE_B "MC_TICKET_TURN:1:2000:00000002"
#define NONCE_C "MC_TICKET_TURN:1:3000:00000003"

static int taken(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;
    return fixture_take(f, fixture_add(f, "a", PRIORITY_LOW, 1), RUN_A, false) ? 0 : 1;
}

static int64_t add(struct fixture *f, struct message_new message) {
    int64_t id = 0;
    message.ticket_id = 1;
    message.author = "anna";
    message.now = 50;
    must(messages_add(f->board, &message, &id, &f->err));
    return id;
}

static int64_t note(struct fixture *f, const char *body) {
    return add(f, (struct message_new){.body = body});
}

static int64_t work(struct fixture *f) {
    struct message message = {0};
    must(messages_work(f->board, RUN_A, &message, &f->err));
    int64_t id = message.id;
    assert_int_equal(message.kind, MESSAGE_WORK);
    message_release(&message);
    return id;
}

static void take(struct fixture *f, int64_t id, const char *nonce, bool expected) {
    bool changed = !expected;
    must(messages_take(f->board, &(struct message_turn){.id = id, .run_id = RUN_A, .nonce = nonce}, &changed, &f->err));
    assert_int_equal(changed, expected);
}

static void all_are(struct fixture *f, const char *expected) {
    fixture_is(f, "SELECT group_concat(kind||' '||status)FROM(SELECT*FROM ticket_messages ORDER BY id)s", expected);
}

static void notes_are(struct fixture *f, const char *nonce, const char *expected) {
    char *text = NULL;
    must(messages_notes(f->board, &(struct message_turn){.ticket_id = 1, .nonce = nonce}, &text, &f->err));
    assert_string_equal(text, expected);
    free(text);
}

static void test_get(void **state) {
    struct fixture *f = *state;
    struct message message = {0};
    int64_t id = note(f, "hello");
    must(messages_get(f->board, 99, &message, &f->err));
    assert_int_equal(message.id, 0);
    must(messages_get(f->board, id, &message, &f->err));
    assert_int_equal(message.id, id);
    assert_string_equal(message.author, "anna");
    assert_string_equal(message.body, "hello");
    assert_int_equal(message.status, MESSAGE_PENDING);
    assert_int_equal(message.kind, MESSAGE_NOTE);
    assert_int_equal(message.created_at, 50);
    message_release(&message);
    must(messages_work(f->board, RUN_B, &message, &f->err));
    assert_int_equal(message.id, 0);
}

static void test_notes_go_with_the_work(void **state) {
    struct fixture *f = *state;
    note(f, "first");
    note(f, "second");
    notes_are(f, NULL, "first\n\nsecond");
    take(f, work(f), NONCE_B, true);
    take(f, work(f), NONCE_A, false);
    note(f, "late");
    all_are(f, "work sending,note sending,note sending,note pending");
    notes_are(f, NONCE_B, "first\n\nsecond");
    notes_are(f, NULL, "late");
}

/* Whatever became of the work message before: as long as it was not sent, no note goes without it. */
static void test_a_note_takes_the_unsent_work_along(void **state) {
    struct fixture *f = *state;
    static const char *const unsent[] = {"pending", "failed_to_inject"};
    for (size_t i = 0; i < sizeof unsent / sizeof unsent[0]; i++) {
        struct text was = {0};
        text_addf(&was,
                  "DELETE FROM ticket_messages WHERE kind='note';"
                  "UPDATE ticket_messages SET status='%s',attempts=3,nonce=NULL,next_attempt_at=9",
                  unsent[i]);
        fixture_sql(f, text_str(&was));
        int64_t answer = note(f, "blue");
        note(f, "and green");
        take(f, answer, NONCE_B, true);
        all_are(f, "work sending,note sending,note sending");
        notes_are(f, NONCE_B, "blue\n\nand green");
        fixture_is(f, "SELECT attempts||nonce FROM ticket_messages WHERE kind='work'", "0" NONCE_B);
        text_release(&was);
    }
}

/* Nothing is said twice: also where it cannot be told whether it was. */
static void test_said_work_stays(void **state) {
    struct fixture *f = *state;
    static const char *const said[] = {"sent", "unknown", "sending"};
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        struct text was = {0}, wanted = {0};
        text_addf(&was, "DELETE FROM ticket_messages WHERE kind='note';UPDATE ticket_messages SET status='%s'",
                  said[i]);
        fixture_sql(f, text_str(&was));
        take(f, note(f, "first"), NONCE_B, true);
        text_addf(&wanted, "work %s,note sending", said[i]);
        all_are(f, text_str(&wanted));
        text_release(&was);
        text_release(&wanted);
    }
}

/* Nobody waits behind what another has queued, not even what was put off; a text whose reply is waited for goes by
 * itself, and what we have to say waits for its own time. */
static void test_what_was_said_goes_together(void **state) {
    struct fixture *f = *state;
    fixture_sql(f, "UPDATE ticket_messages SET status='sent'");
    int64_t first = note(f, "first");
    int64_t own = add(f, (struct message_new){.body = "and?", .alone = true});
    add(f, (struct message_new){.body = "go on", .purpose = PURPOSE_GO_ON, .next_at = 900});
    int64_t last = note(f, "last");
    must(
        messages_postpone(f->board, &(struct message_postpone){.id = first, .error = "busy", .next_at = 700}, &f->err));
    take(f, last, NONCE_C, true);
    all_are(f, "work sent,note sending,note pending,note pending,note sending");
    notes_are(f, NONCE_C, "first\n\nlast");
    note(f, "more");
    add(f, (struct message_new){.body = "aside", .aside = true});
    take(f, own, NONCE_B, true);
    notes_are(f, NONCE_B, "and?\n\naside");
    notes_are(f, NULL, "go on\n\nmore");
}

static void test_send_what_was_claimed(void **state) {
    struct fixture *f = *state;
    int changed = 0;
    note(f, "late");
    must(messages_send(f->board, &(struct message_turn){.run_id = RUN_A, .nonce = NONCE_B}, &changed, &f->err));
    assert_int_equal(changed, 0);
    must(messages_send(f->board, &(struct message_turn){.run_id = RUN_A, .nonce = NONCE_A}, &changed, &f->err));
    assert_int_equal(changed, 1);
    all_are(f, "work sending,note pending");
}

static void settle(struct fixture *f, enum message_status to, const char *nonce, int expected) {
    struct message_settle settle = {.run_id = RUN_A,
                                    .nonce = nonce,
                                    .to = to,
                                    .error = to == MESSAGE_SENT ? NULL : "why",
                                    .count = true,
                                    .next_at = 900,
                                    .now = 70};
    int changed = -1;
    must(messages_settle(f->board, &settle, &changed, &f->err));
    assert_int_equal(changed, expected);
}

static void test_settle(void **state) {
    struct fixture *f = *state;
    note(f, "n");
    settle(f, MESSAGE_SENT, NONCE_A, 0);
    take(f, work(f), NONCE_B, true);
    settle(f, MESSAGE_SENT, NONCE_A, 0);
    settle(f, MESSAGE_PENDING, NONCE_B, 2);
    fixture_is(f, "SELECT group_concat(status||attempts||next_attempt_at||error||(nonce IS NULL))FROM ticket_messages",
               "pending1900why1,pending1900why1");
    take(f, work(f), NONCE_B, true);
    settle(f, MESSAGE_SENT, NONCE_B, 2);
    fixture_is(f, "SELECT group_concat(status||sent_at||(error IS NULL))FROM ticket_messages", "sent701,sent701");
    settle(f, MESSAGE_FAILED, NONCE_B, 0);
    take(f, note(f, "m"), NONCE_A, true);
    settle(f, MESSAGE_UNKNOWN, NONCE_A, 1);
    all_are(f, "work sent,note sent,note unknown");
}

/* As many as fit into one text go together. */
static void test_too_much_to_say(void **state) {
    struct fixture *f = *state;
    only_of_files("sixteen MiB");
    char *long_text = xmalloc(TEXT_MAX / 2 + 1), *text = NULL;
    memset(long_text, 'a', TEXT_MAX / 2);
    long_text[TEXT_MAX / 2] = '\0';
    note(f, long_text);
    must(messages_notes(f->board, &(struct message_turn){.ticket_id = 1}, &text, &f->err));
    assert_int_equal(strlen(text), TEXT_MAX / 2);
    free(text);
    note(f, long_text);
    must_fail(messages_notes(f->board, &(struct message_turn){.ticket_id = 1}, &text, &f->err), MC_DATAERR);
    assert_null(text);
    free(long_text);
}

static int64_t long_note(struct fixture *f, size_t letters) {
    struct text body = {0};
    int64_t id;
    for (size_t i = 0; i < letters; i++)
        text_add(&body, "é");
    id = note(f, text_str(&body));
    text_release(&body);
    return id;
}

/* The oldest first, of 1,000,000 bytes, beside the ticket's text and the message that is taken. */
static void test_what_finds_no_room_waits(void **state) {
    struct fixture *f = *state;
    int64_t id = long_note(f, 200000);
    fixture_sql(f, "UPDATE tickets SET body=(SELECT body FROM ticket_messages WHERE kind='note')");
    long_note(f, 299995);
    note(f, "n");
    note(f, "too much");
    take(f, work(f), NONCE_B, true);
    all_are(f, "work sending,note sending,note pending,note pending,note pending");
    fixture_sql(f, "UPDATE ticket_messages SET status='sent'WHERE kind='work';UPDATE ticket_messages SET status="
                   "'pending',nonce=NULL WHERE kind='note'");
    take(f, id, NONCE_A, true);
    all_are(f, "work sent,note sending,note sending,note sending,note pending");
    fixture_sql(f, "UPDATE ticket_messages SET status='pending',nonce=NULL WHERE kind='note'");
    take(f, id + 3, NONCE_C, true);
    all_are(f, "work sent,note sending,note pending,note pending,note sending");
}

/* The same with a claim. */
static void test_what_finds_no_room_waits_for_the_next_turn(void **state) {
    struct fixture *f = *state;
    int64_t ticket = fixture_add(f, "b", PRIORITY_LOW, 1);
    long_note(f, 499998);
    note(f, "n");
    fixture_sql(f, "UPDATE tickets SET body='é';UPDATE ticket_messages SET ticket_id=2 WHERE kind='note'");
    assert_true(fixture_take(f, ticket, RUN_B, false));
    fixture_is(f, "SELECT COALESCE(max(nonce),'')||count(nonce)||count(*)FROM ticket_messages WHERE kind='note'",
               NONCE_A "12");
}

static void test_give_back(void **state) {
    struct fixture *f = *state;
    note(f, "n");
    take(f, work(f), NONCE_A, true);
    settle(f, MESSAGE_UNKNOWN, NONCE_A, 2);
    must(messages_give_back(f->board, RUN_B, "x", &f->err));
    all_are(f, "work unknown,note unknown");
    must(messages_give_back(f->board, RUN_A, "agent died", &f->err));
    all_are(f, "work failed_to_inject,note pending");
    fixture_is(f, "SELECT count(*)FROM ticket_messages WHERE kind='note' AND run_id IS NULL AND nonce IS NULL", "1");
    notes_are(f, NULL, "n");
}

/* What the agent was sent is not its prompt any more: the next run makes one of its own. */
static void test_sent_work_is_not_given_back(void **state) {
    struct fixture *f = *state;
    take(f, work(f), NONCE_A, true);
    settle(f, MESSAGE_SENT, NONCE_A, 1);
    must(messages_give_back(f->board, RUN_A, "agent died", &f->err));
    all_are(f, "work sent");
    fixture_is(f, "SELECT error IS NULL FROM ticket_messages", "1");
}

static void test_postpone(void **state) {
    struct fixture *f = *state;
    struct message_list list = {0};
    int64_t id = note(f, "n");
    must(messages_postpone(f->board, &(struct message_postpone){.id = id, .error = "busy", .next_at = 700}, &f->err));
    must(messages_of_ticket(f->board, 1, &list, &f->err));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].kind, MESSAGE_WORK);
    assert_int_equal(list.items[1].attempts, 1);
    assert_int_equal(list.items[1].next_attempt_at, 700);
    assert_int_equal(list.items[1].status, MESSAGE_PENDING);
    assert_string_equal(list.items[1].error, "busy");
    message_list_release(&list);
    message_list_release(&list);
}

static bool next(struct fixture *f, const char *host, int64_t now, int64_t expected) {
    struct delivery delivery;
    must(messages_next(f->board, &(struct delivery_want){.host = host, .now = now, .latest = now + 1000}, &delivery,
                       &f->err));
    bool found = delivery.message.id != 0;
    assert_int_equal(delivery.message.id, expected);
    if (found)
        assert_string_equal(delivery.runtime.session_key, KEY);
    message_release(&delivery.message);
    runtime_release(&delivery.runtime);
    return found;
}

static void test_next(void **state) {
    struct fixture *f = *state;
    int64_t first = work(f), second = note(f, "n");
    assert_false(next(f, "here", 100, 0));
    fixture_sql(f, "UPDATE runtime_sessions SET status='idle'");
    assert_true(next(f, "here", 100, first));
    assert_int_equal(next(f, "elsewhere", 100, server_given() ? 0 : first), !server_given()); /* whose is the agent? */
    fixture_sql(f, "UPDATE ticket_messages SET next_attempt_at=101 WHERE kind='work'");
    assert_true(next(f, "here", 100, second));
    assert_true(next(f, "here", 101, first));
    /* Further off than any wait is: by a clock that was ahead. */
    fixture_sql(f, "UPDATE ticket_messages SET next_attempt_at=1100 WHERE kind='work'");
    assert_true(next(f, "here", 100, second));
    fixture_sql(f, "UPDATE ticket_messages SET next_attempt_at=1101 WHERE kind='work'");
    assert_true(next(f, "here", 100, first));
    fixture_sql(f, "UPDATE ticket_messages SET next_attempt_at=101 WHERE kind='work'");
    fixture_sql(f, "UPDATE ticket_messages SET status='sent' WHERE kind='note'");
    assert_false(next(f, "here", 100, 0));
    fixture_sql(f, "UPDATE runtime_sessions SET status='running'");
    assert_true(next(f, "here", 200, first));
    fixture_sql(f, "UPDATE runtime_sessions SET turn_nonce='n'");
    assert_false(next(f, "here", 200, 0));
    fixture_sql(f, "UPDATE runtime_sessions SET turn_nonce=NULL");
    fixture_sql(f, "UPDATE tickets SET status='in_review'");
    assert_false(next(f, "here", 200, 0));
}

/* Neither the prompt of another run of its ticket, nor anything once somebody has begun to end it. */
static void held_are(struct fixture *f, const char *expected) {
    struct held_list list = {0};
    struct text words = {0};
    must(held_list(f->board, &list, &f->err));
    for (size_t i = 0; i < list.count; i++)
        text_addf(&words, "%lld %lld %s%s;", (long long)list.items[i].ticket, (long long)list.items[i].since,
                  list.items[i].error, held_of(&list, 1) == &list.items[i] ? " first" : "");
    assert_string_equal(text_str(&words), expected);
    assert_null(held_of(&list, 2));
    text_release(&words);
    held_list_release(&list);
}

/* What a pickup has tried in vain to hand to an agent without a turn. */
static void test_held(void **state) {
    struct fixture *f = *state;
    note(f, "hello");
    note(f, "and more");
    fixture_sql(f, "UPDATE runtime_sessions SET status='idle'");
    held_are(f, "");
    fixture_sql(f, "UPDATE ticket_messages SET error='busy',next_attempt_at=9999999 WHERE kind='note'");
    held_are(f, "1 50 busy first;1 50 busy;");
    fixture_sql(f, "UPDATE ticket_messages SET aside=1 WHERE body='and more'");
    fixture_sql(f, "UPDATE tickets SET status='in_review'");
    held_are(f, "1 50 busy first;");
    fixture_sql(f, "UPDATE tickets SET status='needs_input'");
    held_are(f, "");
    fixture_sql(f, "UPDATE tickets SET status='in_progress'");
    fixture_sql(f, "UPDATE runtime_sessions SET status='running',turn_nonce='n'");
    held_are(f, "");
    fixture_sql(f, "UPDATE runtime_sessions SET turn_nonce=NULL");
    fixture_sql(f, "UPDATE ticket_messages SET status='sent' WHERE body='hello'");
    held_are(f, "1 50 busy first;");
    fixture_sql(f, "UPDATE runtime_sessions SET status='dead'");
    held_are(f, "");
}

static void test_next_is_of_the_run_that_goes_on(void **state) {
    struct fixture *f = *state;
    int64_t first = work(f);
    fixture_sql(f, "UPDATE runtime_sessions SET status='idle'");
    fixture_sql(f, "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES('" RUN_B "',1,2,'here',1)");
    fixture_sql(f, "UPDATE ticket_messages SET run_id='" RUN_B "'");
    assert_false(next(f, "here", 100, 0));
    fixture_sql(f, "UPDATE ticket_messages SET run_id='" RUN_A "'");
    assert_true(next(f, "here", 100, first));
    fixture_sql(f, "INSERT INTO effects(run_id,kind,state,at)VALUES('" RUN_A "','kill','done',1)");
    assert_true(next(f, "here", 100, first));
    fixture_sql(f, "INSERT INTO effects(run_id,kind,state,at)VALUES('" RUN_A "','kill','intent',1)");
    assert_false(next(f, "here", 100, 0));
}

/* An agent that has delivered hears a person; not what goes along with something else, and nobody but a person. */
static void test_next_of_what_was_delivered(void **state) {
    struct fixture *f = *state;
    fixture_sql(f, "UPDATE ticket_messages SET status='sent'");
    fixture_sql(f, "UPDATE runtime_sessions SET status='idle'");
    fixture_sql(f, "UPDATE tickets SET status='in_review'");
    add(f, (struct message_new){.body = "aside", .aside = true});
    add(f, (struct message_new){.body = "go on", .purpose = PURPOSE_GO_ON});
    assert_false(next(f, "here", 200, 0));
    int64_t own = add(f, (struct message_new){.body = "and?", .alone = true});
    assert_true(next(f, "here", 200, own));
    int64_t last = note(f, "last");
    assert_true(next(f, "here", 200, last));
    fixture_sql(f, "UPDATE tickets SET status='needs_input'");
    assert_false(next(f, "here", 200, 0));
    fixture_sql(f, "UPDATE tickets SET status='done'");
    assert_false(next(f, "here", 200, 0));
    fixture_sql(f, "UPDATE tickets SET status='in_review',run_id='other'");
    assert_false(next(f, "here", 200, 0));
}

/* What an agent has told itself, and what we have said, is not what people told it. */
static void test_what_people_have_told(void **state) {
    struct fixture *f = *state;
    char *told = NULL;
    for (int i = 0; i < 7; i++) {
        char body[] = {(char)('a' + i), '\0'};
        note(f, body);
    }
    fixture_sql(f, "UPDATE ticket_messages SET status='sent' WHERE kind='note'");
    fixture_sql(f, "UPDATE ticket_messages SET status='unknown' WHERE body='f'");
    fixture_sql(f, "UPDATE ticket_messages SET author='agent' WHERE body='d'");
    fixture_sql(f, "UPDATE ticket_messages SET purpose='nudge' WHERE body='e'");
    note(f, "waits");
    must(messages_told(f->board, 1, &told, &f->err));
    assert_string_equal(told, "a\n\nb\n\nc\n\nf\n\ng");
    free(told);
    fixture_sql(f, "UPDATE ticket_messages SET author='anna',purpose='person' WHERE body IN('d','e')");
    must(messages_told(f->board, 1, &told, &f->err));
    assert_string_equal(told, "c\n\nd\n\ne\n\nf\n\ng");
    free(told);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_get, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_notes_go_with_the_work, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_a_note_takes_the_unsent_work_along, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_said_work_stays, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_what_was_said_goes_together, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_send_what_was_claimed, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_settle, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_give_back, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_too_much_to_say, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_what_finds_no_room_waits, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_what_finds_no_room_waits_for_the_next_turn, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_sent_work_is_not_given_back, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_postpone, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_next, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_held, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_next_is_of_the_run_that_goes_on, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_next_of_what_was_delivered, taken, fixture_end),
        cmocka_unit_test_setup_teardown(test_what_people_have_told, taken, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

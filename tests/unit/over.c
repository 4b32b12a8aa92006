/* A turn that is over, on a real board: each end leaves its rows once. */
#include "store_fixture.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "host/files.h"
#include "rules/config_read.h"
#include "rules/key.h"
#include "run/over.h"
#include "run/reply.h"
#include "run/reported.h"
#include "run/site.h"
#include "run/started.h"
#include "store/breakers.h"
#include "store/runtimes.h"

#define KEY "ticket:1:session"
#define NONCE_B "MC_TICKET_TURN:1:2000:00000002"

static struct site site;

static int taken(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;
    char *folder = xasprintf("%s/run/" RUN_A, f->folder);

    must(files_make_dir(folder, &f->err));
    free(folder);
    site = (struct site){.board = f->board, .board_path = f->path, .folder = f->folder, .self = {.boot = "boot-1"}};
    config_defaults(&site.config);
    return fixture_take(f, fixture_add(f, "a", PRIORITY_LOW, 1), RUN_A, true) ? 0 : 1;
}

static int swept(void **state) {
    config_release(&site.config);
    return fixture_end(state);
}

static void begin(struct fixture *f, const char *nonce) {
    fixture_turn(f, nonce, clock_monotonic() - 500, 1000);
}

static enum over_act end_with(struct fixture *f, struct over told) {
    struct over_done done;
    enum over_act act;

    told.ticket = 1;
    if (!told.run_id)
        told.run_id = RUN_A;
    if (told.reply)
        told.reply_len = strlen(told.reply);
    if (!told.by)
        told.by = OVER_BY_REPORT;
    must(over(&site, &told, &done, &f->err));
    act = done.ruling.act;
    return act;
}

static void is(struct fixture *f, const char *ticket, const char *runtime) {
    fixture_is(f, "SELECT status FROM tickets", ticket);
    fixture_is(f, "SELECT status||' '||COALESCE(turn_nonce,'-')FROM runtime_sessions", runtime);
}

static const struct over_word done_word = {SIGNAL_DONE, "all of it"}, asks = {SIGNAL_QUESTION, "which one?"};

static void a_word_moves_once(void **state) {
    struct fixture *f = *state;

    begin(f, NONCE_A);
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .word = &done_word, .reply = "x"}), OVER_WORD);
    is(f, "in_review", "idle -");
    fixture_is(f, "SELECT result||' '||turns FROM tickets", "all of it 1");
    fixture_is(f, "SELECT worked_ms BETWEEN 500 AND 5000 FROM tickets", "1");
    fixture_is(f, "SELECT outcome||(ended_at IS NOT NULL)FROM runs", "delivered1");
    fixture_is(f, "SELECT group_concat(kind||'='||body,' ')FROM ticket_activity WHERE kind IN('signal','reply')",
               "reply=x signal=DONE " NONCE_A ": all of it");
    fixture_is(f, "SELECT status FROM ticket_messages", "sent");
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .word = &done_word, .reply = "x"}), OVER_KEEP);
    fixture_is(f, "SELECT count(*)FROM ticket_activity WHERE kind IN('signal','reply')", "2");
    fixture_is(f, "SELECT turns FROM tickets", "1");
}

/* on_done "done" closes nothing over what a person has said and nobody has read; what the agent told itself is no such
 * thing. */
static void what_a_person_says_keeps_it_open(void **state) {
    struct fixture *f = *state;
    int64_t id;

    site.config.done_is_done = true;
    begin(f, NONCE_A);
    must(messages_add(f->board, &(struct message_new){.ticket_id = 1, .body = "go left", .now = 5}, &id, &f->err));
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .word = &done_word}), OVER_WORD);
    is(f, "in_review", "idle -");
    fixture_is(f, "SELECT group_concat(kind||'='||body,' ')FROM ticket_activity WHERE kind IN('signal','moved')",
               "signal=DONE " NONCE_A ": all of it moved=in_progress -> in_review (DONE, but not done: a person's text "
               "waits for its agent)");
    fixture_sql(f, "UPDATE ticket_messages SET author='agent';UPDATE tickets SET status='in_progress'");
    begin(f, NONCE_B);
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_B, .word = &done_word}), OVER_WORD);
    is(f, "done", "idle -");
}

/* The turn that went along with the start: nobody has written yet that it began. */
static void a_first_turn_is_taken_and_ended(void **state) {
    struct fixture *f = *state;

    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .word = &asks}), OVER_WORD);
    is(f, "needs_input", "idle -");
    fixture_is(f, "SELECT turn_count FROM runtime_sessions", "1");
    fixture_is(f, "SELECT outcome||(ended_at IS NULL)FROM runs", "asked1");
}

static void what_is_made_up_leaves_nothing(void **state) {
    struct fixture *f = *state;
    char *before;

    begin(f, NONCE_A);
    before = fixture_get(f, "SELECT count(*)FROM ticket_activity");
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_B, .word = &done_word, .reply = "x"}), OVER_IGNORE);
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .run_id = RUN_B, .word = &done_word, .reply = "x"}),
                     OVER_IGNORE);
    is(f, "in_progress", "running " NONCE_A);
    fixture_is(f, "SELECT count(*)FROM ticket_activity", before);
    char *file = reply_file(&site, &(struct reply){.run_id = RUN_A, .nonce = NONCE_B});
    assert_int_equal(access(file, F_OK), -1);
    free(file);
    free(before);
}

/* Asked once more for its word, then a person is asked with what it said last. */
static void an_agent_without_a_word_is_asked_for_it(void **state) {
    struct fixture *f = *state;

    begin(f, NONCE_A);
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .reply = "I did it."}), OVER_NUDGE);
    is(f, "in_progress", "idle -");
    fixture_is(f, "SELECT status||author FROM ticket_messages WHERE purpose='nudge'", "pendingmc-pickup");
    fixture_is(f, "SELECT quiet FROM runtime_sessions", "1");
    fixture_is(f, "SELECT count(*)FROM ticket_activity WHERE kind='quiet'", "1");
    fixture_sql(f, "UPDATE ticket_messages SET status='sent',nonce='" NONCE_B "' WHERE purpose='nudge'");
    begin(f, NONCE_B);
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_B, .reply = "As I\nsaid."}), OVER_ASK);
    is(f, "needs_input", "idle -");
    fixture_is(f, "SELECT failure_reason FROM tickets",
               "quiet: the agent's turn ended without a word on it; its last reply: As I said.");
    fixture_is(f, "SELECT count(*)FROM ticket_activity WHERE kind='terminal_state'", "1");
    fixture_is(f, "SELECT quiet FROM runtime_sessions", "0");
}

/* A person's message makes a nudge needless, and their word counts the turns anew. */
static void a_person_speaks_first(void **state) {
    struct fixture *f = *state;
    int64_t id;

    begin(f, NONCE_A);
    end_with(f, (struct over){.nonce = NONCE_A});
    must(messages_add(f->board, &(struct message_new){.ticket_id = 1, .body = "go left", .now = 5}, &id, &f->err));
    fixture_is(f, "SELECT status FROM ticket_messages WHERE purpose='nudge'", "failed_to_inject");
    fixture_is(f, "SELECT turns+worked_ms FROM tickets", "0");
    begin(f, NONCE_B);
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_B}), OVER_REST);
    fixture_is(f, "SELECT count(*)FROM ticket_messages WHERE purpose='nudge' AND status='pending'", "0");
}

static void a_limit_waits_and_goes_on(void **state) {
    struct fixture *f = *state;
    int64_t until = clock_now() + 7200000;

    begin(f, NONCE_A);
    assert_int_equal(
        end_with(f, (struct over){.nonce = NONCE_A, .fault = FAULT_LIMIT, .detail = "5-hour limit", .until_ms = until}),
        OVER_PAUSE);
    is(f, "in_progress", "idle -");
    fixture_is(f,
               "SELECT failure_reason LIKE 'paused: the agent reached its usage limit; it goes on at 20%: 5-hour "
               "limit'FROM tickets",
               "1");
    assert_int_equal(fixture_number(f, "SELECT next_attempt_at FROM ticket_messages WHERE purpose='go_on'"), until);
    fixture_is(f, "SELECT count(*)FROM ticket_activity WHERE kind='paused'", "1");
}

/* The end of a limit that nobody tells: tried again soon, and then not so soon. */
static void a_limit_met_again_pauses_for_longer(void **state) {
    struct fixture *f = *state;
    int64_t until[2];

    for (int i = 0; i < 2; i++) {
        begin(f, i ? NONCE_B : NONCE_A);
        if (i)
            fixture_sql(f, "UPDATE ticket_messages SET nonce='" NONCE_B "',status='sent' WHERE purpose='go_on'");
        assert_int_equal(end_with(f, (struct over){.nonce = i ? NONCE_B : NONCE_A, .fault = FAULT_LIMIT}), OVER_PAUSE);
        until[i] =
            fixture_number(f, "SELECT next_attempt_at FROM ticket_messages WHERE purpose='go_on' AND status='pending'");
    }
    assert_in_range(until[0] - clock_now(), 899000, 900000);
    assert_in_range(until[1] - clock_now(), 3599000, 3600000);
}

/* Read late, it is over; what is met again at once is not, whatever it says. */
static void a_limit_that_should_be_over(void **state) {
    struct fixture *f = *state;

    begin(f, NONCE_A);
    end_with(f, (struct over){.nonce = NONCE_A, .fault = FAULT_LIMIT, .until_ms = 7});
    fixture_is(f, "SELECT next_attempt_at=created_at FROM ticket_messages WHERE purpose='go_on'", "1");
    begin(f, NONCE_B);
    fixture_sql(f, "UPDATE ticket_messages SET nonce='" NONCE_B "',status='sent' WHERE purpose='go_on'");
    end_with(f, (struct over){.nonce = NONCE_B, .fault = FAULT_LIMIT, .until_ms = 7});
    fixture_is(f, "SELECT next_attempt_at-created_at FROM ticket_messages WHERE purpose='go_on' AND status='pending'",
               "3600000");
}

/* The agent waited for the end of its limit by itself. */
static void a_paused_turn_has_its_word(void **state) {
    struct fixture *f = *state;

    begin(f, NONCE_A);
    end_with(f, (struct over){.nonce = NONCE_A, .fault = FAULT_LIMIT});
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .word = &done_word, .reply = "x"}), OVER_WORD);
    is(f, "in_review", "idle -");
    fixture_is(f, "SELECT result||' '||turns||COALESCE(failure_reason,'')FROM tickets", "all of it 1");
    fixture_is(f, "SELECT count(*)FROM ticket_messages WHERE purpose='go_on' AND status='pending'", "0");
    fixture_is(f, "SELECT body FROM ticket_activity WHERE kind='signal'", "DONE " NONCE_A ": all of it");
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .word = &asks}), OVER_KEEP);
    is(f, "in_review", "idle -");
}

static void is_asked(struct fixture *f, struct over asks_person) {
    begin(f, asks_person.nonce);
    end_with(f, asks_person);
    fixture_is(f, "SELECT status FROM tickets", "needs_input");
}

/* Whatever a person was asked for: none has spoken, and no other turn was begun. */
static void an_asked_person_has_the_word(void **state) {
    static const enum turn_fault asking[] = {FAULT_NONE, FAULT_INTERRUPTED, FAULT_LOGIN, FAULT_OTHER};
    struct fixture *f = *state;

    site.config.nudge = false;
    for (size_t i = 0; i < sizeof asking / sizeof *asking; i++) {
        char *nonce = xasprintf("MC_TICKET_TURN:1:3000:0000000%zu", i);

        is_asked(f, (struct over){.nonce = nonce, .fault = asking[i]});
        assert_int_equal(end_with(f, (struct over){.nonce = nonce, .word = &done_word}), OVER_WORD);
        is(f, "in_review", "idle -");
        fixture_is(f, "SELECT outcome||(ended_at IS NOT NULL)FROM runs", "delivered1");
        assert_int_equal(end_with(f, (struct over){.nonce = nonce, .word = &asks}), OVER_KEEP);
        assert_int_equal(fixture_number(f, "SELECT count(*)FROM ticket_activity WHERE kind='signal'"), i + 1);
        fixture_sql(f, "UPDATE tickets SET status='in_progress';UPDATE runs SET outcome=NULL,ended_at=NULL");
        free(nonce);
    }
    site.config.max_turns = 1;
    is_asked(f, (struct over){.nonce = NONCE_A});
    fixture_is(f, "SELECT substr(failure_reason,1,9)FROM tickets", "max_turns");
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .word = &asks}), OVER_WORD);
    fixture_is(f, "SELECT status||COALESCE(failure_reason,'')||result FROM tickets", "needs_inputwhich one?");
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .word = &done_word}), OVER_KEEP);
    fixture_is(f, "SELECT count(*)FROM ticket_activity WHERE kind='signal_ignored'", "0");
}

/* Once a run, with the reason; also where what a person has said since could not be handed over. */
static void a_word_that_moves_nothing_is_told(void **state) {
    struct fixture *f = *state;
    int64_t id;

    site.config.nudge = false;
    is_asked(f, (struct over){.nonce = NONCE_A, .reply = "x"});
    must(messages_add(f->board, &(struct message_new){.ticket_id = 1, .body = "go left", .now = 5}, &id, &f->err));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .word = &done_word}), OVER_KEEP);
        fixture_sql(f, "UPDATE ticket_messages SET status='failed_to_inject'");
    }
    fixture_is(f, "SELECT author||' '||run_id||' '||body FROM ticket_activity WHERE kind='signal_ignored'",
               "agent " RUN_A " DONE " NONCE_A ": all of it (moved nothing: the ticket is not in progress)");
    is(f, "needs_input", "idle -");
}

/* A limit of days is no clock that was wrong; what a person has said waits as well, and no second "go on". */
static void a_limit_holds_what_waits(void **state) {
    struct fixture *f = *state;
    int64_t until = clock_now() + 5 * 86400000LL, id;
    struct delivery_want want = {.host = "here", .now = clock_now(), .latest = clock_now() + 3600000};
    struct delivery delivery = {0};

    begin(f, NONCE_A);
    must(messages_add(f->board, &(struct message_new){.ticket_id = 1, .body = "b", .now = 5}, &id, &f->err));
    end_with(f, (struct over){.nonce = NONCE_A, .fault = FAULT_LIMIT, .until_ms = until});
    fixture_is(f, "SELECT count(*)FROM ticket_messages WHERE status='pending'", "1");
    must(messages_next(f->board, &want, &delivery, &f->err));
    assert_int_equal(delivery.message.id, 0);
    want.now = until;
    must(messages_next(f->board, &want, &delivery, &f->err));
    assert_int_equal(delivery.message.id, id);
    message_release(&delivery.message);
    runtime_release(&delivery.runtime);
}

static void a_model_that_fails_twice_asks(void **state) {
    struct fixture *f = *state;

    begin(f, NONCE_A);
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .fault = FAULT_SERVER, .detail = "503"}), OVER_PAUSE);
    fixture_sql(f, "UPDATE ticket_messages SET status='sent',nonce='" NONCE_B "' WHERE purpose='go_on'");
    begin(f, NONCE_B);
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_B, .fault = FAULT_SERVER, .detail = "503"}), OVER_ASK);
    is(f, "needs_input", "idle -");
}

/* Until a turn of the profile comes to its end: one that is merely sent shows nothing of a login. */
static void a_login_stops_its_profile(void **state) {
    struct fixture *f = *state;

    begin(f, NONCE_A);
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .fault = FAULT_LOGIN, .detail = "401"}),
                     OVER_ASK_AND_STOP);
    is(f, "needs_input", "idle -");
    fixture_is(f, "SELECT failure_reason LIKE 'login: %: 401' FROM tickets", "1");
    fixture_is(f, "SELECT count(*)FROM settings WHERE key='breaker:profile:demo'", "1");
    must(breakers_prove(f->board, &(struct breakers_proof){.profile = "demo"}, &f->err));
    fixture_is(f, "SELECT count(*)FROM settings WHERE key='breaker:profile:demo'", "1");
    fixture_sql(f, "UPDATE tickets SET status='in_progress'");
    begin(f, NONCE_B);
    end_with(f, (struct over){.nonce = NONCE_B});
    fixture_is(f, "SELECT count(*)FROM settings WHERE key='breaker:profile:demo'", "0");
}

static void an_interrupted_turn_sends_nothing(void **state) {
    struct fixture *f = *state;

    begin(f, NONCE_A);
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .fault = FAULT_INTERRUPTED}), OVER_ASK);
    is(f, "needs_input", "idle -");
    fixture_is(f, "SELECT count(*)FROM ticket_messages WHERE status='pending'", "0");
}

static void the_later_truth_stands(void **state) {
    static const char *const moved_on[] = {"todo", "in_review", "blocked", "done", "cancelled"};
    struct fixture *f = *state;
    const char *nonces[] = {NONCE_A, NONCE_B};

    for (size_t i = 0; i < sizeof moved_on / sizeof *moved_on; i++) {
        char *move = xasprintf("UPDATE tickets SET status='%s'", moved_on[i]);

        begin(f, nonces[i % 2]);
        fixture_sql(f, move);
        assert_int_equal(end_with(f, (struct over){.nonce = nonces[i % 2], .word = &done_word}), OVER_END);
        is(f, moved_on[i], "idle -");
        fixture_is(f, "SELECT body FROM ticket_activity WHERE kind='signal_ignored'",
                   "DONE " NONCE_A ": all of it (moved nothing: the ticket is not in progress)");
        free(move);
    }
}

static void an_agent_waits_once(void **state) {
    struct fixture *f = *state;
    struct runtime runtime = {0};
    struct over_wait wait = {.runtime = &runtime, .nonce = NONCE_A, .text = "May I run rm -rf build?"};
    bool moved = false;

    begin(f, NONCE_A);
    must(runtimes_get(f->board, KEY, &runtime, &f->err));
    must(over_waits(&site, &wait, &moved, &f->err));
    assert_true(moved);
    must(over_waits(&site, &wait, &moved, &f->err));
    assert_false(moved);
    is(f, "needs_input", "running " NONCE_A);
    fixture_is(f, "SELECT failure_reason FROM tickets", "awaiting_human: May I run rm -rf build?");
    fixture_is(f, "SELECT count(*)FROM ticket_activity WHERE kind='terminal_state'", "1");
    /* The screen shows no more than that it asks; the agent tells its next question. */
    wait.text = "May I run make?";
    must(over_waits(&site, &wait, &moved, &f->err));
    assert_false(moved);
    wait.newer = true;
    for (int i = 0; i < 2; i++) {
        must(over_waits(&site, &wait, &moved, &f->err));
        assert_int_equal(moved, i == 0);
        fixture_is(f, "SELECT status||' '||failure_reason FROM tickets", "needs_input awaiting_human: May I run make?");
        fixture_is(f, "SELECT count(*)FROM ticket_activity WHERE kind='terminal_state'", "2");
    }
    runtime_release(&runtime);
    /* A person answered it in the terminal. */
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A}), OVER_NUDGE);
    is(f, "in_progress", "idle -");
}

/* A day went by before a person answered it in the terminal. */
static void waiting_is_no_work(void **state) {
    struct fixture *f = *state;
    struct runtime runtime = {0};
    bool moved = false;

    begin(f, NONCE_A);
    must(runtimes_get(f->board, KEY, &runtime, &f->err));
    must(over_waits(&site, &(struct over_wait){.runtime = &runtime, .nonce = NONCE_A, .text = "May I?"}, &moved,
                    &f->err));
    runtime_release(&runtime);
    site.config.max_runtime_s = 1;
    fixture_sql(f, "UPDATE runtime_sessions SET turn_started_tick=1");
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A}), OVER_NUDGE);
    fixture_is(f, "SELECT status||' '||worked_ms FROM tickets", "in_progress 0");
}

static void a_reply_is_kept_whole(void **state) {
    struct fixture *f = *state;
    struct text long_one = {0}, read = {0};

    for (int i = 0; i < 20000; i++)
        text_add(&long_one, "\"é\\ ");
    begin(f, NONCE_A);
    end_with(f, (struct over){.nonce = NONCE_A, .reply = text_str(&long_one)});
    must(reply_read(&site, &(struct reply){.run_id = RUN_A, .nonce = NONCE_A}, &read, &f->err));
    assert_int_equal(read.len, long_one.len);
    assert_memory_equal(read.data, long_one.data, read.len);
    fixture_is(f,
               "SELECT length(body)<=65536 AND body LIKE '%of 100000 bytes%' FROM ticket_activity "
               "WHERE kind='reply'",
               "1");
    must_fail(reply_read(&site, &(struct reply){.run_id = RUN_A, .nonce = NONCE_B}, &read, &f->err), MC_NOINPUT);
    must_fail(reply_read(&site, &(struct reply){.run_id = RUN_A, .nonce = "../../x"}, &read, &f->err), MC_NOINPUT);
    text_release(&long_one);
    text_release(&read);
}

static void reply_is(struct fixture *f, const char *wanted) {
    struct text read = {0};

    must(reply_read(&site, &(struct reply){.run_id = RUN_A, .nonce = NONCE_A}, &read, &f->err));
    assert_string_equal(text_str(&read), wanted);
    text_release(&read);
}

/* What an agent says before it waits for its work in the background is not its reply. */
static void a_preliminary_reply_stands_back(void **state) {
    struct fixture *f = *state;
    struct over early = {.nonce = NONCE_A, .reply = "the tests run", .still_at_work = true};
    struct text none = {0};

    begin(f, NONCE_A);
    assert_int_equal(end_with(f, early), OVER_STILL);
    must_fail(reply_read(&site, &(struct reply){.run_id = RUN_A, .nonce = NONCE_A}, &none, &f->err), MC_NOINPUT);
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .word = &done_word, .reply = "they pass"}), OVER_WORD);
    reply_is(f, "they pass");
    assert_int_equal(end_with(f, early), OVER_KEEP);
    reply_is(f, "they pass");
    text_release(&none);
}

/* A look that began before the signal was there comes too late: the report's own words are still to come. */
static void a_screen_keeps_out_no_report(void **state) {
    struct fixture *f = *state;
    struct text none = {0};

    begin(f, NONCE_A);
    end_with(f, (struct over){.nonce = NONCE_A, .word = &done_word, .by = OVER_BY_SIGNAL});
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .reply = "  it sto ps", .by = OVER_BY_SCREEN}),
                     OVER_IGNORE);
    assert_int_equal(end_with(f, (struct over){.nonce = NONCE_A, .reply = "  it sto ps", .by = OVER_BY_LOG}),
                     OVER_IGNORE);
    must_fail(reply_read(&site, &(struct reply){.run_id = RUN_A, .nonce = NONCE_A}, &none, &f->err), MC_NOINPUT);
    end_with(f, (struct over){.nonce = NONCE_A, .reply = "it stops", .by = OVER_BY_REPORT});
    reply_is(f, "it stops");
    text_release(&none);
}

/* Of a turn that its signal has ended it is better than nothing. */
static void a_preliminary_reply_is_kept_until_the_real_one(void **state) {
    struct fixture *f = *state;

    begin(f, NONCE_A);
    end_with(f, (struct over){.nonce = NONCE_A, .word = &done_word, .by = OVER_BY_SIGNAL});
    end_with(f, (struct over){.nonce = NONCE_A, .reply = "a server runs", .still_at_work = true});
    reply_is(f, "a server runs");
    fixture_is(f, "SELECT group_concat(body)FROM ticket_activity WHERE kind='background'", "a server runs");
    end_with(f, (struct over){.nonce = NONCE_A, .reply = "it has stopped"});
    reply_is(f, "it has stopped");
    fixture_is(f, "SELECT group_concat(body)FROM ticket_activity WHERE kind='reply'", "it has stopped");
}

/* The story has each once, the reply is the best. */
static void replies_are(struct fixture *f, const char *told, const char *best) {
    fixture_is(f, "SELECT group_concat(body,'|')FROM(SELECT body FROM ticket_activity WHERE kind='reply'ORDER BY id)a",
               told);
    reply_is(f, best);
}

static void a_better_reply_takes_its_place(void **state) {
    struct fixture *f = *state;

    site.config.nudge = false;
    begin(f, NONCE_A);
    end_with(f, (struct over){.nonce = NONCE_A, .reply = " seen", .by = OVER_BY_SCREEN});
    replies_are(f, " seen", " seen");
    for (int i = 0; i < 2; i++) {
        end_with(f, (struct over){.nonce = NONCE_A, .reply = "the limit", .fault = FAULT_LIMIT});
        replies_are(f, " seen|the limit", "the limit");
    }
    for (int i = 0; i < 2; i++) {
        end_with(f, (struct over){.nonce = NONCE_A, .reply = "quiet"});
        replies_are(f, " seen|the limit|quiet", "quiet");
    }
    end_with(f, (struct over){.nonce = NONCE_A, .reply = "quiet again"});
    end_with(f, (struct over){.nonce = NONCE_A, .reply = "the limit", .fault = FAULT_LIMIT});
    replies_are(f, " seen|the limit|quiet", "quiet");
    for (int i = 0; i < 2; i++) {
        end_with(f, (struct over){.nonce = NONCE_A, .reply = "which one?\nred", .word = &asks});
        replies_are(f, " seen|the limit|quiet|which one?\nred", "which one?\nred");
    }
    end_with(f, (struct over){.nonce = NONCE_A, .reply = "quiet"});
    end_with(f, (struct over){.nonce = NONCE_A, .reply = "which two?", .word = &asks});
    replies_are(f, " seen|the limit|quiet|which one?\nred", "which one?\nred");
}

/* The signal came between; what is reported twice is no better the second time. */
static void a_reply_after_a_late_signal_is_kept(void **state) {
    struct fixture *f = *state;

    site.config.nudge = false;
    begin(f, NONCE_A);
    end_with(f, (struct over){.nonce = NONCE_A, .reply = "quiet"});
    end_with(f, (struct over){.nonce = NONCE_A, .word = &done_word, .by = OVER_BY_SIGNAL});
    end_with(f, (struct over){.nonce = NONCE_A, .reply = "quiet"});
    replies_are(f, "quiet", "quiet");
    begin(f, NONCE_B); /* of an earlier turn the story says no more */
    end_with(f, (struct over){.nonce = NONCE_A, .reply = "all of it"});
    replies_are(f, "quiet", "all of it");
}

static void what_the_agent_began_is_taken(void **state) {
    struct fixture *f = *state;
    struct started started = {.prompt_id = "p", .at = 7}, read;

    nonces_read(&started.nonces, "[" NONCE_A " …]\nas in [MC_TICKET_TURN:7:1779942042145:e519f820 …]");
    assert_false(reported_taken(&site, RUN_A, NONCE_A));
    assert_false(reported_taken(&site, RUN_A, NULL));
    assert_false(reported_taken(&site, RUN_A, "none"));
    assert_false(reported_taken(&site, "../" RUN_A, NONCE_A));
    must(started_write(&site, RUN_A, &started, &f->err));
    assert_true(started_read(&site, RUN_A, &read));
    assert_int_equal(read.nonces.count, 2);
    assert_string_equal(read.nonces.all[0], NONCE_A);
    assert_string_equal(read.prompt_id, "p");
    assert_int_equal(read.at, 7);
    assert_true(reported_taken(&site, RUN_A, NONCE_A));
    assert_false(reported_taken(&site, RUN_A, NONCE_B));
    must(started_write(&site, RUN_A, &(struct started){.at = 8}, &f->err));
    assert_false(reported_taken(&site, RUN_A, NONCE_A));
    begin(f, NONCE_A);
    end_with(f, (struct over){.nonce = NONCE_A});
    assert_true(reported_taken(&site, RUN_A, NONCE_A));
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, taken, swept)
        TEST(a_word_moves_once),
        TEST(what_a_person_says_keeps_it_open),
        TEST(a_first_turn_is_taken_and_ended),
        TEST(what_is_made_up_leaves_nothing),
        TEST(an_agent_without_a_word_is_asked_for_it),
        TEST(a_person_speaks_first),
        TEST(a_limit_waits_and_goes_on),
        TEST(a_paused_turn_has_its_word),
        TEST(an_asked_person_has_the_word),
        TEST(a_word_that_moves_nothing_is_told),
        TEST(a_limit_met_again_pauses_for_longer),
        TEST(a_limit_that_should_be_over),
        TEST(a_limit_holds_what_waits),
        TEST(a_model_that_fails_twice_asks),
        TEST(a_login_stops_its_profile),
        TEST(an_interrupted_turn_sends_nothing),
        TEST(the_later_truth_stands),
        TEST(an_agent_waits_once),
        TEST(waiting_is_no_work),
        TEST(a_reply_is_kept_whole),
        TEST(a_preliminary_reply_stands_back),
        TEST(a_screen_keeps_out_no_report),
        TEST(a_preliminary_reply_is_kept_until_the_real_one),
        TEST(a_better_reply_takes_its_place),
        TEST(a_reply_after_a_late_signal_is_kept),
        TEST(what_the_agent_began_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

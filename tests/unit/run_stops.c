/* What is booked of runs and turns: whatever statement the board fails at, it is the failure that is told, nothing
 * else, and no half of it stays. */
#include "store_fixture.h"
#include "stumbles_alone.h"

#include <string.h>

#include "base/clock.h"
#include "host/files.h"
#include "rules/config_read.h"
#include "run/aftermath.h"
#include "run/end.h"
#include "run/giveback.h"
#include "run/host_lost.h"
#include "run/hosts.h"
#include "run/ledger.h"
#include "run/over.h"
#include "run/pool.h"
#include "run/reply.h"
#include "run/reported.h"
#include "run/signalled.h"
#include "run/site.h"
#include "run/takeover.h"
#include "run/tally.h"
#include "run/turn_look.h"
#include "run/turnback.h"
#include "run/workdir.h"
#include "store/hosts.h"
#include "store/runtimes.h"

#define KEY "ticket:1:session"
#define NONCE_B "MC_TICKET_TURN:1:2000:00000002"
#define ASKED "UPDATE tickets SET status='needs_input',failure_reason='awaiting_human: may I?';"
#define STARTS                                                                                                         \
    "UPDATE runtime_sessions SET status='spawning',turn_nonce=NULL,turn_count=0;"                                      \
    "UPDATE ticket_messages SET status='sending',nonce='" NONCE_A "' WHERE kind='work';"
#define RESTS "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL,last_turn_marker='" NONCE_A "';"
#define OF_ANOTHER                                                                                                     \
    "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES('" RUN_B "',1,2,'here',1);"                      \
    "UPDATE runtime_sessions SET run_id='" RUN_B "',turn_nonce=NULL,status='idle',last_turn_marker='" NONCE_B "';"

static struct site site;
static struct runtime runtime;

static int begin(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;
    char *folder = xasprintf("%s/run/" RUN_A, f->folder);

    must(files_make_dir(folder, &f->err));
    free(folder);
    site = (struct site){.board = f->board,
                         .board_path = f->path,
                         .board_label = f->path,
                         .folder = f->folder,
                         .self = {.pid = 1, .boot = "boot-1"},
                         .libexec = f->folder};
    config_defaults(&site.config);
    site.config.host = xstrdup("here");
    if (!fixture_take(f, fixture_add(f, "a", PRIORITY_LOW, 1), RUN_A, true))
        return 1;
    fixture_add(f, "b", PRIORITY_LOW, 1);
    fixture_turn(f, NONCE_A, clock_monotonic() - 500, 1000);
    must(runtimes_get(f->board, KEY, &runtime, &f->err));
    return 0;
}

static int end(void **state) {
    runtime_release(&runtime);
    config_release(&site.config);
    return fixture_end(state);
}

#define VERB(name) static bool name(struct fixture *f, struct err *err)

static void is(struct fixture *f, const char *text, const char *expected) {
    board_of.left = -1;
    fixture_is(f, text, expected);
}

/* The runtime as it stands now. */
static void look(struct fixture *f) {
    long left = board_of.left;

    board_of.left = -1;
    runtime_release(&runtime);
    must(runtimes_get(f->board, KEY, &runtime, &f->err));
    board_of.left = left;
}

static const struct over_word done_word = {SIGNAL_DONE, "all of it"}, asks = {SIGNAL_QUESTION, "which?"};

/* Where the rows are not written, no reply is left that nobody has told. */
static bool ends(struct fixture *f, struct over told, enum over_act act, struct err *err) {
    struct over_done done;
    struct reply reply = {.run_id = RUN_A, .nonce = NONCE_A};
    char *file;
    bool ok;

    (void)f;
    told.ticket = 1;
    told.run_id = RUN_A;
    told.nonce = NONCE_A;
    told.reply = "I did.";
    told.reply_len = strlen(told.reply);
    told.by = OVER_BY_REPORT;
    ok = over(&site, &told, &done, err);
    if (ok)
        assert_int_equal(done.ruling.act, act);
    if (!told.word)
        reply.rank = told.fault == FAULT_NONE ? REPLY_WORDLESS : REPLY_PRELIMINARY;
    file = reply_file(&site, &reply);
    assert_int_equal(access(file, F_OK), ok ? 0 : -1);
    unlink(file);
    free(file);
    return ok;
}

VERB(turn_with_a_word) {
    return ends(f, (struct over){.word = &done_word}, OVER_WORD, err);
}
VERB(turn_with_a_question) {
    return ends(f, (struct over){.word = &asks}, OVER_WORD, err);
}
VERB(turn_without_a_word) {
    return ends(f, (struct over){.word = NULL}, OVER_NUDGE, err);
}
VERB(turn_at_its_limit) {
    return ends(f, (struct over){.fault = FAULT_LIMIT, .detail = "limit"}, OVER_PAUSE, err);
}
VERB(turn_refused) {
    return ends(f, (struct over){.fault = FAULT_REQUEST, .detail = "no"}, OVER_ASK, err);
}
VERB(turn_without_login) {
    return ends(f, (struct over){.fault = FAULT_LOGIN, .detail = "no"}, OVER_ASK_AND_STOP, err);
}

VERB(heard_word) {
    struct signalled_done done = {0};
    bool ok;

    argv_add(&site.config.notify, "/bin/true"); /* who hears of what is committed is another matter */
    ok = signalled_within(
        &site,
        &(struct signalled){.ticket = 1, .run_id = RUN_A, .nonce = NONCE_A, .word = SIGNAL_DONE, .payload = "all"},
        &done, err);
    argv_release(&site.config.notify);

    (void)f;
    if (ok)
        assert_true(done.changed);
    signalled_release(&done);
    return ok;
}
VERB(heard_word_without_turn) {
    struct signalled_done done = {0};
    bool ok = signalled_within(
        &site, &(struct signalled){.ticket = 1, .run_id = RUN_A, .word = SIGNAL_DONE, .payload = "all"}, &done, err);

    if (ok) { /* the turn that another run is at, or had, stays as it is */
        assert_true(done.changed);
        is(f, "SELECT status||last_turn_marker FROM runtime_sessions", "idle" NONCE_B);
    }
    signalled_release(&done);
    return ok;
}

VERB(goes_on) {
    bool moved, ok;

    look(f);
    ok = over_goes_on(&site, &runtime, &moved, err);
    if (ok)
        assert_true(moved);
    return ok;
}

VERB(waits_for_a_person) {
    bool moved = false, ok;

    look(f);
    ok = over_waits(&site,
                    &(struct over_wait){.runtime = &runtime, .nonce = NONCE_A, .text = "may I?", .screen = "? y/n"},
                    &moved, err);
    if (ok)
        assert_true(moved);
    return ok;
}

VERB(gives_back) {
    struct giveback_done done;
    bool ok = giveback(&site,
                       &(struct giveback){.ticket_id = 1,
                                          .run_id = RUN_A,
                                          .runtime = &runtime,
                                          .class = CLASS_WORKER_DIED,
                                          .detail = "it died",
                                          .death = "signal 9",
                                          .screen = "$",
                                          .to = RUNTIME_DEAD,
                                          .outcome = RUN_FAILED},
                       &done, err);

    (void)f;
    if (ok)
        assert_int_equal(done.status, TICKET_TODO);
    return ok;
}

VERB(ends_of_another_boot) {
    struct runtime old = runtime;
    bool ok;

    (void)f;
    old.agent = (struct identity){.pid = 999999, .start = 1, .boot = "boot-0"};
    ok = end_runtime(&site, &old, &(struct end_as){.to = RUNTIME_DEAD, .reason = "why"}, err);
    if (ok)
        is(f, "SELECT status FROM runtime_sessions", "dead");
    return ok;
}

VERB(turn_given_back) {
    bool changed = true;
    bool ok;

    look(f);
    ok = turnback(&site,
                  &(struct turnback){
                      .runtime = &runtime, .run_id = RUN_A, .nonce = NONCE_A, .end = TURN_HEALED_LOST, .why = "why"},
                  &changed, err);
    assert_int_equal(changed, ok);
    return ok;
}
/* Another pickup has settled it: nothing is told twice. */
VERB(turn_given_back_before) {
    bool changed = true;
    bool ok;

    look(f);
    ok = turnback(&site,
                  &(struct turnback){
                      .runtime = &runtime, .run_id = RUN_A, .nonce = NONCE_B, .end = TURN_HEALED_LOST, .why = "why"},
                  &changed, err);
    assert_false(changed);
    if (ok) {
        is(f, "SELECT status||turn_nonce FROM runtime_sessions", "running" NONCE_A);
        is(f, "SELECT count(*)FROM ticket_activity WHERE kind='healed'", "0");
    }
    return ok;
}
VERB(turn_that_waits) {
    bool ok;

    look(f);
    ok = turnback(&site,
                  &(struct turnback){.runtime = &runtime,
                                     .run_id = RUN_A,
                                     .nonce = NONCE_B,
                                     .end = TURN_WAITS,
                                     .why = "busy",
                                     .message_id = runtime.ticket_id,
                                     .due = 5000},
                  NULL, err);
    if (ok)
        is(f, "SELECT error||next_attempt_at FROM ticket_messages", "busy5000");
    return ok;
}

static const struct failure failure = {.class = CLASS_NO_AGENT, .ticket = 1, .profile = "demo", .detail = "x"};
VERB(counted) {
    struct tally tally = {0};

    (void)f;
    return tally_count(&site, &failure, &tally, err);
}
VERB(stopped) {
    (void)f;
    return tally_stop(&site, &failure, err);
}

static const struct turn_name turn = {1, RUN_A, NONCE_A};
VERB(turn_seen) {
    enum turn_seen seen;

    (void)f;
    return turn_look(&site, &turn, &seen, err);
}
VERB(turn_replied) {
    struct turn_reply reply = {0};
    bool ok = turn_reply(&site, &turn, &reply, err);

    (void)f;
    if (ok) {
        assert_int_equal(reply.left, LEFT_LINE);
        assert_string_equal(text_str(&reply.text), "all");
    }
    turn_reply_release(&reply);
    return ok;
}

VERB(last_word) {
    char *word = NULL;
    bool ok = aftermath_word(&site, RUN_A, &word, err);

    (void)f;
    if (ok)
        assert_string_equal(word, "DONE");
    free(word);
    return ok;
}

static bool count(void *to, const struct text *line, struct err *err) {
    (void)err;
    *(size_t *)to += line->len;
    return true;
}
VERB(exported) {
    size_t bytes = 0;
    const struct ledger_sink sink = {count, &bytes};
    bool ok = true;

    (void)f;
    for (int kind = 0; ok && kind < LEDGER_END; kind++)
        ok = ledger_write_all(site.board, (enum ledger_kind)kind, &sink, err);
    return ok;
}
VERB(exported_alone) {
    struct text line = {0};
    bool ok = ledger_write(site.board, 1, &line, err);

    (void)f;
    text_release(&line);
    return ok;
}

/* All of it again, where there is none of it. */
static const char *const lines[] = {
    "{\"mc_export\":1,\"schema\":5,\"board\":\"0123456789abcdef\"}\n",
    "{\"ticket\":{\"id\":7,\"title\":\"t\",\"status\":\"todo\",\"priority\":\"low\",\"attempts\":0,\"world_failures\":"
    "0,"
    "\"created_at\":1,\"queued_at\":1,\"updated_at\":1,\"turns\":0,\"worked_ms\":0},\"needs\":[2,8],\"activity\":["
    "{\"id\":90,\"kind\":\"x\",\"created_at\":1}]}\n",
    "{\"setting\":{\"key\":\"paused\",\"value\":\"x\"}}\n",
    "{\"mc_export_end\":3}\n",
};
static bool restored_as(bool together, struct err *err) {
    struct ledger_owed owed = {.together = together};
    struct ledger_need missing = {0};
    bool ok = true;

    for (size_t i = 0; ok && i < sizeof lines / sizeof *lines; i++) {
        struct ledger *line = ledger_read(lines[i], strlen(lines[i]), err);

        ok = line && ledger_restore(site.board, line, &owed, err);
        ledger_free(line);
    }
    ok = ok && ledger_settle(site.board, &owed, &missing, err);
    ledger_owed_release(&owed);
    if (ok)
        assert_int_equal(missing.needs, together ? 0 : 8);
    return ok;
}
VERB(restored) {
    (void)f;
    return restored_as(false, err);
}
VERB(restored_together) {
    (void)f;
    return restored_as(true, err);
}
VERB(replaced) {
    struct ledger_owed owed = {0};
    struct ledger *line = ledger_read(lines[1], strlen(lines[1]), err);
    bool ok = line && ledger_replace(site.board, line, &owed, err);

    (void)f;
    if (ok)
        assert_int_equal(owed.count, 2);
    ledger_free(line);
    ledger_owed_release(&owed);
    return ok;
}

/* Of a workspace that is configured no more. */
#define SLOT                                                                                                           \
    "INSERT INTO worktree_slots(host,slot,workspace,number,path,state,ticket_id,run_id,branch)"                        \
    "VALUES('here','pool-1','web',1,'/none','quarantined',1,'" RUN_A "','mc-1')"
VERB(released) {
    struct pool_done done = {.end = POOL_FREED};
    bool ok = pool_release(&site, "pool-1", &done, err);

    (void)f;
    if (ok)
        assert_int_equal(done.end, POOL_WAITS);
    pool_done_release(&done);
    return ok;
}

VERB(placed) {
    char *dir = workdir_of(&site, 1, err);
    bool ok = dir != NULL;

    (void)f;
    free(dir);
    return ok;
}

#define SAID                                                                                                           \
    "INSERT INTO ticket_activity(ticket_id,run_id,author,kind,body,created_at)"                                        \
    "VALUES(1,'" RUN_A "','agent','signal','DONE " NONCE_A ": all',5000)"
#define V(name, rows)                                                                                                  \
    { #name, rows, name, false }
#define INSIDE(name, rows)                                                                                             \
    { #name, rows, name, true }

static const struct verb verbs[] = {
    V(turn_with_a_word, NULL),
    V(turn_with_a_word, STARTS),
    V(turn_with_a_question, NULL),
    V(turn_without_a_word, NULL),
    V(turn_at_its_limit, NULL),
    V(turn_refused, NULL),
    V(turn_without_login, NULL),
    INSIDE(heard_word, NULL),
    INSIDE(heard_word, RESTS),
    INSIDE(heard_word_without_turn, OF_ANOTHER),
    V(goes_on, ASKED),
    V(goes_on, ASKED RESTS "UPDATE ticket_messages SET status='pending';"),
    V(waits_for_a_person, NULL),
    V(waits_for_a_person, STARTS),
    V(gives_back, NULL),
    V(ends_of_another_boot, NULL),
    V(turn_given_back, NULL),
    V(turn_given_back_before, NULL),
    V(turn_that_waits, RESTS "UPDATE ticket_messages SET status='pending';"),
    INSIDE(counted, NULL),
    INSIDE(stopped, NULL),
    INSIDE(turn_seen, NULL),
    INSIDE(turn_replied, SAID),
    INSIDE(last_word, SAID),
    INSIDE(exported, NULL),
    INSIDE(exported_alone, NULL),
    INSIDE(restored, NULL),
    INSIDE(restored_together, "INSERT INTO tickets(id,title,status,created_at,updated_at)VALUES(8,'e','todo',1,1)"),
    INSIDE(replaced, "INSERT INTO tickets(id,title,status,created_at,updated_at)VALUES(7,'s','todo',1,1);"
                     "INSERT INTO ticket_needs VALUES(1,7)"),
    V(released, SLOT),
    V(placed, NULL),
};

static void no_failure_is_lost(void **state) {
    attempt_each(*state, verbs, sizeof verbs / sizeof *verbs);
}

/* What only several machines have. */
VERB(lost_host) {
    char other[] = "there";
    const struct host host = {.name = other, .seen_at = 1};
    struct host_lost lost;
    bool ok = host_lose(&site, &(struct host_losing){.host = &host, .by = "me", .now = 5000}, &lost, err);

    (void)f;
    if (ok) {
        assert_int_equal(lost.agents, 1);
        assert_int_equal(lost.tickets, 1);
    }
    return ok;
}
VERB(host_checked) {
    (void)f;
    return hosts_check(&site, err);
}
VERB(host_entered) {
    struct host_list list = {0};
    bool ok = hosts_enter(&site, &list, err);

    (void)f;
    host_list_release(&list);
    return ok;
}

static const struct verb of_servers[] = {
    INSIDE(lost_host,
           "UPDATE runs SET host='there';UPDATE runtime_sessions SET host='there';"
           "UPDATE tickets SET worker_host='there';INSERT INTO hosts(host,machine_id,seen_at)VALUES('there','m',1)"),
    INSIDE(host_checked, NULL),
    V(host_entered, NULL),
};

static void nor_one_of_a_host(void **state) {
    if (server_given())
        attempt_each(*state, of_servers, sizeof of_servers / sizeof *of_servers);
}

/* Where a failure is an answer: on the safe side. */
static void what_cannot_be_read_is_not_so(void **state) {
    struct fixture *f = *state;
    struct takeover_done done;
    const struct takeover take = {.session_key = KEY, .ticket_id = 1, .run_id = RUN_A, .path = ADOPT_SEND, .why = "a"};
    int unconfirmed = 0;

    fixture_sql(f, RESTS);
    must(site_named(&site, &f->err)); /* once */
    make_stumble(f->board);
    must(board_begin(f->board, &f->err));
    within = 0;
    assert_true(reported_taken(&site, RUN_A, NONCE_A));
    assert_false(reported_taken(&site, RUN_A, NULL) || reported_taken(&site, RUN_A, "a nonce"));
    board_of.left = 0;
    assert_false(reported_taken(&site, RUN_A, NONCE_A));
    for (long calls = 0; board_of.fell; calls++) {
        board_of.left = calls;
        board_of.fell = false;
        must(takeover(&site, &take, &done, &f->err));
        unconfirmed += done.verdict == ADOPT_UNCONFIRMED;
        assert_false(done.changed);
        assert_int_equal(within, 0);
    }
    assert_true(unconfirmed >= 3); /* its transaction, the ticket, the runtime */
    board_of.left = within = -1;
    board_rollback(f->board);
    make_firm(f->board);
    tmux_release(&site.tmux);
}

static void what_is_elsewhere_is_ended_there(void **state) {
    struct fixture *f = *state;
    char other[] = "there";
    struct runtime away = runtime;

    if (!server_given())
        return;
    away.host = other;
    assert_false(end_runtime(&site, &away, &(struct end_as){.to = RUNTIME_DEAD, .reason = "why"}, &f->err));
    assert_int_equal(f->err.code, MC_UNAVAILABLE);
    assert_string_equal(f->err.text, "session mc-MC-1 is on host there, whose next mc-pickup ends it");
    fixture_is(f, "SELECT status FROM runtime_sessions", "running");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_failure_is_lost, begin, end),
        cmocka_unit_test_setup_teardown(nor_one_of_a_host, begin, end),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_not_so, begin, end),
        cmocka_unit_test_setup_teardown(what_is_elsewhere_is_ended_there, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

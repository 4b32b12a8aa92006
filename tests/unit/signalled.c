/* The agent's word on its turn: what it moves, and what it is told, by how the board stands. */
#include "store_fixture.h"

#include <string.h>

#include "base/clock.h"
#include "rules/config_read.h"
#include "run/signalled.h"
#include "run/site.h"

#define NONCE_B "MC_TICKET_TURN:1:2000:00000002"
#define RESTS "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL,last_turn_marker='" NONCE_A "';"
#define QUIET "UPDATE tickets SET status='needs_input',turns=2;"
#define GOES_ON "UPDATE runtime_sessions SET status='running';"
#define RUNS_ON "UPDATE runtime_sessions SET turn_nonce='" NONCE_B "',last_turn_marker='" NONCE_A "';"
#define SAID_BY(run, words)                                                                                            \
    "INSERT INTO ticket_activity(ticket_id,run_id,author,kind,body,created_at)VALUES"                                  \
    "(1,'" run "','agent','signal','" words "',2000);"
#define SAID(words) SAID_BY(RUN_A, words)
#define OTHER_RUN "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES('" RUN_B "',1,2,'here',1);"
#define ANSWER(purpose)                                                                                                \
    "INSERT INTO ticket_messages(ticket_id,author,kind,body,status,purpose,aside,alone,created_at)VALUES"              \
    "(1,'operator','note','red','pending','" purpose "',0,0,3000);"
#define STARTS                                                                                                         \
    "UPDATE runtime_sessions SET status='spawning',turn_nonce=NULL,last_turn_marker=NULL;"                             \
    "UPDATE ticket_messages SET status='pending';"
#define OF_OTHER                                                                                                       \
    OTHER_RUN "UPDATE runtime_sessions SET run_id='" RUN_B                                                             \
              "',turn_nonce=NULL,status='idle',last_turn_marker='" NONCE_B "';"

#define TAKEN "MC-1 in_progress -> in_review"
#define ASKED_TAKEN "MC-1 needs_input -> in_review"
#define AGAIN "MC-1: this DONE was taken already"
#define MOVES "MC-1: this DONE moves nothing: "
#define OLD_TURN "it belongs to another turn than the one under way"
#define OLD_RUN "the ticket is not this run's any more"
#define FIRST "a prompt waits for its agent and goes first"
#define NOT_WORKING "the ticket is not in progress"

static const struct state {
    const char *name, *rows, *nonce;
    bool before;
    const char *say, *told; /* of what was taken: the nonce in its story; NULL: none */
} states[] = {
    {"of the turn under way", "", NONCE_A, false, TAKEN, NONCE_A},
    {"of no turn", "", NULL, false, TAKEN, NONCE_A},
    {"of no turn, before it", "", NULL, true, MOVES OLD_TURN, NULL},
    {"of the turn, before it", "", NONCE_A, true, TAKEN, NONCE_A},
    {"of another turn", "", NONCE_B, false, MOVES OLD_TURN, NULL},
    {"of the turn that ended", RESTS, NONCE_A, false, TAKEN, NONCE_A},
    {"between turns, of none", RESTS, NULL, false, TAKEN, NONCE_A},
    {"between turns, of none, and the last has had its word", RESTS SAID("QUESTION " NONCE_A ": all"), NULL, false,
     TAKEN, NULL},
    {"of none, before the last turn", RESTS, NULL, true, TAKEN, NULL},
    {"where a person is asked for want of it", RESTS QUIET, NONCE_A, false, ASKED_TAKEN, NONCE_A},
    {"of none, where a person is asked for want of it", RESTS QUIET, NULL, false, ASKED_TAKEN, NONCE_A},
    {"of none, before the turn that lacked it", RESTS QUIET, NULL, true, MOVES NOT_WORKING, NULL},
    {"of another turn than the one that lacked it", RESTS QUIET, NONCE_B, false, MOVES NOT_WORKING, NULL},
    {"for want of it, and the nudge could not be sent", RESTS QUIET ANSWER("nudge"), NULL, false, ASKED_TAKEN, NONCE_A},
    {"for want of it, and a person has said more", RESTS QUIET ANSWER("person"), NONCE_A, false, MOVES FIRST, NULL},
    {"for want of it, and what a person said did not arrive", RESTS QUIET "UPDATE tickets SET turns=0;", NONCE_A, false,
     MOVES NOT_WORKING, NULL},
    {"where a person is asked what it asked", RESTS QUIET SAID("QUESTION " NONCE_A ": all"), NONCE_A, false,
     MOVES NOT_WORKING, NULL},
    {"of none, where a person is asked what it asked", RESTS QUIET SAID("QUESTION " NONCE_A ": all"), NULL, false,
     MOVES NOT_WORKING, NULL},
    {"where a person is asked, of the turn of another run", OF_OTHER QUIET, NONCE_B, false, MOVES NOT_WORKING, NULL},
    {"of the turn before", RUNS_ON, NONCE_A, false, MOVES OLD_TURN, NULL},
    {"of neither", RESTS, NONCE_B, false, MOVES OLD_TURN, NULL},
    {"of the turn of another run", OF_OTHER, NONCE_B, false, MOVES OLD_TURN, NULL},
    {"of the turn that another run is at",
     OTHER_RUN "UPDATE runtime_sessions SET run_id='" RUN_B "',turn_nonce='" NONCE_B "'", NONCE_B, false,
     MOVES OLD_TURN, NULL},
    {"of no turn, where another run has them", OF_OTHER, NULL, true, TAKEN, NULL},
    {"of the run before", OTHER_RUN "UPDATE tickets SET run_id='" RUN_B "'", NONCE_A, false, MOVES OLD_RUN, NULL},
    {"on one that is done with", RESTS "UPDATE tickets SET status='blocked'", NONCE_A, false, MOVES NOT_WORKING, NULL},
    {"answered in its session", "UPDATE tickets SET status='needs_input'", NONCE_A, false, ASKED_TAKEN, NONCE_A},
    {"the same again", RESTS SAID("DONE " NONCE_A ": all"), NONCE_A, false, AGAIN, NULL},
    {"the same again, of a run before", RESTS OTHER_RUN SAID_BY(RUN_B, "DONE " NONCE_A ": all"), NONCE_A, false, TAKEN,
     NONCE_A},
    {"another word on it", RESTS SAID("QUESTION " NONCE_A ": all"), NONCE_A, false, MOVES OLD_TURN, NULL},
    {"the same again, of none", RESTS SAID("DONE -: all") "UPDATE tickets SET status='in_review'", NULL, false, AGAIN,
     NULL},
    {"the same again, answered by now", RESTS SAID("DONE " NONCE_A ": all of it") ANSWER("person"), NULL, false, AGAIN,
     NULL},
    {"another line, answered by now", RESTS SAID("DONE " NONCE_A ": all") ANSWER("person"), NULL, false, MOVES FIRST,
     NULL},
    {"of a turn without a word, and a person has spoken since", RESTS ANSWER("person"), NONCE_A, false, MOVES FIRST,
     NULL},
    {"of a turn without a word, and we have spoken since", RESTS ANSWER("nudge"), NONCE_A, false, TAKEN, NONCE_A},
    {"of the turn under way, and a person waits for its end", ANSWER("person"), NULL, false, TAKEN, NONCE_A},
    {"of a turn that is not ours, and a person waits for its end",
     "UPDATE runtime_sessions SET turn_nonce=NULL;" ANSWER("person"), NULL, false, TAKEN, NULL},
    {"of the turn that ended, and one that is not ours goes on", RESTS GOES_ON, NONCE_A, false, MOVES OLD_TURN, NULL},
    {"of one that is not ours, after a turn without a word", RESTS GOES_ON, NULL, false, TAKEN, NULL},
    {"of none, where another run has them, and a person waits", OF_OTHER ANSWER("person"), NULL, false, TAKEN, NULL},
    {"before its first prompt", STARTS, NULL, false, MOVES FIRST, NULL},
    {"another word, of none", RESTS SAID("QUESTION -: all") "UPDATE tickets SET status='in_review'", NULL, false,
     MOVES NOT_WORKING, NULL},
    {"the same, of a turn before the last", RESTS SAID("DONE " NONCE_B ": all"), NONCE_B, false, MOVES OLD_TURN, NULL},
    {"the same, and no turn has ended", SAID("DONE " NONCE_B ": all"), NONCE_B, false, AGAIN, NULL},
    {"the same of another, and no turn has ended", SAID("DONE " NONCE_A ": all"), NONCE_B, false, MOVES OLD_TURN, NULL},
    {"where the last has no words",
     RESTS "INSERT INTO ticket_activity(ticket_id,run_id,kind,created_at)VALUES(1,'" RUN_A "','signal',2000)", NONCE_A,
     false, TAKEN, NONCE_A},
};

static struct site site;

static int begin(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;

    site = (struct site){.board = f->board, .board_path = f->path, .self = {.pid = 1, .boot = "boot-1"}};
    config_defaults(&site.config);
    site.config.host = xstrdup("here");
    fixture_add(f, "a", PRIORITY_LOW, 1);
    assert_true(fixture_take(f, 1, RUN_A, true));
    fixture_turn(f, NONCE_A, clock_monotonic(), 1000);
    return 0;
}

static int end(void **state) {
    config_release(&site.config);
    return fixture_end(state);
}

/* The last row of its story but for what moved: with why it moved nothing, or of which turn it was. */
static void is_told(struct fixture *f, const struct state *state) {
    const char *why = strstr(state->say, " nothing: "), *nonce = why ? state->nonce : state->told;
    char *said = xasprintf("agent %s: DONE %s: all of it%s%s%s", why ? "signal_ignored" : "signal", nonce ? nonce : "-",
                           why ? " (moved" : "", why ? why : "", why ? ")" : "");

    fixture_is(f,
               "SELECT author||' '||kind||': '||body FROM ticket_activity WHERE kind LIKE 'signal%' "
               "ORDER BY id DESC LIMIT 1",
               said);
    free(said);
}

static void is(struct fixture *f, const struct state *state, const struct signalled_done *done) {
    bool taken = strstr(state->say, " -> "), refused = strstr(state->say, " nothing: ");

    if (strcmp(done->say, state->say) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", state->name, done->say, state->say);
    assert_int_equal(done->changed, taken);
    assert_int_equal(done->refused, refused);
    assert_int_equal(done->to, taken ? TICKET_IN_REVIEW : done->from);
    if (taken || refused)
        is_told(f, state);
}

/* Nothing of it stays for the next. */
static void each_state(void **none) {
    struct fixture *f = *none;

    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        const struct state *state = &states[i];
        const struct signalled word = {.ticket = 1,
                                       .run_id = RUN_A,
                                       .nonce = state->nonce,
                                       .word = SIGNAL_DONE,
                                       .payload = "all of it",
                                       .by = "agent",
                                       .before = state->before};
        struct signalled_done done = {.changed = true, .refused = true};

        must(board_begin(f->board, &f->err));
        if (*state->rows)
            fixture_sql(f, state->rows);
        must(signalled_within(&site, &word, &done, &f->err));
        is(f, state, &done);
        signalled_release(&done);
        board_rollback(f->board);
    }
}

static void no_such_ticket(void **state) {
    struct fixture *f = *state;
    struct signalled_done done;

    assert_false(
        signalled_within(&site, &(struct signalled){.ticket = 9, .run_id = RUN_A, .payload = ""}, &done, &f->err));
    assert_string_equal(f->err.text, "MC-9: no such ticket on this board; mc-ticket list shows what is there");
    assert_int_equal(f->err.code, MC_NOINPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_state, begin, end),
        cmocka_unit_test_setup_teardown(no_such_ticket, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

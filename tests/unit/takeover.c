#include "store_fixture.h"

#include "base/clock.h"
#include "host/proc.h"
#include "host/tmux.h"
#include "rules/config_read.h"
#include "run/end.h"
#include "run/marker.h"
#include "run/site.h"
#include "run/takeover.h"

#define KEY "ticket:1:session"
#define TURN "MC_TICKET_TURN:1:1000:00000001"

/* What is there beside the rows. A process is what its number says: 2 lives, 3 does not, of any other nobody knows. */
static struct taking {
    const char *rows;
    enum adopt_verdict verdict;
    enum adopt_path path;
    const char *after; /* NULL: nothing is written */
    enum seen session;
    struct tmux_pane pane;
    enum { PLAIN, ASKED, ARRIVED, NO_TMUX } how; /* ASKED: is its turn to be seen? */
} seen;

enum { NOW = 100000, TICK = 61050 };

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void) {
    return NOW;
}
int64_t __wrap_clock_monotonic(void);
int64_t __wrap_clock_monotonic(void) {
    return TICK;
}
bool __wrap_site_tmux(struct site *site, struct err *err);
bool __wrap_site_tmux(struct site *site, struct err *err) {
    (void)site;
    return seen.how != NO_TMUX || err_set(err, MC_UNAVAILABLE, "no tmux");
}
enum seen __wrap_tmux_look_session(const struct tmux *tmux, const struct tmux_agent *agent, struct tmux_pane *pane,
                                   enum seen *server);
enum seen __wrap_tmux_look_session(const struct tmux *tmux, const struct tmux_agent *agent, struct tmux_pane *pane,
                                   enum seen *server) {
    (void)tmux, (void)server;
    assert_string_equal(agent->session, "mc-MC-1");
    *pane = seen.pane;
    return seen.session;
}
void __wrap_end_identify(const struct site *site, const struct end_pane *pane, struct identity *agent);
void __wrap_end_identify(const struct site *site, const struct end_pane *pane, struct identity *agent) {
    (void)site;
    assert_string_equal(pane->run_id, RUN_A);
    assert_int_equal(pane->dead, seen.pane.dead);
    *agent = (struct identity){.pid = pane->pid, .start = pane->pid == 2 ? 20 : 0, .boot = "boot-1", .ns = 30};
}
enum seen __wrap_marker_look(struct site *site, const struct runtime *runtime, const char *nonce, int64_t patience_ms);
enum seen __wrap_marker_look(struct site *site, const struct runtime *runtime, const char *nonce, int64_t patience_ms) {
    (void)site;
    assert_string_equal(runtime->session_key, KEY);
    assert_string_equal(nonce, TURN);
    assert_int_equal(patience_ms, 0);
    return seen.how == ARRIVED ? SEEN_YES : SEEN_UNKNOWN;
}
enum seen __wrap_proc_alive(const struct identity *identity);
enum seen __wrap_proc_alive(const struct identity *identity) {
    return identity->pid == 2 ? SEEN_YES : identity->pid == 3 ? SEEN_NO : SEEN_UNKNOWN;
}
bool __wrap_proc_elsewhere(const struct identity *identity);
bool __wrap_proc_elsewhere(const struct identity *identity) {
    return identity->ns == 99;
}

static bool take_over(struct fixture *f, struct takeover take, struct takeover_done *done) {
    struct site site = {
        .board = f->board, .board_path = f->path, .folder = f->folder, .self = {.pid = 1, .boot = "boot-1"}};
    bool ok;

    config_defaults(&site.config);
    site.config.host = xstrdup("here");
    site.config.newborn_grace_s = 61;
    take.session_key = KEY;
    take.ticket_id = 1;
    take.run_id = RUN_A;
    take.why = "a test";
    ok = takeover(&site, &take, done, &f->err);
    config_release(&site.config);
    return ok;
}

/* No rows could be read: that is no ground for anything, not even for the reason that empty rows would give. */
static void what_cannot_be_read_confirms_nothing(void **state) {
    struct fixture *f = *state;
    struct takeover_done done;

    must(take_over(f, (struct takeover){.path = ADOPT_SEND}, &done));
    assert_int_equal(done.verdict, ADOPT_UNCONFIRMED);
    assert_false(done.changed);
}

#define AGENT(pid) "UPDATE runtime_sessions SET pid=" pid ",pid_start=20,boot_id='boot-1',pid_ns=30;"
#define PANE(number, tag)                                                                                              \
    { .pane_id = "%7", .pid = number, .run = tag }
#define WORK "in_progress 2 20 boot-1 30 here, running %7 2 20 61050 "

static const struct taking takings[] = {
    {AGENT("2"), ADOPT_YES, ADOPT_SEND, WORK "-, pending - 5000, failed", SEEN_YES, PANE(2, RUN_A), PLAIN},
    {AGENT("2"), ADOPT_YES, ADOPT_RECONCILE, WORK NONCE_A ", sending - -, intent", SEEN_YES, PANE(2, RUN_A), PLAIN},
    {AGENT("2"), ADOPT_YES, ADOPT_SEND, WORK NONCE_A ", sent 100000 -, done", SEEN_YES, PANE(2, RUN_A), ARRIVED},
    {AGENT("2"), ADOPT_YES, ADOPT_SEND, WORK "-, pending - 5000, failed", SEEN_YES, PANE(2, RUN_A), ASKED},
    /* A pane that has no name takes none away. */
    {AGENT("2") "UPDATE runtime_sessions SET pane_id='%5';",
     ADOPT_YES,
     ADOPT_RECONCILE,
     "in_progress 2 20 boot-1 30 here, running %5 2 20 61050 " NONCE_A ", sending - -, intent",
     SEEN_YES,
     {.pid = 2, .run = RUN_A},
     PLAIN},
    /* The ticket is another run's by now, which does not live. */
    {AGENT("2") "UPDATE tickets SET run_id='" RUN_B "',worker_pid=3,worker_start=1,worker_boot='boot-1',worker_ns=30;",
     ADOPT_YES, ADOPT_RECONCILE, WORK NONCE_A ", sending - -, intent", SEEN_YES, PANE(2, RUN_A), PLAIN},
    {AGENT("2") "UPDATE tickets SET run_id='" RUN_B "',worker_pid=4,worker_start=1,worker_boot='boot-1',worker_ns=30;",
     ADOPT_OTHER_WORKER, ADOPT_RECONCILE, NULL, SEEN_YES, PANE(2, RUN_A), PLAIN},
    {AGENT("2") "UPDATE runtime_sessions SET run_id='" RUN_B "';", ADOPT_FOREIGN_RUN, ADOPT_RECONCILE, NULL, SEEN_YES,
     PANE(2, RUN_A), PLAIN},
    {AGENT("2") "UPDATE runtime_sessions SET status='closed';", ADOPT_NO_RUNTIME, ADOPT_RECONCILE, NULL, SEEN_YES,
     PANE(2, RUN_A), PLAIN},
    {AGENT("2") "UPDATE tickets SET status='blocked';", ADOPT_TICKET_MOVED_ON, ADOPT_RECONCILE, NULL, SEEN_YES,
     PANE(2, RUN_A), PLAIN},
    {AGENT("2"), ADOPT_FOREIGN_RUN, ADOPT_RECONCILE, NULL, SEEN_YES, PANE(2, RUN_B), PLAIN},
    {AGENT("2"), ADOPT_UNCONFIRMED, ADOPT_RECONCILE, NULL, SEEN_UNKNOWN, PANE(0, RUN_B), PLAIN},
    {AGENT("2"), ADOPT_UNCONFIRMED, ADOPT_RECONCILE, NULL, SEEN_YES, PANE(2, RUN_A), NO_TMUX},
    {AGENT("2"), ADOPT_SESSION_GONE, ADOPT_RECONCILE, NULL, SEEN_NO, PANE(0, ""), PLAIN},
    {AGENT("2"), ADOPT_SESSION_GONE, ADOPT_RECONCILE, NULL, SEEN_YES, {.pid = 2, .run = RUN_A, .dead = true}, PLAIN},
    {AGENT("3"), ADOPT_PROCESS_DEAD, ADOPT_RECONCILE, NULL, SEEN_YES, PANE(3, RUN_A), PLAIN},
    {AGENT("4"), ADOPT_PROCESS_UNKNOWN, ADOPT_RECONCILE, NULL, SEEN_YES, PANE(4, RUN_A), PLAIN},
    /* Counted elsewhere: its own pane says it, and no other. */
    {AGENT("3") "UPDATE runtime_sessions SET pid_ns=99;", ADOPT_YES, ADOPT_RECONCILE,
     "in_progress 3 20 boot-1 99 here, running %7 3 20 61050 " NONCE_A ", sending - -, intent", SEEN_YES,
     PANE(3, RUN_A), PLAIN},
    {AGENT("4") "UPDATE runtime_sessions SET pid_ns=99;", ADOPT_PROCESS_UNKNOWN, ADOPT_RECONCILE, NULL, SEEN_UNKNOWN,
     PANE(4, RUN_A), PLAIN},
    /* So young that nobody has noted its process: by what the machine counts, or else by the clock. */
    {"UPDATE runtime_sessions SET spawned_at=1;", ADOPT_NEWBORN, ADOPT_SEND, WORK "-, pending - 5000, failed", SEEN_YES,
     PANE(2, RUN_A), PLAIN},
    {"UPDATE runtime_sessions SET spawned_tick=49;", ADOPT_PROCESS_UNKNOWN, ADOPT_SEND, NULL, SEEN_YES, PANE(2, RUN_A),
     PLAIN},
    {"UPDATE runtime_sessions SET tick_boot='other',spawned_tick=49,spawned_at=39000;", ADOPT_NEWBORN, ADOPT_SEND,
     WORK "-, pending - 5000, failed", SEEN_YES, PANE(2, RUN_A), PLAIN},
    {"UPDATE runtime_sessions SET tick_boot='other',spawned_at=38999;", ADOPT_PROCESS_UNKNOWN, ADOPT_SEND, NULL,
     SEEN_YES, PANE(2, RUN_A), PLAIN},
    {"", ADOPT_PROCESS_DEAD, ADOPT_SEND, NULL, SEEN_YES, PANE(4, RUN_A), PLAIN}, /* its process is not made out */
};

/* As the pickup took it. */
static const char before[] =
    "UPDATE tickets SET status='in_progress',run_id='" RUN_A "',worker_pid=NULL,worker_start=NULL,worker_boot=NULL,"
    "worker_ns=NULL,worker_host='here';"
    "UPDATE runs SET outcome=NULL;UPDATE effects SET kind='send',state='intent',detail=NULL;"
    "UPDATE runtime_sessions SET run_id='" RUN_A "',status='spawning',pane_id=NULL,pid=NULL,pid_start=NULL,"
    "boot_id=NULL,pid_ns=NULL,turn_nonce='" NONCE_A "',spawned_at=1000,spawned_tick=50,tick_boot='boot-1',"
    "turn_started_at=NULL,turn_started_tick=NULL;"
    "UPDATE ticket_messages SET status='sending',run_id='" RUN_A "',nonce='" NONCE_A "',sent_at=NULL,"
    "next_attempt_at=NULL;";

static const char rows[] =
    "SELECT t.status||' '||t.worker_pid||' '||t.worker_start||' '||t.worker_boot||' '||t.worker_ns||' '||"
    "t.worker_host||', '||s.status||' '||s.pane_id||' '||s.pid||' '||s.pid_start||' '||s.turn_started_tick||' '||"
    "COALESCE(s.turn_nonce,'-')||', '||m.status||' '||COALESCE(''||m.sent_at,'-')||' '||"
    "COALESCE(''||m.next_attempt_at,'-')||', '||e.state FROM tickets t,runtime_sessions s,ticket_messages m,runs r,"
    "effects e WHERE r.outcome='adopted' AND r.ended_at IS NULL AND r.run_id='" RUN_A "' AND e.run_id=r.run_id";

static void is_after(struct fixture *f, const struct taking *taking, int told) {
    int64_t pid = text_starts(taking->rows, AGENT("3")) ? 3 : 2;
    char *story = xasprintf("%d mc-pickup a test; adopted pid %lld", told, (long long)pid);

    fixture_is(f, rows, taking->after ? taking->after : "");
    if (taking->after)
        fixture_is(f,
                   "SELECT (SELECT count(*)FROM ticket_activity WHERE kind='adopted')||' '||author||' '||body FROM "
                   "ticket_activity ORDER BY id DESC LIMIT 1",
                   story);
    free(story);
}

static void what_is_seen_decides(void **state) {
    struct fixture *f = *state;
    struct takeover_done done;
    int told = 0;

    assert_true(fixture_take(f, fixture_add(f, "a", PRIORITY_LOW, 1), RUN_A, true));
    fixture_sql(f, "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES('" RUN_B "',1,2,'here',1)");
    for (size_t i = 0; i < sizeof takings / sizeof *takings; i++) {
        const struct taking *one = &takings[i];
        const struct takeover take = {.path = one->path,
                                      .nonce = one->how == ASKED || one->how == ARRIVED ? TURN : NULL,
                                      .message_due = one->path == ADOPT_SEND ? 5000 : 0};

        seen = *one;
        fixture_sql(f, before);
        fixture_sql(f, one->rows);
        must(take_over(f, take, &done));
        if (done.verdict != one->verdict)
            fail_msg("%zu: %s, not %s", i, adopt_name(done.verdict), adopt_name(one->verdict));
        assert_int_equal(done.from, one->verdict == ADOPT_TICKET_MOVED_ON ? TICKET_BLOCKED : TICKET_IN_PROGRESS);
        assert_int_equal(done.changed, one->after != NULL);
        told += done.changed;
        if (done.changed)
            assert_int_equal(done.pid, text_starts(one->rows, AGENT("3")) ? 3 : 2);
        is_after(f, one, told);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_cannot_be_read_confirms_nothing, fixture_board, fixture_end),
        cmocka_unit_test_setup_teardown(what_is_seen_decides, fixture_board, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A run that has failed: what becomes of its ticket, its rows and its story, by what the failure was. */
#include "store_fixture.h"

#include <string.h>

#include "base/clock.h"
#include "rules/config_read.h"
#include "run/giveback.h"
#include "run/site.h"

struct failing {
    const char *name, *rows;
    struct giveback give;
    const char *now;   /* how all of it stands */
    const char *story; /* and the kinds of what is told in it */
    int64_t due;       /* when it is due again, from now; 0: at once */
};

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void) {
    return 1000000;
}
uint32_t __wrap_random_number(void);
uint32_t __wrap_random_number(void) {
    return 250;
}

static struct site site;
static struct runtime runtime;

#define OF_RUN                                                                                                         \
    "SELECT COALESCE(outcome||' '||class||' '||detail,'-')||CASE WHEN ended_at IS NULL THEN '' ELSE ' ended' END||'|'" \
    "||COALESCE((SELECT state||COALESCE(' '||detail,'')FROM effects e WHERE e.run_id=r.run_id AND kind='kill'),'')"    \
    "FROM runs r ORDER BY ticket_id DESC LIMIT 1"

/* How its run stands when its agent is ended, and whether that can be. */
static struct {
    struct fixture *f;
    char *run;
    bool survives;
} ending;
bool __wrap_end_agent(struct site *at, const struct runtime *agent, struct err *err);
bool __wrap_end_agent(struct site *at, const struct runtime *agent, struct err *err) {
    assert_ptr_equal(at, &site);
    assert_ptr_equal(agent, &runtime);
    ending.run = fixture_get(ending.f, OF_RUN);
    return !ending.survives || err_set(err, MC_OSERR, "it lives");
}

static int begin(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;

    site = (struct site){.board = f->board, .board_path = f->path, .folder = f->folder, .self = {.boot = "boot-1"}};
    config_defaults(&site.config);
    site.config.host = xstrdup("here");
    site.config.retry.backoff_s = 1;
    site.config.retry.backoff_max_s = 3;
    site.config.retry.max_attempts = 3;
    return 0;
}

static int end(void **state) {
    config_release(&site.config);
    return fixture_end(state);
}

/* A ticket that is at work, and no breaker open. */
static int64_t work(struct fixture *f, char run_id[RUN_ID_SIZE]) {
    int64_t id = fixture_add(f, "a", PRIORITY_LOW, 1);
    char key[SESSION_KEY_SIZE];

    snprintf(run_id, RUN_ID_SIZE, "%032llx", (long long)id);
    assert_true(fixture_take(f, id, run_id, true));
    fixture_sql(f, "DELETE FROM settings WHERE key LIKE 'breaker:%';UPDATE runtime_sessions SET status='running',"
                   "turn_nonce='" NONCE_A "' WHERE status='spawning';UPDATE tickets SET worker_pid=7");
    key_session_key(key, id);
    must(runtimes_get(f->board, key, &runtime, &f->err));
    return id;
}

#define DIED                                                                                                           \
    .class = CLASS_WORKER_DIED, .detail = "it died", .runtime = &runtime, .to = RUNTIME_DEAD, .outcome = RUN_FAILED
#define ABANDONED                                                                                                      \
    .class = CLASS_STARTING, .uncounted = true, .runtime = &runtime, .to = RUNTIME_CLOSED, .outcome = RUN_ABANDONED
/* Of the ticket that is looked at: the last one. */
#define LAST "(SELECT max(id)FROM tickets)"
#define OTHER_RUN                                                                                                      \
    "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)SELECT printf('%032x'," LAST "+1000)," LAST             \
    ",2,'here',1;"                                                                                                     \
    "UPDATE tickets SET run_id=printf('%032x',id+1000) WHERE id=" LAST
#define AGAIN(class, detail)                                                                                           \
    "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at,outcome,class,detail)SELECT "                  \
    "printf('%032x'," LAST "+2000)"                                                                                    \
    "," LAST ",0,'here',1,2,'failed','" class "','" detail "';UPDATE tickets SET world_failures=1"
#define BEGUN(kind)                                                                                                    \
    "INSERT INTO effects(run_id,kind,state,at)SELECT run_id,'" kind "','intent',1 FROM tickets WHERE id=" LAST ";"

static const struct failing failings[] = {
    {"its agent died",
     "",
     {DIED, .death = "signal 9", .screen = "$ "},
     "todo 1 worker_died: it died|failed worker_died it died ended|dead worker_died|failed_to_inject|stays0|-|spawn "
     "failed it died",
     "death screen terminal_state",
     950},
    {"for the second time",
     "UPDATE tickets SET attempts=1",
     {DIED},
     "todo 2 worker_died: it died|failed worker_died it died ended|dead worker_died|failed_to_inject|stays0|-|spawn "
     "failed it died",
     "terminal_state",
     1900},
    {"for the last time",
     "UPDATE tickets SET attempts=2",
     {DIED},
     "blocked 3 worker_died: it died|failed worker_died it died ended|dead worker_died|failed_to_inject|stays0|-|spawn "
     "failed it died",
     "terminal_state",
     0},
    {"and nobody knows why",
     "",
     {.class = CLASS_STARTING, .outcome = RUN_FAILED, .next = "look there"},
     "todo 1 starting: ; look there|failed starting - ended|running|failed_to_inject|stays0|-|spawn failed mc-MC-1",
     "terminal_state",
     950},
    {"before its agent came to a turn",
     "",
     {DIED, .early = true},
     "todo 1 worker_died: it died|failed worker_died it died ended|dead "
     "worker_died|failed_to_inject|stays0|breaker:profile:demo|spawn failed it died",
     "terminal_state",
     950},
    {"as it was said before",
     "",
     {DIED, .said = true},
     "todo 1 worker_died: it died|failed worker_died it died ended|dead worker_died|failed_to_inject|stays0|-|spawn "
     "failed it died",
     "",
     950},
    {"for a reason of the machine",
     "",
     {.class = CLASS_NO_TMUX, .outcome = RUN_FAILED, .detail = "no tmux"},
     "todo 0 no_tmux: no tmux|failed no_tmux no tmux ended|running|failed_to_inject|behind1|breaker:machine|spawn "
     "failed no tmux",
     "terminal_state",
     1000},
    {"for the same once more",
     AGAIN("no_tmux", "no tmux"),
     {.class = CLASS_NO_TMUX, .outcome = RUN_FAILED, .detail = "no tmux"},
     "todo 0 no_tmux: no tmux|failed no_tmux no tmux ended|running|failed_to_inject|behind2|breaker:machine|spawn "
     "failed no tmux",
     "",
     2000},
    {"for another than before",
     AGAIN("disk_full", "full"),
     {.class = CLASS_NO_TMUX, .outcome = RUN_FAILED, .detail = "no tmux"},
     "todo 0 no_tmux: no tmux|failed no_tmux no tmux ended|running|failed_to_inject|behind2|breaker:machine|spawn "
     "failed no tmux",
     "terminal_state",
     2000},
    {"for the same again and again",
     AGAIN("no_tmux", "no tmux") "0",
     {.class = CLASS_NO_TMUX, .outcome = RUN_FAILED, .detail = "no tmux"},
     "todo 0 no_tmux: no tmux|failed no_tmux no tmux ended|running|failed_to_inject|behind11|breaker:machine|spawn "
     "failed no tmux",
     "",
     3000},
    {"in its own place",
     "",
     {.class = CLASS_CANNOT_CREATE, .outcome = RUN_FAILED, .own_place = true},
     "todo 0 cannot_create: |failed cannot_create - ended|running|failed_to_inject|behind1|-|spawn failed mc-MC-1",
     "terminal_state",
     1000},
    {"its workspace's, once more",
     AGAIN("workspace_failed", "hook: 1"),
     {.class = CLASS_WORKSPACE_FAILED, .outcome = RUN_FAILED, .workspace = "web", .shared = true, .detail = "hook: 1"},
     "todo 0 workspace_failed: hook: 1|failed workspace_failed hook: 1 "
     "ended|running|failed_to_inject|behind2|breaker:workspace:web|spawn failed hook: 1",
     "",
     2000},
    {"its workspace's, for another cause",
     AGAIN("workspace_failed", "hook: 1"),
     {.class = CLASS_WORKSPACE_FAILED, .outcome = RUN_FAILED, .workspace = "web", .shared = true, .detail = "hook: 2"},
     "todo 0 workspace_failed: hook: 2|failed workspace_failed hook: 2 "
     "ended|running|failed_to_inject|behind2|breaker:workspace:web|spawn failed hook: 2",
     "terminal_state",
     2000},
    {"at a limit",
     "",
     {.class = CLASS_PAUSED, .outcome = RUN_FAILED, .pause_ms = 5000},
     "todo 0 paused: |failed paused - ended|running|failed_to_inject|behind1|-|spawn failed mc-MC-1",
     "terminal_state",
     5000},
    {"at a limit that nobody knows",
     "",
     {.class = CLASS_PAUSED, .outcome = RUN_FAILED},
     "todo 0 paused: |failed paused - ended|running|failed_to_inject|behind1|-|spawn failed mc-MC-1",
     "terminal_state",
     1000},
    {"claimed, and nothing was begun",
     "",
     {ABANDONED},
     "todo 0 -|abandoned starting - ended|closed starting|failed_to_inject|stays1|-|spawn failed mc-MC-1",
     "",
     0},
    {"claimed, and nothing was begun, after others",
     "UPDATE tickets SET world_failures=2",
     {ABANDONED},
     "todo 0 -|abandoned starting - ended|closed starting|failed_to_inject|behind3|-|spawn failed mc-MC-1",
     "",
     2000},
    {"delivered",
     "UPDATE tickets SET status='in_review'",
     {DIED, .death = "signal 9"},
     "in_review 0 -|failed worker_died it died ended|dead worker_died|sending|stays0|-|spawn failed it died",
     "death",
     0},
    {"done with",
     "UPDATE tickets SET status='done'",
     {DIED},
     "done 0 -|failed worker_died it died ended|dead worker_died|sending|stays0|-|spawn failed it died",
     "",
     0},
    {"claimed, and a hand took it",
     "UPDATE tickets SET status='done'",
     {ABANDONED},
     "done 0 -|abandoned starting - ended|closed starting|failed_to_inject|stays0|-|spawn failed mc-MC-1",
     "",
     0},
    {"cancelled",
     "UPDATE tickets SET status='cancelled'",
     {DIED},
     "cancelled 0 -|failed worker_died it died ended|dead worker_died|failed_to_inject|stays0|-|spawn failed it "
     "died",
     "",
     0},
    {"the machine's for the same, in other words",
     AGAIN("no_tmux", "no server"),
     {.class = CLASS_NO_TMUX, .outcome = RUN_FAILED, .detail = "no tmux"},
     "todo 0 no_tmux: no tmux|failed no_tmux no tmux ended|running|failed_to_inject|behind2|breaker:machine|spawn "
     "failed no tmux",
     "",
     2000},
    {"for the same, and it worked in between",
     AGAIN("no_tmux", "no tmux") ";UPDATE tickets SET world_failures=0",
     {.class = CLASS_NO_TMUX, .outcome = RUN_FAILED, .detail = "no tmux"},
     "todo 0 no_tmux: no tmux|failed no_tmux no tmux ended|running|failed_to_inject|behind1|breaker:machine|spawn "
     "failed no tmux",
     "terminal_state",
     1000},
    {"the machine's before anything was begun",
     "",
     {.class = CLASS_NO_TMUX, .uncounted = true, .detail = "x", .outcome = RUN_ABANDONED},
     "todo 0 -|abandoned no_tmux x ended|running|failed_to_inject|stays1|-|spawn failed x",
     "",
     0},
    {"delivered, and the machine failed",
     "UPDATE tickets SET status='in_review'",
     {.class = CLASS_NO_TMUX, .outcome = RUN_FAILED},
     "in_review 0 - worker|failed no_tmux - ended|running|sending|stays0|-|spawn failed mc-MC-1",
     "",
     0},
    {"of a run before, and the machine failed",
     OTHER_RUN,
     {.class = CLASS_NO_TMUX, .outcome = RUN_FAILED},
     "in_progress 0 - worker|failed no_tmux - ended|running|failed_to_inject|stays0|-|spawn failed mc-MC-1",
     "",
     0},
    {"in the middle of all",
     BEGUN("send") BEGUN("kill"),
     {DIED, .cause = "a cause"},
     "todo 1 worker_died: it died|failed worker_died it died ended|dead worker_died|failed_to_inject|stays0|-|kill "
     "intent, send failed it died, spawn failed it died",
     "terminal_state",
     950},
    {"without a runtime",
     "",
     {.class = CLASS_NO_AGENT, .detail = "it is  missing", .outcome = RUN_FAILED},
     "todo 0 no_agent: it is missing|failed no_agent it is  missing ended|running|failed_to_inject|behind1|"
     "breaker:profile:|spawn failed it is  missing",
     "terminal_state",
     1000},
    {"of a run before",
     OTHER_RUN,
     {DIED},
     "in_progress 0 - worker|failed worker_died it died ended|dead worker_died|failed_to_inject|stays0|-|spawn failed "
     "it died",
     "",
     0},
    {"retired by another already",
     "UPDATE tickets SET status='todo',run_id=NULL;UPDATE runtime_sessions SET status='dead'",
     {DIED, .death = "signal 9"},
     "todo 0 - worker|failed worker_died it died ended|dead|failed_to_inject|stays0|-|spawn failed it died",
     "",
     0},
};

/* "todo 1 REASON worker|OUTCOME CLASS DETAIL ended|RUNTIME REASON|WORK|behind|breakers" */
#define NOW                                                                                                            \
    "SELECT t.status||' '||t.attempts||' '||COALESCE(t.failure_reason,'-')||CASE WHEN t.worker_pid IS NULL THEN '' "   \
    "ELSE ' worker' END||'|'||r.outcome||' '||COALESCE(r.class,'-')||' '||COALESCE(r.detail,'-')||CASE WHEN "          \
    "r.ended_at IS NULL THEN '' ELSE ' ended' END||'|'||s.status||COALESCE(' '||s.failure_reason,'')||'|'||m.status||" \
    "'|'||CASE WHEN t.queued_at>1000 THEN 'behind' ELSE 'stays' END||t.world_failures||'|'||COALESCE((SELECT "         \
    "group_concat(key,' ')FROM settings WHERE key LIKE 'breaker:%'),'-')||'|'||(SELECT group_concat(kind||' "          \
    "'||state||"                                                                                                       \
    "COALESCE(' '||detail,''),', ')FROM(SELECT*FROM effects ORDER BY kind)e WHERE e.run_id=r.run_id)FROM tickets t "   \
    "JOIN runs r JOIN "                                                                                                \
    "runtime_sessions s JOIN ticket_messages m WHERE t.id=" LAST                                                       \
    " AND r.run_id=s.run_id AND s.ticket_id=t.id AND m.ticket_id=t.id AND m.kind='work'"
#define TOLD                                                                                                           \
    "SELECT COALESCE(group_concat(a.kind,' '),'')FROM ticket_activity a JOIN runtime_sessions s USING(ticket_id)"      \
    "WHERE a.kind IN('death','screen','terminal_state')AND author='mc-pickup' AND a.created_at>1000 AND "              \
    "a.run_id=s.run_id AND ticket_id=" LAST

static void fails(struct fixture *f, const struct failing *one) {
    struct giveback give = one->give;
    char run_id[RUN_ID_SIZE];
    struct giveback_done done = {.moved = true, .due = 7, .tally = {.world = true, .repeated = true}};
    int64_t due;

    give.ticket_id = work(f, run_id);
    give.run_id = run_id;
    fixture_sql(f, one->rows);
    must(giveback(&site, &give, &done, &f->err));
    fixture_is(f, NOW, one->now);
    fixture_is(f, TOLD, one->story);
    fixture_is(f, "SELECT status FROM tickets WHERE id=" LAST, ticket_status_name(done.status));
    due = fixture_number(f, "SELECT COALESCE(next_attempt_at,0)FROM tickets WHERE id=" LAST);
    if (done.moved)
        assert_int_equal(done.due, due);
    if (due != (one->due ? clock_now() + one->due : 0))
        fail_msg("%s: due in %lld ms", one->name, (long long)(due - clock_now()));
    runtime_release(&runtime);
}

static void each_failure(void **state) {
    only_of_files("what SQLite puts together");
    for (size_t i = 0; i < sizeof failings / sizeof *failings; i++)
        fails(*state, &failings[i]);
}

/* That it failed, and how, is known to whoever finds this pickup dead in between. */
static void what_may_live_is_ended_first(void **state) {
    static const struct {
        const char *rows;
        bool intended, survives;
        const char *then, *now;
    } ends[] = {
        {"", false, false, "failed worker_died it died|intent worker_died",
         "failed worker_died it died ended|done worker_died"},
        {BEGUN("kill"), true, false, "-|intent", "failed worker_died it died ended|done"},
        {"", false, true, "failed worker_died it died|intent worker_died",
         "failed worker_died it died|intent worker_died"},
    };
    struct fixture *f = *state;

    only_of_files("what SQLite puts together");
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct giveback give = {DIED, .agent_may_live = true, .end_intended = ends[i].intended};
        struct giveback_done done;
        char run_id[RUN_ID_SIZE];

        ending.f = f;
        ending.survives = ends[i].survives;
        give.ticket_id = work(f, run_id);
        give.run_id = run_id;
        fixture_sql(f, ends[i].rows);
        if (giveback(&site, &give, &done, &f->err) == ends[i].survives)
            fail_msg("%zu: %s", i, f->err.text);
        assert_string_equal(ending.run, ends[i].then);
        fixture_is(f, OF_RUN, ends[i].now);
        free(ending.run);
        err_release(&f->err);
        runtime_release(&runtime);
    }
}

#define RECORD                                                                                                         \
    "SELECT substr(body,1,instr(body,char(10)||'json:')-1)FROM ticket_activity WHERE kind='terminal_state' AND "       \
    "ticket_id=" LAST " ORDER BY id DESC LIMIT 1"

static void record_is(struct fixture *f, struct giveback give, const char *record) {
    struct giveback_done done;
    char run_id[RUN_ID_SIZE];

    give.ticket_id = work(f, run_id);
    give.run_id = run_id;
    if (give.cause)
        xreplace(&runtime.pane_log_path, f->path);
    must(giveback(&site, &give, &done, &f->err));
    fixture_is(f, RECORD, record);
    runtime_release(&runtime);
}

static void what_a_person_reads(void **state) {
    struct fixture *f = *state;

    only_of_files("what SQLite takes apart");
    record_is(f, (struct giveback){DIED},
              "status: todo\nsummary: worker_died: it died\n"
              "root_cause: the agent ended, and its work was not done\nsafe_retry: true\n"
              "stop_condition: 1 of 3 attempts used\nhuman_input_required: false\nnext_actions:\n"
              "- mc-ticket log MC-1 shows its last output; mc-ticket doctor --try demo starts its command as a pickup "
              "does, which a shell of yours does not\n"
              "- mc-ticket show MC-1 tells more; it is tried again by itself\n"
              "artifacts:\n- ticket:MC-1\n- run:00000000000000000000000000000001");
    record_is(f, (struct giveback){.class = CLASS_REJECTED, .outcome = RUN_FAILED, .next = "look"},
              "status: todo\nsummary: rejected:\nroot_cause: the endpoint refused the request as it stands; the same "
              "again would be refused "
              "again\n"
              "safe_retry: false\nstop_condition: 1 of 3 attempts used\nhuman_input_required: true\nnext_actions:\n"
              "- look\n- mc-ticket show MC-2 tells more; it is tried again by itself\n"
              "artifacts:\n- ticket:MC-2\n- run:00000000000000000000000000000002");
    site.config.retry.max_attempts = 1;
    site.config.profile = xstrdup("own");
    record_is(f, (struct giveback){.class = CLASS_STARTING, .outcome = RUN_FAILED, .runtime = NULL},
              "status: blocked\nsummary: starting:\nroot_cause: the agent did not come to its prompt within the "
              "start-up limit; nothing was sent to it\nsafe_retry: true\nstop_condition: 1 of 1 attempts used\n"
              "human_input_required: true\nnext_actions:\n"
              "- mc-ticket doctor --try own shows its screen and the pattern that is wrong, mc-ticket log MC-3 "
              "what it showed here; mend that pattern, or raise \"startup_timeout_s\"\n"
              "- look with mc-ticket show MC-3; when the cause is mended: mc-ticket reopen MC-3\n"
              "artifacts:\n- ticket:MC-3\n- run:00000000000000000000000000000003");
    char *log = xasprintf("status: blocked\nsummary: rejected: no\nroot_cause: its disk\nsafe_retry: false\n"
                          "stop_condition: 1 of 1 attempts used\nhuman_input_required: true\nnext_actions:\n"
                          "- clean it\n"
                          "- look with mc-ticket show MC-4; when the cause is mended: mc-ticket reopen MC-4\n"
                          "artifacts:\n- ticket:MC-4\n- run:00000000000000000000000000000004\n- log:%s",
                          f->path);
    record_is(f,
              (struct giveback){.class = CLASS_REJECTED,
                                .detail = "no",
                                .outcome = RUN_FAILED,
                                .runtime = &runtime,
                                .to = RUNTIME_DEAD,
                                .cause = "its disk",
                                .next = "clean it"},
              log);
    free(log);
}

#define ASKED                                                                                                          \
    "SELECT t.status||' '||t.attempts||' '||COALESCE(t.failure_reason,'-')||'|'||COALESCE(r.outcome||' '||r.class||' " \
    "'||r.detail,'-')||'|'||COALESCE(r.ended_at,'open')||'|'||s.status||'|'||(SELECT COALESCE(group_concat(kind||' '"  \
    "||state||' '||COALESCE(detail,'-')),'')FROM effects WHERE run_id=r.run_id AND kind='kill')||'|'||(SELECT "        \
    "count(*)FROM notices WHERE ticket_id=t.id)FROM tickets t JOIN runs r JOIN runtime_sessions s WHERE t.id=" LAST    \
    " AND r.run_id=s.run_id AND s.ticket_id=t.id"

/* A ticket in this state, asked for what a person is to say: it moves, or not, and stands so then. */
static void asks(struct fixture *f, const char *rows, struct giveback give, const char *now) {
    char run_id[RUN_ID_SIZE];
    bool moved = true;

    give.ticket_id = work(f, run_id);
    give.run_id = run_id;
    give.runtime = &runtime;
    give.class = CLASS_AWAITING_HUMAN;
    fixture_sql(f, rows);
    must(giveback_ask(&site, &give, &moved, &f->err));
    fixture_is(f, ASKED, now);
    assert_int_equal(moved, strstr(now, "|1") != NULL);
    runtime_release(&runtime);
}

#define WAITS "UPDATE tickets SET attempts=2,status='needs_input',failure_reason='awaiting_human: may I?'"

static void what_a_person_is_asked(void **state) {
    struct fixture *f = *state;

    only_of_files("what SQLite puts together");
    argv_add(&site.config.notify, "/bin/true");
    site.libexec = f->folder; /* there is no mc-notify: what it is to tell stays */
    asks(f, "", (struct giveback){.detail = "may I?", .screen = "? y/n"},
         "needs_input 0 awaiting_human: may I?|asked awaiting_human may I?|open|running||1");
    fixture_is(
        f, RECORD,
        "status: needs_input\nsummary: awaiting_human: may I?\nroot_cause: the agent shows a question that only a "
        "person may answer; Enter would have answered it\nsafe_retry: false\n"
        "stop_condition: 0 of 3 attempts used\nhuman_input_required: true\nnext_actions:\n"
        "- answer it in the agent's own session (mc-ticket attach MC-1): the ticket goes on by itself; where it "
        "does not, mc-ticket answer MC-1 TEXT\n"
        "artifacts:\n- ticket:MC-1\n- run:00000000000000000000000000000001");
    fixture_is(f, TOLD, "screen terminal_state");
    asks(f, "", (struct giveback){.detail = "may I?", .ends_agent = true, .next = "look"},
         "needs_input 0 awaiting_human: may I?; look|asked awaiting_human may I?|open|running|kill intent "
         "awaiting_human|1");
    fixture_is(
        f, RECORD,
        "status: needs_input\nsummary: awaiting_human: may I?\nroot_cause: the agent shows a question that only a "
        "person may answer; Enter would have answered it\nsafe_retry: false\n"
        "stop_condition: 0 of 3 attempts used\nhuman_input_required: true\nnext_actions:\n- look\n"
        "- look with mc-ticket log MC-2, then mc-ticket answer MC-2 TEXT\n"
        "artifacts:\n- ticket:MC-2\n- run:00000000000000000000000000000002");
    asks(f, "", (struct giveback){.detail = "may I?", .next = "look"},
         "needs_input 0 awaiting_human: may I?; look|asked awaiting_human may I?|open|running||1");
    fixture_is(f, "SELECT count(*)FROM ticket_activity WHERE body LIKE '%look with mc-ticket attach MC-3, then %'",
               "1");
    asks(f, "UPDATE tickets SET failure_reason='awaiting_human: may I?'",
         (struct giveback){.detail = "and this?", .newer = true},
         "needs_input 0 awaiting_human: and this?|asked awaiting_human and this?|open|running||1");
    fixture_is(f, "SELECT json_extract(body,'$.text')FROM notices WHERE ticket_id=" LAST,
               "awaiting_human: and this?; to do: answer it in the agent's own session (mc-ticket attach MC-4): the "
               "ticket goes on by itself; where it does not, mc-ticket answer MC-4 TEXT");
    fixture_is(f, "SELECT worker_pid FROM tickets WHERE id=" LAST, "7");
    asks(f, WAITS, (struct giveback){.detail = "and this?", .newer = true},
         "needs_input 2 awaiting_human: and this?|asked awaiting_human and this?|open|running||1");
    asks(f, WAITS, (struct giveback){.detail = "may I?", .newer = true},
         "needs_input 2 awaiting_human: may I?|asked awaiting_human may I?|open|running||0");
    asks(f, WAITS, (struct giveback){.detail = "and this?", .ends_agent = true},
         "needs_input 2 awaiting_human: may I?|asked awaiting_human and this?|open|running||0");
    asks(f, "UPDATE tickets SET status='needs_input',failure_reason='quiet: x'",
         (struct giveback){.detail = "and this?", .newer = true},
         "needs_input 0 quiet: x|asked awaiting_human and this?|open|running||0");
    asks(f, "UPDATE tickets SET status='blocked',failure_reason='awaiting_human: may I?'",
         (struct giveback){.detail = "and this?", .newer = true},
         "blocked 0 awaiting_human: may I?|asked awaiting_human and this?|open|running||0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_failure, begin, end),
        cmocka_unit_test_setup_teardown(what_may_live_is_ended_first, begin, end),
        cmocka_unit_test_setup_teardown(what_a_person_reads, begin, end),
        cmocka_unit_test_setup_teardown(what_a_person_is_asked, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A machine comes to a board that it shares: it is noted there, or told why it cannot be. A board in a file has no
 * hosts: all of this is asked of a server. */
#include "store_fixture.h"

#include <string.h>

#include "base/clock.h"
#include "rules/config_read.h"
#include "run/hosts.h"
#include "run/site.h"
#include "store/hosts.h"

enum { HOUR = 3600 * 1000, CRON_S = 60 };
static int64_t now, up;

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void) {
    return now;
}
int64_t __wrap_clock_up(void);
int64_t __wrap_clock_up(void) {
    return up;
}

static struct site site;

static int begin(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;

    now = INT64_C(1000000000000);
    up = HOUR;
    site =
        (struct site){.board = f->board, .folder = f->folder, .libexec = f->folder, .self = {.pid = 1, .boot = "b-1"}};
    config_defaults(&site.config);
    site.config.host = xstrdup("here");
    site.config.max_running = 3;
    site.config.cron_interval_s = CRON_S;
    return 0;
}

static int end(void **state) {
    config_release(&site.config);
    return fixture_end(state);
}

static bool enters(struct fixture *f, const char *boot, bool look) {
    struct host_list list = {0};
    bool ok;

    err_release(&f->err);
    text_copy(site.self.boot, sizeof site.self.boot, boot);
    site.look = look;
    ok = hosts_enter(&site, &list, &f->err);
    host_list_release(&list);
    return ok;
}

#define ROW                                                                                                            \
    "SELECT host||' '||COALESCE(boot_id,'-')||' '||max_running||' '||seen_at||' '||heard_since||' '||"                 \
    "COALESCE(twin_at,0)||' '||COALESCE(retired_at,0) FROM hosts ORDER BY host LIMIT 1"
#define COPIED(boot)                                                                                                   \
    "host here: two machines are at work with this name and one host-id (this is boot " boot "): one is a copy of "

static void says(const struct fixture *f, const char *begin_of) {
    if (!f->err.text || !text_starts(f->err.text, begin_of))
        fail_msg("\"%s\", not \"%s\"", f->err.text, begin_of);
}

/* It is back until it has looked, and its row says how long it has been heard without a break. */
static void a_machine_is_noted(void **state) {
    struct fixture *f = *state;

    if (!server_given()) {
        must(enters(f, "b-1", false) && hosts_check(&site, &f->err));
        assert_false(site.back);
        skip();
    }
    must(enters(f, "b-1", true));
    assert_true(site.back);
    fixture_is(f, ROW, "");
    must(enters(f, "b-1", false));
    assert_true(site.back);
    fixture_is(f, ROW, "here b-1 3 1000000000000 1000000000000 0 1000000000000");
    must(hosts_settle(&site, &f->err));
    must(enters(f, "b-1", false));
    assert_false(site.back);
    must(hosts_settle(&site, &f->err));
    fixture_is(f, ROW, "here b-1 3 1000000000000 1000000000000 0 0");
    now += 1000; /* so soon it is not written again */
    must(enters(f, "b-1", false) && hosts_check(&site, &f->err));
    fixture_is(f, ROW, "here b-1 3 1000000000000 1000000000000 0 0");
    now += HOUR;
    must(enters(f, "b-1", true));
    fixture_is(f, ROW, "here b-1 3 1000000000000 1000000000000 0 0");
    must(enters(f, "b-1", false));
    fixture_is(f, ROW, "here b-1 3 1000003601000 1000003601000 0 0");
}

static void of_two_copies_neither_enters(void **state) {
    struct fixture *f = *state;

    if (!server_given())
        skip();
    must(enters(f, "b-1", false) && hosts_settle(&site, &f->err));
    now += 1000;
    assert_false(enters(f, "b-2", true));
    says(f, COPIED("b-2"));
    assert_non_null(strstr(f->err.text, f->folder));
    fixture_is(f, ROW, "here b-1 3 1000000000000 1000000000000 0 0");
    err_release(&f->err);
    must_fail(hosts_check(&site, &f->err), MC_CONFIG);
    assert_false(enters(f, "b-2", false));
    says(f, COPIED("b-2"));
    fixture_is(f, ROW, "here b-1 3 1000000000000 1000000000000 1000000001000 0");
    now += 1000;
    assert_false(enters(f, "b-1", true));
    fixture_is(f, ROW, "here b-1 3 1000000000000 1000000000000 1000000001000 0");
    assert_false(enters(f, "b-1", false));
    says(f, COPIED("b-1"));
    fixture_is(f, ROW, "here b-1 3 1000000002000 1000000000000 1000000001000 0");
    now += HOUR; /* one of them is not there any more */
    must(enters(f, "b-1", false));
}

/* Started anew it has another boot, and what was seen before is its own. */
static void a_machine_that_was_started_anew_enters(void **state) {
    struct fixture *f = *state;

    if (!server_given())
        skip();
    must(enters(f, "b-1", false) && hosts_settle(&site, &f->err));
    now += 20000;
    up = 5000;
    must(enters(f, "b-2", false));
    assert_false(site.back);
    fixture_is(f, ROW, "here b-2 3 1000000020000 1000000000000 0 0");
    fixture_sql(f, "UPDATE hosts SET machine_id='',boot_id=NULL,retired_at=5");
    must(enters(f, "b-2", true));
    assert_true(site.back);
}

static void another_machines_name_is_not_taken(void **state) {
    struct fixture *f = *state;

    if (!server_given())
        skip();
    fixture_sql(f, "INSERT INTO hosts(host,machine_id,seen_at)VALUES('here','another',999999700000)");
    assert_false(enters(f, "b-1", false));
    assert_string_equal(f->err.text,
                        "host here: another machine has this name on the board, and was seen 5 min ago; set \"host\" "
                        "in the configuration of one of them; if that machine is no more, or was this one before it "
                        "was installed anew, mc-ticket hosts retire here gives the name free");
    assert_int_equal(f->err.code, MC_CONFIG);
    err_release(&f->err);
    must_fail(hosts_check(&site, &f->err), MC_CONFIG);
    fixture_is(f, "SELECT machine_id||seen_at FROM hosts", "another999999700000");
}

#define STANDS(agents, tickets, worktrees)                                                                             \
    "host new: this machine is host here on the board, where its agents (" agents "), tickets in progress (" tickets   \
    ") and worktrees in use (" worktrees                                                                               \
    ") stand under that name; put \"host\": \"here\" into the configuration until"

static void a_name_that_has_agents_is_kept(void **state) {
    static const struct {
        const char *rows, *says;
    } held[] = {
        {"INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES('" RUN_A "',1,1,'here',1);"
         "INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at)"
         "VALUES('ticket:1:session',1,'" RUN_A "','here','idle',1)",
         STANDS("1", "0", "0")},
        {"UPDATE runtime_sessions SET status='closed';"
         "UPDATE tickets SET status='in_progress',worker_host='here',run_id='" RUN_A "'",
         STANDS("0", "1", "0")},
        {"UPDATE tickets SET status='done',worker_host=NULL;"
         "INSERT INTO worktree_slots(host,slot,workspace,number,path,state,ticket_id,run_id,branch)"
         "VALUES('here','pool-1','web',1,'/none','claimed',1,'" RUN_A "','mc-1')",
         STANDS("0", "0", "1")},
    };
    struct fixture *f = *state;

    if (!server_given())
        skip();
    must(enters(f, "b-1", false) && hosts_settle(&site, &f->err));
    fixture_add(f, "a", PRIORITY_LOW, 1);
    xreplace(&site.config.host, "new");
    for (size_t i = 0; i < sizeof held / sizeof *held; i++) {
        fixture_sql(f, held[i].rows);
        assert_false(enters(f, "b-1", false));
        assert_int_equal(f->err.code, MC_CONFIG);
        says(f, held[i].says);
    }
    assert_false(enters(f, "b-2", true)); /* a copy is one by any name */
    says(f, COPIED("b-2"));
    fixture_sql(f, "DELETE FROM worktree_slots");
    must(enters(f, "b-1", true));
    fixture_is(f, "SELECT group_concat(host,' ')FROM hosts", "here");
    must(enters(f, "b-1", false));
    fixture_is(f, "SELECT group_concat(host,' ')FROM hosts", "new");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_machine_is_noted, begin, end),
        cmocka_unit_test_setup_teardown(of_two_copies_neither_enters, begin, end),
        cmocka_unit_test_setup_teardown(a_machine_that_was_started_anew_enters, begin, end),
        cmocka_unit_test_setup_teardown(another_machines_name_is_not_taken, begin, end),
        cmocka_unit_test_setup_teardown(a_name_that_has_agents_is_kept, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

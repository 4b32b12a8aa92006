/* The rows of the machines that share a board. A board in a file has none: all of this is asked of a server. */
#include "store_fixture.h"

#include "run/host_lost.h"
#include "run/site.h"
#include "store/hosts.h"

enum { SECOND = 1000 };
#define NOW (INT64_C(1000000) * SECOND)
#define R1 "'00000000000000000000000000000001'"
#define R2 "'00000000000000000000000000000002'"

#define only_of_servers()                                                                                              \
    do {                                                                                                               \
        if (!server_given())                                                                                           \
            skip();                                                                                                    \
    } while (0)

static char here[] = "here", other[] = "other", id[] = "m-1", another[] = "m-2", boot[] = "b-1", boot_2[] = "b-2",
            version[] = "1";

static struct host self_at(int64_t now) {
    return (struct host){.name = here,
                         .machine_id = id,
                         .boot_id = boot,
                         .version = version,
                         .max_running = 3,
                         .seen_at = now,
                         .heard_since = now};
}

static bool note(struct fixture *f, const struct host *self) {
    bool noted = false;
    must(hosts_note(f->board, self, &noted, &f->err));
    return noted;
}

/* Its strings are the list's. */
static struct host row(struct fixture *f, struct host_list *list, const char *name) {
    const struct host *found;
    host_list_release(list);
    must(hosts_list(f->board, list, &f->err));
    found = host_list_find(list, name);
    assert_non_null(found);
    return *found;
}

static void a_host_is_noted(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    struct host_list list = {0};
    struct host self = self_at(NOW), seen;

    assert_true(note(f, &self));
    assert_false(board_changed(f->board));
    seen = row(f, &list, here);
    assert_string_equal(seen.machine_id, id);
    assert_string_equal(seen.boot_id, boot);
    assert_string_equal(seen.version, version);
    assert_int_equal(seen.max_running, 3);
    assert_int_equal(seen.seen_at, NOW);
    assert_int_equal(seen.heard_since, NOW);
    assert_int_equal(seen.retired_at, NOW); /* as one that is back, until it has looked */
    assert_int_equal(seen.twin_at, 0);
    must(hosts_settled(f->board, here, &f->err));
    assert_false(board_changed(f->board));
    assert_int_equal(row(f, &list, here).retired_at, 0);

    self.seen_at = NOW + 1;
    assert_true(note(f, &self));
    seen = row(f, &list, here);
    assert_int_equal(seen.seen_at, NOW + 1);
    assert_int_equal(seen.retired_at, 0);
    self.machine_id = another; /* its name is another machine's */
    self.seen_at = NOW + 2;
    assert_false(note(f, &self));
    assert_int_equal(row(f, &list, here).seen_at, NOW + 1);
    host_list_release(&list);
}

static void a_copy_is_noted_until_the_boot_is_another(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    struct host_list list = {0};
    struct host self = self_at(NOW), stranger = self;

    assert_true(note(f, &self));
    stranger.machine_id = another;
    must(hosts_copy(f->board, &stranger, &f->err));
    assert_int_equal(row(f, &list, here).twin_at, 0);
    must(hosts_copy(f->board, &self, &f->err));
    assert_true(note(f, &self));
    assert_int_equal(row(f, &list, here).twin_at, NOW);
    self.boot_id = boot_2;
    assert_true(note(f, &self));
    assert_int_equal(row(f, &list, here).twin_at, 0);
    host_list_release(&list);
}

static void a_former_name_goes(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    struct host_list list = {0};
    struct host self = self_at(NOW), named = self, stranger = self;

    stranger.name = (char[]){"stranger"};
    stranger.machine_id = another;
    named.name = other;
    assert_true(note(f, &self) && note(f, &stranger));
    (void)row(f, &list, here);
    assert_null(host_list_former(&list, &self));
    assert_string_equal(host_list_former(&list, &named)->name, here);
    assert_true(note(f, &named));
    must(hosts_renamed(f->board, &named, &f->err));
    fixture_is(f, "SELECT group_concat(host,' ') FROM (SELECT host FROM hosts ORDER BY host) h", "other stranger");
    host_list_release(&list);
}

static void a_silence_is_said_once(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    struct host_list list = {0};
    struct host self = self_at(NOW), seen;
    bool first = false;

    assert_true(note(f, &self));
    seen = row(f, &list, here);
    must(hosts_say(f->board, &(struct host_said){&seen, NOW + 5}, &first, &f->err));
    assert_true(first);
    must(hosts_say(f->board, &(struct host_said){&seen, NOW + 6}, &first, &f->err));
    assert_false(first);
    self.seen_at = NOW + 7;
    assert_true(note(f, &self));
    assert_int_equal(row(f, &list, here).said_at, 0);
    struct host stale = self_at(NOW); /* it was heard since that was read */
    must(hosts_say(f->board, &(struct host_said){&stale, NOW + 8}, &first, &f->err));
    assert_false(first);
    host_list_release(&list);
}

static void a_host_is_retired(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    struct host_list list = {0};
    struct host self = self_at(NOW), stale = self_at(NOW - 1), unseen = {.name = other};
    bool done = true;

    assert_true(note(f, &self));
    must(hosts_settled(f->board, here, &f->err));
    must(hosts_retire(f->board, &(struct host_said){&stale, NOW + 5}, &done, &f->err));
    assert_false(done);
    must(hosts_retire(f->board, &(struct host_said){&self, NOW + 5}, &done, &f->err));
    assert_true(done);
    assert_null(row(f, &list, here).machine_id);
    assert_int_equal(row(f, &list, here).retired_at, NOW + 5);
    must(hosts_settled(f->board, here, &f->err)); /* it is not back */
    assert_int_equal(row(f, &list, here).retired_at, NOW + 5);
    must(hosts_retire(f->board, &(struct host_said){&self, NOW + 6}, &done, &f->err));
    assert_false(done);
    must(hosts_retire(f->board, &(struct host_said){&unseen, NOW + 6}, &done, &f->err)); /* only rows name it */
    assert_true(done);
    self.machine_id = another; /* whoever comes first with the name has it */
    assert_true(note(f, &self));
    assert_string_equal(row(f, &list, here).machine_id, another);
    assert_int_equal(row(f, &list, here).retired_at, NOW + 5);
    host_list_release(&list);
}

static void what_a_host_has(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    struct host_run_list runs = {0};
    struct host_load_list loads = {0};
    struct host self = self_at(NOW);

    assert_true(note(f, &self));
    for (int i = 0; i < 3; i++)
        fixture_add(f, "work", PRIORITY_HIGH, NOW);
    fixture_sql(f, "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES(" R1 ",1,1,'other',1)");
    fixture_sql(f, "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES(" R2 ",2,1,'here',1)");
    fixture_sql(f, "INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at,spawned_tick,"
                   "stall_tick)VALUES('ticket:1:session',1," R1 ",'other','running',1,7,8)");
    fixture_sql(f, "INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at)"
                   "VALUES('ticket:2:session',2," R2 ",'here','dead',1)");
    fixture_sql(f, "UPDATE tickets SET status='in_progress',worker_host='other',run_id=" R1 " WHERE id=1");
    fixture_sql(f, "UPDATE tickets SET status='in_progress',worker_host='other' WHERE id=3");
    fixture_sql(f, "INSERT INTO worktree_slots(host,slot,workspace,number,path,state,run_id)"
                   "VALUES('here','pool-1','w',1,'/p','free',NULL),('here','pool-2','w',2,'/q','quarantined',NULL)");
    must(hosts_runs(f->board, other, &runs, &f->err));
    assert_int_equal(runs.count, 2);
    assert_int_equal(runs.items[0].ticket, 1);
    assert_string_equal(runs.items[0].run_id, "00000000000000000000000000000001");
    assert_int_equal(runs.items[1].ticket, 3);
    assert_null(runs.items[1].run_id);
    host_run_list_release(&runs);
    must(hosts_runs(f->board, here, &runs, &f->err));
    assert_int_equal(runs.count, 0);

    must(hosts_load(f->board, &loads, &f->err));
    assert_int_equal(loads.count, 2);
    assert_string_equal(loads.items[0].name, here);
    assert_int_equal(loads.items[0].live, 0);
    assert_int_equal(loads.items[0].taken, 1);
    assert_int_equal(loads.items[0].slots, 2);
    assert_string_equal(loads.items[1].name, other);
    assert_int_equal(loads.items[1].running, 1);
    assert_int_equal(loads.items[1].live, 1);
    assert_int_equal(loads.items[1].tickets, 2);
    must(hosts_unclock(f->board, "00000000000000000000000000000001", &f->err));
    fixture_is(
        f, "SELECT count(*) FROM runtime_sessions WHERE spawned_tick IS NULL AND stall_tick IS NULL AND ticket_id=1",
        "1");
    host_run_list_release(&runs);
    host_load_list_release(&loads);
}

/* Of tickets in each status with a run there, and of one that had none yet; the last run is another host's. */
#define RUN(n) "'0000000000000000000000000000000" #n "'"
#define THERE(n, status)                                                                                               \
    "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES(" RUN(                                           \
        n) "," #n ",1,'other',1);"                                                                                     \
           "INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at)"                         \
           "VALUES('ticket:" #n ":session'," #n "," RUN(                                                               \
               n) ",'other','idle',1);"                                                                                \
                  "INSERT INTO ticket_messages(ticket_id,run_id,kind,status,created_at)VALUES(" #n "," RUN(            \
                      n) ",'work','sending',1);"                                                                       \
                         "INSERT INTO effects(run_id,kind,state,at)VALUES(" RUN(n) ",'worktree','intent',1),(" RUN(    \
                             n) ",'close','intent',1);"                                                                \
                                "UPDATE tickets SET status='" status                                                   \
                                "',worker_host='other',attempts=2,run_id=" RUN(n) " WHERE id=" #n ";"

static void what_becomes_of_all_that_it_has(void **state) {
    struct fixture *f = *state;
    only_of_servers();
    const struct host lost_host = {.name = other};
    const struct host_losing losing = {.host = &lost_host, .by = "ann", .now = NOW};
    struct site site = {.board = f->board};
    struct host_lost lost;

    for (int i = 0; i < 6; i++)
        fixture_add(f, "work", PRIORITY_HIGH, NOW);
    fixture_sql(f, THERE(1, "in_progress") THERE(2, "in_review") THERE(3, "done") THERE(4, "needs_input"));
    fixture_sql(f, "UPDATE tickets SET status='in_progress',worker_host='other',attempts=2 WHERE id=5;" THERE(
                       6, "todo") "UPDATE runtime_sessions SET status='dead' WHERE ticket_id=6");
    fixture_sql(f, "INSERT INTO hosts(host,machine_id,seen_at)VALUES('other','',5)"); /* after the look at it */
    must(host_lose(&site, &losing, &lost, &f->err));
    assert_false(lost.done);
    assert_int_equal(lost.agents + lost.tickets, 0);
    fixture_is(f, "SELECT count(*)FROM ticket_activity WHERE kind='host_lost'", "0");
    fixture_sql(f, "DELETE FROM hosts WHERE host='other'");
    must(board_begin(f->board, &f->err));
    must(host_lose(&site, &losing, &lost, &f->err));
    must(board_commit(f->board, &f->err));
    assert_true(lost.done);
    assert_int_equal(lost.agents, 4);
    assert_int_equal(lost.tickets, 2);
    fixture_is(f, "SELECT string_agg(status||' '||attempts||COALESCE(worker_host,''),', ' ORDER BY id)FROM tickets",
               "todo 2, in_review 2other, done 2other, needs_input 2other, todo 2, todo 2other");
    fixture_is(f, "SELECT string_agg(COALESCE(outcome||' '||detail||' '||ended_at,'-'),', ' ORDER BY run_id)FROM runs",
               "host_lost host other was given up 1000000000, host_lost host other was given up 1000000000, "
               "host_lost host other was given up 1000000000, host_lost host other was given up 1000000000, -");
    fixture_is(f,
               "SELECT string_agg(status||' '||COALESCE(failure_reason||' '||closed_at,'-'),', ' ORDER BY ticket_id)"
               "FROM runtime_sessions",
               "dead host_lost 1000000000, dead host_lost 1000000000, dead host_lost 1000000000, "
               "dead host_lost 1000000000, dead -");
    fixture_is(f, "SELECT string_agg(status||COALESCE(' '||error,''),', ' ORDER BY ticket_id)FROM ticket_messages",
               "failed_to_inject host_lost, sending, sending, failed_to_inject host_lost, sending");
    fixture_is(f, "SELECT string_agg(state,' ' ORDER BY id)FROM effects",
               "unknown unknown unknown unknown unknown unknown unknown unknown intent intent");
    fixture_is(f,
               "SELECT string_agg(author||' '||kind||' '||COALESCE(run_id,'-')||' '||body,'; ' ORDER BY id)"
               "FROM ticket_activity WHERE kind='host_lost' AND ticket_id>3",
               "ann host_lost 00000000000000000000000000000004 its agent is over: host other was never seen and is "
               "given up; what was not pushed is on that host, which keeps it when it comes back; ann host_lost - "
               "in_progress -> todo: host other was never seen and is given up; what was not pushed is on that host, "
               "which keeps it when it comes back");
    fixture_is(f, "SELECT count(*)FROM ticket_activity WHERE kind='host_lost'", "5");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_board, fixture_end)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_host_is_noted),
        TEST(a_copy_is_noted_until_the_boot_is_another),
        TEST(a_former_name_goes),
        TEST(a_silence_is_said_once),
        TEST(a_host_is_retired),
        TEST(what_a_host_has),
        TEST(what_becomes_of_all_that_it_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What whoever waits for a turn sees of it, and what it came to. */
#include "store_fixture.h"

#include "base/clock.h"
#include "host/files.h"
#include "host/proc.h"
#include "rules/config_read.h"
#include "run/reply.h"
#include "run/site.h"
#include "run/turn_look.h"

#define TURN "MC_TICKET_TURN:1:2000:00000002"

static struct site site;
static const struct turn_name turn = {1, RUN_A, TURN};

/* The turn of ticket 1 is under way, in an agent that lives. */
static int begin(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;
    struct identity self;
    char *folder = xasprintf("%s/run/" RUN_A, f->folder), *agent;

    must(files_make_dir(folder, &f->err) && proc_self(&self, &f->err));
    free(folder);
    site = (struct site){.board = f->board, .board_path = f->path, .folder = f->folder};
    config_defaults(&site.config);
    site.config.host = xstrdup("here");
    assert_true(fixture_take(f, fixture_add(f, "a", PRIORITY_LOW, 1), RUN_A, true));
    fixture_turn(f, TURN, clock_monotonic() - 500, 1000);
    agent = xasprintf("UPDATE runtime_sessions SET pid=%lld,pid_start=%lld,boot_id='%s',pid_ns=%lld",
                      (long long)self.pid, (long long)self.start, self.boot, (long long)self.ns);
    fixture_sql(f, agent);
    free(agent);
    return 0;
}

static int end(void **state) {
    config_release(&site.config);
    return fixture_end(state);
}

static void seen(struct fixture *f, const char *rows, enum turn_seen expected) {
    enum turn_seen is;

    fixture_sql(f, rows);
    must(turn_look(&site, &turn, &is, &f->err));
    if (is != expected)
        fail_msg("%s: %d, not %d", rows, (int)is, (int)expected);
}

static void a_turn_is_under_way_until_it_ends(void **state) {
    struct fixture *f = *state;

    seen(f, "", TURN_UNDER_WAY);
    seen(f, "UPDATE runtime_sessions SET turn_nonce='" NONCE_A "'", TURN_OVER);
    seen(f, "UPDATE runtime_sessions SET turn_nonce=NULL,status='idle'", TURN_OVER);
    seen(f, "UPDATE runtime_sessions SET turn_nonce='" TURN "',status='running',pid_start=pid_start+1", TURN_LOST);
    if (server_given())
        seen(f, "UPDATE runtime_sessions SET host='there'", TURN_UNDER_WAY);
    seen(f, "UPDATE runtime_sessions SET pid_start=pid_start-1,status='closed'", TURN_LOST);
    fixture_sql(f, "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at)VALUES('" RUN_B "',1,2,'here',1)");
    seen(f, "UPDATE runtime_sessions SET status='running',run_id='" RUN_B "'", TURN_LOST);
}

static void an_agent_reports_by_its_profile(void **state) {
    struct profile *demo = &site.config.profiles[0];
    enum report_agent usual;

    while (strcmp(demo->name, "demo") != 0)
        demo++;
    usual = demo->reports;
    assert_true(usual != REPORT_NONE && turn_reports(&site, &turn));
    assert_false(turn_reports(&site, &(struct turn_name){1, RUN_B, TURN}));
    assert_false(turn_reports(&site, &(struct turn_name){2, RUN_A, TURN}));
    demo->reports = REPORT_NONE;
    assert_false(turn_reports(&site, &turn));
    demo->reports = usual;
    fixture_sql(*state, "UPDATE runtime_sessions SET profile='gone'");
    assert_false(turn_reports(&site, &turn));
    settings_list_release(&site.settings);
}

static void replied(struct fixture *f, enum turn_left left, const char *text) {
    struct turn_reply reply = {.left = LEFT_REPLY};

    text_add(&reply.text, "of before");
    must(turn_reply(&site, &turn, &reply, &f->err));
    assert_int_equal(reply.left, left);
    assert_string_equal(text_str(&reply.text), text);
    turn_reply_release(&reply);
    assert_int_equal(reply.left, LEFT_NOTHING);
}

#define STORY(kind, run, body)                                                                                         \
    "INSERT INTO ticket_activity(ticket_id,run_id,author,kind,body,created_at)VALUES(1,'" run "','a','" kind "'," body \
    ",5000);"

static void its_reply_comes_before_its_line(void **state) {
    struct fixture *f = *state;
    const struct reply reply = {.run_id = RUN_A, .nonce = TURN, .bytes = "I did.\n", .n = 7};
    bool kept;

    replied(f, LEFT_NOTHING, "");
    fixture_sql(f, STORY("signal", RUN_A, "'DONE " TURN "'"));
    replied(f, LEFT_LINE, "");
    fixture_sql(f, STORY("signal", RUN_A, "'DONE " TURN ": all: of it'") STORY(
                       "signal", RUN_A, "'DONE " NONCE_A ": another'") STORY("signal", RUN_B, "'DONE " TURN ": no'"));
    replied(f, LEFT_LINE, "all: of it");
    must(reply_keep(&site, &reply, &kept, &f->err));
    replied(f, LEFT_REPLY, "I did.\n");
}

/* Where the run's folder is another machine's. */
static void of_another_machine_the_story_has_it(void **state) {
    struct fixture *f = *state;

    if (!server_given())
        skip();
    fixture_sql(f, STORY("reply", RUN_A, "'of before'") STORY("sent", RUN_A, "'nonce " TURN "'") STORY(
                       "reply", RUN_B, "'of another'") STORY("note", RUN_A, "'a note'") STORY("reply", RUN_A, "NULL"));
    replied(f, LEFT_NOTHING, "");
    fixture_sql(f, STORY("signal", RUN_A, "'DONE " TURN ": all'"));
    replied(f, LEFT_LINE, "all");
    fixture_sql(f, STORY("reply", RUN_A, "'first'") STORY("reply", RUN_A, "'I did.'")
                       STORY("sent", RUN_A, "'nonce " NONCE_A "'") STORY("reply", RUN_A, "'of the next'"));
    replied(f, LEFT_LINE, "I did.");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_turn_is_under_way_until_it_ends, begin, end),
        cmocka_unit_test_setup_teardown(an_agent_reports_by_its_profile, begin, end),
        cmocka_unit_test_setup_teardown(its_reply_comes_before_its_line, begin, end),
        cmocka_unit_test_setup_teardown(of_another_machine_the_story_has_it, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

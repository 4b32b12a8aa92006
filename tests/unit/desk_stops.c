/* What people and monitoring are told of a board: whatever statement it fails at, it is the failure that they are told,
 * and nothing that looks like an answer. */
#include "store_fixture.h"
#include "stumbles_alone.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "desk/changes.h"
#include "desk/desk.h"
#include "desk/doctor_agents.h"
#include "desk/doctor_notify.h"
#include "desk/doctor_repos.h"
#include "desk/doctor_rows.h"
#include "desk/doctor_seen.h"
#include "desk/health.h"
#include "desk/page.h"
#include "rules/config_read.h"
#include "rules/doctor.h"
#include "run/site.h"
#include "store/breakers.h"
#include "store/journal.h"

static struct site site;
static struct desk desk;

static int begin(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;
    struct breaker breaker = {.failures = 3, .openings = 1, .class = "no_agent"};

    site = (struct site){.board = f->board,
                         .board_path = f->path,
                         .board_label = f->path,
                         .board_kind = server_given() ? DATABASE_SERVER : DATABASE_FILE,
                         .folder = f->folder,
                         .self = {.pid = 1, .boot = "boot-1"},
                         .libexec = f->folder};
    config_defaults(&site.config);
    site.config.host = xstrdup("here");
    desk = (struct desk){.site = &site, .by = "me", .now = clock_now()};
    for (int i = 0; i < 14; i++)
        fixture_add(f, "t", PRIORITY_LOW, 1000 + i);
    assert_true(fixture_take(f, 1, RUN_A, true));
    breaker.open_until = desk.now + 600000;
    must(breakers_put(f->board, "machine", &breaker, &f->err) &&
         breakers_put(f->board, "profile:demo", &breaker, &f->err));
    return 0;
}

/* The doctor closes a board that fails; here it goes on to fail for the next look. */
void __real_board_free(struct board *board);
void __wrap_board_free(struct board *board);
void __wrap_board_free(struct board *board) {
    if (board != site.board)
        __real_board_free(board);
}

static int end(void **state) {
    site.board = NULL;
    config_release(&site.config);
    tmux_release(&site.tmux);
    return fixture_end(state);
}

#define VERB(name) static bool name(struct fixture *f, struct err *err)

#define SLOT(number, state)                                                                                            \
    "INSERT INTO worktree_slots(host,slot,workspace,number,path,state)"                                                \
    "VALUES('here','pool-" number "','default'," number ",'/none/pool-" number "','" state "');"
#define UNPUSHED(number) "INSERT INTO settings(key,value)VALUES('push_fails:" number "','refused');"
#define MANY(make) make("8") make("9") make("10") make("11") make("12") make("13")
#define BEHIND(number) "INSERT INTO ticket_needs(ticket_id,needs_id)VALUES(" number ",2);"
#define TROUBLE                                                                                                        \
    SLOT("1", "quarantined")                                                                                           \
    SLOT("2", "free")                                                                                                  \
    SLOT("3", "quarantined")                                                                                           \
    "UPDATE tickets SET status='blocked'WHERE id=3;UPDATE tickets SET "                                                \
    "status='needs_input'WHERE id=4;"                                                                                  \
    "UPDATE tickets SET status='in_review'WHERE id=5;"

static void holds(const char *what, const char *words) {
    if (!what || !strstr(what, words))
        fail_msg("no %s in %s", words, what ? what : "nothing");
}

VERB(health) {
    struct health health = {0};
    bool ok = health_look(&site, &health, err);

    (void)f;
    if (ok) {
        const struct health_facts *facts = &health.facts;

        assert_string_equal(facts->breakers, "machine, profile:demo");
        assert_string_equal(facts->slots, "pool-1, pool-3");
        assert_string_equal(facts->unpushed, "MC-10, MC-11, MC-12, MC-13, MC-8, …");
        assert_string_equal(facts->unpushed_why, "refused");
        holds(facts->stuck, "MC-8 (waits for MC-2, which was cancelled), MC-9 (");
        assert_string_equal(facts->stuck + strlen(facts->stuck) - strlen("), …"), "), …");
        if (server_given()) {
            holds(facts->hosts, "host there ");
            holds(facts->hosts, " (1 ticket in progress there), host yonder ");
        }
        assert_int_equal(facts->disk_free, -1); /* its folder is not there */
        assert_string_equal(facts->tickets[TICKET_BLOCKED].keys, "MC-3");
        assert_int_equal(facts->tickets[TICKET_IN_PROGRESS].count, 1);
    }
    health_release(&health);
    return ok;
}

VERB(page) {
    struct text out = {0};
    bool ok = page_compose(&site, PAGE_TICKETS, &out, err);

    (void)f;
    if (ok)
        holds(text_str(&out), "</html>");
    if (ok && board_of.fell) { /* without the board's name no screen is asked for */
        holds(text_str(&out), "tmux could not be asked");
        ok = stumble(err);
    }
    text_release(&out);
    return ok;
}

/* What stands in the line and not in the column is read by itself. */
VERB(page_of_few) {
    struct text out = {0};
    bool ok = page_compose(&site, 8, &out, err);

    (void)f;
    if (ok && !board_of.fell) {
        holds(text_str(&out), "<li><a class=\"key\" href=\"#t14\">MC-14</a> t<p class=\"soft\">critical");
        holds(text_str(&out), "<li><a class=\"key\" href=\"#t13\">MC-13</a> t<p class=\"soft\">critical");
    }
    if (ok && board_of.fell) {
        holds(text_str(&out), "tmux could not be asked");
        ok = stumble(err);
    }
    text_release(&out);
    return ok;
}

VERB(changed) {
    struct run run = {.branch = (char[]){"mc-1"}, .host = (char[]){"there"}, .ticket_id = 1};
    const struct run_list runs = {.items = &run, .count = 1};
    struct changes changes = {0};
    bool ok;

    (void)f;
    text_copy(run.run_id, sizeof run.run_id, RUN_A);
    ok = changes_find(&site, &runs, &changes, err) && changes_fetch(&changes, 1000, err);
    if (ok) {
        changes_look(&changes, 1000);
        assert_string_equal(changes.why, "workspace - is not configured any more");
        assert_int_equal(changes.slots.count, 1);
        assert_string_equal(changes.slots.items[0].name, "pool-1");
    }
    changes_release(&changes);
    return ok;
}

/* All under one id, which is several tickets' at once. */
static bool acts(struct desk_result *result, bool ok) {
    if (ok)
        assert_true(result->changed);
    desk_result_release(result);
    return ok;
}

VERB(moved) {
    struct desk_result result = {0};
    bool ok;

    (void)f;
    desk.request = "r:MC-5";
    desk.request_id = "r";
    desk.group = "approve MC-5 MC-6";
    ok = acts(&result, desk_move(&desk, &(struct desk_order){.move = MOVE_APPROVE, .ticket = 5}, &result, err));
    desk.request = NULL;
    return ok;
}
VERB(retried) {
    struct desk_result result = {0};

    (void)f;
    return acts(&result, desk_retry(&desk, 3, &result, err));
}
VERB(told) {
    struct desk_result result = {0};

    (void)f;
    return acts(&result,
                desk_tell(&desk, &(struct desk_telling){.ticket = 4, .text = "Yes.", .turn = true}, &result, err));
}
VERB(edited) {
    static const int64_t needs[] = {6}, not [] = {2};
    struct desk_result result = {0};
    struct desk_edit edit = {.ticket = 8,
                             .title = "other",
                             .priority = -1,
                             .after = needs,
                             .after_count = 1,
                             .no_after = not,
                             .no_after_count = 1};
    bool ok;

    (void)f;
    argv_add(&edit.labels, "l");
    ok = acts(&result, desk_edit(&desk, &edit, &result, err));
    argv_release(&edit.labels);
    return ok;
}
/* Again under its id, it says the same. */
VERB(closed) {
    struct desk_result result = {0}, again = {0};
    bool ok;

    (void)f;
    desk.request = desk.request_id = "c";
    desk.group = NULL;
    ok = desk_breaker_close(&desk, "machine", &result, err) && desk_breaker_close(&desk, "machine", &again, err);
    if (ok) {
        struct json *json = desk_result_json(&desk, &again);
        struct text text = {0};

        json_print(json, &text);
        assert_string_equal(text_str(&text),
                            "{\"schema\":1,\"changed\":true,\"message\":\"1 breaker closed; tickets that "
                            "were put off meanwhile keep their own times, until mc-ticket retry\","
                            "\"count\":1}");
        text_release(&text);
        json_free(json);
    }
    desk_result_release(&again);
    desk.request = NULL;
    return acts(&result, ok);
}
VERB(closed_all) {
    struct desk_result result = {0};
    bool ok = desk_breaker_close(&desk, NULL, &result, err);

    (void)f;
    if (ok)
        assert_memory_equal(result.say, "2 breakers closed;", strlen("2 breakers closed;"));
    return acts(&result, ok);
}

static bool has(const struct doctor_report *report, const char *words) {
    for (size_t i = 0; i < report->count; i++)
        if (strstr(text_str(&report->items[i].words), words))
            return true;
    return false;
}

/* One look of the doctor's stops no other: its failure is a finding. */
static bool looks(void (*look)(struct doctor *doctor), const char *words, struct err *err) {
    struct doctor_report report = {0};
    struct doctor doctor = {.report = &report,
                            .site = site,
                            .here = true,
                            .config = (char[]){""},
                            .shell_path = (char[]){""},
                            .path = (char[]){"/usr/bin:/bin"},
                            .path_words = (char[]){""},
                            .options = (char[]){""},
                            .cron_line = (char[]){""},
                            .ticket = (char[]){"mc-ticket"},
                            .pickup = (char[]){"mc-pickup"},
                            .now = desk.now};
    bool told;

    look(&doctor);
    told = has(&report, server_given() ? "a server stumbled" : "another program holds it");
    if (!told)
        assert_true(has(&report, words));
    doctor_report_release(&report);
    return !told || stumble(err);
}

VERB(doctor_of_rows) {
    (void)f;
    return looks(doctor_rows,
                 server_given() ? "others share the board: there, yonder"
                                : "1 agents were started when it was called there",
                 err);
}
VERB(doctor_of_agents) {
    (void)f;
    return looks(doctor_agents, "profile nobody: MC-6 names it, and it is not configured", err);
}
VERB(doctor_of_notify) {
    bool ok;

    (void)f;
    argv_add(&site.config.notify, "/bin/true");
    ok = looks(doctor_notify, "2 events or more wait to be told", err);
    argv_release(&site.config.notify);
    return ok;
}
VERB(doctor_of_repos) {
    (void)f;
    return looks(doctor_repos, "workspace web", err);
}

#define V(name, rows)                                                                                                  \
    { #name, rows, name, false }

#define STUCK MANY(BEHIND) "UPDATE tickets SET status='cancelled'WHERE id=2;"

#define ALL_TROUBLE                                                                                                    \
    TROUBLE MANY(UNPUSHED) STUCK                                                                                       \
        "UPDATE tickets SET profile='nobody'WHERE id=6;UPDATE tickets SET workspace='web'WHERE id=7;"
#define CLAIMED                                                                                                        \
    SLOT("1", "quarantined")                                                                                           \
    SLOT("2", "free") SLOT("3", "quarantined") "UPDATE worktree_slots SET run_id='" RUN_A "' WHERE number<3;"
#define ELSEWHERE "UPDATE runtime_sessions SET host='there';"

static const struct verb verbs[] = {
    V(health, ALL_TROUBLE),
    V(page, ALL_TROUBLE),
    V(page_of_few, "UPDATE tickets SET priority='critical'WHERE id>12;UPDATE tickets SET profile='demo';"
                   "DELETE FROM settings WHERE key LIKE 'breaker:%'"),
    V(changed, CLAIMED),
    V(moved, TROUBLE),
    V(retried, TROUBLE),
    V(told, TROUBLE),
    V(edited, BEHIND("8")),
    V(closed, NULL),
    V(closed_all, NULL),
    V(doctor_of_rows, ALL_TROUBLE ELSEWHERE),
    V(doctor_of_agents, ALL_TROUBLE),
    V(doctor_of_notify, "INSERT INTO notices(event,created_at,body)VALUES('breaker',1,'{}'),('breaker',2,'{}')"),
    V(doctor_of_repos, ALL_TROUBLE),
};

#define HOSTS                                                                                                          \
    "UPDATE tickets SET worker_host='there'WHERE id=1;"                                                                \
    "INSERT INTO hosts(host,machine_id,seen_at)VALUES('there','m',1),('yonder','n',1);"
static const struct verb of_servers[] = {
    V(health, ALL_TROUBLE ELSEWHERE HOSTS),
    V(changed, CLAIMED),
    V(doctor_of_rows, ALL_TROUBLE ELSEWHERE HOSTS),
};

static void no_failure_is_lost(void **state) {
    site.folder = (char[]){"/none"};
    if (server_given())
        attempt_each(*state, of_servers, sizeof of_servers / sizeof *of_servers);
    else
        attempt_each(*state, verbs, sizeof verbs / sizeof *verbs);
}

/* What stands as the first answer of an id is none of ours. */
static void no_answer_is_made_up(void **state) {
    static const char *const answers[] = {"x", "{}", "{\"message\":\"m\",\"ticket\":\"MC-1\",\"from\":\"x\"}",
                                          "{\"message\":\"m\",\"ticket\":\"1-MC\",\"from\":\"todo\",\"to\":\"done\"}"};
    struct fixture *f = *state;
    struct desk_result result = {0};

    desk.request = desk.request_id = "q";
    must(desk_pause(&desk, NULL, &result, &f->err));
    desk_result_release(&result);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        char *sql = xasprintf("UPDATE requests SET answer='%s'", answers[i]);

        fixture_sql(f, sql);
        free(sql);
        assert_false(desk_pause(&desk, NULL, &result, &f->err));
        assert_int_equal(f->err.code, MC_IOERR);
        assert_string_equal(f->err.text,
                            "request id q: its first answer cannot be read: look at the ticket and use a new id");
        err_release(&f->err);
    }
    desk.request = NULL;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_failure_is_lost, begin, end),
        cmocka_unit_test_setup_teardown(no_answer_is_made_up, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

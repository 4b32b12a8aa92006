/* What notify is told: what stands in the notices, in which order it is handed on, and what becomes of it where that
 * fails. */
#include "store_fixture.h"

#include <string.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/random.h"
#include "host/files.h"
#include "host/spawn.h"
#include "rules/config_read.h"
#include "run/notify.h"
#include "run/site.h"

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void) {
    return 5000;
}
void __wrap_random_hex(char *out, size_t digits);
void __wrap_random_hex(char *out, size_t digits) {
    memset(out, 'a', digits);
    out[digits] = '\0';
}

/* What was handed on; from the `well`th on it fails. */
static struct {
    struct text said;
    int well;
    int status; /* of the one that fails; 0: it cannot be started */
} told;
static const char *folder;

/* "." for the test's own folder. */
static void say(const char *word) {
    bool own = text_starts(word, folder);

    text_addf(&told.said, "%s%s ", own ? "." : "", own ? word + strlen(folder) : word);
}

bool __wrap_spawn_run(const struct spawn *spawn, struct spawn_result *result, struct err *err);
bool __wrap_spawn_run(const struct spawn *spawn, struct spawn_result *result, struct err *err) {
    assert_int_equal(spawn->timeout_ms, 5000);
    for (size_t i = 0; i < spawn->argv->count; i++)
        say(spawn->argv->items[i]);
    text_add(&told.said, "in ");
    say(spawn->cwd);
    text_addf(&told.said, ": %.*s", (int)spawn->input_len, spawn->input);
    for (size_t i = 0; i < spawn->env->count; i++)
        if (text_starts(spawn->env->items[i], "MC_EVENT=") || text_starts(spawn->env->items[i], "SECRET="))
            text_addf(&told.said, " %s", spawn->env->items[i]);
    text_add(&told.said, "\n");
    result->status = told.well-- > 0 ? 0 : told.status;
    return told.well >= 0 || told.status || err_set(err, MC_UNAVAILABLE, "%s: is not there", spawn->argv->items[0]);
}

static struct site site;

static int begin(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;
    char board[] = "/b/board.db";

    setenv("SECRET", "x", 1);
    site = (struct site){.board = f->board,
                         .board_path = xstrdup(board),
                         .folder = f->folder,
                         .self = {.pid = 1},
                         .libexec = xstrdup("/lib")};
    config_defaults(&site.config);
    xreplace(&site.config.send.token_env, "SECRET");
    argv_add(&site.config.notify, "/bin/tell");
    argv_add(&site.config.notify, "me");
    folder = f->folder;
    told.well = 100;
    told.status = 0;
    assert_int_equal(fixture_add(f, "a \"title\"", PRIORITY_LOW, 1), 1);
    return 0;
}

static int end(void **state) {
    free(site.board_path);
    free(site.libexec);
    config_release(&site.config);
    text_release(&told.said);
    return fixture_end(state);
}

#define EVENTS "SELECT COALESCE(group_concat(event,' '),'')FROM(SELECT event FROM notices ORDER BY id)n"
#define LAST                                                                                                           \
    "SELECT event||' '||COALESCE(ticket_id,0)||' '||COALESCE(run_id,'-')||' '||created_at||' '||body FROM notices "    \
    "ORDER BY id DESC LIMIT 1"
#define BODY(event, rest)                                                                                              \
    "{\"schema\":1,\"id\":\"aaaaaaaaaaaaaaaa\",\"event\":\"" event "\",\"board\":\"/b/board.db\"," rest                \
    "\"time\":\"1970-01-01T00:00:05Z\"}"
#define OF_TICKET "\"ticket\":\"MC-1\",\"title\":\"a \\\"title\\\"\","

static void what_has_become_of_it_is_kept(void **state) {
    struct fixture *f = *state;
    static const struct {
        struct notice notice;
        const char *row;
    } rows[] = {
        {{.ticket = 1, .run_id = RUN_A, .to = TICKET_NEEDS_INPUT, .text = "which?", .record = "r"},
         "needs_input 1 " RUN_A
         " 5000 " BODY("needs_input", OF_TICKET "\"run\":\"" RUN_A "\",\"status\":\"needs_input\",\"breaker\":null,"
                                                "\"text\":\"which?\",\"record\":\"r\",")},
        {{.ticket = 1, .thing = "profile:demo", .text = "open"},
         "breaker 1 - 5000 " BODY("breaker", OF_TICKET "\"run\":null,\"status\":null,\"breaker\":\"profile:demo\","
                                                       "\"text\":\"open\",\"record\":null,")},
        {{.ticket = 1, .slot = "pool-1", .text = "aside"},
         "quarantined 1 - 5000 " BODY("quarantined", OF_TICKET "\"run\":null,\"status\":\"todo\",\"breaker\":null,"
                                                               "\"text\":\"aside\",\"record\":null,")},
        {{.host = "there", .text = "silent"},
         "host_silent 0 - 5000 " BODY("host_silent", "\"ticket\":null,\"title\":\"\",\"run\":null,\"status\":null,"
                                                     "\"breaker\":null,\"host\":\"there\",\"text\":\"silent\","
                                                     "\"record\":null,")},
        {{.ticket = 1, .to = TICKET_TODO, .text = "again"},
         "failed 1 - 5000 " BODY("failed", OF_TICKET "\"run\":null,\"status\":\"todo\",\"breaker\":null,"
                                                     "\"text\":\"again\",\"record\":null,")},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        must(notice_add(&site, &rows[i].notice, &f->err));
        fixture_is(f, LAST, rows[i].row);
    }
}

static void adds(struct fixture *f, enum ticket_status to) {
    must(notice_add(&site, &(struct notice){.ticket = 1, .to = to, .text = "x"}, &f->err));
}

static void what_nobody_wants_to_know_is_not(void **state) {
    struct fixture *f = *state;

    argv_add(&site.config.notify_on, "blocked");
    adds(f, TICKET_IN_REVIEW);
    adds(f, TICKET_BLOCKED);
    fixture_is(f, EVENTS, "blocked");
    site.config.notify.count = 0;
    adds(f, TICKET_BLOCKED);
    fixture_is(f, EVENTS, "blocked");
    notify_flush(&site);
    assert_string_equal(text_str(&told.said), "");
    notify_left(&site); /* of another machine's they are */
    fixture_is(f, EVENTS, server_given() ? "blocked" : "");
    site.config.notify.count = 2;
}

/* The file that the next pickup reads; it goes. */
static void fault_is(struct fixture *f, const char *line) {
    char *file = xasprintf("%s/notify-failed", f->folder);
    struct text bytes = {0};

    must(files_read(&bytes, file, 1000, &f->err));
    assert_string_equal(text_str(&bytes), line);
    text_release(&bytes);
    files_remove(file);
    free(file);
}

#define NOTICES(rows) "INSERT INTO notices(event,created_at,body)VALUES" rows
#define NOTICE(event) "('" event "',1,'{\"event\":\"" event "\"}')"
#define TELLS(event)                                                                                                   \
    "/lib/mc-notify ./notify-failed 60000 /bin/tell me in . : {\"event\":\"" event "\"}\n MC_EVENT=" event "\n"

/* What is no notice can never be told. */
static void each_is_told_in_its_turn(void **state) {
    struct fixture *f = *state;

    notify_flush(&site);
    fixture_sql(f, NOTICES(NOTICE("a") ",('x',1,'nothing')," NOTICE("b")));
    notify_flush(&site);
    assert_string_equal(text_str(&told.said), TELLS("a") TELLS("b"));
    fixture_is(f, EVENTS, "");
    text_clear(&told.said);
    notify_left(&site);
    fixture_sql(f, NOTICES(NOTICE("c")));
    notify_left(&site);
    assert_string_equal(text_str(&told.said), TELLS("c"));
}

/* On a board of several machines it was taken before: it comes behind the others. */
static void what_cannot_be_told_stays(void **state) {
    struct fixture *f = *state;

    fixture_sql(f, NOTICES(NOTICE("a") "," NOTICE("b") "," NOTICE("c")));
    told.well = 1;
    notify_flush(&site);
    assert_string_equal(text_str(&told.said), TELLS("a") TELLS("b"));
    fixture_is(f, EVENTS, server_given() ? "c b" : "b c");
    fixture_is(f, "SELECT body FROM notices WHERE event='b'", "{\"event\":\"b\"}");
    fixture_is(f, "SELECT count(*)FROM notices WHERE created_at=5000", server_given() ? "1" : "0");
    fault_is(f, "/lib/mc-notify: is not there");
    told.status = 3;
    notify_flush(&site);
    fixture_is(f, EVENTS, "b c");
    fault_is(f, "/lib/mc-notify: ended with status 3");
}

static void so_many_are_begun_at_once(void **state) {
    struct fixture *f = *state;

    fixture_sql(f, NOTICES(NOTICE("a")));
    for (int i = 0; i < 33; i++)
        fixture_sql(f, "INSERT INTO notices(event,created_at,body)SELECT 'a',1,body FROM notices WHERE id=1");
    notify_flush(&site);
    fixture_is(f, EVENTS, "a a");
}

/* The program is looked up as a person's shell does. */
static void a_program_is_found_on_the_path(void **state) {
    struct fixture *f = *state;
    char *file = xasprintf("%s/tell", f->folder), *path = xstrdup(getenv("PATH"));

    xreplace(&site.config.notify.items[0], "tell");
    setenv("PATH", f->folder, 1);
    fixture_sql(f, NOTICES(NOTICE("a")));
    notify_flush(&site);
    must(files_write(file, "", 0, &f->err));
    chmod(file, 0700);
    fixture_sql(f, NOTICES(NOTICE("a")));
    notify_flush(&site);
    setenv("PATH", path, 1);
    assert_string_equal(text_str(&told.said),
                        "/lib/mc-notify ./notify-failed 60000 tell me in . : {\"event\":\"a\"}\n MC_EVENT=a\n"
                        "/lib/mc-notify ./notify-failed 60000 ./tell me in . : {\"event\":\"a\"}\n MC_EVENT=a\n");
    free(path);
    free(file);
}

static void faults(struct fixture *f, const char *name, const char *bytes) {
    char *file = xasprintf("%s/%s", f->folder, name);

    must(files_write(file, bytes, strlen(bytes), &f->err));
    free(file);
}

#define OLD                                                                                                            \
    " (not /bin/tell of the configuration: an agent that is there already tells by what was \"notify\" when its run "  \
    "began)"

static void a_fault_is_said_once(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *bytes;
        const char *line; /* NULL: it is no news */
    } said[] = {
        {"/bin/tell: no\n", "/bin/tell: no"},
        {"/bin/tell: no\n", NULL},
        {"mc-notify: \033no\n", "mc-notify: no"},
        {"/bin/other: no", "/bin/other: no" OLD},
    };
    struct text line = {0};

    assert_false(notify_fault(&site, &line) || notify_fails(&site, &line));
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        text_clear(&line);
        faults(f, "notify-failed", said[i].bytes);
        assert_int_equal(notify_fault(&site, &line), said[i].line != NULL);
        if (said[i].line)
            assert_string_equal(text_str(&line), said[i].line);
        assert_false(notify_fault(&site, &line) || notify_fails(&site, &line));
    }
    text_clear(&line);
    faults(f, "notify-failed.last", "/bin/tell: no\n");
    assert_true(notify_fails(&site, &line) && notify_fails(&site, &line));
    site.config.notify.count = 0;
    faults(f, "notify-failed", "/bin/tell: never\n");
    assert_false(notify_fault(&site, &line) || notify_fails(&site, &line));
    site.config.notify.count = 2;
    text_release(&line);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_has_become_of_it_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(what_nobody_wants_to_know_is_not, begin, end),
        cmocka_unit_test_setup_teardown(each_is_told_in_its_turn, begin, end),
        cmocka_unit_test_setup_teardown(what_cannot_be_told_stays, begin, end),
        cmocka_unit_test_setup_teardown(so_many_are_begun_at_once, begin, end),
        cmocka_unit_test_setup_teardown(a_program_is_found_on_the_path, begin, end),
        cmocka_unit_test_setup_teardown(a_fault_is_said_once, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

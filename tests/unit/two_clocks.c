/* A machine whose clock is not the board's: what it stamps and what the board stamps are never compared. */
#include "store_fixture.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/text.h"
#include "desk/desk_event.h"
#include "desk/drafts.h"
#include "desk/health.h"
#include "desk/page.h"
#include "host/files.h"
#include "host/said.h"
#include "pickup/agent_version.h"
#include "pickup/keeping.h"
#include "pickup/state.h"
#include "pickup/work.h"
#include "rules/config_read.h"
#include "rules/database.h"
#include "run/told.h"
#include "store/runtimes.h"

#define HOUR INT64_C(3600000)
#define DAY (24 * HOUR)

/* What this machine's clock says beyond the kernel's, which stamps the files. */
static int64_t moved;

int clock_gettime(clockid_t id, struct timespec *now) {
    int result = (int)syscall(SYS_clock_gettime, id, now);
    int64_t ms = (int64_t)now->tv_sec * 1000 + now->tv_nsec / 1000000 + (id == CLOCK_REALTIME ? moved : 0);

    now->tv_sec = (time_t)(ms / 1000);
    now->tv_nsec = (long)(ms % 1000) * 1000000;
    return result;
}

/* How far this machine's clock is ahead of the board's. */
static const int64_t aheads[] = {HOUR, -HOUR, 20 * 365 * DAY, -20 * 365 * DAY};
enum { AHEADS = sizeof aheads / sizeof *aheads };

static struct site *site;
static struct pickup pickup;

static int taken(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;
    char *folder = xasprintf("%s/run/" RUN_A, f->folder);

    must(files_make_dir(folder, &f->err));
    free(folder);
    pickup = (struct pickup){.site = {.board = f->board, .board_path = f->path, .folder = f->folder}};
    pickup.site.board_kind = database_kind(f->path);
    site = &pickup.site;
    text_copy(site->self.boot, sizeof site->self.boot, "boot-1");
    config_defaults(&site->config);
    site->config.host = xstrdup("here");
    return fixture_take(f, fixture_add(f, "a", PRIORITY_LOW, 1), RUN_A, true) ? 0 : 1;
}

static int swept(void **state) {
    tmux_release(&site->tmux);
    config_release(&site->config);
    moved = 0;
    return fixture_end(state);
}

/* The board's clock as it stands beside the kernel's, so that this machine is ahead by so much. */
static void be_ahead(int64_t by) {
    moved = 0;
    clock_follow(clock_here() - by);
}

static char *own_file(const char *name, const char *line) {
    char *path = site_own_file(site, name);
    struct err ignored = {0};

    assert_true(files_write(path, line, strlen(line), &ignored));
    return path;
}

/* Of a keeping in an earlier boot, by a clock like the board's as it is now. */
static char *last_keeping(void) {
    char *line = xasprintf("%lld 1 boot-0 believed\n", (long long)clock_now()), *path = own_file("last-keeping", line);

    free(line);
    return path;
}

/* As if it had last been changed so long ago. */
static void age(const char *path, int64_t ms) {
    int64_t at = clock_here() - ms;
    const struct timespec then = {.tv_sec = (time_t)(at / 1000), .tv_nsec = (long)(at % 1000) * 1000000};

    assert_int_equal(utimensat(AT_FDCWD, path, (const struct timespec[]){then, then}, 0), 0);
}

static void the_last_pickup_is_as_old_as_its_file(void **state) {
    struct fixture *f = *state;
    char *last = site_last_pickup(site);

    free(own_file("last-pickup", "x\n"));
    for (size_t i = 0; i < AHEADS; i++)
        for (int64_t old = 0; old <= HOUR; old += HOUR) {
            struct health health = {0};
            struct text line = {0};

            be_ahead(aheads[i]);
            age(last, old);
            must(health_look(site, &health, &f->err));
            /* The clock by which files are stamped, and so what they say, is some milliseconds coarse. */
            assert_in_range(health.facts.now - health.facts.last_pickup + 100, old, old + 5000);
            assert_int_equal(health_judge(&health.facts, HEALTH_PICKUP, &line), old > 0);
            text_release(&line);
            health_release(&health);
        }
    free(last);
}

static void a_keeping_comes_once_a_day(void **state) {
    struct fixture *f = *state;

    for (size_t i = 0; i < AHEADS; i++) {
        be_ahead(aheads[i]);
        char *last = last_keeping();
        age(last, DAY - HOUR);
        must(keeping_step(&pickup, &f->err));
        assert_true(clock_here() - files_changed_at(last) >= DAY - HOUR);
        age(last, DAY + HOUR);
        must(keeping_step(&pickup, &f->err));
        assert_in_range(clock_here() - files_changed_at(last), 0, HOUR);
        free(last);
    }
}

/* By the board its run ended long ago, and so it did by the folder. */
static void an_old_folder_goes_and_a_young_one_stays(void **state) {
    struct fixture *f = *state;
    int64_t kept = site->config.retention.runs_days * DAY;
    char *folder = site_run_dir(site, RUN_A);

    for (size_t i = 0; i < AHEADS; i++)
        for (int old = 0; old < 2; old++) {
            char *last, *text;

            be_ahead(aheads[i]);
            last = last_keeping();
            text = xasprintf("UPDATE runs SET ended_at=%lld;UPDATE runtime_sessions SET status='closed',closed_at=1",
                             (long long)(clock_now() - kept - DAY));
            fixture_sql(f, text);
            free(text);
            mkdir(folder, 0700);
            age(folder, old ? kept + HOUR : kept - HOUR);
            age(last, DAY + HOUR);
            must(keeping_step(&pickup, &f->err));
            assert_int_equal(access(folder, F_OK), old ? -1 : 0);
            free(last);
        }
    free(folder);
}

static void what_was_said_is_said_once_a_day(void **state) {
    char *file = site_own_file(site, "said");

    (void)state;
    moved = 0;
    clock_follow(clock_here());
    assert_false(said_before(file, "words"));
    for (size_t i = 0; i < AHEADS; i++) { /* another call, before its board is open or on another board */
        be_ahead(aheads[i]);
        assert_true(said_before(file, "words"));
    }
    free(file);
}

static void a_version_is_asked_once_a_day(void **state) {
    struct fixture *f = *state;
    char *program = site_own_file(site, "agent"), *note = site_own_file(site, "version-agent");
    static const char one[] = "#!/bin/sh\necho 1.2.3\n";
    struct work work = {.site = site};
    struct argv env = {0};

    must(files_write(program, one, sizeof one - 1, &f->err));
    assert_int_equal(chmod(program, 0700), 0);
    assert_true(agent_version_find(&work, program, &env).known);
    for (size_t i = 0; i < AHEADS; i++) {
        be_ahead(aheads[i]);
        age(note, DAY - HOUR);
        assert_true(agent_version_find(&work, program, &env).known);
        assert_true(clock_here() - files_changed_at(note) >= DAY - HOUR);
        age(note, DAY + HOUR);
        assert_true(agent_version_find(&work, program, &env).known);
        assert_in_range(clock_here() - files_changed_at(note), 0, HOUR);
    }
    argv_release(&env);
    free(note);
    free(program);
}

static void a_draft_is_as_old_as_its_file(void **state) {
    char *draft = own_file("draft", "x\n");

    (void)state;
    for (size_t i = 0; i < AHEADS; i++) {
        char *words;

        be_ahead(aheads[i]);
        age(draft, 3 * HOUR);
        words = drafts_words(draft);
        if (!strstr(words, "written 3 h ago"))
            fail_msg("%s", words);
        free(words);
    }
    free(draft);
}

/* By a look at the files of a board that has any. */
static void a_page_is_as_old_as_its_look(void **state) {
    struct fixture *f = *state;
    char *page = site_own_file(site, "page.html");

    for (size_t i = 0; i < AHEADS; i++) {
        be_ahead(aheads[i]);
        must(page_write(site, &(struct page_order){.path = page, .limit = 5}, &f->err));
        assert_in_range(clock_here() - files_changed_at(page), 0, 10000);
    }
    free(page);
}

static void a_log_is_stamped_by_its_machine(void **state) {
    char *folder = site_run_dir(site, RUN_A), *path = xasprintf("%s/turn-event.log", folder);
    char here[CLOCK_STAMP];
    struct text log = {0};

    (void)state;
    be_ahead(aheads[2]);
    clock_stamp(clock_here(), here);
    desk_event_log(site, RUN_A, "it came");
    files_tail(&log, path, 4096);
    if (strncmp(text_str(&log), here, strlen("2026-01-01T00")) != 0)
        fail_msg("%s", text_str(&log));
    text_release(&log);
    free(path);
    free(folder);
}

#define HALF_PAST_TWO INT64_C(1795185000000) /* 2026-11-20 14:30 UTC */

/* The board says half past two, whatever stands on the wall here. */
static void set_two_clocks(int64_t ahead) {
    moved = 0;
    moved = HALF_PAST_TWO + ahead - clock_here();
    clock_follow(HALF_PAST_TWO);
    assert_in_range(clock_difference() - ahead + 1000, 0, 2000);
}

static void begin_turn(struct fixture *f, int64_t at) {
    fixture_sql(f, "UPDATE runtime_sessions SET status='idle',turn_nonce=NULL,turn_count=1;"
                   "UPDATE tickets SET status='in_progress';DELETE FROM ticket_messages WHERE status='pending'");
    fixture_turn(f, NONCE_A, clock_monotonic() - 500, at);
}

static void tell(struct fixture *f, const char *detail) {
    char reply[] = "it is so", *words = xstrdup(detail);
    const struct told told = {.kind = TELL_OVER,
                              .at = clock_here(),
                              .fault = FAULT_LIMIT,
                              .reply = reply,
                              .detail = words,
                              .until = clock_here() + HOUR};

    must(told_apply(site, &(struct told_of){.run_id = RUN_A}, &told, &f->err));
    free(words);
}

/* An agent that does not tell what it begins speaks of the turn under way, if that had begun. */
static void a_report_is_of_its_turn(void **state) {
    struct fixture *f = *state;

    for (size_t i = 0; i < AHEADS; i++) {
        set_two_clocks(aheads[i]);
        begin_turn(f, HALF_PAST_TWO + 60000);
        tell(f, "usage limit reached");
        fixture_is(f, "SELECT status FROM runtime_sessions", "running");
        begin_turn(f, HALF_PAST_TWO - 60000);
        tell(f, "usage limit reached");
        fixture_is(f, "SELECT status FROM runtime_sessions", "idle");
    }
}

/* What an agent's screen says of a time is true time: its service's, in this machine's zone. */
static void a_limit_ends_by_the_boards_clock(void **state) {
    static const struct {
        const char *words;
        int64_t in;
    } ends[] = {{"usage limit reached, resets 3pm", HOUR / 2},
                {"usage limit reached, resets 2pm", 24 * HOUR - HOUR / 2},
                {"usage limit reached, try again in 2 hours", 2 * HOUR},
                {"usage limit reached|1795188600", HOUR}};
    struct fixture *f = *state;

    setenv("TZ", "UTC", 1);
    tzset();
    for (size_t i = 0; i < AHEADS; i++)
        for (size_t j = 0; j < sizeof ends / sizeof *ends; j++) {
            int64_t due;

            set_two_clocks(aheads[i]);
            begin_turn(f, HALF_PAST_TWO - 60000);
            tell(f, ends[j].words);
            due = fixture_number(f, "SELECT next_attempt_at FROM ticket_messages WHERE status='pending'");
            assert_in_range(due - HALF_PAST_TWO - ends[j].in + 60000, 0, 120000);
        }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, taken, swept)
    const struct CMUnitTest tests[] = {
        TEST(the_last_pickup_is_as_old_as_its_file),
        TEST(a_keeping_comes_once_a_day),
        TEST(an_old_folder_goes_and_a_young_one_stays),
        TEST(what_was_said_is_said_once_a_day),
        TEST(a_version_is_asked_once_a_day),
        TEST(a_draft_is_as_old_as_its_file),
        TEST(a_page_is_as_old_as_its_look),
        TEST(a_log_is_stamped_by_its_machine),
        TEST(a_report_is_of_its_turn),
        TEST(a_limit_ends_by_the_boards_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

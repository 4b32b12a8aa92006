/* What is told of an agent that is gone: of its process, and the last that it showed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "host/files.h"
#include "host/proc.h"
#include "host/tmux.h"
#include "run/death.h"
#include "run/site.h"

#include "folder.h"

#define NONCE_A "MC_TICKET_TURN:1:1000:00000001"

static const struct scene {
    const char *found; /* "pane" by its pane, "session" by that alone, "" not at all; NULL: there is no tmux */
    struct tmux_pane pane;
    const char *screen; /* NULL: there is none */
    const char *log;
    int64_t spawned_at;
    const char *turn, *last_turn;
    const char *report, *summary;
} * scene;

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void) {
    return 4500;
}
bool __wrap_site_tmux(struct site *site, struct err *err);
bool __wrap_site_tmux(struct site *site, struct err *err) {
    (void)site;
    return scene->found || err_set(err, MC_UNAVAILABLE, "no tmux");
}
enum seen __wrap_tmux_look_agent(struct tmux *tmux, const struct tmux_agent *agent, struct tmux_pane *pane,
                                 enum seen *server);
enum seen __wrap_tmux_look_agent(struct tmux *tmux, const struct tmux_agent *agent, struct tmux_pane *pane,
                                 enum seen *server) {
    bool found = strcmp(scene->found, agent->pane_id ? "pane" : "session") == 0;

    (void)tmux, (void)server;
    assert_string_equal(agent->session, "mc-MC-1");
    *pane = scene->pane;
    return found ? SEEN_YES : SEEN_NO;
}
bool __wrap_tmux_capture(struct tmux *tmux, const struct tmux_agent *agent, int history, struct text *screen);
bool __wrap_tmux_capture(struct tmux *tmux, const struct tmux_agent *agent, int history, struct text *screen) {
    (void)tmux;
    assert_string_equal(agent->pane_id, "%7");
    assert_int_equal(history, 200);
    if (scene->screen && *scene->screen)
        text_add(screen, scene->screen);
    return scene->screen != NULL;
}
void __wrap_proc_oom(struct text *out, const struct identity *identity);
void __wrap_proc_oom(struct text *out, const struct identity *identity) {
    text_addf(out, "no (asked of %lld)", (long long)identity->pid);
}

#define DIED(status, signal)                                                                                           \
    { .pane_id = "%7", .dead = true, .dead_status = status, .dead_signal = signal }
#define HEAD(how) "pid: 42\n" how "\noom: no (asked of 42)\nrun_time: 3.500 s\n"
#define REST "last_turn: none\ntarget: mc-MC-1\n"
#define UNKNOWN "exit_status: unknown (tmux did not see the end)"
#define GONE "pid 42 is gone; its exit status is unknown"
#define NOTHING "last output: none (its pane is gone and its log is empty)"

static const struct scene scenes[] = {
    {"pane", DIED(3, 0), "$ work\nout of luck\n\n\nPane is dead (status 3, now)\n \n", "not this", 1000, NONCE_A,
     "older", HEAD("exit_status: 3") "last_turn: " NONCE_A "\ntarget: mc-MC-1\nlast output:\n$ work\nout of luck",
     "pid 42 exited with status 3"},
    {"session", DIED(-1, 9), "Pane is dead (signal 9, now)", "\033[1mof its log\033[m\n", 1000, NULL, "older",
     HEAD("signal: 9 (SIGKILL)") "last_turn: older\ntarget: mc-MC-1\nlast output:\nof its log",
     "pid 42 was ended by signal 9 (SIGKILL)"},
    {"pane", DIED(0, 0), "Pane is dead (status 0, now)\nand more", "", 1000, NULL, NULL,
     HEAD("exit_status: 0") REST "last output:\nPane is dead (status 0, now)\nand more", "pid 42 exited with status 0"},
    {"pane", DIED(-1, 0), "", "log", 1000, NULL, NULL, HEAD(UNKNOWN) REST "last output:\nlog", GONE},
    {"pane", {.pane_id = "%7", .dead_status = 5}, " \n\n", NULL, 1000, NULL, NULL, HEAD(UNKNOWN) REST NOTHING, GONE},
    {"", DIED(3, 0), "not this", "log", 0, NULL, NULL,
     "pid: 42\n" UNKNOWN "\noom: no (asked of 42)\nrun_time: unknown\n" REST "last output:\nlog", GONE},
    {NULL, DIED(3, 0), "not this", NULL, 1000, NULL, NULL, HEAD(UNKNOWN) REST NOTHING, GONE},
};

static void looks(struct site *site) {
    char label[] = "mc-MC-1", turn[] = NONCE_A, last[] = "older", pane[] = "%3", log[] = "file";
    struct runtime runtime = {.tmux_target = label,
                              .pane_id = pane,
                              .turn_nonce = scene->turn ? turn : NULL,
                              .last_turn_marker = scene->last_turn ? last : NULL,
                              .pane_log_path = scene->log ? log : NULL,
                              .agent = {.pid = 42},
                              .spawned_at = scene->spawned_at};
    struct text report = {0}, summary = {0};

    death_look(site, &runtime, &report, &summary);
    assert_string_equal(text_str(&report), scene->report);
    assert_string_equal(text_str(&summary), scene->summary);
    text_release(&report);
    text_release(&summary);
}

static void it_is_told_how_it_ended(void **state) {
    struct site site = {.folder = folder};
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        scene = &scenes[i];
        if (scene->log)
            assert_true(files_write("file", scene->log, strlen(scene->log), &err));
        looks(&site);
    }
}

/* Forty lines of what was there, of the screen and of the log. */
static void it_is_as_much_as_a_person_reads(void **state) {
    struct site site = {.folder = folder};
    struct err err = {0};
    struct text lines = {0}, last = {0};
    struct scene long_one = {.found = "pane", .pane = DIED(3, 0), .summary = "pid 42 exited with status 3"};

    (void)state;
    text_add(&last, "pid: 42\nexit_status: 3\noom: no (asked of 42)\nrun_time: unknown\n" REST "last output:");
    for (int i = 1; i <= 50; i++) {
        text_addf(&lines, "%d\n", i);
        if (i > 10)
            text_addf(&last, "\n%d", i);
    }
    assert_true(files_write("file", text_str(&lines), lines.len, &err));
    long_one.report = text_str(&last);
    scene = &long_one;
    long_one.log = "";
    looks(&site);
    long_one.log = NULL;
    long_one.screen = text_str(&lines);
    looks(&site);
    text_release(&lines);
    text_release(&last);
}

static void its_cause_is_by_its_turns(void **state) {
    char nonce[] = NONCE_A;
    struct runtime runtime = {.turn_count = 1};

    (void)state;
    assert_string_equal(death_cause(&runtime, false), "the agent ended while it had no turn");
    runtime.turn_nonce = nonce;
    assert_string_equal(death_cause(&runtime, false), "the agent ended in the middle of a turn");
    assert_string_equal(death_cause(&runtime, true),
                        "the agent ended while a turn was given to it, and it may have taken that");
    runtime = (struct runtime){0};
    assert_null(death_cause(&runtime, false));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_told_how_it_ended, folder_enter, folder_leave),
        cmocka_unit_test_setup_teardown(it_is_as_much_as_a_person_reads, folder_enter, folder_leave),
        cmocka_unit_test(its_cause_is_by_its_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

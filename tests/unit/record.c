#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include <signal.h>

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/record.h"

static struct record sample(void) {
    struct record record = {.status = "todo",
                            .summary = "MC-4629: the agent\nexited",
                            .root_cause = "status 3 \x1B[31mred",
                            .safe_retry = true,
                            .stop_condition = "3 attempts"};
    argv_add(&record.next_actions, "Read the log.");
    argv_add(&record.next_actions, "Then \"retry\"\r\nit.");
    argv_add(&record.artifacts, "ticket:MC-4629");
    argv_add(&record.artifacts, "run:0123");
    return record;
}

static void as_text(void **state) {
    (void)state;
    struct record record = sample();
    struct text out = {0};
    record_text(&out, &record);
    assert_true(text_starts(text_str(&out), "status: todo\n"
                                            "summary: MC-4629: the agent exited\n"
                                            "root_cause: status 3 [31mred\n"
                                            "safe_retry: true\n"
                                            "stop_condition: 3 attempts\n"
                                            "human_input_required: false\n"
                                            "next_actions:\n"
                                            "- Read the log.\n"
                                            "- Then \"retry\" it.\n"
                                            "artifacts:\n"
                                            "- ticket:MC-4629\n"
                                            "- run:0123\n"
                                            "json: {"));
    assert_int_equal(out.data[out.len - 1], '}');
    text_release(&out);
    record_release(&record);
}

static void as_json_with_the_same(void **state) {
    (void)state;
    struct record record = sample();
    struct text out = {0};
    record_json(&out, &record);
    struct json *json = json_parse(out.data, out.len);
    assert_non_null(json);
    assert_int_equal(json_count(json), 8);
    assert_string_equal(json_string(json_get(json, "status")), "todo");
    assert_string_equal(json_string(json_get(json, "summary")), "MC-4629: the agent exited");
    assert_string_equal(json_string(json_get(json, "root_cause")), "status 3 [31mred");
    assert_true(json_is_true(json_get(json, "safe_retry")));
    assert_string_equal(json_string(json_get(json, "stop_condition")), "3 attempts");
    assert_false(json_is_true(json_get(json, "human_input_required")));
    assert_string_equal(json_string(json_path(json, "next_actions.1")), "Then \"retry\" it.");
    assert_string_equal(json_string(json_path(json, "artifacts.0")), "ticket:MC-4629");
    assert_int_equal(json_count(json_get(json, "artifacts")), 2);
    json_free(json);
    text_release(&out);
    record_release(&record);
}

static void an_empty_record(void **state) {
    (void)state;
    struct record record = {0};
    struct text out = {0};
    record_text(&out, &record);
    assert_true(text_starts(text_str(&out), "status: \nsummary: \n"));
    record_release(&record);
    record_release(NULL);
    text_release(&out);
}

static void check_death(const struct death *death, const char *text, const char *summary) {
    struct text out = {0};
    death_text(&out, death);
    assert_string_equal(text_str(&out), text);
    text_clear(&out);
    death_summary(&out, death);
    assert_string_equal(text_str(&out), summary);
    text_release(&out);
}

static void deaths(void **state) {
    (void)state;
    assert_string_equal(death_output("pid: 1\noom: no\nlast output:\none\nlast output:\n"), "one\nlast output:\n");
    assert_string_equal(death_output("pid: 1\nlast output: none (why)"), "last output: none (why)");
    assert_string_equal(death_output("as it is"), "as it is");
    assert_null(death_output(NULL));
    check_death(&(struct death){.pid = 12,
                                .status_known = true,
                                .exit_status = 3,
                                .oom = "no",
                                .run_time_ms = 61005,
                                .last_turn = "MC_TICKET_TURN:1:2:00000000",
                                .target = "mc-MC-1",
                                .output = "one\n\x1B[1mtwo"},
                "pid: 12\nexit_status: 3\noom: no\nrun_time: 61.005 s\nlast_turn: MC_TICKET_TURN:1:2:00000000\n"
                "target: mc-MC-1\nlast output:\none\n[1mtwo",
                "pid 12 exited with status 3");
    check_death(&(struct death){.pid = 12, .status_known = true, .signal = 11, .run_time_ms = -1, .output = ""},
                "pid: 12\nsignal: 11 (SIGSEGV)\noom: unknown (not looked for)\nrun_time: unknown\nlast_turn: none\n"
                "target: none\nlast output: none (it printed nothing)",
                "pid 12 was ended by signal 11 (SIGSEGV)");
    check_death(&(struct death){.run_time_ms = 0, .oom = "unknown (no cgroup)", .why_no_output = "the pane is gone"},
                "pid: unknown (it was never recorded)\nexit_status: unknown (tmux did not see the end)\n"
                "oom: unknown (no cgroup)\nrun_time: 0.000 s\nlast_turn: none\ntarget: none\n"
                "last output: none (the pane is gone)",
                "the agent (its pid was never recorded) is gone; its exit status is unknown");
    struct text out = {0};
    death_summary(&out, &(struct death){.pid = 9, .signal = 9, .oom = "yes (oom_kill 1)"});
    assert_string_equal(text_str(&out), "pid 9 was ended by signal 9 (SIGKILL), by the kernel for want of memory");
    text_clear(&out);
    death_summary(&out, &(struct death){.pid = 9, .signal = 40, .oom = "no"});
    assert_string_equal(text_str(&out), "pid 9 was ended by signal 40 (unnamed)");
    text_release(&out);
}

/* One line, also where the actions are sentences. */
static void signals_have_names(void **state) {
    static const struct {
        int number;
        const char *name;
    } known[] = {{SIGHUP, "SIGHUP"},   {SIGINT, "SIGINT"},   {SIGQUIT, "SIGQUIT"}, {SIGILL, "SIGILL"},
                 {SIGTRAP, "SIGTRAP"}, {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},
                 {SIGPIPE, "SIGPIPE"}, {SIGALRM, "SIGALRM"}, {SIGTERM, "SIGTERM"}, {SIGSYS, "SIGSYS"},
                 {SIGXCPU, "SIGXCPU"}, {SIGXFSZ, "SIGXFSZ"}, {SIGUSR1, "SIGUSR1"}, {SIGUSR2, "SIGUSR2"}};
    struct text out = {0};

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char *wanted = xasprintf("pid 9 was ended by signal %d (%s)", known[i].number, known[i].name);
        text_clear(&out);
        death_summary(&out, &(struct death){.pid = 9, .signal = known[i].number, .oom = "no"});
        assert_string_equal(text_str(&out), wanted);
        free(wanted);
    }
    text_release(&out);
}

/* A full stop goes where more follows, three of them do not. */
static void parts_are_joined(void **state) {
    static const char *const parts[][2] = {{"done.", "done; to do: look"},
                                           {"done...", "done...; to do: look"},
                                           {".", ".; to do: look"},
                                           {"", "; to do: look"}};

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct record record = {.summary = parts[i][0]};
        struct text out = {0};
        argv_add(&record.next_actions, "look.");
        record_told(&out, &record);
        assert_string_equal(text_str(&out), parts[i][1]);
        text_release(&out);
        record_release(&record);
    }
}

static void what_is_told(void **state) {
    (void)state;
    struct record record = {.summary = "worker_died: pid 12 exited with status 3"};
    struct text out = {0};

    record_told(&out, &record);
    assert_string_equal(text_str(&out), "worker_died: pid 12 exited with status 3");
    argv_add(&record.next_actions, "read its last output");
    argv_add(&record.next_actions, "mc-ticket reopen MC-1");
    text_clear(&out);
    record_told(&out, &record);
    assert_string_equal(text_str(&out), "worker_died: pid 12 exited with status 3; to do: read its last output; "
                                        "mc-ticket reopen MC-1");
    record.summary = "its last reply: Done.";
    text_clear(&out);
    record_told(&out, &record);
    assert_string_equal(text_str(&out), "its last reply: Done; to do: read its last output; mc-ticket reopen MC-1");
    record_release(&record);
    text_release(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_have_names),
        cmocka_unit_test(parts_are_joined),
        cmocka_unit_test(what_is_told),
        cmocka_unit_test(as_text),
        cmocka_unit_test(as_json_with_the_same),
        cmocka_unit_test(an_empty_record),
        cmocka_unit_test(deaths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

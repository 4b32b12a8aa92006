/* The doctor once more, as cron would run it: what it is given, and what is made of its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/text.h"
#include "desk/doctor.h"
#include "desk/doctor_cron.h"
#include "host/spawn.h"

static struct text told;
static struct spawn_result ends;
static bool starts;

bool __wrap_spawn_run(const struct spawn *spawn, struct spawn_result *result, struct err *err);
bool __wrap_spawn_run(const struct spawn *spawn, struct spawn_result *result, struct err *err) {
    text_clear(&told);
    text_addf(&told, "%s", strrchr(spawn->argv->items[0], '/') + 1);
    for (size_t i = 1; i < spawn->argv->count; i++)
        text_addf(&told, " %s", spawn->argv->items[i]);
    text_addf(&told, "; at %s, bound %d, limits %d;", spawn->cwd, spawn->bound,
              spawn->timeout_ms > 0 && spawn->output_max > 0);
    for (size_t i = 0; i < spawn->env->count; i++)
        text_addf(&told, " %s", spawn->env->items[i]);
    if (!starts)
        return err_set(err, MC_OSERR, "no process");
    text_add(result->output, "looked");
    result->status = ends.status;
    result->signal = ends.signal;
    result->timed_out = ends.timed_out;
    return true;
}

static const struct call {
    struct doctor_asked asked;
    bool json;
    const char *home, *logname, *user, *given;
} calls[] = {
    {{0}, false, "/etc", "me", "you", "mc-ticket doctor; at /etc, bound 1, limits 1; HOME=/etc LOGNAME=me"},
    {{0}, true, "/etc", NULL, "you", "mc-ticket doctor --json; at /etc, bound 1, limits 1; HOME=/etc LOGNAME=you"},
    {{0}, false, "/etc", "", NULL, "mc-ticket doctor; at /etc, bound 1, limits 1; HOME=/etc"},
    {{0}, false, NULL, NULL, NULL, "mc-ticket doctor; at /, bound 1, limits 1;"},
    {{0}, false, "/etc/passwd", NULL, NULL, "mc-ticket doctor; at /, bound 1, limits 1; HOME=/etc/passwd"},
    {{"c.json", "b.db", false},
     false,
     "/etc",
     NULL,
     NULL,
     "mc-ticket doctor --config /etc/c.json --db /etc/b.db; at /etc, bound 1, limits 1; HOME=/etc"},
    {{NULL, "postgresql://h/b", false},
     false,
     "/etc",
     NULL,
     NULL,
     "mc-ticket doctor --db postgresql://h/b; at /etc, bound 1, limits 1; HOME=/etc"},
};

static void set(const char *name, const char *value) {
    assert_int_equal(value ? setenv(name, value, 1) : unsetenv(name), 0);
}

static void given(void **state) {
    (void)state;
    starts = true;
    ends = (struct spawn_result){.status = 78};
    assert_int_equal(chdir("/etc"), 0);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct doctor_cron cron = {.asked = &calls[i].asked, .json = calls[i].json};
        struct text out = {0};
        struct err err = {0};
        char *whole;

        set("HOME", calls[i].home);
        set("LOGNAME", calls[i].logname);
        set("USER", calls[i].user);
        assert_true(doctor_under_cron(&cron, &out, &err));
        assert_int_equal(cron.status, 78);
        assert_string_equal(text_str(&out), "looked");
        whole = text_take(&told);
        text_addf(&told, "%s SHELL=/bin/sh PATH=/usr/bin:/bin", calls[i].given);
        assert_string_equal(whole, text_str(&told));
        free(whole);
        text_release(&out);
    }
}

static const struct end {
    bool starts;
    struct spawn_result result;
    enum mc_exit code;
    const char *said;
} ends_of[] = {
    {false, {0}, MC_OSERR, "no process"},
    {true,
     {.timed_out = true, .signal = 9},
     MC_UNAVAILABLE,
     "doctor as cron runs it: it did not end; try again, or without --cron"},
    {true,
     {.status = -1, .signal = 9},
     MC_UNAVAILABLE,
     "doctor as cron runs it: it was ended by a signal; try again, or without --cron"},
};

static void ended(void **state) {
    (void)state;
    const struct doctor_asked none = {0};

    for (size_t i = 0; i < sizeof ends_of / sizeof *ends_of; i++) {
        struct doctor_cron cron = {.asked = &none};
        struct text out = {0};
        struct err err = {0};

        starts = ends_of[i].starts;
        ends = ends_of[i].result;
        assert_false(doctor_under_cron(&cron, &out, &err));
        assert_string_equal(err.text, ends_of[i].said);
        assert_int_equal(err.code, ends_of[i].code);
        err_release(&err);
        text_release(&out);
    }
}

static void password(void **state) {
    (void)state;
    const struct doctor_asked asked = {.db = "postgresql://me:secret@h/b"};
    struct doctor_cron cron = {.asked = &asked};
    struct text out = {0};
    struct err err = {0};

    text_clear(&told);
    assert_false(doctor_under_cron(&cron, &out, &err));
    assert_int_equal(err.code, MC_CONFIG);
    assert_null(strstr(err.text, "secret"));
    err_release(&err);
    assert_string_equal(text_str(&told), "");
}

static int let_go(void **state) {
    (void)state;
    text_release(&told);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(given), cmocka_unit_test(ended), cmocka_unit_test(password)};
    return cmocka_run_group_tests(tests, NULL, let_go);
}

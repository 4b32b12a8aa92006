/* One line of JSON that a ticket is made of: what it may have, and what is said of what it may not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "rules/config.h"
#include "rules/config_read.h"
#include "rules/intake.h"

static const char *lookup(const char *name) {
    (void)name;
    return NULL;
}

static void read_ok(struct intake *one, const char *line) {
    struct err err = {0};
    if (!intake_read(one, line, strlen(line), &err))
        fail_msg("%s: %s", line, err.text);
}

static void is(const char *text, const char *wanted) {
    assert_string_equal(text ? text : "nothing", wanted);
}

static void a_whole_line(void **state) {
    (void)state;
    struct intake one;
    read_ok(&one,
            "{\"title\":\"a b\",\"body\":\"x\\ny\",\"labels\":\"ui, web\",\"priority\":\"high\",\"profile\":\"p\","
            "\"workspace\":\"w\",\"status\":\"inbox\",\"dedupe_key\":\"k\",\"after\":[\"MC-1\",\"j\"]}");
    is(one.title, "a b");
    is(one.body, "x\ny");
    is(one.labels, "ui,web");
    is(one.profile, "p");
    is(one.workspace, "w");
    is(one.dedupe_key, "k");
    assert_int_equal(one.priority, PRIORITY_HIGH);
    assert_int_equal(one.status, TICKET_INBOX);
    assert_int_equal(one.after.count, 2);
    is(one.after.items[1], "j");
    intake_release(&one);
    assert_null(one.title);
}

static void what_it_leaves_open(void **state) {
    (void)state;
    struct intake one;
    read_ok(&one, "{\"title\":\"t\",\"body\":null,\"labels\":null,\"priority\":null,\"status\":null,\"after\":null}");
    assert_null(one.body);
    assert_null(one.labels);
    assert_null(one.profile);
    assert_null(one.workspace);
    assert_null(one.dedupe_key);
    assert_int_equal(one.priority, PRIORITY_COUNT);
    assert_int_equal(one.status, TICKET_STATUS_COUNT);
    assert_int_equal(one.after.count, 0);
    intake_release(&one);
}

static const char *labels_of(struct intake *one, const char *json) {
    char line[200];
    snprintf(line, sizeof line, "{\"title\":\"t\",\"labels\":%s}", json);
    intake_release(one);
    read_ok(one, line);
    return one->labels;
}

static void lists_in_each_form(void **state) {
    (void)state;
    struct intake one = {0};
    is(labels_of(&one, "\"a\""), "a");
    is(labels_of(&one, "\"a,b\""), "a,b");
    is(labels_of(&one, "\"a,b,\""), "a,b"); /* as it is typed */
    is(labels_of(&one, "\"a,b, \\t\""), "a,b");
    is(labels_of(&one, "[\"a\",\"b\"]"), "a,b");
    is(labels_of(&one, "[]"), "nothing");
    is(labels_of(&one, "\"\""), "nothing");
    intake_release(&one);
    read_ok(&one, "{\"title\":\"t\",\"after\":\"a,b\"}"); /* a dedupe key may have a comma */
    assert_int_equal(one.after.count, 1);
    is(one.after.items[0], "a,b");
    intake_release(&one);
}

static void what_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"", "no JSON object"},
        {"7", "no JSON object"},
        {"{\"title\":\"t\"", "no JSON object"},
        {"[{\"title\":\"t\"}]", "it is a list"},
        {"{}", "\"title\": it is missing"},
        {"{\"title\":null}", "\"title\": it is missing"},
        {"{\"title\":7}", "\"title\": it is no text"},
        {"{\"title\":\"\"}", "\"title\""},
        {"{\"title\":\"t\",\"title\":\"u\"}", "\"title\": it stands there twice"},
        {"{\"title\":\"t\",\"body\":null,\"body\":null}", "\"body\": it stands there twice"},
        {"{\"title\":\"t\",\"titel\":\"u\"}", "\"titel\": unknown"},
        {"{\"title\":\"t\",\"Title\":\"u\"}", "\"Title\": unknown"},
        {"{\"title\":\"t\",\"body\":7}", "\"body\": it is no text"},
        {"{\"title\":\"t\",\"labels\":7}", "\"labels\": it is neither"},
        {"{\"title\":\"t\",\"labels\":{\"a\":\"b\"}}", "\"labels\": it is neither"},
        {"{\"title\":\"t\",\"labels\":[7]}", "\"labels\": what stands in the list is no text"},
        {"{\"title\":\"t\",\"after\":7}", "\"after\": it is neither"},
        {"{\"title\":\"t\",\"profile\":7}", "\"profile\": it is no text"},
        {"{\"title\":\"t\",\"workspace\":[]}", "\"workspace\": it is no text"},
        {"{\"title\":\"t\",\"priority\":1}", "\"priority\": give critical, high, medium or low"},
        {"{\"title\":\"t\",\"priority\":\"urgent\"}", "\"priority\": give critical"},
        {"{\"title\":\"t\",\"status\":\"done\"}", "\"status\": give inbox or todo"},
        {"{\"title\":\"t\",\"status\":\"open\"}", "\"status\": give inbox or todo"},
        {"{\"title\":\"t\",\"status\":1}", "\"status\": give inbox or todo"},
        {"{\"title\":\"t\",\"dedupe_key\":1}", "\"dedupe_key\": it is no text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct intake one;
        struct err err = {0};
        if (intake_read(&one, cases[i].line, strlen(cases[i].line), &err))
            fail_msg("taken: %s", cases[i].line);
        assert_int_equal(err.code, MC_DATAERR);
        assert_null(one.title);
        if (!strstr(err.text, cases[i].says))
            fail_msg("%s: %s", cases[i].line, err.text);
        err_release(&err);
    }
}

static void an_export_is_told_apart(void **state) {
    (void)state;
    static const char line[] = "{\"mc_export\":1}";
    struct intake one;
    struct err err = {0};
    assert_false(intake_read(&one, line, strlen(line), &err));
    assert_string_equal(err.text, "this is a board's export: import it with --restore");
    err_release(&err);
}

static void what_lines_have_that_say_nothing(void **state) {
    (void)state;
    struct argv labels = {0};
    struct err err = {0};
    struct intake one;
    argv_add(&labels, "web");
    argv_add(&labels, "ui");
    struct intake_fill fill = {
        .profile = "p", .workspace = "w", .labels = &labels, .priority = PRIORITY_LOW, .status = TICKET_TODO};
    read_ok(&one, "{\"title\":\"t\"}");
    assert_true(intake_fill(&one, &fill, &err));
    is(one.profile, "p");
    is(one.workspace, "w");
    is(one.labels, "web,ui");
    assert_int_equal(one.priority, PRIORITY_LOW);
    assert_int_equal(one.status, TICKET_TODO);
    intake_release(&one);
    read_ok(&one,
            "{\"title\":\"t\",\"profile\":\"q\",\"workspace\":\"v\",\"labels\":\"a,ui\",\"priority\":\"critical\","
            "\"status\":\"inbox\"}");
    assert_true(intake_fill(&one, &fill, &err));
    is(one.profile, "q");
    is(one.workspace, "v");
    is(one.labels, "a,ui,web"); /* each once */
    assert_int_equal(one.priority, PRIORITY_CRITICAL);
    assert_int_equal(one.status, TICKET_INBOX);
    fill.labels = NULL;
    assert_true(intake_fill(&one, &fill, &err));
    fill.labels = &(struct argv){0};
    assert_true(intake_fill(&one, &fill, &err));
    is(one.labels, "a,ui,web");
    argv_add(&labels, "no\nlabel");
    fill.labels = &labels;
    assert_false(intake_fill(&one, &fill, &err));
    assert_int_equal(err.code, MC_DATAERR);
    is(one.labels, "a,ui,web");
    err_release(&err);
    intake_release(&one);
    argv_release(&labels);
    fill = (struct intake_fill){.labels = &labels, .priority = PRIORITY_COUNT, .status = TICKET_STATUS_COUNT};
    read_ok(&one, "{\"title\":\"t\"}");
    assert_true(intake_fill(&one, &fill, &err));
    assert_null(one.profile);
    assert_null(one.workspace);
    intake_release(&one);
}

static void placed(const char *line, const char *configuration, const char *says) {
    struct config config;
    struct intake one;
    struct err err = {0};
    config_defaults(&config);
    assert_true(
        config_read(&config, &(struct config_file){"/etc/c.json", configuration, strlen(configuration), lookup}, &err));
    read_ok(&one, line);
    if (intake_placed(&one, &config, &err) != !says || (says && !strstr(err.text, says)))
        fail_msg("%s: %s", line, err.text ? err.text : "taken");
    err_release(&err);
    intake_release(&one);
    config_release(&config);
}

static void where_it_belongs(void **state) {
    (void)state;
    static const char two[] = "{\"workspaces\":{\"a\":{\"repo\":\"/r\"},\"b\":{\"repo\":\"/s\"}}}";
    placed("{\"title\":\"t\"}", "{}", NULL);
    placed("{\"title\":\"t\",\"profile\":\"demo\"}", "{}", NULL);
    placed("{\"title\":\"t\",\"profile\":\"nobody\"}", "{}", "\"profile\": nobody: no such profile");
    placed("{\"title\":\"t\",\"workspace\":\"a\"}", two, NULL);
    placed("{\"title\":\"t\"}", two, "; name one of a, b there, or with --workspace");
    placed("{\"title\":\"t\",\"workspace\":\"c\"}", two,
           "\"workspace\": workspace c is not configured; name one of a, b, or add it to \"workspaces\"");
    placed("{\"title\":\"t\",\"workspace\":\"c\"}", "{}",
           "\"workspace\": workspace c is not configured; add it to \"workspaces\" in the configuration");
    placed("{\"title\":\"t\",\"workspace\":\"default\"}", "{}", "; add it to \"workspace\" in the configuration");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_line),
        cmocka_unit_test(what_it_leaves_open),
        cmocka_unit_test(lists_in_each_form),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(an_export_is_told_apart),
        cmocka_unit_test(what_lines_have_that_say_nothing),
        cmocka_unit_test(where_it_belongs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

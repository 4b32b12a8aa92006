#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "rules/config.h"
#include "rules/config_read.h"

static const char *lookup(const char *name) {
    if (strcmp(name, "HOME") == 0)
        return "/home/ann";
    if (strcmp(name, "PATH") == 0)
        return "/usr/bin:/bin";
    return strcmp(name, "BROKEN") == 0 ? "/usr/bin::/bin" : NULL;
}

/* The PATH that this configuration has; with `fault` the words of the refusal. */
static void expect(const char *json, const char *path, const char *fault) {
    struct config config;
    struct err err = {0};
    config_defaults(&config);
    bool done = config_read(&config, &(struct config_file){"c.json", json, strlen(json), lookup}, &err);
    if (done != (fault == NULL))
        fail_msg("%s: %s", json, err.text ? err.text : "taken");
    if (fault && !strstr(err.text, fault))
        fail_msg("%s: %s", json, err.text);
    if (fault)
        assert_int_equal(err.code, MC_CONFIG);
    if (path)
        assert_string_equal(config.path, path);
    config_release(&config);
    err_release(&err);
}

static void a_string_or_a_list(void **state) {
    (void)state;
    expect("{\"path\": \"/a:/b\"}", "/a:/b", NULL);
    expect("{\"path\": [\"/a\", \"/b\"]}", "/a:/b", NULL);
    expect("{\"path\": [\"~/bin\", \"$PATH\"]}", "/home/ann/bin:/usr/bin:/bin", NULL);
    expect("{\"path\": \"~/bin:$HOME/b:$PATH\"}", "/home/ann/bin:/home/ann/b:/usr/bin:/bin", NULL);
    expect("{\"path\": [\"~\", \"${HOME}/b\", \"/a$$\"]}", "/home/ann:/home/ann/b:/a$", NULL);
}

static void what_is_refused(void **state) {
    (void)state;
    expect("{\"path\": \"\"}", NULL, "not an absolute path");
    expect("{\"path\": []}", NULL, "is empty");
    expect("{\"path\": 3}", NULL, "must be a string like PATH");
    expect("{\"path\": [3]}", NULL, "must be a string like PATH");
    expect("{\"path\": \"/a:\"}", NULL, "not an absolute path");
    expect("{\"path\": \"/a::/b\"}", NULL, "not an absolute path");
    expect("{\"path\": \"bin\"}", NULL, "not an absolute path");
    expect("{\"path\": [\"/a\", \"./b\"]}", NULL, "not an absolute path");
    expect("{\"path\": \"$BROKEN\"}", NULL, "not an absolute path in every part");
    expect("{\"path\": \"$NOTHING/bin\"}", NULL, "$NOTHING is not set");
    expect("{\"path\": \"/a\\n\"}", NULL, "control characters");
    expect("{\"path\": [\"/a:/c\", \"/b\"]}", NULL, "c.json:1: path: \"/a:/c\" holds a colon");
    expect("{\"path\": [\"/a\",\n\"/b\",\n\"c\"]}", NULL, "c.json:3: path: \"c\" is not");
}

static void pass_is_added(void **state) {
    (void)state;
    static const char json[] = "{\"profiles\": {\"claude\": {\"pass\": [\"AWS_*\", \"ONE\"]}}}";
    struct config config;
    struct err err = {0};
    config_defaults(&config);
    const struct profile *claude = config_profile(&config, "claude");
    size_t n = claude->pass.count;
    assert_true(n > 0);
    assert_true(config_read(&config, &(struct config_file){"c.json", json, strlen(json), lookup}, &err));
    claude = config_profile(&config, "claude");
    assert_int_equal(claude->pass.count, n + 2);
    assert_string_equal(claude->pass.items[n], "AWS_*");
    config_release(&config);
}

static void what_pass_refuses(void **state) {
    (void)state;
    expect("{\"profiles\": {\"claude\": {\"pass\": \"AWS_*\"}}}", NULL, "must be a list");
    expect("{\"profiles\": {\"claude\": {\"pass\": [\n\"A\",\n\"A B\"]}}}", NULL,
           "c.json:3: profiles.claude.pass: \"A B\" is no name");
    expect("{\"profiles\": {\"claude\": {\"pass\": [\"A=1\"]}}}", NULL, "\"A=1\" is no name of a variable");
    expect("{\"profiles\": {\"claude\": {\"pass\": [1]}}}", NULL, "names of variables");
    expect("{\"profiles\": {\"claude\": {\"pass\": [\"GIT_AUTHOR_*\"]}}}", NULL,
           "never passed on; give it a value in env");
    expect("{\"profiles\": {\"claude\": {\"pass\": [\n\n\"MC_DB\"]}}}", NULL,
           "c.json:3: profiles.claude.pass: MC_DB is never passed on; names with MC_ are mc-pickup's own");
    expect("{\"profiles\": {\"claude\": {\"pass\": [\"PATH\"]}}}", NULL, "PATH is never passed on; set \"path\"");
    expect("{\"profiles\": {\"claude\": {\"pass\": [\"A\",\n\"TOKEN\"]}}, \"send\": {\"token_env\": \"TOKEN\"}}", NULL,
           "c.json:2: profiles.claude.pass.1: TOKEN is never passed on, because send.token_env names it");
    expect("{\"profiles\": {\"claude\": {\"pass\": [\"TOK*\"]}}, \"send\": {\"token_env\": \"TOKEN\"}}", NULL, NULL);
}

static void what_path_of_a_profile_is(void **state) {
    (void)state;
    expect("{\"profiles\": {\"claude\": {\"env\": {\"PATH\": \"/a:/b\"}}}}", NULL, NULL);
    expect("{\"profiles\": {\"claude\": {\"env\": {\"PATH\": null}}}}", NULL, NULL);
    expect("{\"profiles\": {\"claude\": {\"env\": {\"A\": \"~\",\n\"PATH\": \"/a:~/b:/c\"}}}}", NULL,
           "c.json:2: profiles.claude.env: PATH: \"~/b\" is not an absolute folder");
    expect("{\"profiles\": {\"claude\": {\"env\": {\"PATH\": \"bin\"}}}}", NULL, "\"bin\" is not an absolute folder");
    expect("{\"profiles\": {\"claude\": {\"env\": {\"PATH\": \"/a::/b\"}}}}", NULL, "\"\" is not an absolute folder");
    expect("{\"profiles\": {\"claude\": {\"env\": {\"PATH\": \"\"}}}}", NULL, "\"\" is not an absolute folder");
    expect("{\"profiles\": {\"claude\": {\"env\": {\n\"MC_A\": \"\"}}}}", NULL,
           "c.json:2: profiles.claude.env: MC_A is refused");
}

static void patterns_that_never_match(void **state) {
    (void)state;
    expect("{\"profiles\": {\"demo\": {\"ready\": \"^> $\"}}}", NULL, "can never match");
    expect("{\"profiles\": {\"demo\": {\"ready\": \"^> *$\", \"busy_title\": \"x $\"}}}", NULL, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_string_or_a_list),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(pass_is_added),
        cmocka_unit_test(what_pass_refuses),
        cmocka_unit_test(what_path_of_a_profile_is),
        cmocka_unit_test(patterns_that_never_match),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/dialect.h"
#include "rules/dialect_fill.h"

static const struct dialect_fields fields = {.ticket = "MC-4629",
                                             .number = 4629,
                                             .session_key = "ticket:4629:session",
                                             .session = "mc-MC-4629",
                                             .run_id = "0123456789abcdef0123456789abcdef",
                                             .nonce = "MC_TICKET_TURN:4629:1:e519f820",
                                             .message = "say \"{nonce}\"\n\\ {ticket}"};

static void url_of_is(const struct dialect_fields *of, const struct dialect_target *target, const char *wanted) {
    struct text out = {0};
    struct err err = {0};
    if (!dialect_url(&out, target, of, &err))
        fail_msg("%s + %s: %s", target->url, target->path, err.text);
    assert_string_equal(text_str(&out), wanted);
    text_release(&out);
}

static void url_is(const char *url, const char *path, const char *wanted) {
    url_of_is(&fields, &(struct dialect_target){url, path}, wanted);
}

static void test_urls_are_joined_and_encoded(void **state) {
    (void)state;
    url_is("http://127.0.0.1:5000/api/tickets/{number}/runtime/send", "",
           "http://127.0.0.1:5000/api/tickets/4629/runtime/send");
    url_is("http://localhost/", "/api/chat/send", "http://localhost/api/chat/send");
    url_is("HTTPS://a-b.example", "/s/{session_key}/{run}?k={ticket}",
           "HTTPS://a-b.example/s/ticket%3A4629%3Asession/0123456789abcdef0123456789abcdef?k=MC-4629");
    url_is("http://[::1]:8080", "/{session}/{run_id}", "http://[::1]:8080/mc-MC-4629/0123456789abcdef0123456789abcdef");
    url_is("http://[::1]", NULL, "http://[::1]");
    url_is("http://[::1]:8", "", "http://[::1]:8");
    url_is("http://h:65535/", "", "http://h:65535/");
    url_is("http://h:1", NULL, "http://h:1");
    url_is("http://[::]/", "", "http://[::]/");
    url_is("http://h//", "/p", "http://h/p");
    url_is("http://h", "/p", "http://h/p");
    url_is("hTtP://h", "", "hTtP://h");
    url_is("http://h/{ticket", "/{}{TICKET}", "http://h/{ticket/{}{TICKET}");
    url_is("http://h?q={nonce}", "", "http://h?q=MC_TICKET_TURN%3A4629%3A1%3Ae519f820");
    url_of_is(&(struct dialect_fields){.session = "azAZ09-._~ /:@[`{\x7f\xC3\xA9"},
              &(struct dialect_target){"http://h/{session}{nonce}{number}", ""},
              "http://h/azAZ09-._~%20%2F%3A%40%5B%60%7B%7F%C3%A90");
}

static void test_wrong_urls_are_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {"",
                                        "ftp://host/",
                                        "file:///etc/passwd",
                                        "//host/",
                                        "host/path",
                                        "http://",
                                        "http:///path",
                                        "http://:80/",
                                        "http://user:password@host/",
                                        "http://user@host/",
                                        "http://host:0/",
                                        "http://host:65536/",
                                        "http://host:99999999999999/",
                                        "http://host:/",
                                        "http://host:8o/",
                                        "http://a:1:2/",
                                        "http://[::1/",
                                        "http://[]/",
                                        "http://[::1]x/",
                                        "http://{ticket}/",
                                        "http://host/a b",
                                        "http://host/a\nb",
                                        "http://host/#frag",
                                        "http://host:123456/",
                                        "http://[::1]:/",
                                        "http://[::1]8/",
                                        "http://[x/",
                                        "http://[1]/",
                                        "http://h_o st/",
                                        "http:/host/",
                                        "`ttp://host/",
                                        "http://host/{tickets}",
                                        "http://host/{ticke}",
                                        "http://host/\x7f",
                                        "http://host/\xc3\xa4",
                                        "http://host/{message}",
                                        "http://host/{unknown}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct text out = {0};
        struct err err = {0};
        if (dialect_url(&out, &(struct dialect_target){wrong[i], ""}, &fields, &err))
            fail_msg("taken: %s", wrong[i]);
        assert_int_equal(err.code, MC_CONFIG);
        text_release(&out);
        err_release(&err);
    }
    struct text out = {0};
    struct err err = {0};
    assert_false(dialect_url(&out, &(struct dialect_target){NULL, ""}, &fields, &err));
    assert_false(dialect_url(&out, &(struct dialect_target){"http://host/?q=1", "/path"}, &fields, &err));
    err_release(&err);
}

static void test_bodies_are_filled_once(void **state) {
    (void)state;
    struct text out = {0};
    struct err err = {0};
    assert_true(dialect_body(&out,
                             "{\"n\":\"{number}\",\"m\":\"<{message}>\",\"k\":[\"{ticket}\",1.5,true,\"{number}!\"],"
                             "\"q\":\"\\\"{ticket}\\\" {}{x1}\"}",
                             &fields, &err));
    struct json *json = json_parse(out.data, out.len);
    assert_non_null(json);
    int64_t number = 0;
    assert_true(json_int(json_get(json, "n"), &number));
    assert_int_equal(number, 4629);
    /* what was put in is not looked at again */
    assert_string_equal(json_string(json_get(json, "m")), "<say \"{nonce}\"\n\\ {ticket}>");
    assert_string_equal(json_string(json_path(json, "k.0")), "MC-4629");
    assert_string_equal(json_string(json_path(json, "k.3")), "4629!");
    assert_string_equal(json_string(json_get(json, "q")), "\"MC-4629\" {}{x1}");
    assert_non_null(strstr(out.data, "1.5,true"));
    json_free(json);
    text_release(&out);
    assert_true(dialect_body(&out, NULL, &fields, &err));
    assert_string_equal(text_str(&out), "");
    assert_false(dialect_body(&out, "{\"a\":", &fields, &err));
    assert_string_equal(err.text, "the dialect's body is not JSON; mend send.dialects");
    assert_int_equal(err.code, MC_CONFIG);
    text_release(&out);
    out = (struct text){.max = 20};
    assert_false(dialect_body(&out, "[\"{message}\", \"{message}\"]", &fields, &err));
    assert_string_equal(err.text, "the request's body is over 16777216 bytes; shorten the ticket");
    assert_int_equal(err.code, MC_DATAERR);
    text_release(&out);
    err_release(&err);
}

static void test_headers_are_one_line(void **state) {
    (void)state;
    struct text out = {0};
    struct dialect_fields hostile = fields;
    hostile.session = "a\r\nX-Evil: 1";
    assert_true(dialect_header(&out, "X-Session: {session} {number}", &hostile));
    assert_string_equal(text_str(&out), "X-Session: aX-Evil: 1 4629");
    text_release(&out);
}

static void test_builtins_are_without_error(void **state) {
    (void)state;
    static const char *const names[] = {"mission-control", "gaia", "opencode", "agentapi"};
    assert_int_equal(dialect_builtin_count(), 4);
    for (size_t i = 0; i < dialect_builtin_count(); i++) {
        struct dialect dialect;
        struct text out = {0};
        struct err err = {0};
        dialect_from_builtin(&dialect, i);
        assert_string_equal(dialect.name, names[i]);
        char *why = dialect_error(&dialect);
        if (why)
            fail_msg("%s: %s", dialect.name, why);
        assert_true(dialect_body(&out, dialect.body, &fields, &err));
        struct json *json = json_parse(out.data, out.len);
        assert_non_null(json);
        json_free(json);
        text_release(&out);
        assert_false(dialect.idempotent); /* of none of them it is known */
        assert_true((dialect.status_path != NULL) == (strcmp(dialect.name, "opencode") == 0));
        dialect_release(&dialect);
        dialect_release(&dialect);
    }
}

static void test_mission_control_posts_the_contract(void **state) {
    (void)state;
    struct dialect dialect;
    struct text out = {0};
    struct err err = {0};
    dialect_from_builtin(&dialect, 0);
    assert_true(dialect_body(&out, dialect.body, &fields, &err));
    struct json *json = json_parse(out.data, out.len);
    assert_int_equal(json_count(json), 6);
    assert_string_equal(json_string(json_get(json, "ticket")), fields.ticket);
    assert_string_equal(json_string(json_get(json, "session_key")), fields.session_key);
    assert_string_equal(json_string(json_get(json, "run_id")), fields.run_id);
    assert_string_equal(json_string(json_get(json, "nonce")), fields.nonce);
    assert_string_equal(json_string(json_get(json, "message")), fields.message);
    assert_string_equal(json_string(json_get(json, "source")), "mc-pickup");
    json_free(json);
    text_release(&out);
    dialect_release(&dialect);
}

/* Each breaks one thing in a dialect that is right. */
static char *broken(const char *what, const char *value) {
    struct dialect dialect;
    dialect_from_builtin(&dialect, 0);
    if (strcmp(what, "header") == 0) {
        dialect.headers = xrealloc(dialect.headers, sizeof *dialect.headers);
        dialect.headers[dialect.header_count++] = xstrdup(value);
    } else if (strcmp(what, "rule") == 0) {
        dialect.rules = xrealloc(dialect.rules, sizeof *dialect.rules);
        dialect.rules[dialect.rule_count++] =
            (struct dialect_rule){.status_low = 400, .status_high = 499, .body = xstrdup(value)};
    } else {
        char **slot = strcmp(what, "method") == 0        ? &dialect.method
                      : strcmp(what, "path") == 0        ? &dialect.path
                      : strcmp(what, "body") == 0        ? &dialect.body
                      : strcmp(what, "status_path") == 0 ? &dialect.status_path
                                                         : &dialect.status_busy;
        xreplace(slot, value);
    }
    char *why = dialect_error(&dialect);
    dialect_release(&dialect);
    return why;
}

static bool statuses_are_wrong(int success, int low, int high) {
    struct dialect dialect;
    dialect_from_builtin(&dialect, 0);
    dialect.success[0] = success;
    dialect.rules = xrealloc(dialect.rules, (dialect.rule_count + 1) * sizeof *dialect.rules);
    dialect.rules[dialect.rule_count++] = (struct dialect_rule){.status_low = low, .status_high = high};
    char *why = dialect_error(&dialect);
    bool wrong = why != NULL;
    free(why);
    dialect_release(&dialect);
    return wrong;
}

static void test_statuses(void **state) {
    (void)state;
    assert_false(statuses_are_wrong(200, 100, 599));
    assert_false(statuses_are_wrong(299, 404, 404));
    assert_true(statuses_are_wrong(199, 404, 404));
    assert_true(statuses_are_wrong(300, 404, 404));
    assert_true(statuses_are_wrong(200, 99, 404));
    assert_true(statuses_are_wrong(200, 404, 600));
    assert_true(statuses_are_wrong(200, 405, 404));
}

static void test_patterns_match_anywhere_in_any_case(void **state) {
    (void)state;
    assert_true(dialect_match("bu+sy", "it is BUUSY now"));
    assert_false(dialect_match("^busy$", "it is busy"));
    assert_false(dialect_match(NULL, "busy"));
    assert_false(dialect_match("(", "("));
}

static void test_rows_that_cannot_work_are_told(void **state) {
    (void)state;
    static const struct {
        const char *what, *value;
        bool wrong;
    } cases[] = {{"method", "PUT", false},
                 {"method", "GET", true},
                 {"method", "POST\r\nX", true},
                 {"path", "/a/{ticket}", false},
                 {"path", "a", true},
                 {"path", "/{message}", true},
                 {"path", "/a b", true},
                 {"body", "[\"{message}\"]", false},
                 {"body", "{message}", true},
                 {"body", "{\"a\":\"{mesage}\"}", true},
                 {"header", "X-A: {run_id}", false},
                 {"header", "X-A", true},
                 {"header", "X A: b", true},
                 {"header", "X-A: b\nc: d", true},
                 {"header", "authorization: Bearer x", true},
                 {"header", "Content-Length: 3", true},
                 {"header", "X-A: {message}", true},
                 {"rule", "busy|later", false},
                 {"rule", "(", true},
                 {"method", NULL, true},
                 {"method", "PATCH", false},
                 {"path", NULL, false},
                 {"path", "", false},
                 {"path", "/a\x7f", true},
                 {"path", "/\xc3\xa4", true},
                 {"path", "/a#b", true},
                 {"path", "/a\x1f", true},
                 {"path", "/a!~", false},
                 {"body", NULL, false},
                 {"header", ": b", true},
                 {"header", "", true},
                 {"header", "X-A: \x7f", true},
                 {"header", "X-A: \x1f", true},
                 {"header", "!#$%&'*+-.^_`|~09azAZ: b", false},
                 {"header", "X[: b", true},
                 {"header", "X@: b", true},
                 {"header", "X/: b", true},
                 {"header", "X{: b", true},
                 {"header", "Host: b", true},
                 {"header", "Hos: b", false},
                 {"header", "Hosts: b", false},
                 {"header", "Transfer-Encoding: b", true},
                 {"header", "Expect: b", true},
                 {"rule", NULL, false},
                 {"rule", "", false},
                 {"status_path", "/status", true}, /* without status_busy */
                 {"status_busy", "[", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *why = broken(cases[i].what, cases[i].value);
        if ((why != NULL) != cases[i].wrong)
            fail_msg("%s %s: %s", cases[i].what, cases[i].value, why ? why : "taken");
        free(why);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls_are_joined_and_encoded),
        cmocka_unit_test(test_wrong_urls_are_refused),
        cmocka_unit_test(test_bodies_are_filled_once),
        cmocka_unit_test(test_headers_are_one_line),
        cmocka_unit_test(test_builtins_are_without_error),
        cmocka_unit_test(test_mission_control_posts_the_contract),
        cmocka_unit_test(test_rows_that_cannot_work_are_told),
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_patterns_match_anywhere_in_any_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/text.h"
#include "rules/answer_words.h"
#include "rules/words.h"

enum place { CODE, PROSE };

/* What each word means, and where it must stand. */
static const struct {
    enum place place;
    const char *words;
    int class;
} known[] = {
    {PROSE, "key reused", CLASS_CONFLICT},
    {PROSE, "key mismatch", CLASS_CONFLICT},
    {PROSE, "different body", CLASS_CONFLICT},
    {PROSE, "different payload", CLASS_CONFLICT},
    {PROSE, "different request", CLASS_CONFLICT},
    {PROSE, "another body", CLASS_CONFLICT},
    {CODE, "already sent", CLASS_ALREADY_SENT},
    {CODE, "already accepted", CLASS_ALREADY_SENT},
    {CODE, "already processed", CLASS_ALREADY_SENT},
    {CODE, "duplicate", CLASS_ALREADY_SENT},
    {CODE, "duplicate request", CLASS_ALREADY_SENT},
    {CODE, "duplicate nonce", CLASS_ALREADY_SENT},
    {CODE, "idempotent replay", CLASS_ALREADY_SENT},
    {CODE, "idempotency replay", CLASS_ALREADY_SENT},
    {PROSE, "idempotency key already", CLASS_ALREADY_SENT},
    {PROSE, "idempotency key was already", CLASS_ALREADY_SENT},
    {PROSE, "idempotency key has already", CLASS_ALREADY_SENT},
    {PROSE, "idempotency key is already", CLASS_ALREADY_SENT},
    {PROSE, "nonce already", CLASS_ALREADY_SENT},
    {PROSE, "nonce was already", CLASS_ALREADY_SENT},
    {CODE, "foreign run", CLASS_FOREIGN},
    {CODE, "run mismatch", CLASS_FOREIGN},
    {CODE, "wrong run", CLASS_FOREIGN},
    {CODE, "wrong ticket", CLASS_FOREIGN},
    {CODE, "ticket mismatch", CLASS_FOREIGN},
    {CODE, "session owned by another ticket", CLASS_FOREIGN},
    {CODE, "awaiting human", CLASS_AWAITING_HUMAN},
    {CODE, "awaiting approval", CLASS_AWAITING_HUMAN},
    {CODE, "needs input", CLASS_AWAITING_HUMAN},
    {CODE, "permission required", CLASS_AWAITING_HUMAN},
    {CODE, "approval required", CLASS_AWAITING_HUMAN},
    {CODE, "trust required", CLASS_AWAITING_HUMAN},
    {PROSE, "status awaiting human", CLASS_AWAITING_HUMAN},
    {PROSE, "status awaiting approval", CLASS_AWAITING_HUMAN},
    {PROSE, "status needs input", CLASS_AWAITING_HUMAN},
    {PROSE, "waiting for permission", CLASS_AWAITING_HUMAN},
    {PROSE, "waiting for approval", CLASS_AWAITING_HUMAN},
    {PROSE, "waiting for a human", CLASS_AWAITING_HUMAN},
    {PROSE, "awaiting a human", CLASS_AWAITING_HUMAN},
    {PROSE, "permission prompt", CLASS_AWAITING_HUMAN},
    {PROSE, "permission request", CLASS_AWAITING_HUMAN},
    {PROSE, "trust this folder", CLASS_AWAITING_HUMAN},
    {PROSE, "trust prompt", CLASS_AWAITING_HUMAN},
    {PROSE, "shows a dialog", CLASS_AWAITING_HUMAN},
    {PROSE, "paused", CLASS_PAUSED},
    {PROSE, "usage limit", CLASS_PAUSED},
    {PROSE, "quota", CLASS_PAUSED},
    {PROSE, "rate limit", CLASS_PAUSED},
    {PROSE, "rate limited", CLASS_PAUSED},
    {PROSE, "too many requests", CLASS_PAUSED},
    {CODE, "starting", CLASS_STARTING},
    {CODE, "pending", CLASS_STARTING},
    {CODE, "not started", CLASS_STARTING},
    {CODE, "runtime starting", CLASS_STARTING},
    {PROSE, "status starting", CLASS_STARTING},
    {PROSE, "status spawning", CLASS_STARTING},
    {PROSE, "status pending", CLASS_STARTING},
    {PROSE, "initializing", CLASS_STARTING},
    {PROSE, "initialising", CLASS_STARTING},
    {PROSE, "is starting", CLASS_STARTING},
    {PROSE, "still starting", CLASS_STARTING},
    {PROSE, "starting up", CLASS_STARTING},
    {PROSE, "booting", CLASS_STARTING},
    {PROSE, "warming up", CLASS_STARTING},
    {PROSE, "status dead", CLASS_CONFLICT},
    {PROSE, "status closed", CLASS_CONFLICT},
    {PROSE, "status exited", CLASS_CONFLICT},
    {PROSE, "status stopped", CLASS_CONFLICT},
    {PROSE, "status failed", CLASS_CONFLICT},
    {CODE, "closed", CLASS_CONFLICT},
    {CODE, "ticket closed", CLASS_CONFLICT},
    {CODE, "session closed", CLASS_CONFLICT},
    {CODE, "archived", CLASS_CONFLICT},
    {CODE, "cancelled", CLASS_CONFLICT},
    {CODE, "completed", CLASS_CONFLICT},
    {CODE, "expired", CLASS_CONFLICT},
    {CODE, "deleted", CLASS_CONFLICT},
    {PROSE, "ticket is closed", CLASS_CONFLICT},
    {PROSE, "ticket is done", CLASS_CONFLICT},
    {PROSE, "ticket is cancelled", CLASS_CONFLICT},
    {CODE, "busy", CLASS_BUSY},
    {CODE, "session busy", CLASS_BUSY},
    {CODE, "session busy error", CLASS_BUSY},
    {CODE, "agent busy", CLASS_BUSY},
    {CODE, "turn in progress", CLASS_BUSY},
    {CODE, "turn active", CLASS_BUSY},
    {PROSE, "runtime busy", CLASS_BUSY},
    {PROSE, "runtime is busy", CLASS_BUSY},
    {PROSE, "session is busy", CLASS_BUSY},
    {PROSE, "agent is busy", CLASS_BUSY},
    {PROSE, "session busy error", CLASS_BUSY},
    {PROSE, "not ready for input", CLASS_BUSY},
    {PROSE, "already in progress", CLASS_BUSY},
    {PROSE, "turn is in progress", CLASS_BUSY},
    {PROSE, "turn is active", CLASS_BUSY},
    {PROSE, "when the agent is waiting for user input", CLASS_BUSY},
};
enum { KNOWN = sizeof known / sizeof *known };

static int class_of_json(const char *key, const char *value, bool *any) {
    struct text body = {0};
    struct saying saying = {0};
    text_addf(&body, "{\"%s\":\"%s\"}", key, value);
    struct json *json = json_parse(text_str(&body), body.len);
    assert_non_null(json);
    saying_from_json(&saying, json);
    int class = saying_class(&saying);
    if (any)
        *any = saying.any;
    saying_release(&saying);
    json_free(json);
    text_release(&body);
    return class;
}

static int class_of_text(const char *body, size_t n) {
    struct saying saying = {0};
    saying_from_text(&saying, body, n);
    int class = saying_class(&saying);
    saying_release(&saying);
    return class;
}

static int class_of_html(const char *body) {
    struct saying saying = {0};
    saying_from_html(&saying, body, strlen(body));
    int class = saying_class(&saying);
    saying_release(&saying);
    return class;
}

static void a_code_is_a_whole_word(void **state) {
    (void)state;
    for (size_t i = 0; i < KNOWN; i++) {
        char code[128];
        snprintf(code, sizeof code, "%s", known[i].words);
        for (char *at = code; *at; at++)
            if (*at == ' ')
                *at = '_';
        int found = class_of_json("code", code, NULL);
        if (found != known[i].class)
            fail_msg("%s: %s, not %s", code, found < 0 ? "nothing" : send_class_name((enum send_class)found),
                     send_class_name((enum send_class)known[i].class));
    }
}

static bool also_prose(const char *words) {
    for (size_t i = 0; i < KNOWN; i++)
        if (known[i].place == PROSE && strcmp(known[i].words, words) == 0)
            return true;
    return false;
}

static void prose_says_it_anywhere_and_a_code_does_not(void **state) {
    (void)state;
    for (size_t i = 0; i < KNOWN; i++) {
        char said[160];
        snprintf(said, sizeof said, "It says: %s!", known[i].words);
        int wanted = known[i].place == PROSE || also_prose(known[i].words) ? known[i].class : -1;
        int found = class_of_text(said, strlen(said));
        if (found != wanted)
            fail_msg("%s: %d, not %d", said, found, wanted);
    }
}

static void words_are_whole(void **state) {
    (void)state;
    assert_int_equal(class_of_text("the quotas of it", 16), -1);
    assert_int_equal(class_of_text("xquota", 6), -1);
    assert_int_equal(class_of_text("quota9", 6), -1);
    assert_int_equal(class_of_text("quota0", 6), -1);
    assert_int_equal(class_of_text("quotaz", 6), -1);
    assert_int_equal(class_of_text("aquota", 6), -1);
    assert_int_equal(class_of_text("quota\xc3\xa9", 7), -1);
    assert_int_equal(class_of_text("\x80quota", 6), -1);
    assert_int_equal(class_of_text("QUOTA", 5), CLASS_PAUSED);
    /* a hump begins a word; what stands beside the letters and digits is a blank */
    assert_int_equal(class_of_text("outQuota", 8), CLASS_PAUSED);
    assert_int_equal(class_of_text("theZquota", 9), -1);
    for (const char *at = "@[`{/:\n\t.-_"; *at; at++) {
        char said[] = "a?quota?b";
        said[1] = said[7] = *at;
        assert_int_equal(class_of_text(said, strlen(said)), CLASS_PAUSED);
    }
    assert_int_equal(class_of_text("rate  -  limit", 14), CLASS_PAUSED);
    assert_int_equal(class_of_text("aZone", 5), -1);
    assert_int_equal(class_of_text("usageLimit", 10), CLASS_PAUSED);
    assert_int_equal(class_of_text("zUsage limit", 12), CLASS_PAUSED);
    assert_int_equal(class_of_text("ZUsage limit", 12), -1);
    assert_int_equal(class_of_text("9Usage limit", 12), -1);
    assert_int_equal(class_of_text("jazzUsage limit", 15), CLASS_PAUSED);
    assert_int_equal(class_of_text("seaUsage limit", 14), CLASS_PAUSED);
}

/* What says only the status is no reason. */
static void what_is_bare(void **state) {
    static const char *const bare[] = {
        "conflict",
        "409",
        "409 conflict",
        "error",
        "error conflict",
        "error 409",
        "http 409",
        "http status 409",
        "httpexception",
        "about blank",
        "nginx",
        "openresty",
        "apache",
        "caddy",
        "cloudflare",
        "gunicorn",
        "werkzeug",
        "status code 409",
        "a conflict happened while processing the request the resource might have been modified",
        "conflict a conflict happened while processing the request",
        "the request could not be completed due to a conflict with the current state of the target resource",
        "",
        "  ",
        "17",
        "4 0 9",
    };
    static const char *const more[] = {
        "HTTP status 409 Conflict",
        "nginx/1.22.1",
        "openresty/1.21",
        "Apache/2.4.57 (Debian)",
        "Caddy 2",
        "cloudflare-nginx",
        "gunicorn/20",
        "Werkzeug/2.2.2 Python/3.11",
        "status code 409: x",
        "A conflict happened while processing the request. The resource might have been modified while x.",
        "Conflict: a conflict happened while processing the request. More.",
    };
    static const char *const reasons[] = {"conflicts", "409 conflicts",   "errors",         "http 4091",
                                          "an nginx",  "http exceptions", "conflict of it", "a 409",
                                          "17 x",      "about blanks",    "error 409 x"};
    bool any = true;
    (void)state;
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++) {
        class_of_json("title", bare[i], &any);
        if (any)
            fail_msg("%s is a reason", bare[i]);
    }
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        class_of_json("title", more[i], &any);
        if (any)
            fail_msg("%s is a reason", more[i]);
    }
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        class_of_json("title", reasons[i], &any);
        if (!any)
            fail_msg("%s is no reason", reasons[i]);
    }
}

static void members_that_say_why(void **state) {
    static const char *const keys[] = {"code",   "error", "error_code", "errorCode",   "reason", "_tag",
                                       "name",   "type",  "kind",       "message",     "detail", "details",
                                       "status", "msg",   "title",      "description", "data"};
    static const char *const others[] = {"note", "Code", "errors", "id", "session", ""};
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_int_equal(class_of_json(keys[i], "runtime_busy", NULL), CLASS_BUSY);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(class_of_json(others[i], "runtime_busy", NULL), -1);
}

static void check_json(const char *body, int class, const char *plain) {
    struct saying saying = {0};
    struct json *json = json_parse(body, strlen(body));
    assert_non_null(json);
    saying_from_json(&saying, json);
    assert_int_equal(saying_class(&saying), class);
    assert_string_equal(text_str(&saying.plain), plain);
    saying_release(&saying);
    assert_false(saying.any);
    assert_int_equal(saying.plain.len, 0);
    json_free(json);
}

static void how_deep(void **state) {
    (void)state;
    check_json("{\"error\":{\"data\":{\"code\":\"busy\"}}}", CLASS_BUSY, "busy");
    check_json("{\"error\":{\"data\":{\"data\":{\"code\":\"busy\"}}}}", -1, "");
    check_json("{\"error\":[[\"busy\",7]]}", CLASS_BUSY, "busy");
    check_json("[\"busy\"]", CLASS_BUSY, "busy");
    check_json("\"busy\"", CLASS_BUSY, "busy");
    check_json("{\"error\":\"one\",\"message\":\"the quota of it\",\"x\":\"no\"}", CLASS_PAUSED,
               "one: the quota of it");
    /* not one code out of two */
    check_json("{\"error\":\"session\",\"code\":\"closed\"}", CLASS_CONFLICT, "session: closed");
    check_json("{\"error\":\"not\",\"code\":\"started\"}", -1, "not: started");
}

/* A code has no blanks and few letters. */
static void what_is_a_code(void **state) {
    char code[80];
    (void)state;
    memset(code, '_', sizeof code);
    memcpy(code, "duplicate", 9);
    code[64] = '\0';
    assert_int_equal(class_of_text(code, 64), CLASS_ALREADY_SENT);
    code[64] = '_';
    code[65] = '\0';
    assert_int_equal(class_of_text(code, 65), -1);
    assert_int_equal(class_of_text("duplicate", 9), CLASS_ALREADY_SENT);
    assert_int_equal(class_of_text("duplicate nonce", 15), -1);
    assert_int_equal(class_of_text("duplicate\tnonce", 15), -1);
    assert_int_equal(class_of_text("duplicate\nnonce", 15), -1);
    assert_int_equal(class_of_text("duplicate.nonce", 15), CLASS_ALREADY_SENT);
}

/* Of a long answer the beginning is read. */
static void how_much_is_read(void **state) {
    char body[5000];
    (void)state;
    memset(body, '.', sizeof body);
    memcpy(body + 1024 - 5, "quota", 5);
    assert_int_equal(class_of_text(body, sizeof body), CLASS_PAUSED);
    memset(body, '.', sizeof body);
    memcpy(body + 1024 - 4, "quota", 5);
    assert_int_equal(class_of_text(body, sizeof body), -1);
    memset(body, '\n', sizeof body);
    memcpy(body + sizeof body - 5, "quota", 5);
    assert_int_equal(class_of_text(body, sizeof body), CLASS_PAUSED);
    assert_int_equal(class_of_text(" \r\t\nquota", 9), CLASS_PAUSED);
    assert_int_equal(class_of_text("quotaquota", 5), CLASS_PAUSED);
}

static void what_text_is_read(void **state) {
    struct saying saying = {0};
    (void)state;
    saying_from_text(&saying, " \n\r\tquota", 9);
    assert_string_equal(text_str(&saying.plain), "quota");
    assert_string_equal(text_str(&saying.prose), " quota ");
    assert_string_equal(text_str(&saying.codes), "| quota |");
    saying_release(&saying);
    saying_from_text(&saying, "  \n", 3);
    assert_int_equal(saying.prose.len, 0);
    saying_release(&saying);
}

static void what_a_page_says(void **state) {
    static const char page[] = "<p> \r\n\t</p><p>one</p><p> two</p>";
    char body[3000];
    (void)state;
    assert_int_equal(class_of_html("<p>the quota of it</p>"), CLASS_PAUSED);
    assert_int_equal(class_of_html("quota"), CLASS_PAUSED);
    assert_int_equal(class_of_html("<p class=quota>x</p>"), -1);
    assert_int_equal(class_of_html("<script>quota</script>"), -1);
    assert_int_equal(class_of_html("<style>quota</style>"), -1);
    assert_int_equal(class_of_html("<script>quota"), -1);
    assert_int_equal(class_of_html("<script>a</b><quota</script>"), -1);
    assert_int_equal(class_of_html("<script>a</script>quota"), CLASS_PAUSED);
    assert_int_equal(class_of_html("<style>a</script>quota</style>"), -1);
    assert_int_equal(class_of_html("<script>a<script>quota</script>"), -1);
    assert_int_equal(class_of_html("<script></script><b>quota</b>"), CLASS_PAUSED);
    assert_int_equal(class_of_html("<p>quota<script"), CLASS_PAUSED);
    assert_int_equal(class_of_html("a<b"), -1);
    assert_int_equal(class_of_html("<b><i>quota</i></b>"), CLASS_PAUSED);
    assert_int_equal(class_of_html("<i>rate</i> <i>limit</i>"), -1);
    struct saying saying = {0};
    saying_from_html(&saying, page, strlen(page));
    assert_string_equal(text_str(&saying.plain), "one:  two");
    saying_release(&saying);
    memset(body, '.', sizeof body);
    memcpy(body + 1024 - 5, "quota", 5);
    body[sizeof body - 1] = '\0';
    assert_int_equal(class_of_html(body), CLASS_PAUSED);
    memset(body, '.', sizeof body - 1);
    memcpy(body + 1024 - 4, "quota", 5);
    assert_int_equal(class_of_html(body), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_is_a_whole_word), cmocka_unit_test(prose_says_it_anywhere_and_a_code_does_not),
        cmocka_unit_test(words_are_whole),        cmocka_unit_test(what_is_bare),
        cmocka_unit_test(members_that_say_why),   cmocka_unit_test(how_deep),
        cmocka_unit_test(what_is_a_code),         cmocka_unit_test(how_much_is_read),
        cmocka_unit_test(what_text_is_read),      cmocka_unit_test(what_a_page_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

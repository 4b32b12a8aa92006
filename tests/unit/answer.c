#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "rules/answer.h"
#include "rules/answer_pause.h"
#include "rules/dialect.h"
#include "rules/words.h"

static const char run_id[] = "0123456789abcdef0123456789abcdef";
static const char nonce[] = "MC_TICKET_TURN:4629:1779942042145:e519f820";
static const int64_t now = INT64_C(1779942042145); /* 2026-05-28T04:20:42Z */
static const char json_type_name[] = "application/json";

struct sample {
    const char *dialect;
    int status;
    const char *type;
    const char *body;
    enum send_class class;
};

enum { MC, GAIA, OPENCODE, AGENTAPI };
static struct dialect dialects[4];

static int setup(void **state) {
    (void)state;
    for (size_t i = 0; i < 4; i++)
        dialect_from_builtin(&dialects[i], i);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    for (size_t i = 0; i < 4; i++)
        dialect_release(&dialects[i]);
    return 0;
}

static struct reply reply_of(int status, const char *type, const char *body) {
    return (struct reply){.transfer = TRANSFER_DONE,
                          .status = status,
                          .content_type = type,
                          .body = body,
                          .body_len = strlen(body),
                          .nonce = nonce,
                          .run_id = run_id,
                          .ticket = "MC-4629",
                          .now = now};
}

static void check(const struct sample *samples, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct answer answer;
        const struct dialect *dialect = NULL;
        for (size_t d = 0; d < 4; d++)
            if (strcmp(dialects[d].name, samples[i].dialect) == 0)
                dialect = &dialects[d];
        assert_non_null(dialect);
        struct reply reply = reply_of(samples[i].status, samples[i].type, samples[i].body);
        answer_read(&answer, dialect, &reply);
        if (answer.class != samples[i].class)
            fail_msg("%s %d %s: %s, not %s", samples[i].dialect, samples[i].status, samples[i].body,
                     send_class_name(answer.class), send_class_name(samples[i].class));
        assert_true(*answer.detail && !strpbrk(answer.detail, "\n\r\033"));
    }
}
#define CHECK(samples) check(samples, sizeof samples / sizeof *samples)
#define M "mission-control"

static void test_busy_in_every_shape_seen(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {M, 409, json_type_name,
         "{\"error\":\"runtime_busy\",\"message\":\"Ticket runtime is not ready for input (status=running). Try "
         "later.\"}",
         CLASS_BUSY},
        {M, 409, json_type_name, "{\"code\":\"runtime_busy\"}", CLASS_BUSY},
        {M, 409, json_type_name, "{\"error\":\"Ticket runtime is not ready for input (status=running). Wait.\"}",
         CLASS_BUSY},
        {M, 409, json_type_name, "{\"message\":\"not ready for input\"}", CLASS_BUSY},
        {M, 409, json_type_name,
         "{\"detail\":\"A chat request is already in progress for this session. Please wait for it to finish.\"}",
         CLASS_BUSY},
        {"gaia", 409, json_type_name,
         "{\"detail\":\"A chat request is already in progress for this session. Please wait for it to finish.\"}",
         CLASS_BUSY},
        {M, 409, "text/html", "<!doctype html><html><head><title>409 Conflict</title></head></html>", CLASS_BUSY},
        {M, 409, "", "", CLASS_BUSY},
        {M, 409, "text/plain", "Conflict\n", CLASS_BUSY},
        {M, 409, "text/html",
         "<html>\r\n<head><title>409 Conflict</title></head>\r\n<body>\r\n<center><h1>409 Conflict</h1></center>\r\n"
         "<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n",
         CLASS_BUSY},
        {M, 409, "text/html",
         "<!doctype html>\n<html lang=en>\n<title>409 Conflict</title>\n<h1>Conflict</h1>\n<p>A conflict happened "
         "while "
         "processing the request. The resource might have been modified while the request was being processed.</p>",
         CLASS_BUSY},
        {M, 409, "text/html", "<style>body { color: red }</style><script>if (a < b) alert('why')</script><h1>409</h1>",
         CLASS_BUSY},
        {M, 409, "text/html", "<h1>Conflict</h1><p>the session is busy</p>", CLASS_BUSY},
        {M, 409, json_type_name, "{}", CLASS_BUSY},
        {M, 409, json_type_name, "\"closed\"", CLASS_BUSY}, /* no object, no reason */
        {M, 409, json_type_name, "7", CLASS_BUSY},
        {M, 409, "text/plain", " \t\r\n", CLASS_BUSY},
        {M, 409, "text/plain", "\n  Conflict", CLASS_BUSY},
        {M, 409, json_type_name, "{\"code\":\"HTTP409\",\"nobody\":\"ticket is closed\"}", CLASS_CONFLICT},
        {M, 409, "text/html", "<script>never ended: the ticket is closed", CLASS_BUSY},
        {M, 409, "text/html", "<p>409</p><scr", CLASS_BUSY},
        {M, 409, "text/html", "<style>p</styl<closed></style>409", CLASS_BUSY},
        {M, 409, json_type_name, "{\"detail\":\"Conflict\",\"status\":409}", CLASS_BUSY},
        {M, 409, "application/problem+json", "{\"type\":\"about:blank\",\"title\":\"Conflict\",\"status\":409}",
         CLASS_BUSY},
        {M, 409, json_type_name, "{\"error\":{\"code\":\"runtime_busy\",\"message\":\"later\"}}", CLASS_BUSY},
        {M, 409, json_type_name, "{\"detail\":[{\"msg\":\"agent is busy\"}]}", CLASS_BUSY},
        {M, 409, json_type_name,
         "{\"code\":\"runtime_busy\",\"ticket\":\"MC-4629\",\"run_id\":\"0123456789abcdef0123456789abcdef\"}",
         CLASS_BUSY},
        {M, 409, json_type_name,
         "{\"code\":\"runtime_busy\",\"ticket_id\":4629,\"session_key\":\"ticket:4629:session\"}", CLASS_BUSY},
        {"opencode", 409, json_type_name, "{\"name\":\"SessionBusyError\",\"data\":{\"sessionID\":\"ses_1\"}}",
         CLASS_BUSY},
        {"opencode", 409, json_type_name, "{\"_tag\":\"SessionBusyError\"}", CLASS_BUSY},
        {"agentapi", 500, "application/problem+json",
         "{\"title\":\"Internal Server Error\",\"status\":500,\"detail\":\"failed to send message: message can only be "
         "sent "
         "when the agent is waiting for user input\"}",
         CLASS_BUSY},
    };
    CHECK(samples);
}

static void test_a_409_that_is_not_busy(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {M, 409, json_type_name, "{\"code\":\"runtime_busy\",\"run_id\":\"ffffffffffffffffffffffffffffffff\"}",
         CLASS_FOREIGN},
        {M, 409, json_type_name, "{\"code\":\"runtime_busy\",\"ticket\":\"MC-7\"}", CLASS_FOREIGN},
        {M, 409, json_type_name, "{\"code\":\"runtime_busy\",\"ticket_id\":7}", CLASS_FOREIGN},
        {M, 409, json_type_name, "{\"code\":\"runtime_busy\",\"session_key\":\"ticket:46:session\"}", CLASS_FOREIGN},
        {M, 409, json_type_name, "{\"error\":{\"code\":\"busy\",\"runtime\":{\"run_id\":\"x\"}}}", CLASS_FOREIGN},
        {M, 409, json_type_name, "{\"detail\":\"the session is busy with MC-46290\"}", CLASS_FOREIGN},
        {M, 409, "text/plain", "busy with MC-46", CLASS_FOREIGN},
        {M, 409, json_type_name, "{\"error\":\"wrong_ticket\"}", CLASS_FOREIGN},
        {M, 409, json_type_name, "{\"detail\":\"MC-4629 is busy: a turn is active\"}", CLASS_BUSY},
        {M, 409, json_type_name, "{\"code\":\"runtime_busy\",\"message\":\"not ready for input (status=starting)\"}",
         CLASS_STARTING},
        {M, 409, json_type_name, "{\"status\":\"pending\"}", CLASS_STARTING},
        {M, 409, json_type_name, "{\"detail\":\"the workspace is initialising\"}", CLASS_STARTING},
        {M, 409, json_type_name, "{\"status\":\"paused\"}", CLASS_PAUSED},
        {M, 409, json_type_name, "{\"error\":\"usage_limit\",\"message\":\"Usage limit reached\"}", CLASS_PAUSED},
        {M, 409, json_type_name, "{\"detail\":\"out of quota\"}", CLASS_PAUSED},
        {M, 409, json_type_name, "{\"code\":\"awaiting_human\"}", CLASS_AWAITING_HUMAN},
        {M, 409, json_type_name, "{\"detail\":\"not ready for input: a permission prompt is open\"}",
         CLASS_AWAITING_HUMAN},
        {M, 409, json_type_name, "{\"error\":\"ticket_closed\",\"message\":\"Ticket is closed\"}", CLASS_CONFLICT},
        {M, 409, json_type_name, "{\"message\":\"not ready for input (status=dead)\"}", CLASS_CONFLICT},
        {M, 409, json_type_name, "{\"error\":\"idempotency_key_reused\"}", CLASS_CONFLICT},
        {M, 409, json_type_name, "{\"detail\":\"Idempotency key already used with a different body\"}", CLASS_CONFLICT},
        {M, 409, json_type_name, "{\"error\":\"something_nobody_knows\"}", CLASS_CONFLICT},
        /* the same reason, however it is written */
        {M, 409, "text/plain", "This project was archived by its owner and takes no input any more\n", CLASS_CONFLICT},
        {M, 409, "", "You have no seat in this workspace", CLASS_CONFLICT},
        {M, 409, json_type_name,
         "{\"error\":\"closed\",\"message\":\"ticket was closed while a request is already in progress elsewhere\"}",
         CLASS_CONFLICT},
        {M, 409, "text/html", "<html><h1>409 Conflict</h1><p>You have no seat in this workspace</p></html>",
         CLASS_CONFLICT},
        {M, 409, "text/html", "<title>Sorry</title><style>p{}</style>", CLASS_CONFLICT},
        {M, 409, json_type_name, "{\"error\":\"already_sent\"}", CLASS_ALREADY_SENT},
        {M, 409, json_type_name, "{\"code\":\"duplicate_request\"}", CLASS_ALREADY_SENT},
        {M, 409, json_type_name,
         "{\"detail\":\"A request with this Idempotency-Key was already accepted: the "
         "idempotency key was already taken\"}",
         CLASS_ALREADY_SENT},
    };
    CHECK(samples);
}

static void test_accepted(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {M, 200, json_type_name, "{\"ok\":true}", CLASS_SENT},
        {M, 202, "application/json; charset=utf-8", "{\"status\":\"running\"}", CLASS_SENT},
        {M, 200, "Application/JSON", "{\"nonce\":\"MC_TICKET_TURN:4629:1779942042145:e519f820\"}", CLASS_SENT},
        {M, 204, "", "", CLASS_SENT},
        {M, 201, "", "{\"id\":1,\"error\":null}", CLASS_SENT},
        {M, 200, json_type_name, "{\"status\":\"already_sent\"}", CLASS_ALREADY_SENT},
        {M, 200, json_type_name, "{\"duplicate\":true}", CLASS_ALREADY_SENT},
        {"gaia", 200, json_type_name, "{\"message_id\":3,\"content\":\"fixed: already sent in this session\"}",
         CLASS_SENT},
        {"opencode", 204, "", "", CLASS_SENT},
        {"agentapi", 200, json_type_name, "{\"ok\":true}", CLASS_SENT},
        {M, 200, "", "{\"ok\":true,\"success\":true}", CLASS_SENT},
        {M, 200, NULL, "{}", CLASS_SENT},
        {M, 200, json_type_name, "{\"ok\":0,\"error\":\"\",\"nonce\":7,\"run_id\":null}", CLASS_SENT},
        {M, 200, json_type_name, "{\"error\":false,\"duplicate\":false}", CLASS_SENT},
        {M, 200, json_type_name, "{\"duplicate\":\"no\"}", CLASS_SENT},
        {M, 200, json_type_name, "{\"run_id\":\"0123456789abcdef0123456789abcdef\"}", CLASS_SENT},
        {M, 200, json_type_name, "{\"already_sent\":true}", CLASS_ALREADY_SENT},
        {M, 200, json_type_name, "{\"replayed\":true}", CLASS_ALREADY_SENT},
        {M, 200, json_type_name, "{\"idempotent_replay\":true}", CLASS_ALREADY_SENT},
    };
    CHECK(samples);
}

static void test_a_2xx_that_is_not_the_contract(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {M, 200, "text/html; charset=utf-8", "<html><body>It works</body></html>", CLASS_GARBLED},
        {M, 200, json_type_name, "  <!doctype html>", CLASS_GARBLED},
        {M, 200, "", "<p>", CLASS_GARBLED},
        {M, 204, "text/html", "", CLASS_GARBLED},
        {M, 200, "text/plain", "ok", CLASS_GARBLED},
        {M, 200, json_type_name, "ok", CLASS_GARBLED},
        {M, 200, json_type_name, "{\"ok\":tr", CLASS_GARBLED},
        {M, 200, json_type_name, "[]", CLASS_GARBLED},
        {M, 200, json_type_name, "{\"ok\":false}", CLASS_GARBLED},
        {M, 200, json_type_name, "{\"error\":\"nope\"}", CLASS_GARBLED},
        {M, 200, json_type_name, "{\"nonce\":\"MC_TICKET_TURN:4629:1:00000000\"}", CLASS_GARBLED},
        {M, 200, json_type_name, "{\"run_id\":\"ffffffffffffffffffffffffffffffff\"}", CLASS_GARBLED},
        {M, 206, json_type_name, "{}", CLASS_GARBLED},
        {M, 200, json_type_name, "{\"success\":false}", CLASS_GARBLED},
        {M, 200, json_type_name, "{\"error\":true}", CLASS_GARBLED},
        {M, 200, json_type_name, "{\"error\":{}}", CLASS_GARBLED},
        {M, 200, "", "ok", CLASS_GARBLED},
        {M, 200, "application/jso", "{}", CLASS_GARBLED},
        {M, 200, "application/xhtml+xml", "{}", CLASS_GARBLED},
        {M, 200, json_type_name, "\t\r\n <p>", CLASS_GARBLED},
        {M, 200, json_type_name, " \n ", CLASS_GARBLED},
        {"opencode", 200, "text/html", "<html>", CLASS_GARBLED},
        {"opencode", 200, json_type_name, "{}", CLASS_GARBLED},
        {"gaia", 202, json_type_name, "{}", CLASS_GARBLED},
    };
    CHECK(samples);
}

static void test_other_statuses_fall_to_the_safe_side(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {M, 401, json_type_name, "{\"error\":\"runtime_busy\"}", CLASS_DENIED},
        {M, 403, "", "", CLASS_DENIED},
        {M, 407, "", "", CLASS_DENIED},
        {M, 400, json_type_name, "{\"error\":\"runtime_busy\"}", CLASS_REJECTED},
        {M, 404, "text/html", "<html>not found</html>", CLASS_REJECTED},
        {M, 405, "", "", CLASS_REJECTED},
        {M, 410, "", "", CLASS_REJECTED},
        {M, 413, "", "", CLASS_REJECTED},
        {M, 415, "", "", CLASS_REJECTED},
        {M, 418, "", "", CLASS_REJECTED},
        {M, 422, json_type_name, "{\"detail\":[{\"msg\":\"field required\"}]}", CLASS_REJECTED},
        {M, 499, "", "", CLASS_REJECTED},
        {M, 301, "", "", CLASS_REJECTED},
        {M, 302, "text/html", "<a href=x>", CLASS_REJECTED},
        {M, 307, "", "", CLASS_REJECTED},
        {M, 429, json_type_name, "{\"error\":\"slow down\"}", CLASS_PAUSED},
        {M, 429, "", "", CLASS_PAUSED},
        {M, 500, json_type_name, "{\"error\":\"runtime_busy\"}", CLASS_SERVER_ERROR},
        {M, 500, json_type_name, "{\"detail\":\"message can only be sent when the agent is waiting for user input\"}",
         CLASS_SERVER_ERROR},
        {"agentapi", 500, json_type_name, "{\"detail\":\"failed to type the message\"}", CLASS_SERVER_ERROR},
        {M, 502, "text/html", "<html>", CLASS_SERVER_ERROR},
        {M, 503, "", "", CLASS_SERVER_ERROR},
        {M, 498, "", "", CLASS_REJECTED},
        {M, 300, "", "", CLASS_REJECTED},
        {M, 299, "", "", CLASS_GARBLED},
        {M, 502, json_type_name, "{\"status\":\"starting\"}", CLASS_SERVER_ERROR},
        {M, 503, json_type_name, "{\"error\":\"runtime_busy\"}", CLASS_SERVER_ERROR},
        {M, 503, json_type_name, "{\"status\":\"starting\"}", CLASS_STARTING},
        {M, 503, "text/plain", "agent is initializing", CLASS_STARTING},
        {M, 504, "", "", CLASS_SERVER_ERROR},
        {M, 599, "", "", CLASS_SERVER_ERROR},
        {M, 600, "", "", CLASS_GARBLED},
        {M, 999, "", "", CLASS_GARBLED},
        {M, 101, "", "", CLASS_GARBLED},
        {M, 0, "", "", CLASS_GARBLED},
    };
    CHECK(samples);
}

static void test_every_transfer_has_its_class(void **state) {
    (void)state;
    static const enum send_class wanted[TRANSFER_COUNT] = {
        [TRANSFER_DONE] = CLASS_SENT,       [TRANSFER_UNREACHABLE] = CLASS_UNREACHABLE,
        [TRANSFER_TIMEOUT] = CLASS_TIMEOUT, [TRANSFER_DROPPED] = CLASS_DROPPED,
        [TRANSFER_TOO_BIG] = CLASS_GARBLED, [TRANSFER_GARBAGE] = CLASS_GARBLED};
    for (int i = 0; i < TRANSFER_COUNT; i++) {
        struct answer answer;
        struct reply reply = reply_of(200, json_type_name, "{}"); /* what came before the end does not count */
        reply.transfer = (enum transfer)i;
        reply.detail = "the library\nsaid so";
        answer_read(&answer, &dialects[MC], &reply);
        assert_int_equal(answer.class, wanted[i]);
        assert_int_equal(transfer_from(transfer_name((enum transfer)i)), i);
        if (i == TRANSFER_DONE)
            continue;
        assert_non_null(strstr(answer.detail, ": the library said so"));
        reply.detail = i % 2 ? "" : NULL;
        answer_read(&answer, &dialects[MC], &reply);
        assert_int_equal(answer.class, wanted[i]);
        assert_true(*answer.detail && answer.detail[strlen(answer.detail) - 1] != ' ' && !strchr(answer.detail, ':'));
    }
    assert_int_equal(transfer_from("nothing"), -1);
    assert_int_equal(transfer_from(NULL), -1);
}

static enum send_class class_of(struct reply *reply, int64_t *pause) {
    struct answer answer;
    answer_read(&answer, &dialects[MC], reply);
    *pause = answer.pause_ms;
    return answer.class;
}

static void test_pauses(void **state) {
    (void)state;
    int64_t pause = 0;
    struct reply reply = reply_of(429, json_type_name, "{}");
    reply.retry_after = "120";
    assert_int_equal(class_of(&reply, &pause), CLASS_PAUSED);
    assert_int_equal(pause, 120000);
    reply.retry_after = "Thu, 28 May 2026 04:30:42 GMT";
    assert_int_equal(class_of(&reply, &pause), CLASS_PAUSED);
    assert_int_equal(pause, INT64_C(1779942642000) - now);
    /* an opaque 409 that says when to come again is a pause; one that says busy is busy all the same */
    reply = reply_of(409, "", "");
    reply.retry_after = "30";
    assert_int_equal(class_of(&reply, &pause), CLASS_PAUSED);
    assert_int_equal(pause, 30000);
    reply.retry_after = "0";
    assert_int_equal(class_of(&reply, &pause), CLASS_BUSY);
    reply = reply_of(409, json_type_name, "{\"code\":\"runtime_busy\"}");
    reply.retry_after = "30";
    assert_int_equal(class_of(&reply, &pause), CLASS_BUSY);
    assert_int_equal(pause, 0);
    reply = reply_of(429, json_type_name, "{\"retry_after\":7}");
    assert_int_equal(class_of(&reply, &pause), CLASS_PAUSED);
    assert_int_equal(pause, 7000);
    reply = reply_of(429, json_type_name, "{\"retry_after\":0}");
    assert_int_equal(class_of(&reply, &pause), CLASS_PAUSED);
    assert_int_equal(pause, 0);
    reply = reply_of(429, json_type_name, "{\"retry_after\":-7}");
    assert_int_equal(class_of(&reply, &pause), CLASS_PAUSED);
    assert_int_equal(pause, 0);
    reply.retry_after = "9"; /* the header's comes first */
    reply.body = "{\"retry_after\":7}";
    reply.body_len = strlen(reply.body);
    assert_int_equal(class_of(&reply, &pause), CLASS_PAUSED);
    assert_int_equal(pause, 9000);
    reply = reply_of(503, "", "");
    reply.retry_after = "30";
    assert_int_equal(class_of(&reply, &pause), CLASS_SERVER_ERROR);
    assert_int_equal(pause, 0);
}

static void test_retry_after_forms(void **state) {
    (void)state;
    static const struct {
        const char *value;
        int64_t ms;
    } cases[] = {{NULL, 0},
                 {"", 0},
                 {"5", 5000},
                 {" 5 ", 5000},
                 {"-5", 0},
                 {"5.5", 0},
                 {"5 seconds", 0},
                 {"soon", 0},
                 {"604800", INT64_C(604800000)},
                 {"604801", INT64_C(604800000)},
                 {"99999999999999999999999999", INT64_C(604800000)},
                 {"Thu, 28 May 2026 04:20:43 GMT", 855},
                 {"Thu, 28 May 2026 04:20:42 GMT", 0},
                 {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
                 {"Fri, 31 Dec 9999 23:59:59 GMT", INT64_C(604800000)},
                 {"Thu, 28 May 2026 04:20:43", 0},
                 {"Thu, 28 Mai 2026 04:20:43 GMT", 0},
                 {"Thu, 28 May 2026 24:20:43 GMT", 0},
                 {"Thu, 28 May 2026 04:20:43 GMT.", 0},
                 {"\t5", 5000},
                 {"5 \t", 5000},
                 {"604799", INT64_C(604799000)},
                 {"Thursday, 28 May 2026 04:20:43 GMT", 0},
                 {"Thu,28 May 2026 04:20:43 GMT", 0},
                 {"Thu, 2x May 2026 04:20:43 GMT", 0},
                 {"Thu, 28-May 2026 04:20:43 GMT", 0},
                 {"Thu, 28 May-2026 04:20:43 GMT", 0},
                 {"Thu, 28 May 202x 04:20:43 GMT", 0},
                 {"Thu, 28 May 2026-04:20:43 GMT", 0},
                 {"Thu, 28 May 2026 :4:20:43 GMT", 0},
                 {"Thu, 28 May 2026 04-20:43 GMT", 0},
                 {"Thu, 28 May 2026 04:/0:43 GMT", 0},
                 {"Thu, 28 May 2026 04:20-43 GMT", 0},
                 {"Thu, 28 May 2026 04:20:4: GMT", 0},
                 {"Thu, 28 May 2026 04:20:43 UTC", 0},
                 {"Thu, 00 May 2027 04:20:43 GMT", 0},
                 {"Thu, 32 May 2026 04:20:43 GMT", 0},
                 {"Thu, 28 May 2026 04:60:43 GMT", 0},
                 {"Thu, 28 May 2026 04:20:61 GMT", 0},
                 {"Thu, 28 May 2026 04:20:60 GMT", 17855},
                 {"Thu, 28 May 2026 04:59:42 GMT", 2339855},
                 {"Thu, 28 May 2026 23:20:42 GMT", 68399855},
                 {"Sun, 31 May 2026 04:20:42 GMT", 259199855},
                 {"Mon, 01 Jun 2026 04:20:42 GMT", 345599855}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (answer_retry_after(cases[i].value, now) != cases[i].ms)
            fail_msg("%s: %lld", cases[i].value, (long long)answer_retry_after(cases[i].value, now));
    assert_int_equal(answer_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", INT64_C(784111777000) - 1000), 1000);
    assert_int_equal(answer_retry_after("Tue, 29 Feb 2000 00:00:00 GMT", INT64_C(951782400000) - 1), 1);
    assert_int_equal(answer_retry_after("Mon, 31 Jan 2000 00:00:00 GMT", INT64_C(949276800000) - 1), 1);
    assert_int_equal(answer_retry_after("Wed, 01 Mar 2000 00:00:00 GMT", INT64_C(951868800000) - 1), 1);
    assert_int_equal(answer_retry_after("Mon, 01 Mar 2100 00:00:00 GMT", INT64_C(4107542400000) - 1), 1);
    assert_int_equal(answer_retry_after("Fri, 31 Dec 2100 00:00:00 GMT", INT64_C(4133894400000) - 1), 1);
}

static void test_hostile_bodies(void **state) {
    (void)state;
    struct text deep = {0};
    int64_t pause = 0;
    for (int i = 0; i < 100; i++)
        text_add(&deep, "{\"error\":");
    text_add(&deep, "\"runtime_busy\"");
    for (int i = 0; i < 100; i++)
        text_add(&deep, "}");
    struct reply reply = reply_of(200, json_type_name, text_str(&deep));
    assert_int_equal(class_of(&reply, &pause), CLASS_GARBLED);
    reply.status = 409; /* no reason that can be read: opaque */
    assert_int_equal(class_of(&reply, &pause), CLASS_BUSY);
    text_release(&deep);

    static const char nul[] = "{\"ok\":\0true}";
    reply = reply_of(200, json_type_name, "");
    reply.body = nul;
    reply.body_len = sizeof nul - 1;
    assert_int_equal(class_of(&reply, &pause), CLASS_GARBLED);
    reply = reply_of(200, json_type_name, "{\"ok\":\"\\u0000\"}");
    assert_int_equal(class_of(&reply, &pause), CLASS_GARBLED);

    char *long_reason = xmalloc(200000);
    memset(long_reason, 'a', 200000);
    memcpy(long_reason, "{\"error\":\"\xc3\xa4\\u001b[2J ", 22);
    memcpy(long_reason + 199997, "\"}", 3);
    struct answer answer;
    reply = reply_of(409, json_type_name, long_reason);
    answer_read(&answer, &dialects[MC], &reply);
    assert_int_equal(answer.class, CLASS_CONFLICT);
    assert_true(strlen(answer.detail) < sizeof answer.detail);
    assert_null(strchr(answer.detail, '\033'));
    free(long_reason);
}

static void test_rules_of_a_dialect_come_first(void **state) {
    (void)state;
    struct dialect dialect;
    struct answer answer;
    dialect_from_builtin(&dialect, 0);
    struct dialect_rule rules[] = {
        {.status_low = 423, .status_high = 423, .class = CLASS_BUSY},
        {.status_low = 200, .status_high = 299, .body = xstrdup("QUEUED"), .class = CLASS_STARTING},
        {.status_low = 400, .status_high = 499, .body = xstrdup("^nul .x$"), .class = CLASS_PAUSED}};
    free(dialect.rules);
    dialect.rules = rules;
    dialect.rule_count = 3;
    struct reply reply = reply_of(423, "", "");
    answer_read(&answer, &dialect, &reply);
    assert_int_equal(answer.class, CLASS_BUSY);
    reply = reply_of(202, json_type_name, "{\"state\":\"queued\"}");
    answer_read(&answer, &dialect, &reply);
    assert_int_equal(answer.class, CLASS_STARTING);
    reply = reply_of(404, "", "");
    reply.body = "nul\0.x";
    reply.body_len = 6;
    answer_read(&answer, &dialect, &reply);
    assert_int_equal(answer.class, CLASS_PAUSED);
    reply = reply_of(409, json_type_name, "{}");
    answer_read(&answer, &dialect, &reply);
    assert_int_equal(answer.class, CLASS_BUSY);
    for (size_t past = 0; past < 2; past++) { /* of the first 64 KiB */
        size_t n = 64 * 1024 + past;
        char *body = xmalloc(n);
        memset(body, ' ', n);
        memcpy(body + n - 6, "QUEUED", 6);
        reply = reply_of(202, "text/plain", "");
        reply.body = body;
        reply.body_len = n;
        answer_read(&answer, &dialect, &reply);
        assert_int_equal(answer.class == CLASS_STARTING, past == 0);
        free(body);
    }
    free(rules[1].body);
    free(rules[2].body);
    dialect.rules = NULL;
    dialect.rule_count = 0;
    dialect_release(&dialect);
}

static int busy(const struct dialect *dialect, const char *session, const char *body) {
    return answer_status_busy(dialect, session, body, strlen(body));
}

static void test_status_requests(void **state) {
    (void)state;
    struct dialect *opencode = &dialects[OPENCODE];
    assert_int_equal(busy(opencode, "ses_1", "{\"ses_1\":{\"type\":\"busy\"}}"), SEEN_YES);
    assert_int_equal(busy(opencode, "ses_1", "{\"ses_1\":{\"type\":\"retry\",\"attempt\":1}}"), SEEN_YES);
    assert_int_equal(busy(opencode, "ses_1", "{\"ses_1\":{\"type\":\"idle\"}}"), SEEN_NO);
    assert_int_equal(busy(opencode, "ses_1", "{\"ses_2\":{\"type\":\"busy\"}}"), SEEN_NO);
    assert_int_equal(busy(opencode, "ses_1", "{ \"ses_1\" : { \"type\" : \"busy\" } }"), SEEN_YES);
    assert_int_equal(busy(opencode, "ses_1", "{}"), SEEN_NO);
    assert_int_equal(busy(opencode, NULL, "{\"ses_2\":{\"type\":\"busy\"}}"), SEEN_YES);
    assert_int_equal(busy(opencode, "ses_1", "<!doctype html><html>"), SEEN_UNKNOWN);
    assert_int_equal(busy(opencode, "ses_1", ""), SEEN_UNKNOWN);
    assert_int_equal(busy(opencode, "ses_1", "[]"), SEEN_UNKNOWN);
    assert_int_equal(busy(&dialects[MC], "ses_1", "{\"status\":\"running\"}"), SEEN_UNKNOWN);
    assert_int_equal(busy(opencode, "ses_1", "{\"\":{\"type\":\"busy\"}}"), SEEN_NO);
    assert_int_equal(busy(opencode, "ses_1", "{\"ses_1\":{\"type\":\"busy\"},\"ses_1\":{\"type\":\"idle\"}}"),
                     SEEN_YES);
    assert_int_equal(busy(opencode, "ses_1", "{\"version\":1,\"ses_1\":{\"type\":\"busy\"}}"), SEEN_YES);
    assert_int_equal(busy(opencode, NULL, "{\"ses_2\":{\"type\":\"idle\"}}"), SEEN_NO);
    /* a path of the configuration names the endpoint's own session */
    xreplace(&opencode->path, "/session/ses_abc/prompt_async");
    assert_int_equal(busy(opencode, "mc-MC-1", "{\"ses_abc\":{\"type\":\"busy\"}}"), SEEN_YES);
    assert_int_equal(busy(opencode, "mc-MC-1", "{\"ses_xyz\":{\"type\":\"busy\"}}"), SEEN_NO);
    /* an answer that is not by sessions is read as a whole */
    xreplace(&opencode->status_busy, "\"status\":\"running\"");
    assert_int_equal(busy(opencode, "mc-MC-1", "{\"status\":\"running\"}"), SEEN_YES);
    assert_int_equal(busy(opencode, "mc-MC-1", "{\"status\":\"stable\"}"), SEEN_NO);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_busy_in_every_shape_seen),
        cmocka_unit_test(test_a_409_that_is_not_busy),
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_a_2xx_that_is_not_the_contract),
        cmocka_unit_test(test_other_statuses_fall_to_the_safe_side),
        cmocka_unit_test(test_every_transfer_has_its_class),
        cmocka_unit_test(test_pauses),
        cmocka_unit_test(test_retry_after_forms),
        cmocka_unit_test(test_hostile_bodies),
        cmocka_unit_test(test_rules_of_a_dialect_come_first),
        cmocka_unit_test(test_status_requests),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/argv.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/http.h"
#include "host/http_wire.h"

static void test_a_request_goes_through(void **state) {
    (void)state;
    struct argv headers = {0}, read = {0};
    struct text wire = {0};
    argv_adds(&headers, (const char *const[]){"A: b", "C: d 3\nend 0\n", "", NULL});
    const struct http_request request = {.method = "POST",
                                         .url = "http://h/",
                                         .headers = &headers,
                                         .body = "a\0b\nend 0\n\n",
                                         .body_len = 11,
                                         .token = "secret",
                                         .ca_file = "/ca",
                                         .connect_timeout_ms = 5000,
                                         .timeout_ms = 30000};
    http_wire_put_request(&wire, &request);
    struct http_request got;
    assert_true(http_wire_get_request(&got, &read, wire.data, wire.len));
    assert_string_equal(got.method, "POST");
    assert_string_equal(got.url, "http://h/");
    assert_int_equal(got.headers->count, 3);
    assert_string_equal(got.headers->items[1], "C: d 3\nend 0\n"); /* a length is not fooled by what is in it */
    assert_int_equal(got.body_len, 11);
    assert_memory_equal(got.body, request.body, 11);
    assert_string_equal(got.token, "secret");
    assert_string_equal(got.ca_file, "/ca");
    assert_int_equal(got.connect_timeout_ms, 5000);
    assert_int_equal(got.timeout_ms, 30000);
    argv_release(&headers);
    argv_release(&read);
    text_release(&wire);
}

static void test_what_is_absent_stays_absent(void **state) {
    (void)state;
    struct argv read = {0};
    struct text wire = {0};
    struct http_request got;
    http_wire_put_request(
        &wire, &(struct http_request){.method = "GET", .url = "u", .connect_timeout_ms = 1, .timeout_ms = 1});
    assert_true(http_wire_get_request(&got, &read, wire.data, wire.len));
    assert_null(got.body);
    assert_null(got.token);
    assert_null(got.ca_file);
    assert_int_equal(got.headers->count, 0);
    argv_release(&read);
    text_release(&wire);
}

/* The token is last: what grew before it holds no copy. */
static void test_the_token_is_last(void **state) {
    (void)state;
    struct text wire = {0};
    http_wire_put_request(
        &wire, &(struct http_request){
                   .method = "GET", .url = "u", .token = "secret", .connect_timeout_ms = 1, .timeout_ms = 1});
    assert_string_equal(strstr(wire.data, "token"), "token 6\nsecret\nend 0\n\n");
    text_release(&wire);
}

static void test_a_reply_goes_through(void **state) {
    (void)state;
    for (int i = 0; i < TRANSFER_COUNT; i++) {
        struct http_reply reply = {.transfer = (enum transfer)i, .status = 999, .retry_after = xstrdup("7")}, got;
        struct text wire = {0};
        text_addn(&reply.body, "x\0y", 3);
        http_wire_put_reply(&wire, &reply);
        assert_true(http_wire_get_reply(&got, wire.data, wire.len));
        assert_int_equal(got.transfer, i);
        assert_int_equal(got.status, 999);
        assert_null(got.content_type);
        assert_null(got.detail);
        assert_string_equal(got.retry_after, "7");
        assert_int_equal(got.body.len, 3);
        assert_memory_equal(got.body.data, "x\0y", 3);
        http_reply_release(&got);
        http_reply_release(&reply);
        http_reply_release(&reply);
        text_release(&wire);
    }
}

static void test_all_of_a_reply(void **state) {
    (void)state;
    static const char sparse[] = "end 0\n\n";
    struct http_reply reply = {.transfer = TRANSFER_TIMEOUT,
                               .content_type = xstrdup("text/plain"),
                               .retry_after = xstrdup("7"),
                               .detail = xstrdup("too late")},
                      got;
    struct text wire = {0};
    http_wire_put_reply(&wire, &reply);
    assert_string_equal(text_str(&wire), "transfer 7\ntimeout\nstatus 1\n0\ncontent_type 10\ntext/plain\n"
                                         "retry_after 1\n7\ndetail 8\ntoo late\nbody 0\n\nend 0\n\n");
    assert_true(http_wire_get_reply(&got, wire.data, wire.len));
    assert_string_equal(got.content_type, "text/plain");
    assert_string_equal(got.detail, "too late");
    http_reply_release(&got);
    http_reply_release(&reply);
    text_clear(&wire);
    text_add(&wire, sparse);
    assert_true(http_wire_get_reply(&got, wire.data, wire.len));
    assert_int_equal(got.transfer, TRANSFER_DROPPED); /* until another is named */
    text_release(&wire);
}

static void test_a_request_as_it_is_written(void **state) {
    (void)state;
    struct argv headers = {0};
    struct text wire = {0};
    argv_add(&headers, "A: b");
    http_wire_put_request(&wire, &(struct http_request){.method = "PUT",
                                                        .url = "u",
                                                        .headers = &headers,
                                                        .body = "x",
                                                        .body_len = 1,
                                                        .token = "t",
                                                        .ca_file = "/ca",
                                                        .connect_timeout_ms = 2,
                                                        .timeout_ms = 3});
    assert_string_equal(text_str(&wire), "method 3\nPUT\nurl 1\nu\nheader 4\nA: b\nbody 1\nx\nca_file 3\n/ca\n"
                                         "connect_timeout_ms 1\n2\ntimeout_ms 1\n3\ntoken 1\nt\nend 0\n\n");
    argv_release(&headers);
    text_release(&wire);
}

#define READ(test, bytes) test(bytes, sizeof bytes - 1)
#define GET "method 3\nGET\nurl 1\nu\nconnect_timeout_ms 1\n1\ntimeout_ms 1\n1\n"

static bool request_is_read(const char *bytes, size_t n) {
    struct argv headers = {0};
    struct http_request request;
    char *copy = xmalloc(n + 1); /* its own block, so that a read beyond it is seen */
    memcpy(copy, bytes, n);
    bool ok = http_wire_get_request(&request, &headers, copy, n);
    argv_release(&headers);
    free(copy);
    return ok;
}

static bool reply_is_read(const char *bytes, size_t n) {
    struct http_reply reply;
    char *copy = xmalloc(n + 1);
    memcpy(copy, bytes, n);
    bool ok = http_wire_get_reply(&reply, copy, n);
    http_reply_release(&reply);
    free(copy);
    return ok;
}

static void test_what_is_not_whole_is_refused(void **state) {
    (void)state;
    static const char request[] = "method 3\nGET\nurl 1\nu\nconnect_timeout_ms 1\n1\ntimeout_ms 1\n1\nend 0\n\n";
    static const char reply[] = "transfer 4\ndone\nstatus 3\n200\nbody 2\nab\nend 0\n\n";
    assert_true(request_is_read(request, sizeof request - 1));
    assert_true(reply_is_read(reply, sizeof reply - 1));
    for (size_t n = 0; n < sizeof request - 1; n++)
        assert_false(request_is_read(request, n));
    for (size_t n = 0; n < sizeof reply - 1; n++)
        assert_false(reply_is_read(reply, n));
    static const char *const requests[] = {
        "method 3\nGET\nurl 1\nu\nconnect_timeout_ms 1\n1\ntimeout_ms 1\n1\nend 0\n\nx",
        "url 1\nu\nconnect_timeout_ms 1\n1\ntimeout_ms 1\n1\nend 0\n\n",
        "method 3\nGET\nurl 1\nu\nend 0\n\n",
        "method 3\nGET\nurl 1\nu\nconnect_timeout_ms 1\n1\ntimeout_ms 1\n0\nend 0\n\n",
        "method 3\nGET\nurl 1\nu\nconnect_timeout_ms 1\nx\ntimeout_ms 1\n1\nend 0\n\n",
        "method -3\nGET\nend 0\n\n",
        "method 99999999999999999999\nGET\nend 0\n\n",
        "method 4\nGET\nend 0\n\n",
        "nothing 1\nx\nmethod 3\nGET\nurl 1\nu\nconnect_timeout_ms 1\n1\ntimeout_ms 1\n1\nend 0\n\n",
        "\n\n\n",
        " \n\n",
    };
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        if (request_is_read(requests[i], strlen(requests[i])))
            fail_msg("read: %s", requests[i]);
    assert_false(request_is_read("method 3\nG\0T\nurl 1\nu\nconnect_timeout_ms 1\n1\ntimeout_ms 1\n1\nend 0\n\n", 65));
    static const char *const replies[] = {"transfer 4\nsent\nend 0\n\n", "status 4\n1000\nend 0\n\n",
                                          "status 2\n-1\nend 0\n\n", "other 1\nx\nend 0\n\n"};
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
        if (reply_is_read(replies[i], strlen(replies[i])))
            fail_msg("read: %s", replies[i]);
}

static void test_a_nul_is_in_no_string(void **state) {
    (void)state;
    assert_true(READ(request_is_read, GET "header 1\nx\ntoken 1\ny\nend 0\n\n"));
    assert_false(READ(request_is_read, GET "header 1\n\0\nend 0\n\n"));
    assert_false(READ(request_is_read, GET "token 2\na\0\nend 0\n\n"));
    assert_false(
        READ(request_is_read, "method 3\nGET\nurl 1\nu\nconnect_timeout_ms 1\n1\ntimeout_ms 2\n1\0\nend 0\n\n"));
    assert_true(READ(request_is_read, GET "body 1\n\0\nend 0\n\n"));
    assert_true(READ(reply_is_read, "detail 1\nx\nend 0\n\n"));
    assert_false(READ(reply_is_read, "detail 1\n\0\nend 0\n\n"));
    assert_false(READ(reply_is_read, "detail 1\nx\nend 0\n\nx"));
}

static void test_each_time_limit_is_needed(void **state) {
    (void)state;
    assert_false(READ(request_is_read, "method 3\nGET\nurl 1\nu\nconnect_timeout_ms 1\n0\ntimeout_ms 1\n1\nend 0\n\n"));
    assert_false(READ(request_is_read, "method 3\nGET\nconnect_timeout_ms 1\n1\ntimeout_ms 1\n1\nend 0\n\n"));
    assert_false(READ(request_is_read, GET "limit_ms 1\n1\nend 0\n\n"));
    assert_false(READ(reply_is_read, "code 3\n200\nend 0\n\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_request_goes_through),
        cmocka_unit_test(test_what_is_absent_stays_absent),
        cmocka_unit_test(test_the_token_is_last),
        cmocka_unit_test(test_all_of_a_reply),
        cmocka_unit_test(test_a_request_as_it_is_written),
        cmocka_unit_test(test_a_nul_is_in_no_string),
        cmocka_unit_test(test_each_time_limit_is_needed),
        cmocka_unit_test(test_a_reply_goes_through),
        cmocka_unit_test(test_what_is_not_whole_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

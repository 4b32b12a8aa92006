#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/http.h"

/* Other programs in mc-http's place: what a pickup makes of them. tests/http drives the real one. */

static char *folder;
static char *program;

static int setup(void **state) {
    (void)state;
    const char *tmp = getenv("TMPDIR");
    folder = xasprintf("%s/mc-http-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(folder));
    program = xasprintf("%s/mc-http", folder);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    unlink(program);
    rmdir(folder);
    free(program);
    free(folder);
    return 0;
}

static void write_program(const char *script) {
    char *text = xasprintf("#!/bin/sh\n%s\n", script);
    unlink(program);
    int fd = open(program, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(close(fd), 0);
    free(text);
}

static bool run(const char *script, int64_t timeout_ms, struct http_reply *reply, struct err *err) {
    struct argv headers = {0};
    write_program(script);
    argv_add(&headers, "A: b");
    const struct http_request request = {.program = program,
                                         .method = "POST",
                                         .url = "http://127.0.0.1/",
                                         .headers = &headers,
                                         .body = "{}",
                                         .body_len = 2,
                                         .token = "secret-token",
                                         .connect_timeout_ms = timeout_ms,
                                         .timeout_ms = timeout_ms};
    bool ok = http_exchange(&request, reply, err);
    argv_release(&headers);
    return ok;
}

static void reply_is(const char *script, int64_t timeout_ms, enum transfer transfer, const char *says) {
    struct http_reply reply;
    struct err err = {0};
    if (!run(script, timeout_ms, &reply, &err))
        fail_msg("%s: %s", script, err.text);
    assert_int_equal(reply.transfer, transfer);
    if (says && (!reply.detail || !strstr(reply.detail, says)))
        fail_msg("%s: %s", script, reply.detail ? reply.detail : "no detail");
    http_reply_release(&reply);
    err_release(&err);
}

static void test_a_whole_reply(void **state) {
    (void)state;
    struct http_reply reply;
    struct err err = {0};
    assert_true(run("cat >/dev/null; printf 'transfer 4\\ndone\\nstatus 3\\n409\\ncontent_type 3\\na/b\\n"
                    "body 4\\nbusy\\nend 0\\n\\n'",
                    60000, &reply, &err));
    assert_int_equal(reply.transfer, TRANSFER_DONE);
    assert_int_equal(reply.status, 409);
    assert_string_equal(reply.content_type, "a/b");
    assert_string_equal(text_str(&reply.body), "busy");
    http_reply_release(&reply);
}

/* Only what ends before anything is sent may be tried again without a look. */
static void test_an_end_without_a_reply_is_not_nothing(void **state) {
    (void)state;
    reply_is("cat >/dev/null; exit 0", 60000, TRANSFER_DROPPED, "status 0");
    reply_is("cat >/dev/null; printf 'transfer 4\\ndone\\nstatus 3\\n200\\n'", 60000, TRANSFER_DROPPED, "whole");
    reply_is("cat >/dev/null; exit 1", 60000, TRANSFER_DROPPED, "status 1");
    reply_is("cat >/dev/null; exit 71", 60000, TRANSFER_DROPPED, "status 71");
    reply_is("cat >/dev/null; kill -9 $$", 60000, TRANSFER_DROPPED, "signal 9");
    reply_is("exec sleep 60", 1, TRANSFER_TIMEOUT, "in time");
    reply_is("cat >/dev/null; head -c 3000000 /dev/zero", 60000, TRANSFER_DROPPED, NULL);
}

static void test_what_could_not_be_run(void **state) {
    (void)state;
    struct http_reply reply;
    struct err err = {0};
    assert_false(run("cat >/dev/null; echo 'mc-http: no wire form' >&2; exit 64", 60000, &reply, &err));
    assert_int_equal(err.code, MC_OSERR);
    assert_non_null(strstr(err.text, "no wire form"));
    assert_null(strchr(err.text, '\n'));
    err_release(&err);
    /* The loader ends so, before any of it runs. */
    assert_false(run("cat >/dev/null; echo 'mc-http: libm.so.6: failed to map' >&2; exit 127", 60000, &reply, &err));
    assert_int_equal(err.code, MC_OSERR);
    assert_non_null(strstr(err.text, "failed to map; nothing was sent"));
    err_release(&err);
    const struct http_request missing = {
        .program = "/nowhere/mc-http", .method = "GET", .url = "u", .timeout_ms = 1000};
    assert_false(http_exchange(&missing, &reply, &err));
    assert_int_equal(err.code, MC_UNAVAILABLE);
    err_release(&err);
}

static void test_the_token_goes_through_the_pipe_alone(void **state) {
    (void)state;
    assert_int_equal(setenv("MC_PICKUP_TEST_TOKEN", "secret-token", 1), 0);
    reply_is("wire=$(cat); case \"$wire\" in *secret-token*) ;; *) exit 1;; esac\n"
             "if env | grep -q secret-token || tr '\\0' ' ' </proc/$$/cmdline | grep -q secret-token; then exit 1; fi\n"
             "printf 'transfer 7\\ntimeout\\nend 0\\n\\n'",
             60000, TRANSFER_TIMEOUT, NULL);
    assert_int_equal(unsetenv("MC_PICKUP_TEST_TOKEN"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_whole_reply),
        cmocka_unit_test(test_an_end_without_a_reply_is_not_nothing),
        cmocka_unit_test(test_what_could_not_be_run),
        cmocka_unit_test(test_the_token_goes_through_the_pipe_alone),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

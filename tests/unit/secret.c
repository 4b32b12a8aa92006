#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "rules/answer.h"
#include "rules/dialect.h"
#include "rules/secret.h"

static const char token[] = "SECRETtok/enAB+1234=";
#define STARS "********************"

static void check(const char *secret, const char *said, const char *told) {
    struct text out = {0};
    secret_star(&out, said, secret);
    assert_string_equal(text_str(&out), told);
    text_release(&out);
}

static void test_in_whatever_writing(void **state) {
    static const struct {
        const char *said, *told;
    } cases[] = {
        {"no word of it", "no word of it"},
        {"", ""},
        {"token SECRETtok/enAB+1234= is bad", "token " STARS " is bad"},
        {"SECRETtok/enAB+1234=SECRETtok/enAB+1234=", STARS STARS},
        {"SSECRETtok/enAB+1234=", "S" STARS},
        {"SECRETtok\\/enAB+1234=.", STARS "."},
        {"SECRETtok\\\\\\/enAB+1234=", STARS},
        {"\\u0053\\u0045CRETtok\\u002fenAB+1234\\u003D", STARS},
        {"SECRETtok%2FenAB%2b1234%3D", STARS},
        {"SECRETtok&#x2F;enAB&#43;1234&#61;", STARS},
        {"SECRET\xE2\x80\x8Btok/enAB+\xE2\x80\x8E"
         "1234=",
         STARS},
        {"SECRET tok/en AB+1234 =", STARS},
        {"SECRET\\u200Btok/en: AB+1234=", STARS},
        {"SECRETtok/enAB+1235=", "SECRETtok/enAB+1235="},
        {"the end is cut: SECRETtok/en", "the end is cut: " STARS},
        {"SECRET", "SECRET"},
        {"SECRETtok/en and more", "SECRETtok/en and more"},
        {"SECRET                                 tok/enAB+1234=",
         "SECRET                                 tok/enAB+1234="},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(token, cases[i].said, cases[i].told);
}

static void test_whatever_stands_in_the_secret(void **state) {
    (void)state;
    check(NULL, "all of it", "all of it");
    check("", "all of it", "all of it");
    check("all", "all of it", "all of it"); /* too short to be one */
    check("a%2Fb\\u0041&amp;", "is a%2Fb\\u0041&amp; good", "is **************** good");
    check("tok\xC2\x85"
          "en\xFF",
          "a token\xEF\xBF\xBD b", "a ******** b"); /* as cleaning leaves it */
    check("\xC3\xA9t\xC3\xA9!", "l'\xC3\xA9t\\u00e9! x", "l'****** x");
    check("a%2Fb cdefgh", "is a%2Fb\\u0020cdefgh", "is ************"); /* half in another's writing */
    check("a\\u00412bcdef", "a\\u00412b\\u0063def.", "*************.");
    check(token, "SECRETtok\\u02fenAB+1234= SECRETtok&#x2F enAB+1234=", /* a number that is cut is none */
          "SECRETtok\\u02fenAB+1234= SECRETtok&#x2F enAB+1234=");
}

static struct answer answer_to(const char *type, const char *body) {
    struct dialect dialect;
    struct answer answer;
    dialect_from_builtin(&dialect, 0);
    answer_read(&answer, &dialect,
                &(struct reply){.transfer = TRANSFER_DONE,
                                .status = 409,
                                .content_type = type,
                                .body = body,
                                .body_len = strlen(body),
                                .token = token});
    dialect_release(&dialect);
    return answer;
}

static void test_no_answer_tells_it(void **state) {
    static const struct {
        const char *type, *body, *told;
    } cases[] = {
        {"application/json", "{\"error\":\"Bad SECRETtok\\/enAB+1234=\"}", "Bad " STARS},
        {"application/json", "{\"error\":\"Bad \\u0053ECRETtok/enAB+1234=\"}", "Bad " STARS},
        {"application/json", "{\"error\":\"Bad SECRET\\u0007tok/en\\u200bAB+1234=\"}", "Bad " STARS},
        {"application/json", "{\"error\":\"{\\\"why\\\":\\\"Bad SECRETtok\\\\/enAB+1234=\\\"}\"}",
         "{\"why\":\"Bad " STARS "\"}"},
        {"text/plain", "Bad SEC\x01RETtok/enAB\r\n+1234=", "Bad " STARS},
        {"text/html", "<p>Bad SECRETtok&#x2F;enAB&#43;1234=</p>", "Bad " STARS},
        {"text/html", "<p>Bad SECRET<wbr>tok/enAB+1234=</p>", "Bad " STARS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(answer_to(cases[i].type, cases[i].body).detail, cases[i].told);
}

static void test_a_cut_leaves_no_half_of_it(void **state) {
    char body[600];
    (void)state;
    memset(body, 'x', sizeof body);
    memcpy(body + 495, token, sizeof token);
    struct answer answer = answer_to("text/plain", body);
    assert_null(strstr(answer.detail, "SECRET"));
    assert_non_null(strstr(answer.detail, "x***"));
}

static void test_nor_does_a_failed_transfer(void **state) {
    struct dialect dialect;
    struct answer answer;
    (void)state;
    dialect_from_builtin(&dialect, 0);
    answer_read(&answer, &dialect,
                &(struct reply){.transfer = TRANSFER_GARBAGE, .detail = "SECRETtok\x02/enAB+1234=", .token = token});
    dialect_release(&dialect);
    assert_string_equal(answer.detail, "an answer that is not HTTP: " STARS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_whatever_writing),        cmocka_unit_test(test_whatever_stands_in_the_secret),
        cmocka_unit_test(test_no_answer_tells_it),         cmocka_unit_test(test_a_cut_leaves_no_half_of_it),
        cmocka_unit_test(test_nor_does_a_failed_transfer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "base/json.h"
#include "base/err.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct json *parsed(const char *s) {
    return json_parse(s, strlen(s));
}

static void assert_prints(const struct json *json, const char *expected) {
    struct text text = {0};
    json_print(json, &text);
    assert_string_equal(text_str(&text), expected);
    text_release(&text);
}

static void json_is_read_by_the_letter(void **state) {
    (void)state;
    static const char *const good[] = {
        "{}",   "[]",    " null ", "true",  "-0.5e+3",          "0", "\"\\ud83d\\ude00\"",
        "[[]]", "\"a\"", "1E9",    "[1,2]", "{\"a\":{\"b\":1}}"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct json *json = parsed(good[i]);
        assert_non_null(json);
        json_free(json);
    }
    static const char *const bad[] = {"",
                                      " ",
                                      "{",
                                      "[1,]",
                                      "{\"a\":1,}",
                                      "{a:1}",
                                      "{'a':1}",
                                      "01",
                                      "1.",
                                      ".5",
                                      "+1",
                                      "-",
                                      "1e",
                                      "0x1",
                                      "NaN",
                                      "tru",
                                      "truex",
                                      "[1 2]",
                                      "{\"a\" 1}",
                                      "{} {}",
                                      "[1]x",
                                      "\"",
                                      "\"\t\"",
                                      "\"a\nb\"",
                                      "\"\\x\"",
                                      "\"\\u12\"",
                                      "\"\\ud800\"",
                                      "\"\\udc00\"",
                                      "\"\\u0000\"",
                                      "// c\n1",
                                      "1 /* c */",
                                      "\xEF\xBB\xBF{}",
                                      "\"\\u+123\"",
                                      "[",
                                      "\"\\",
                                      "{\"\\u0000\":1}",
                                      "\"\\ud800\\u0041\"",
                                      "]",
                                      "{\"a\":}",
                                      ","};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(parsed(bad[i]));
    assert_null(json_parse("\"a\0b\"", 5));
    assert_null(json_parse("{}\0", 3));
    assert_null(json_parse("\0", 1));
}

static struct json *nested(int depth, const char *open, const char *close) {
    struct text text = {0};
    for (int i = 0; i < depth; i++)
        text_add(&text, open);
    text_add(&text, "1");
    for (int i = 0; i < depth; i++)
        text_add(&text, close);
    struct json *json = json_parse(text_str(&text), text.len);
    text_release(&text);
    return json;
}

static void json_is_at_most_64_levels_deep(void **state) {
    (void)state;
    struct json *json = nested(64, "[", "]");
    assert_non_null(json);
    json_free(json);
    json = nested(64, "{\"a\":", "}");
    assert_non_null(json);
    json_free(json);
    assert_null(nested(65, "[", "]"));
    assert_null(nested(65, "{\"a\":", "}"));
    assert_null(nested(500000, "[", "]"));
}

static const char commented[] = "// first\n"
                                "{ /* a\n comment */ \"a\": 1, // end\n"
                                "  \"url\": \"http://x/*y*/\\\"//z\",/**/\"b\": {\n"
                                "    \"list\": [10,\n"
                                "      20 /**/ ],\n"
                                "    \"dotted.name\": {\"c\":\n"
                                " true}},\n"
                                "  \"a\": 2 } // the end";

static void comments_are_for_people(void **state) {
    (void)state;
    struct err err = {0};
    struct json *json = json_parse_comments(commented, sizeof commented - 1, &err);
    assert_non_null(json);
    assert_string_equal(json_string(json_get(json, "url")), "http://x/*y*/\"//z");
    assert_true(json_is_true(json_path(json, "b.dotted.name.c")));
    int64_t n = 0;
    assert_true(json_int(json_path(json, "b.list.1"), &n) && n == 20);
    assert_null(json_path(json, "b.list.2"));
    assert_null(json_path(json, "b.list.x"));
    json_free(json);
}

static void a_place_has_its_line(void **state) {
    (void)state;
    size_t n = sizeof commented - 1;
    assert_int_equal(json_line(commented, n, "url"), 4);
    assert_int_equal(json_line(commented, n, "b"), 4);
    assert_int_equal(json_line(commented, n, "b.list.0"), 5);
    assert_int_equal(json_line(commented, n, "b.list.1"), 6);
    assert_int_equal(json_line(commented, n, "b.dotted.name.c"), 8);
    assert_int_equal(json_line(commented, n, "a"), 9);
    assert_int_equal(json_line(commented, n, "c"), 0);
    assert_int_equal(json_line(commented, n, "b.list.1.x"), 0);
    assert_int_equal(json_line(commented, n, ""), 2);
}

static void a_mistake_is_named_with_its_line(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } rows[] = {
        {"{\n\"a\": 1\n\"b\": 2}", "line 3: a comma or } is missing"},
        {"{\n /* open", "line 2: a comment is not closed"},
        {"{\"a\":\n\"x", "line 2: a string is not closed"},
        {"{}\n\n}", "line 3: something stands after the end"},
        {"", "line 1: it is empty"},
        {"[1,\n2,\n,]", "line 3: a value is missing"},
        {"[1,\n2,\n]", "line 3: a comma stands before the ]"},
        {"{\"a\":1,\n}", "line 2: a comma stands before the }"},
        {"{\"a\"\n1}", "line 2: a colon is missing"},
        {"[\n01]", "line 2: a number that is none"},
        {"[\"\\u0000\"]", "line 1: \\u0000 is not taken"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err err = {0};
        assert_null(json_parse_comments(rows[i].text, strlen(rows[i].text), &err));
        assert_int_equal(err.code, MC_CONFIG);
        assert_string_equal(err.text, rows[i].message);
        err_release(&err);
    }
}

static void assert_duplicate(const char *text, const char *expected) {
    struct json *json = parsed(text);
    char *key = json_duplicate(json);
    if (expected == NULL)
        assert_null(key);
    else
        assert_string_equal(key, expected);
    free(key);
    json_free(json);
}

static void a_key_that_occurs_twice_is_found(void **state) {
    (void)state;
    assert_duplicate("{\"a\":1,\"b\":{\"a\":1}}", NULL);
    assert_duplicate("{\"a\":1,\"A\":1}", NULL);
    assert_duplicate("{\"a\":1,\"b\":2,\"a\":3}", "a");
    assert_duplicate("{\"a\":{\"x\":[0,{\"y\":1,\"y\":2}]}}", "a.x.1.y");
    assert_duplicate("[1,1]", NULL);
}

static void values_are_what_they_are(void **state) {
    (void)state;
    struct json *json = parsed("{\"n\":null,\"b\":false,\"i\":9007199254740992,\"big\":9007199254740994,\"f\":1.5,"
                               "\"s\":\"x\",\"a\":[1,2],\"inf\":1e999,\"o\":{},\"neg\":-3}");
    static const struct {
        const char *key;
        enum json_type type;
    } rows[] = {{"n", JSON_NULL},   {"b", JSON_BOOL},  {"i", JSON_NUMBER},
                {"s", JSON_STRING}, {"a", JSON_ARRAY}, {"o", JSON_OBJECT}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(json_type(json_get(json, rows[i].key)), rows[i].type);
    int64_t n = 0;
    assert_true(json_int(json_get(json, "i"), &n) && n == INT64_C(9007199254740992));
    assert_true(json_int(json_get(json, "neg"), &n) && n == -3);
    static const char *const none[] = {"big", "f", "s", "inf", "b", "absent", "n"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(json_int(json_get(json, none[i]), &n));
    assert_null(json_string(json_get(json, "i")));
    assert_null(json_get(json, "S"));
    assert_null(json_get(json_get(json, "a"), "x"));
    assert_false(json_is_true(json_get(json, "b")));
    assert_int_equal(json_count(json), 10);
    assert_int_equal(json_count(json_get(json, "a")), 2);
    assert_int_equal(json_count(json_get(json, "absent")), 0);
    assert_string_equal(json_key(json_first(json)), "n");
    assert_string_equal(json_key(json_next(json_first(json))), "b");
    assert_null(json_first(json_get(json, "o")));
    json_free(json);
}

static void no_digit_is_lost(void **state) {
    (void)state;
    static const char text[] =
        "{\"a\\\"1234567890123456\":[-1,\"12\",999999999999999999,true,{\"b\":-9223372036854775808}],"
        "\"c\":9223372036854775807,\"d\":9223372036854775808,\"e\":1000000000000000.5,\"f\":2e0,"
        "\"g\":10000000000000000e1}";
    struct json *json = json_parse_exact(text, strlen(text));
    static const struct {
        const char *path;
        int64_t number;
    } rows[] = {{"0", -1}, {"2", INT64_C(999999999999999999)}, {"4.b", INT64_MIN}};
    int64_t n = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(json_int64(json_path(json_first(json), rows[i].path), &n) && n == rows[i].number);
    assert_true(json_int64(json_get(json, "c"), &n) && n == INT64_MAX);
    assert_true(json_int64(json_get(json, "f"), &n) && n == 2);
    static const char *const none[] = {"d", "e", "g", "absent"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(json_int64(json_get(json, none[i]), &n));
    assert_int_equal(json_type(json_get(json, "d")), JSON_NUMBER);
    assert_false(json_int(json_get(json, "c"), &n));
    json_free(json);
    assert_null(json_parse_exact("{", 1));
}

static void what_is_written_reads_back(void **state) {
    (void)state;
    struct json *json = json_object();
    json_put_string(json, "s", "q\"\n\x1B\xC3\xA4");
    json_put_string(json, "none", NULL);
    json_put_string(json, "bad", "a\xFF");
    json_put_int(json, "ms", INT64_C(1700000000123));
    json_put_int(json, "big", INT64_C(999999999999999999));
    json_put_int(json, "neg", -1);
    json_put_bool(json, "yes", true);
    json_put_nonzero(json, "null", 0);
    struct json *list = json_array();
    json_push_string(list, "x");
    json_push_string(list, NULL);
    json_push(list, json_object());
    json_put(json, "list", json_copy(list));
    json_free(list);
    static const char expected[] = "{\"s\":\"q\\\"\\n\\u001b\xC3\xA4\",\"none\":null,\"bad\":\"a\xEF\xBF\xBD\","
                                   "\"ms\":1700000000123,\"big\":999999999999999999,\"neg\":-1,\"yes\":true,"
                                   "\"null\":null,\"list\":[\"x\",null,{}]}";
    assert_prints(json, expected);
    assert_int_equal(json_type(json_get(json, "big")), JSON_NUMBER);
    json_free(json);
    json = parsed(expected);
    assert_string_equal(json_string(json_get(json, "s")), "q\"\n\x1B\xC3\xA4");
    json_free(json);
    json_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_read_by_the_letter),       cmocka_unit_test(json_is_at_most_64_levels_deep),
        cmocka_unit_test(comments_are_for_people),          cmocka_unit_test(a_place_has_its_line),
        cmocka_unit_test(a_mistake_is_named_with_its_line), cmocka_unit_test(a_key_that_occurs_twice_is_found),
        cmocka_unit_test(values_are_what_they_are),         cmocka_unit_test(no_digit_is_lost),
        cmocka_unit_test(what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

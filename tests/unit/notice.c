#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/argv.h"
#include "base/clean.h"
#include "base/json.h"
#include "base/text.h"
#include "rules/environment.h"
#include "rules/notice.h"

static void every_event_has_its_word(void **state) {
    (void)state;
    static const char *const words[] = {"needs_input", "in_review",   "blocked",    "failed",
                                        "breaker",     "host_silent", "quarantined"};
    assert_int_equal(sizeof words / sizeof *words, NOTICE_COUNT);
    for (int event = 0; event < NOTICE_COUNT; event++) {
        struct argv on = {0};

        assert_non_null(notice_events[event]);
        assert_string_equal(notice_events[event], words[event]);
        argv_add(&on, notice_events[event]);
        for (int other = 0; other < NOTICE_COUNT; other++)
            assert_int_equal(notice_wanted((enum notice_event)other, &on), other == event);
        argv_release(&on);
        assert_true(notice_wanted((enum notice_event)event, &on));
    }
    assert_null(notice_events[NOTICE_COUNT]);
    assert_false(notice_wanted(NOTICE_COUNT, &(struct argv){0}));
}

static void moves_that_people_wait_for(void **state) {
    (void)state;
    static const enum notice_event of[TICKET_STATUS_COUNT] = {
        [TICKET_INBOX] = NOTICE_COUNT,       [TICKET_TODO] = NOTICE_FAILED,
        [TICKET_IN_PROGRESS] = NOTICE_COUNT, [TICKET_IN_REVIEW] = NOTICE_IN_REVIEW,
        [TICKET_BLOCKED] = NOTICE_BLOCKED,   [TICKET_NEEDS_INPUT] = NOTICE_NEEDS_INPUT,
        [TICKET_DONE] = NOTICE_IN_REVIEW,    [TICKET_CANCELLED] = NOTICE_COUNT};

    for (int status = 0; status < TICKET_STATUS_COUNT; status++)
        assert_int_equal(notice_of_move((enum ticket_status)status), of[status]);
}

static struct json *object_of(const struct notice_facts *facts, struct argv *env) {
    struct text out = {0};
    struct json *json;

    notice_json(&out, facts);
    assert_null(strchr(text_str(&out), '\n'));
    assert_true(clean_is_utf8(text_str(&out), out.len));
    json = json_parse(text_str(&out), out.len);
    assert_non_null(json);
    assert_true(notice_environment(env, text_str(&out)));
    text_release(&out);
    return json;
}

static void what_stands_in_it(void **state) {
    (void)state;
    struct argv env = {0};
    struct json *json = object_of(&(struct notice_facts){.id = "0a",
                                                         .event = NOTICE_NEEDS_INPUT,
                                                         .board = "/b.db",
                                                         .ticket = "MC-1",
                                                         .title = "one",
                                                         .run = "r",
                                                         .status = "needs_input",
                                                         .text = "red \"or\"\nblue\\?",
                                                         .time = 1000},
                                  &env);
    static const char *const wanted[][2] = {{"id", "0a"},
                                            {"event", "needs_input"},
                                            {"board", "/b.db"},
                                            {"ticket", "MC-1"},
                                            {"title", "one"},
                                            {"run", "r"},
                                            {"status", "needs_input"},
                                            {"text", "red \"or\"\nblue\\?"},
                                            {"time", "1970-01-01T00:00:01Z"}};
    static const char *const lines[] = {"MC_EVENT=needs_input", "MC_DB=/b.db", "MC_TICKET=MC-1", "MC_TITLE=one",
                                        "MC_TEXT=red \"or\" blue\\?"};

    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_string_equal(json_string(json_get(json, wanted[i][0])), wanted[i][1]);
    assert_int_equal(json_type(json_get(json, "record")), JSON_NULL);
    assert_int_equal(json_type(json_get(json, "breaker")), JSON_NULL);
    assert_int_equal(env.count, sizeof lines / sizeof *lines);
    for (size_t i = 0; i < env.count; i++)
        assert_string_equal(env.items[i], lines[i]);
    json_free(json);
    argv_release(&env);
}

static void of_a_host(void **state) {
    (void)state;
    struct argv env = {0};
    struct json *json =
        object_of(&(struct notice_facts){.event = NOTICE_HOST_SILENT, .host = "b", .thing = "machine"}, &env);

    assert_string_equal(json_string(json_get(json, "host")), "b");
    assert_string_equal(json_string(json_get(json, "breaker")), "machine");
    assert_string_equal(json_string(json_get(json, "title")), "");
    assert_string_equal(json_string(json_get(json, "text")), "");
    assert_string_equal(environment_value(&env, "MC_TICKET"), "");
    assert_int_equal(json_int(json_get(json, "schema"), &(int64_t){0}), true);
    json_free(json);
    argv_release(&env);
    json = object_of(&(struct notice_facts){.event = NOTICE_FAILED}, &env);
    assert_null(json_get(json, "host"));
    json_free(json);
    argv_release(&env);
}

/* 64 KiB, and a character that stands across their end goes as a whole. */
static void long_texts_end_at_a_character(void **state) {
    (void)state;
    enum { MOST = 64 * 1024 };
    static char text[MOST + 8];
    for (size_t before = MOST - 3; before <= MOST; before++) {
        struct argv env = {0};
        memset(text, 'a', before);
        memcpy(text + before, "\xe2\x82\xac", 4);
        struct json *json = object_of(&(struct notice_facts){.event = NOTICE_FAILED, .text = text}, &env);
        assert_int_equal(strlen(json_string(json_get(json, "text"))), before + 3 <= MOST ? before + 3 : before);
        json_free(json);
        argv_release(&env);
    }
}

/* Of words that an agent chose: as long as they like, with what a terminal obeys, cut within a character. */
static void hostile_words(void **state) {
    (void)state;
    enum { LONG = 70000 };
    static char text[LONG + 1];
    struct argv env = {0};
    struct json *json;

    memset(text, 'a', LONG);
    memcpy(text, "\x1b]0;x\x07\xff\n\tMC_RUN=1\nb", 19);
    for (size_t i = 100; i + 2 < LONG; i += 3)
        memcpy(text + i, "\xe2\x82\xac", 3);
    json = object_of(&(struct notice_facts){.id = "1",
                                            .event = NOTICE_FAILED,
                                            .board = "/b",
                                            .ticket = "MC-1",
                                            .title = text,
                                            .text = text,
                                            .status = "todo"},
                     &env);
    assert_null(strchr(json_string(json_get(json, "text")), '\x1b'));
    assert_true(strlen(json_string(json_get(json, "text"))) <= 64 * 1024 + 2);
    assert_null(environment_value(&env, "MC_RUN"));
    assert_true(strlen(environment_value(&env, "MC_TEXT")) <= 4000);
    assert_null(strpbrk(environment_value(&env, "MC_TEXT"), "\n\t\x1b\x07"));
    assert_true(strlen(environment_value(&env, "MC_TITLE")) <= 4000);
    json_free(json);
    argv_release(&env);
    assert_false(notice_environment(&env, "{nonsense"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_event_has_its_word),
                                       cmocka_unit_test(moves_that_people_wait_for),
                                       cmocka_unit_test(what_stands_in_it),
                                       cmocka_unit_test(of_a_host),
                                       cmocka_unit_test(long_texts_end_at_a_character),
                                       cmocka_unit_test(hostile_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "rules/report.h"
#include "rules/report_gemini.h"
#include "rules/report_transcript.h"

#define NONCE "MC_TICKET_TURN:4629:1779942042145:e519f820"

static void what_an_agent_wants_to_read(void **state) {
    (void)state;
    assert_string_equal(report_answer(REPORT_GEMINI), "{}");
    assert_string_equal(report_answer(REPORT_CLAUDE), "");
    assert_string_equal(report_answer(REPORT_NONE), "");
}

/* As struct report_event, of constants. */
struct wanted {
    enum report_kind kind;
    const char *prompt, *prompt_id, *reply, *detail, *transcript;
    enum turn_fault fault;
    bool still_at_work, errand, inexact;
};

struct expected {
    enum report_agent agent;
    const char *json;
    struct wanted event;
};

static void same(const char *what, const char *got, const char *wanted) {
    if (!text_same(got, wanted) && (got || wanted))
        fail_msg("%s: %s, not %s", what, got ? got : "NULL", wanted ? wanted : "NULL");
}

static void check(const struct expected *expected) {
    const struct wanted *wanted = &expected->event;
    struct report_event got;

    if (!report_read(&got, expected->agent, expected->json, strlen(expected->json)))
        fail_msg("not taken: %s", expected->json);
    if (got.kind != wanted->kind || got.fault != wanted->fault || got.still_at_work != wanted->still_at_work ||
        got.errand != wanted->errand || got.inexact != wanted->inexact)
        fail_msg("%s: %d, %s", expected->json, got.kind, turn_fault_name(got.fault));
    same(expected->json, got.prompt, wanted->prompt);
    same(expected->json, got.prompt_id, wanted->prompt_id);
    same(expected->json, got.reply, wanted->reply);
    same(expected->json, got.detail, wanted->detail);
    same(expected->json, got.transcript, wanted->transcript);
    report_event_release(&got);
}

#define HOOK(event, rest) "{\"hook_event_name\":\"" event "\"" rest "}"

static void what_claude_says(void **state) {
    static const struct expected cases[] = {
        {REPORT_CLAUDE,
         HOOK("UserPromptSubmit", ",\"session_id\":\"s\",\"prompt_id\":\"p\",\"transcript_path\":\"/t\","
                                  "\"prompt\":\"[" NONCE "]\\n\\tx \""),
         {.kind = REPORT_STARTED, .prompt = "[" NONCE "]\n\tx ", .prompt_id = "p", .transcript = "/t"}},
        {REPORT_CLAUDE,
         HOOK("Stop", ",\"last_assistant_message\":\"a \\\"b\\\" \\\\ `c`\\n\",\"background_tasks\":[]"),
         {.kind = REPORT_OVER, .reply = "a \"b\" \\ `c`\n"}},
        {REPORT_CLAUDE,
         HOOK("Stop", ",\"last_assistant_message\":\"\",\"background_tasks\":[{\"id\":\"1\"}]"),
         {.kind = REPORT_OVER, .reply = "", .still_at_work = true}},
        {REPORT_CLAUDE, HOOK("Stop", ""), {.kind = REPORT_OVER}},
        {REPORT_CLAUDE, HOOK("Stop", ",\"agent_id\":\"a1\""), {.kind = REPORT_NOTHING, .errand = true}},
        {REPORT_CLAUDE, HOOK("SubagentStop", ""), {.kind = REPORT_NOTHING, .errand = true}},
        {REPORT_CLAUDE,
         HOOK("StopFailure", ",\"error\":\"rate_limit\",\"last_assistant_message\":\"hit your\\nlimit\""),
         {.kind = REPORT_OVER, .fault = FAULT_LIMIT, .detail = "hit your limit"}},
        {REPORT_CLAUDE,
         HOOK("StopFailure", ",\"error\":\"authentication_failed\""),
         {.kind = REPORT_OVER, .fault = FAULT_LOGIN, .detail = "authentication_failed"}},
        {REPORT_CLAUDE,
         HOOK("StopFailure", ",\"error\":\"unknown\",\"error_details\":\"connect ECONNREFUSED\""),
         {.kind = REPORT_OVER, .fault = FAULT_SERVER, .detail = "connect ECONNREFUSED"}},
        {REPORT_CLAUDE, HOOK("StopFailure", ""), {.kind = REPORT_OVER, .fault = FAULT_OTHER}},
        {REPORT_CLAUDE,
         HOOK("Notification",
              ",\"notification_type\":\"permission_prompt\",\"message\":\"Claude needs your permission\""),
         {.kind = REPORT_WAITS, .detail = "Claude needs your permission"}},
        {REPORT_CLAUDE,
         HOOK("Notification", ",\"notification_type\":\"idle_prompt\",\"message\":\"waiting\""),
         {.kind = REPORT_NOTHING, .detail = "waiting"}},
        {REPORT_CLAUDE,
         HOOK("Notification", ",\"message\":\"Claude needs your permission to use Bash\""),
         {.kind = REPORT_WAITS, .detail = "Claude needs your permission to use Bash"}},
        {REPORT_CLAUDE,
         HOOK("Notification", ",\"message\":\"Claude is waiting for your input\""),
         {.kind = REPORT_NOTHING, .detail = "Claude is waiting for your input"}},
        {REPORT_CLAUDE, HOOK("SessionEnd", ",\"reason\":\"other\""), {.kind = REPORT_GONE, .detail = "other"}},
        {REPORT_CLAUDE, HOOK("SessionEnd", ",\"reason\":\"clear\""), {.kind = REPORT_NOTHING, .detail = "clear"}},
        {REPORT_CLAUDE, HOOK("PreToolUse", ",\"prompt\":\"x\""), {.kind = REPORT_NOTHING}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(&cases[i]);
}

static void what_codex_and_gemini_say(void **state) {
    static const struct expected cases[] = {
        {REPORT_CODEX,
         HOOK("UserPromptSubmit", ",\"turn_id\":\"t\",\"prompt\":\"p\""),
         {.kind = REPORT_STARTED, .prompt = "p", .prompt_id = "t"}},
        {REPORT_CODEX,
         HOOK("Stop", ",\"turn_id\":\"t\",\"last_assistant_message\":\"r\""),
         {.kind = REPORT_OVER, .reply = "r", .prompt_id = "t"}},
        {REPORT_CODEX, HOOK("Stop", ",\"last_assistant_message\":null"), {.kind = REPORT_OVER}},
        {REPORT_CODEX,
         "{\"type\":\"agent-turn-complete\",\"thread-id\":\"s\",\"turn-id\":\"t\",\"input-messages\":[\"a\",7,\"b\"],"
         "\"last-assistant-message\":\"r\"}",
         {.kind = REPORT_OVER, .prompt = "a\nb\n", .prompt_id = "t", .reply = "r"}},
        {REPORT_CODEX, "{\"type\":\"agent-turn-complete\"}", {.kind = REPORT_OVER, .prompt = ""}},
        {REPORT_CODEX, "{\"type\":\"another\"}", {.kind = REPORT_NOTHING}},
        {REPORT_GEMINI, HOOK("BeforeAgent", ",\"prompt\":\"p\""), {.kind = REPORT_STARTED, .prompt = "p"}},
        {REPORT_GEMINI,
         HOOK("AfterAgent", ",\"prompt\":\"p\",\"prompt_response\":\"[no response text]\""),
         {.kind = REPORT_OVER, .prompt = "p", .fault = FAULT_OTHER, .detail = "no response text"}},
        {REPORT_GEMINI,
         HOOK("Notification", ",\"notification_type\":\"ToolPermission\",\"message\":\"m\""),
         {.kind = REPORT_WAITS, .detail = "m"}},
        {REPORT_QWEN,
         HOOK("StopFailure", ",\"error\":\"server_error\",\"error_details\":\"500\""),
         {.kind = REPORT_OVER, .fault = FAULT_SERVER, .detail = "500"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(&cases[i]);
}

static void what_our_own_plugins_say(void **state) {
    static const struct expected cases[] = {
        {REPORT_PI, "{\"event\":\"before_agent_start\",\"prompt\":\"p\"}", {.kind = REPORT_STARTED, .prompt = "p"}},
        {REPORT_PI,
         "{\"event\":\"agent_end\",\"prompt\":\"p\",\"reply\":\"r\",\"stopReason\":\"stop\"}",
         {.kind = REPORT_OVER, .prompt = "p", .reply = "r"}},
        {REPORT_PI,
         "{\"event\":\"agent_end\",\"reply\":\"\",\"stopReason\":\"aborted\",\"errorMessage\":\"aborted\"}",
         {.kind = REPORT_OVER, .reply = "", .fault = FAULT_INTERRUPTED, .detail = "aborted"}},
        {REPORT_PI,
         "{\"event\":\"agent_end\",\"stopReason\":\"error\",\"errorMessage\":\"429 slow down\"}",
         {.kind = REPORT_OVER, .fault = FAULT_LIMIT, .detail = "429 slow down"}},
        {REPORT_PI, "{\"event\":\"session_shutdown\",\"reason\":\"quit\"}", {.kind = REPORT_GONE, .detail = "quit"}},
        {REPORT_PI,
         "{\"event\":\"session_shutdown\",\"reason\":\"reload\"}",
         {.kind = REPORT_NOTHING, .detail = "reload"}},
        {REPORT_OPENCODE,
         "{\"event\":\"session.idle\",\"session\":\"s\",\"prompt\":\"p \",\"reply\":\"r\",\"error\":null}",
         {.kind = REPORT_OVER, .prompt = "p ", .reply = "r"}},
        {REPORT_OPENCODE, "{\"event\":\"session.idle\",\"parent\":\"s\"}", {.kind = REPORT_NOTHING, .errand = true}},
        {REPORT_OPENCODE,
         "{\"event\":\"session.error\",\"error\":{\"name\":\"APIError\",\"data\":{\"message\":\"no\",\"statusCode\":"
         "429}}}",
         {.kind = REPORT_OVER, .fault = FAULT_LIMIT, .detail = "no"}},
        {REPORT_OPENCODE,
         "{\"event\":\"session.error\",\"error\":{\"name\":\"MessageAbortedError\"}}",
         {.kind = REPORT_OVER, .fault = FAULT_INTERRUPTED, .detail = "MessageAbortedError"}},
        {REPORT_DEMO,
         "{\"event\":\"over\",\"prompt\":\"p\",\"reply\":\"r\",\"fault\":\"limit\",\"detail\":\"d\"}",
         {.kind = REPORT_OVER, .prompt = "p", .reply = "r", .fault = FAULT_LIMIT, .detail = "d"}},
        {REPORT_DEMO, "{\"event\":\"over\",\"fault\":\"a new one\"}", {.kind = REPORT_OVER, .fault = FAULT_OTHER}},
        {REPORT_DEMO, "{\"event\":\"waits\",\"detail\":\"d\"}", {.kind = REPORT_WAITS, .detail = "d"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(&cases[i]);
}

static void what_is_no_report(void **state) {
    static const char *const texts[] = {"",
                                        "{",
                                        "[]",
                                        "\"Stop\"",
                                        "{}",
                                        "{\"hook_event_name\":7}",
                                        "{\"event\":\"over\"}",
                                        "{\"hook_event_name\":\"Stop\"} x"};
    struct report_event event;
    char *big = xcalloc(1, REPORT_MAX + 2);

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_false(report_read(&event, REPORT_CLAUDE, texts[i], strlen(texts[i])));
    assert_false(report_read(&event, REPORT_NONE, texts[1], strlen(texts[1])));
    assert_false(report_read(&event, REPORT_AGENT_COUNT, texts[1], strlen(texts[1])));
    memset(big, ' ', REPORT_MAX + 1);
    memcpy(big, "{\"event\":\"over\"}", strlen("{\"event\":\"over\"}"));
    assert_false(report_read(&event, REPORT_DEMO, big, REPORT_MAX + 1));
    assert_true(report_read(&event, REPORT_DEMO, big, REPORT_MAX));
    report_event_release(&event);
    free(big);
}

/* A reply may hold what JavaScript writes and strict readers refuse: the turn ends all the same. */
static void halves_and_nothings(void **state) {
    static const struct expected cases[] = {
        {REPORT_CLAUDE,
         HOOK("Stop", ",\"last_assistant_message\":\"a\\u0000b\""),
         {.kind = REPORT_OVER,
          .reply = "a\xEF\xBF\xBD"
                   "b"}},
        {REPORT_CLAUDE,
         HOOK("Stop", ",\"last_assistant_message\":\"a\\ud83d\""),
         {.kind = REPORT_OVER, .reply = "a\xEF\xBF\xBD"}},
        {REPORT_CLAUDE,
         HOOK("Stop", ",\"last_assistant_message\":\"\\udc00\\uD83D\\uDE00\\\\u0000\""),
         {.kind = REPORT_OVER, .reply = "\xEF\xBF\xBD\xF0\x9F\x98\x80\\u0000"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(&cases[i]);
}

static void a_long_error_is_one_short_line(void **state) {
    struct text json = {0};
    struct report_event event;

    (void)state;
    text_add(&json, "{\"event\":\"over\",\"detail\":\"");
    for (int i = 0; i < 5000; i++)
        text_add(&json, "\\u001b[31m\\nx");
    text_add(&json, "\"}");
    assert_true(report_read(&event, REPORT_DEMO, json.data, json.len));
    assert_true(strlen(event.detail) <= REPORT_DETAIL_MAX);
    assert_null(strpbrk(event.detail, "\n\033"));
    report_event_release(&event);
    text_release(&json);
}

#define SAID(id, text)                                                                                                 \
    "{\"type\":\"assistant\",\"isSidechain\":false,\"message\":{\"id\":\"" id "\",\"content\":[" text "]}}\n"
#define TEXT(words) "{\"type\":\"text\",\"text\":\"" words "\"}"
#define ASKED "{\"type\":\"user\",\"message\":{\"content\":\"q\"}}\n"

static void transcript(const char *bytes, const char *wanted) {
    struct report_event event = {.kind = REPORT_OVER};

    assert_int_equal(report_transcript_read(&event, bytes, strlen(bytes)), wanted != NULL);
    assert_int_equal(event.fault, FAULT_NONE);
    same(bytes, event.reply, wanted);
    report_event_release(&event);
}

static void the_last_reply_of_a_transcript(void **state) {
    (void)state;
    transcript(ASKED SAID("m1", TEXT("one")), "one");
    transcript(ASKED SAID("m1", TEXT("one")) SAID("m1", TEXT("\\ntwo")) "{\"type\":\"summary\"}\n", "one\ntwo");
    transcript(ASKED SAID("m1", TEXT("one")) SAID("m2", TEXT("two")), "two");
    transcript(SAID("m1", TEXT("old")) ASKED, NULL);
    transcript("cut\"}]}}\n" SAID("m1", "{\"type\":\"thinking\",\"thinking\":\"t\"}," TEXT("r")) "{\"half", "r");
    transcript(SAID("m1", TEXT("r")) "{\"type\":\"assistant\",\"isSidechain\":true,\"message\":{\"content\":\"s\"}}\n",
               "r");
    transcript("{\"type\":\"error\",\"content\":\"x\"}\n" SAID("m1", TEXT("r")), "r");
    transcript("", NULL);
    transcript("\n\n", NULL);
}

#define GEMINI(type, content) "{\"id\":\"i\",\"type\":\"" type "\",\"content\":" content "}\n\n"
#define NOISE "{\"$set\":{\"lastUpdated\":\"x\"}}\n\n"

/* gemini's own file of a conversation, for which its report is inexact. */
static void a_transcript_of_gemini(void **state) {
    struct report_event event = {.kind = REPORT_OVER, .reply = xstrdup("one two  two"), .inexact = true};
    static const char reply[] = GEMINI("user", "[{\"text\":\"q\"}]") NOISE GEMINI("gemini", "\"one two\"") NOISE;
    static const char cancelled[] = GEMINI("user", "[]") NOISE GEMINI("info", "\"Request cancelled.\"") NOISE;
    static const char failed[] =
        GEMINI("user", "[]") GEMINI("error", "\"[API Error: 429]\"") GEMINI("info", "\"This request failed.\"");

    (void)state;
    assert_true(report_transcript_read(&event, reply, strlen(reply)));
    assert_string_equal(event.reply, "one two");
    assert_false(event.inexact);
    assert_true(report_transcript_read(&event, cancelled, strlen(cancelled)));
    assert_int_equal(event.fault, FAULT_INTERRUPTED);
    assert_true(report_transcript_read(&event, failed, strlen(failed)));
    assert_int_equal(event.fault, FAULT_LIMIT);
    assert_string_equal(event.detail, "[API Error: 429]");
    report_event_release(&event);
}

static void what_a_long_transcript_fails_with_is_cut(void **state) {
    struct report_event event = {.kind = REPORT_OVER};
    struct text failed = {0};

    (void)state;
    text_add(&failed, GEMINI("user", "[]") "{\"id\":\"i\",\"type\":\"error\",\"content\":\"");
    for (int i = 0; i <= REPORT_DETAIL_MAX; i++)
        text_addc(&failed, 'x');
    text_add(&failed, "\"}\n");
    assert_true(report_transcript_read(&event, text_str(&failed), failed.len));
    assert_int_equal(strlen(event.detail), REPORT_DETAIL_MAX);
    report_event_release(&event);
    text_release(&failed);
}

static char *streamed(const char *whole, size_t piece) {
    struct text said = {0};

    text_add(&said, whole);
    for (size_t at = piece; at < strlen(whole); at += piece) {
        text_addc(&said, ' ');
        text_addn(&said, whole + at, strlen(whole + at) < piece ? strlen(whole + at) : piece);
    }
    return text_take(&said);
}

/* gemini tells the text and then again what came after its first piece, a blank before each piece. */
static void the_first_of_what_gemini_says_twice(void **state) {
    static const char whole[] = "Done: \"a\" and  b\n\n- c\n" NONCE " some more words to be long enough\n";

    (void)state;
    for (size_t piece = 1; piece < 40; piece++) {
        char *said = streamed(whole, piece);

        assert_int_equal(report_gemini_length(said, strlen(said)), strlen(whole));
        free(said);
    }
    assert_int_equal(report_gemini_length("so very very", 12), 12); /* too short to tell */
    assert_int_equal(report_gemini_length(whole, strlen(whole)), strlen(whole));
    assert_int_equal(report_gemini_length("", 0), 0);
}

static void blanks_without_end(void **state) {
    size_t n = 4 * 1024 * 1024;
    char *bytes = xmalloc(n);

    (void)state;
    for (size_t i = 0; i < n; i++)
        bytes[i] = "a  "[i % 3];
    assert_true(report_gemini_length(bytes, n) <= n);
    bytes[n - 1] = 'b';
    assert_int_equal(report_gemini_length(bytes, n), n);
    free(bytes);
}

static void a_failed_turn_in_a_transcript(void **state) {
    static const char failed[] = ASKED "{\"type\":\"assistant\",\"isApiErrorMessage\":true,\"message\":{\"id\":\"e\","
                                       "\"content\":[" TEXT("API Error: 401\\n{}") "]}}\n";
    struct report_event event = {.kind = REPORT_OVER};

    (void)state;
    assert_true(report_transcript_read(&event, failed, strlen(failed)));
    assert_null(event.reply);
    assert_int_equal(event.fault, FAULT_LOGIN);
    assert_string_equal(event.detail, "API Error: 401 {}");
    report_event_release(&event);
}

static uint64_t state_of_random = 0x4629E519F820;

static uint32_t random_next(void) {
    state_of_random ^= state_of_random >> 12;
    state_of_random ^= state_of_random << 25;
    state_of_random ^= state_of_random >> 27;
    return (uint32_t)((state_of_random * 0x2545F4914F6CDD1DULL) >> 32);
}

/* Any bytes: dropped, doubled, changed ones never crash it, and never name what is not there. */
static void mutated_reports(void **state) {
    static const char *const seeds[] = {
        HOOK("Stop", ",\"last_assistant_message\":\"a\\u0000\\ud83d\\udc00\",\"background_tasks\":[{}]"),
        HOOK("StopFailure", ",\"error\":\"rate_limit\",\"error_details\":\"429 x|1749924000\""),
        "{\"event\":\"session.error\",\"error\":{\"name\":\"APIError\",\"data\":{\"message\":\"no\",\"statusCode\":429}"
        "}}",
        "{\"type\":\"agent-turn-complete\",\"input-messages\":[\"a\",[{}],\"b\"],\"last-assistant-message\":\"r\"}",
        ASKED SAID("m1", TEXT("one")) SAID("m1", TEXT("two")),
    };

    (void)state;
    for (int round = 0; round < 20000; round++) {
        const char *seed = seeds[random_next() % (sizeof seeds / sizeof seeds[0])];
        size_t n = strlen(seed);
        char *bytes = xmalloc(n); /* exact: a read behind its end shows under the sanitizers */
        struct report_event event;
        bool known;

        memcpy(bytes, seed, n);
        for (uint32_t left = random_next() % 6; left > 0; left--)
            bytes[random_next() % n] = left % 2 ? (char)random_next() : seed[random_next() % n];
        n -= random_next() % 4 == 0 ? random_next() % n : 0;
        known = report_read(&event, (enum report_agent)(random_next() % REPORT_AGENT_COUNT), bytes, n);
        assert_true(known || (event.kind == REPORT_NOTHING && !event.reply && !event.prompt));
        report_event_release(&event);
        event = (struct report_event){0};
        report_transcript_read(&event, bytes, n);
        report_event_release(&event);
        free(bytes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_agent_wants_to_read),
        cmocka_unit_test(what_claude_says),
        cmocka_unit_test(what_codex_and_gemini_say),
        cmocka_unit_test(what_our_own_plugins_say),
        cmocka_unit_test(what_is_no_report),
        cmocka_unit_test(halves_and_nothings),
        cmocka_unit_test(a_long_error_is_one_short_line),
        cmocka_unit_test(the_last_reply_of_a_transcript),
        cmocka_unit_test(a_transcript_of_gemini),
        cmocka_unit_test(what_a_long_transcript_fails_with_is_cut),
        cmocka_unit_test(the_first_of_what_gemini_says_twice),
        cmocka_unit_test(blanks_without_end),
        cmocka_unit_test(a_failed_turn_in_a_transcript),
        cmocka_unit_test(mutated_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

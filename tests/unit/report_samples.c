#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "rules/report.h"
#include "rules/report_transcript.h"

/* What the real programs said (tests/reports: claude 2.1.197 and 2.0.77, codex 0.169, gemini 0.61, qwen 0.15.10, pi
 * 0.73.1, opencode 1.18.33), paths and long middles taken out. */
#define PROMPT "MC-1 turn 1\ndo it\n[MC_TICKET_TURN:1:1779942042145:e519f820 internal]"
#define REPLY "He said \"hi\" \\ `code` **bold** _x_\n\n- a\\b\n```c\nint x = 1;\n```\nw0 w1"

struct sample {
    const char *name;
    enum report_agent agent;
    enum report_kind kind;
    enum turn_fault fault;
    const char *prompt; /* NULL: not looked at */
    const char *reply;  /* what the reply has in it; NULL: none */
    const char *detail; /* the same */
};

static const struct sample samples[] = {
    {"claude-started", REPORT_CLAUDE, REPORT_STARTED, .prompt = PROMPT},
    {"claude-over", REPORT_CLAUDE, REPORT_OVER, .reply = REPLY},
    {"claude-waits", REPORT_CLAUDE, REPORT_WAITS, .detail = "Claude needs your permission"},
    {"claude-gone", REPORT_CLAUDE, REPORT_GONE, .detail = "prompt_input_exit"},
    {"claude-failed-request", REPORT_CLAUDE, REPORT_OVER, FAULT_REQUEST, .detail = "API Error: 400"},
    {"claude-failed-billing", REPORT_CLAUDE, REPORT_OVER, FAULT_BILLING, .detail = "Credit balance is too low"},
    {"claude20-started", REPORT_CLAUDE, REPORT_STARTED, .prompt = "second turn"},
    {"claude20-over", REPORT_CLAUDE, REPORT_OVER, .reply = NULL},
    {"claude20-waits", REPORT_CLAUDE, REPORT_WAITS, .detail = "permission to use Bash"},
    {"claude20-gone", REPORT_CLAUDE, REPORT_GONE, .detail = "prompt_input_exit"},
    {"codex-started", REPORT_CODEX, REPORT_STARTED, .prompt = PROMPT},
    {"codex-over", REPORT_CODEX, REPORT_OVER, .reply = REPLY},
    {"gemini-started", REPORT_GEMINI, REPORT_STARTED, .prompt = PROMPT},
    {"gemini-over", REPORT_GEMINI, REPORT_OVER, .prompt = PROMPT, .reply = REPLY},
    {"gemini-failed", REPORT_GEMINI, REPORT_OVER, FAULT_OTHER, .detail = "no response text"},
    {"qwen-started", REPORT_QWEN, REPORT_STARTED, .prompt = PROMPT},
    {"qwen-over", REPORT_QWEN, REPORT_OVER, .reply = REPLY},
    {"qwen-failed-login", REPORT_QWEN, REPORT_OVER, FAULT_LOGIN, .detail = "401 mock error"},
    {"qwen-idle", REPORT_QWEN, REPORT_NOTHING, .detail = "waiting for your input"},
    {"qwen-gone", REPORT_QWEN, REPORT_GONE, .detail = "prompt_input_exit"},
    {"pi-started", REPORT_PI, REPORT_STARTED, .prompt = PROMPT},
    {"pi-over", REPORT_PI, REPORT_OVER, .prompt = PROMPT, .reply = REPLY},
    {"pi-interrupted", REPORT_PI, REPORT_OVER, FAULT_INTERRUPTED, .reply = "thinking aloud", .detail = "aborted"},
    {"pi-failed-login", REPORT_PI, REPORT_OVER, FAULT_LOGIN, .reply = "", .detail = "401 mock error"},
    {"pi-failed-server", REPORT_PI, REPORT_OVER, FAULT_SERVER, .reply = "", .detail = "500 mock error"},
    {"opencode-started", REPORT_OPENCODE, REPORT_STARTED, .prompt = PROMPT},
    {"opencode-over", REPORT_OPENCODE, REPORT_OVER, .prompt = PROMPT, .reply = REPLY},
    {"opencode-interrupted", REPORT_OPENCODE, REPORT_OVER, FAULT_INTERRUPTED, .reply = "", .detail = "Aborted"},
    {"opencode-failed-login", REPORT_OPENCODE, REPORT_OVER, FAULT_LOGIN, .reply = "", .detail = "mock error 401"},
};

static void read_file(struct text *out, const char *name, const char *ending) {
    char *path = xasprintf("%s/reports/%s.%s", MC_TESTS, name, ending);
    struct err err = {0};

    if (!files_read(out, path, REPORT_MAX, &err))
        fail_msg("%s", err.text);
    free(path);
}

static void holds(const char *name, const char *got, const char *wanted) {
    if (wanted ? !got || !strstr(got, wanted) : got != NULL)
        fail_msg("%s: %s, not %s", name, got ? got : "NULL", wanted ? wanted : "NULL");
}

static void what_real_agents_said(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        const struct sample *sample = &samples[i];
        struct report_event event;
        struct text bytes = {0};

        read_file(&bytes, sample->name, "json");
        if (!report_read(&event, sample->agent, text_str(&bytes), bytes.len) || event.kind != sample->kind ||
            event.fault != sample->fault || event.still_at_work || event.errand)
            fail_msg("%s: %d, %s", sample->name, event.kind, turn_fault_name(event.fault));
        if (sample->prompt)
            holds(sample->name, event.prompt, sample->prompt);
        holds(sample->name, event.reply, sample->reply);
        holds(sample->name, event.detail, sample->detail);
        report_event_release(&event);
        text_release(&bytes);
    }
}

/* What started and over have in common, by which the two find each other. */
static void the_same_turn(void **state) {
    static const char *const pairs[][2] = {{"claude-started", "claude-over"}, {"codex-started", "codex-over"}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        enum report_agent agent = i == 0 ? REPORT_CLAUDE : REPORT_CODEX;
        struct text started = {0}, over = {0};
        struct report_event first, last;

        read_file(&started, pairs[i][0], "json");
        read_file(&over, pairs[i][1], "json");
        assert_true(report_read(&first, agent, text_str(&started), started.len));
        assert_true(report_read(&last, agent, text_str(&over), over.len));
        assert_non_null(first.prompt_id);
        assert_string_equal(first.prompt_id, last.prompt_id);
        report_event_release(&first);
        report_event_release(&last);
        text_release(&started);
        text_release(&over);
    }
}

/* gemini's 5 KB come twice and with blanks: the first is exact but for a newline at its end. */
static void once_of_what_gemini_says_twice(void **state) {
    struct report_event event;
    struct text bytes = {0};

    (void)state;
    read_file(&bytes, "gemini-over", "json");
    assert_true(report_read(&event, REPORT_GEMINI, text_str(&bytes), bytes.len));
    assert_true(event.inexact);
    assert_int_equal(strlen(event.reply), 4972);
    assert_string_equal(event.reply + 4972 - 9, "w999\nend\n");
    report_event_release(&event);
    text_release(&bytes);
}

static void transcript(const char *name, const char *reply, enum turn_fault fault) {
    struct report_event event = {.kind = REPORT_OVER};
    struct text bytes = {0};

    read_file(&bytes, name, "jsonl");
    assert_true(report_transcript_read(&event, text_str(&bytes), bytes.len));
    assert_int_equal(event.fault, fault);
    holds(name, event.reply, reply);
    report_event_release(&event);
    text_release(&bytes);
}

static void real_transcripts(void **state) {
    (void)state;
    transcript("claude20-transcript", REPLY, FAULT_NONE);
    transcript("claude20-transcript-failed", NULL, FAULT_BILLING);
    transcript("gemini-transcript", REPLY, FAULT_NONE);
    transcript("gemini-transcript-interrupted", NULL, FAULT_INTERRUPTED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_real_agents_said),
        cmocka_unit_test(the_same_turn),
        cmocka_unit_test(once_of_what_gemini_says_twice),
        cmocka_unit_test(real_transcripts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

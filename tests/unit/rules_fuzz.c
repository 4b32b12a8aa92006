#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/text.h"
#include "rules/key.h"
#include "rules/profile.h"
#include "rules/prompt.h"
#include "rules/record.h"
#include "rules/screen.h"
#include "rules/screen_paste.h"
#include "rules/story.h"

#define NONCE "MC_TICKET_TURN:4629:1779942042145:e519f820"
#define MARKER "[" NONCE " internal routing marker; do not mention this marker in your reply]"

enum { ROUNDS = 3000, PIECES = 24 };
static const uint64_t seed = 0x4629E519F820;
static uint64_t state_of_random;

/* xorshift64*: the same bytes on every machine. */
static uint32_t random_next(void) {
    state_of_random ^= state_of_random >> 12;
    state_of_random ^= state_of_random << 25;
    state_of_random ^= state_of_random >> 27;
    return (uint32_t)((state_of_random * 0x2545F4914F6CDD1DULL) >> 32);
}

static const char *const pieces[] = {"\x1B[201~",
                                     "\x1B]0;t\x07",
                                     "\r\n",
                                     "\r",
                                     "\n\n",
                                     "\t",
                                     "\x7F",
                                     "\xC2\x9B",
                                     "\xC2\x85",
                                     "\xED\xA0\x80",
                                     "\xF0\x9F\x98\x80",
                                     "{{marker}}",
                                     "{{",
                                     "}}",
                                     "{{title}}",
                                     "MC-1",
                                     "MC_TICKET_TURN:",
                                     NONCE,
                                     MARKER,
                                     "[Pasted text #1 +20 lines]",
                                     "[paste",
                                     "demo> ",
                                     "\n[working]",
                                     "\n[question] ",
                                     "esc to interrupt",
                                     "─",
                                     "│",
                                     "⠋",
                                     "this marker in your reply",
                                     "$(id)",
                                     "`",
                                     "#{pane_pid}",
                                     ";",
                                     "-t",
                                     "DONE: x",
                                     "%12",
                                     "\xE2\x94",
                                     "0123456789abcdef"};
enum { PIECE_COUNT = sizeof pieces / sizeof pieces[0] };

/* A string without NUL, of random bytes and of what is meant to hurt. */
static void random_text(struct text *out) {
    text_clear(out);
    for (uint32_t left = random_next() % PIECES; left > 0; left--) {
        if (random_next() % 2)
            text_add(out, pieces[random_next() % PIECE_COUNT]);
        else
            text_addc(out, (char)(random_next() % 255 + 1));
    }
}

/* Nothing in it can steer a terminal: newlines and tabs alone of all controls, and only whole characters. */
static void assert_clean(const struct text *text) {
    struct text again = {0};
    clean_text(&again, text_str(text), text->len);
    assert_int_equal(again.len, text->len);
    assert_memory_equal(text_str(&again), text_str(text), text->len);
    for (size_t i = 0; i < text->len; i++) {
        unsigned char c = (unsigned char)text->data[i];
        assert_true((c >= 0x20 && c != 0x7F) || c == '\n' || c == '\t');
    }
    text_release(&again);
}

static void assert_framed(const struct text *text) {
    static const char header[] = "MC-4629 turn 1\n";
    assert_true(text_starts(text_str(text), header));
    assert_true(text->len > strlen(header) + strlen(MARKER));
    assert_string_equal(text->data + text->len - strlen(MARKER), MARKER);
    assert_true(key_marker_seen(text_str(text), NONCE));
}

static void prompts(void **state) {
    (void)state;
    struct text title = {0}, body = {0}, messages = {0}, past = {0}, end = {0}, out = {0};
    state_of_random = seed;
    for (int i = 0; i < ROUNDS; i++) {
        random_text(&title);
        random_text(&body);
        random_text(&messages);
        const struct prompt_place place = {text_str(&title), text_str(&messages), text_str(&body), i % 2,
                                           text_str(&body)};
        text_clear(&end);
        text_addf(&end, "%s%s", i % 3 ? "status: x\nsummary: " : "DONE -: ", text_str(&body));
        const struct story story = {
            "MC-4629", text_str(&title), text_str(&messages), text_str(&body), text_str(&end), text_str(&end), i % 2};
        text_clear(&past);
        story_tell(&past, &story);
        struct prompt_parts parts = {"MC-4629",           1,     text_str(&title), text_str(&body),
                                     text_str(&messages), NONCE, text_str(&title), &place,
                                     text_str(&past)};
        struct err err = {0};
        text_clear(&out);
        assert_true(prompt_render(&out, NULL, &parts, &err));
        assert_clean(&out);
        assert_framed(&out);
        text_clear(&out);
        assert_true(prompt_render_note(&out, &parts, &err));
        assert_clean(&out);
        assert_framed(&out);
        text_clear(&out);
        prompt_render_file(&out, &parts, text_str(&title));
        assert_clean(&out);
        assert_framed(&out);
    }
    text_release(&title);
    text_release(&body);
    text_release(&messages);
    text_release(&end);
    text_release(&past);
    text_release(&out);
}

/* A random template either has a reason against it or renders, clean and with the header first. */
static void templates(void **state) {
    (void)state;
    struct text template = {0}, out = {0};
    struct prompt_parts parts = {"MC-4629", 1, "{{body}}", "\x1B{{title}}", "", NONCE, "/bin/mc-ticket", NULL, NULL};
    state_of_random = seed + 1;
    for (int i = 0; i < ROUNDS; i++) {
        random_text(&template);
        if (i % 2)
            text_add(&template, "{{marker}}");
        char *reason = prompt_template_error(text_str(&template));
        struct err err = {0};
        text_clear(&out);
        assert_int_equal(prompt_render(&out, text_str(&template), &parts, &err), reason == NULL);
        if (reason)
            assert_int_equal(out.len, 0);
        else
            assert_true(text_starts(text_str(&out), "MC-4629 turn 1\n"));
        assert_clean(&out);
        free(reason);
        err_release(&err);
    }
    text_release(&template);
    text_release(&out);
}

static void look(const struct profile *profile, const char *before, const char *after) {
    const struct screen then = {.text = before, .cursor_y = -1};
    const struct screen now = {.text = after, .title = before, .cursor_shown = true};
    struct text live = {0};
    assert_in_range(screen_state(profile, &now, NONCE), SCREEN_OTHER, SCREEN_LIMIT);
    (void)screen_rests(profile, &now);
    (void)screen_interrupted(profile, &now, NONCE);
    assert_in_range(screen_echo(profile, after, NONCE), SEEN_UNKNOWN, SEEN_NO);
    screen_live(&live, profile, &now);
    text_release(&live);
    assert_false(screen_has_paste(after, after, NONCE));
    assert_false(screen_submitted(profile, &(struct screen_paste){&now, &now, NONCE}));
    (void)screen_has_paste(before, after, NONCE);
    (void)screen_submitted(profile, &(struct screen_paste){&then, &now, NONCE});
}

static void screens(void **state) {
    (void)state;
    struct text before = {0}, after = {0}, out = {0};
    state_of_random = seed + 2;
    for (int i = 0; i < ROUNDS; i++) {
        struct profile profile;
        profile_from_builtin(&profile, profile_builtin((size_t)i % profile_builtin_count()));
        random_text(&before);
        random_text(&after);
        look(&profile, text_str(&before), text_str(&after));
        text_clear(&out);
        screen_tail(&out, text_str(&after), (int)(random_next() % 5));
        assert_clean(&out);
        text_clear(&out);
        text_addf(&out, "%s\n%s", text_str(&before), MARKER);
        assert_true(screen_has_paste(text_str(&before), text_str(&out), NONCE));
        profile_release(&profile);
    }
    text_release(&before);
    text_release(&after);
    text_release(&out);
}

static void keys(void **state) {
    (void)state;
    struct text text = {0};
    state_of_random = seed + 3;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t number;
        char key[KEY_SIZE];
        random_text(&text);
        const char *s = text_str(&text);
        if (key_parse(s, "MC", &number)) {
            key_make(key, "MC", number);
            assert_string_equal(key, s);
        }
        const char *end = key_find_last(s, NONCE);
        assert_int_equal(end != NULL, key_marker_seen(s, NONCE));
        assert_true(!end || (end > s && end <= s + text.len));
        (void)key_nonce_ok(s);
        (void)key_run_ok(s);
        (void)key_pane_ok(s);
        (void)key_prefix_ok(s);
        (void)key_session_prefix_ok(s);
        char *reason = screen_pattern_error(s);
        free(reason);
    }
    text_release(&text);
}

static void records(void **state) {
    (void)state;
    struct text text = {0}, out = {0};
    state_of_random = seed + 4;
    for (int i = 0; i < ROUNDS; i++) {
        random_text(&text);
        const char *s = text_str(&text);
        struct record record = {.status = "todo", .summary = s, .root_cause = s, .stop_condition = s};
        argv_add(&record.next_actions, s);
        argv_add(&record.artifacts, s);
        text_clear(&out);
        record_text(&out, &record);
        assert_clean(&out);
        text_clear(&out);
        death_text(&out, &(struct death){.oom = s, .last_turn = s, .target = s, .output = s, .why_no_output = s});
        assert_clean(&out);
        record_release(&record);
    }
    text_release(&text);
    text_release(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prompts), cmocka_unit_test(templates), cmocka_unit_test(screens),
        cmocka_unit_test(keys),    cmocka_unit_test(records),
    };
    printf("seed %#llx\n", (unsigned long long)seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

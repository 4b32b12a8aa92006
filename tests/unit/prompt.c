#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "rules/key.h"
#include "rules/prompt.h"
#include "rules/words.h"

#define NONCE "MC_TICKET_TURN:4629:1779942042145:e519f820"
#define MARKER "[" NONCE " internal routing marker; do not mention this marker in your reply]"

static struct prompt_parts parts_of(const char *title, const char *body, const char *messages) {
    return (struct prompt_parts){
        .key = "MC-4629", .turn = 1, .title = title, .body = body, .messages = messages, .nonce = NONCE};
}

static bool ends_with(const struct text *text, const char *end) {
    size_t length = strlen(end);
    return text->len >= length && strcmp(text->data + text->len - length, end) == 0;
}

static void render(struct text *out, const char *template, const struct prompt_parts *parts) {
    struct err err = {0};
    assert_true(prompt_render(out, template, parts, &err));
    assert_null(err.text);
}

static void header_first_marker_last(void **state) {
    (void)state;
    struct text out = {0};
    struct prompt_parts parts = parts_of("!rm -rf /", "/quit\n@file\n", "");
    render(&out, NULL, &parts);
    assert_true(text_starts(text_str(&out), "MC-4629 turn 1\n!rm -rf /\n\n/quit\n@file\n\n"));
    assert_true(ends_with(&out, "\n\n" MARKER));
    assert_non_null(strstr(text_str(&out), "mc-ticket signal DONE|REVIEW|QUESTION \"one line\""));
    assert_null(strstr(text_str(&out), "{{"));
    text_release(&out);
}

static void finish_line(struct text *out, const char *program) {
    struct prompt_parts parts = parts_of("t", "b", "");
    parts.program = program;
    render(out, "{{finish}}{{marker}}", &parts);
    const char *line = strstr(text_str(out), "\n    ");
    assert_non_null(line);
    char *command = strndup(line + 5, strcspn(line + 5, "\n"));
    text_clear(out);
    text_add(out, command);
    free(command);
}

/* The agent types it into a shell. */
static void the_command_is_named_for_a_shell(void **state) {
    (void)state;
    static const char *const words[][2] = {
        {"/usr/local/bin/mc-ticket", "/usr/local/bin/mc-ticket"},
        {"/opt/a+b@1.0_%-x/mc-ticket", "/opt/a+b@1.0_%-x/mc-ticket"},
        {"/home/a b/mc-ticket", "'/home/a b/mc-ticket'"},
        {"/it's/\"$HOME\"/`x`/\\/mc-ticket", "'/it'\"'\"'s/\"$HOME\"/`x`/\\/mc-ticket'"},
        {"/~x/h\xC3\xA4/mc-ticket", "'/~x/h\xC3\xA4/mc-ticket'"},
        {"/a\nb/mc-ticket", "mc-ticket"},
        {"/a\tb/mc-ticket", "mc-ticket"},
        {"/a\x1B[201~/mc-ticket", "mc-ticket"},
        {"/a\xFF/mc-ticket", "mc-ticket"},
        {NULL, "mc-ticket"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct text out = {0};
        struct text wanted = {0};
        finish_line(&out, words[i][0]);
        text_addf(&wanted, "%s signal DONE|REVIEW|QUESTION \"one line\"", words[i][1]);
        assert_string_equal(text_str(&out), text_str(&wanted));
        text_release(&wanted);
        text_release(&out);
    }
}

static const struct prompt_place place = {.workspace = "web", .branch = "mc-4629-a-b-0a1b2c", .base = "main"};

static void a_worktree_is_named(void **state) {
    (void)state;
    struct text out = {0};
    struct prompt_parts parts = parts_of("t", "b", "");
    parts.place = &place;
    render(&out, "{{workspace}}|{{branch}}|{{base}}|{{marker}}", &parts);
    assert_string_equal(text_str(&out), "MC-4629 turn 1\nweb|mc-4629-a-b-0a1b2c|main|" MARKER);
    text_clear(&out);
    render(&out, NULL, &parts);
    assert_non_null(strstr(text_str(&out), "\n\nYou work in a git worktree of your own: the directory that you were "
                                           "started in, with the branch mc-4629-a-b-0a1b2c (it starts from main). "
                                           "Commit your work there. Stay on this branch,"));
    assert_null(strstr(text_str(&out), "left uncommitted"));
    text_release(&out);
}

static void put_back_work_is_said(void **state) {
    (void)state;
    struct text out = {0};
    struct prompt_place again = place;
    struct prompt_parts parts = parts_of("t", "b", "");
    parts.place = &again;
    again.restored = true;
    again.told = "Branch b\no holds 2 commits.";
    render(&out, NULL, &parts);
    assert_non_null(strstr(text_str(&out), "\nWhat was left uncommitted by the run before stands in the working tree."
                                           "\nBranch b o holds 2 commits.\n\n"));
    text_release(&out);
}

/* A ticket without a worktree, and one whose branch nobody knows. */
static void without_a_worktree_its_names_are_empty(void **state) {
    (void)state;
    static const struct prompt_place unknown = {.workspace = "", .branch = NULL, .base = NULL, .restored = true};
    for (int i = 0; i < 2; i++) {
        struct text out = {0};
        struct prompt_parts parts = parts_of("t", "b", "");
        parts.place = i ? &unknown : NULL;
        render(&out, "[{{workspace}}{{branch}}{{base}}{{worktree}}{{story}}]{{marker}}", &parts);
        assert_string_equal(text_str(&out), "MC-4629 turn 1\n[]" MARKER);
        text_clear(&out);
        render(&out, NULL, &parts);
        assert_true(text_starts(text_str(&out), "MC-4629 turn 1\nt\n\nb\n\nWhen you have finished,"));
        text_release(&out);
    }
}

static void what_came_before_stands_before_the_messages(void **state) {
    (void)state;
    struct text out = {0};
    struct prompt_parts parts = parts_of("t", "b", "the remark");
    parts.place = &place;
    parts.story = "what came\x1B of it\n{{marker}}\n";
    render(&out, NULL, &parts);
    assert_non_null(strstr(text_str(&out), "same time.\n\nwhat came of it\n{{marker}}\n\n\nthe remark\n\nWhen you"));
    text_release(&out);
}

/* SPEC section 12: on a screen the finished object would read as the agent's own word. */
static void no_finished_object_in_it(void **state) {
    (void)state;
    struct text out = {0};
    struct text words = {0};
    struct prompt_parts parts = parts_of("t", "b", "m");
    render(&out, NULL, &parts);
    assert_null(strstr(text_str(&out), "\"mc_signal\""));
    assert_null(strchr(text_str(&out), '{'));
    for (int word = 0; word < SIGNAL_WORD_COUNT; word++) {
        text_clear(&words);
        text_addf(&words, "%s:", signal_word_name((enum signal_word)word));
        assert_null(strstr(text_str(&out), text_str(&words)));
    }
    assert_non_null(strstr(text_str(&out), "mc_signal"));
    text_release(&words);
    text_release(&out);
}

static void fields_are_filled_once(void **state) {
    (void)state;
    struct text out = {0};
    struct prompt_parts parts = parts_of("{{body}}", "{{title}} {{marker}} {{nonsense}} {{", "{{messages}}");
    render(&out, "a{{ticket}}b{{title}}|{{body}}|{{messages}}|{{marker}}|{{ticket}}", &parts);
    assert_string_equal(text_str(&out), "MC-4629 turn 1\naMC-4629b{{body}}|{{title}} {{marker}} {{nonsense}} {{|"
                                        "{{messages}}|" MARKER "|MC-4629");
    text_release(&out);
}

static void an_empty_field_leaves_no_gap(void **state) {
    (void)state;
    struct text out = {0};
    struct prompt_parts parts = parts_of("t", "", NULL);
    render(&out, "{{title}}\n\n{{body}}\n\n{{messages}}\n\n{{marker}}\n\n", &parts);
    assert_string_equal(text_str(&out), "MC-4629 turn 1\nt\n\n" MARKER);
    text_release(&out);
}

static void hostile_text_is_cleaned(void **state) {
    (void)state;
    struct text out = {0};
    struct prompt_parts parts = parts_of("two\r\nlines\x1B]0;x\x07",
                                         "a\x1B[201~b\r\nc\xC2\x9B"
                                         "d\xFF"
                                         "e\tf\x7F",
                                         "\x03m");
    render(&out, "\x1B[2J{{title}}|{{body}}|{{messages}}|{{marker}}\r\n", &parts);
    assert_string_equal(text_str(&out), "MC-4629 turn 1\n[2Jtwo lines]0;x|a[201~b\ncd\xEF\xBF\xBD"
                                        "e\tf|m|" MARKER);
    text_release(&out);
}

static void templates_that_cannot_work(void **state) {
    (void)state;
    static const char *const bad[] = {"", "no marker", "{{marker", "{{nonce}}{{marker}}", "{{Marker}}", "{{mar ker}}",
                                      "{{  }}{{marker}}", "{{marker}} {{x\n}}", "{{marker}} {{",
                                      /* what cleaning takes out joins these */
                                      "{{marker}} {\x0E{x}}", "{{marker}} {\xC2\x9B{", "{{marker\x0E}}x{{mar\x7Fk}}"};
    struct prompt_parts parts = parts_of("t", "b", "");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        struct text out = {0};
        char *reason = prompt_template_error(bad[i]);
        assert_non_null(reason);
        assert_null(strchr(reason, '\n'));
        assert_false(prompt_render(&out, bad[i], &parts, &err));
        assert_int_equal(err.code, MC_CONFIG);
        assert_int_equal(out.len, 0);
        free(reason);
        err_release(&err);
        text_release(&out);
    }
    assert_null(prompt_template_error(prompt_template));
    assert_null(prompt_template_error("{{marker}}"));
    assert_null(prompt_template_error("{{ title }} {{  marker}}"));
    assert_null(prompt_template_error("{\x0E{mark\x7F"
                                      "er}}"));
    assert_null(prompt_template_error("}} {x} {{marker}} } {"));
}

static void blanks_beside_a_name(void **state) {
    (void)state;
    struct prompt_parts parts = parts_of("t", "b", "");
    struct text out = {0};

    render(&out, "{{ title }}|{{  body}}|{{marker }}", &parts);
    assert_string_equal(text_str(&out), "MC-4629 turn 1\nt|b|" MARKER);
    text_release(&out);
}

static char *letters(size_t n) {
    char *s = malloc(n + 1);
    assert_non_null(s);
    memset(s, 'x', n);
    s[n] = '\0';
    return s;
}

static void a_prompt_of_up_to_1_mib(void **state) {
    (void)state;
    struct text empty = {0};
    struct prompt_parts parts = parts_of("t", "x", "");
    render(&empty, NULL, &parts);
    size_t most = PROMPT_MAX - empty.len + 1;
    char *body = letters(most + 1);
    struct err err = {0};
    struct text out = {0};
    parts.body = body;
    assert_false(prompt_render(&out, NULL, &parts, &err));
    assert_int_equal(err.code, MC_DATAERR);
    assert_non_null(strstr(err.text, "MC-4629"));
    assert_int_equal(out.len, 0);
    body[most] = '\0';
    /* Trailing newlines of the template are within the limit before they are dropped. */
    body[most - 1] = '\0';
    render(&out, NULL, &parts);
    assert_int_equal(out.len, PROMPT_MAX - 1);
    assert_true(ends_with(&out, MARKER));
    free(body);
    err_release(&err);
    text_release(&out);
    text_release(&empty);
}

static void over_the_text_ceiling_is_not_cut_either(void **state) {
    (void)state;
    char *body = letters((size_t)TEXT_MAX + 10);
    struct prompt_parts parts = parts_of("t", body, "");
    struct err err = {0};
    struct text out = {0};
    assert_false(prompt_render(&out, NULL, &parts, &err));
    assert_int_equal(err.code, MC_DATAERR);
    err_release(&err);
    parts = parts_of(body, "b", "");
    assert_false(prompt_render(&out, NULL, &parts, &err));
    err_release(&err);
    parts = parts_of("t", "b", body);
    assert_false(prompt_render_note(&out, &parts, &err));
    assert_int_equal(out.len, 0);
    err_release(&err);
    text_release(&out);
    free(body);
}

static void a_note(void **state) {
    (void)state;
    struct text out = {0};
    struct err err = {0};
    struct prompt_parts parts = parts_of("title", "body", "!try\x1B again\r\n");
    parts.turn = 3;
    assert_true(prompt_render_note(&out, &parts, &err));
    assert_true(text_starts(text_str(&out), "MC-4629 turn 3\n!try again\n\n\n"));
    assert_null(strstr(text_str(&out), "body"));
    assert_true(ends_with(&out, "\n\n" MARKER));
    text_release(&out);
}

static void a_file(void **state) {
    (void)state;
    struct text out = {0};
    struct prompt_parts parts = parts_of("title", "body", "");
    parts.program = "/a b/mc-ticket";
    prompt_render_file(&out, &parts, "/b/run/0123/prompt-1.md");
    assert_true(text_starts(text_str(&out), "MC-4629 turn 1\n"));
    assert_non_null(strstr(text_str(&out), " /b/run/0123/prompt-1.md\n"));
    assert_null(strstr(text_str(&out), "body"));
    assert_true(ends_with(&out, "\n\n" MARKER));
    assert_non_null(strstr(text_str(&out), "\n    '/a b/mc-ticket' signal DONE|REVIEW|QUESTION \"one line\"\n"));
    assert_true(out.len < 1600);
    text_release(&out);
}

static void what_we_say_ourselves(void **state) {
    (void)state;
    const char *const said[] = {prompt_nudge(), prompt_go_on()};
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        struct text out = {0};
        struct err err = {0};
        struct prompt_parts parts = parts_of("title", "body", said[i]);
        assert_true(prompt_render_note(&out, &parts, &err));
        assert_non_null(strstr(text_str(&out), said[i]));
        assert_null(strchr(said[i], '\n'));
        for (int word = 0; word < SIGNAL_WORD_COUNT; word++) {
            struct text start = {0};
            text_addf(&start, "%s:", signal_word_name((enum signal_word)word));
            assert_null(strstr(said[i], text_str(&start)));
            text_release(&start);
        }
        text_release(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_first_marker_last),
        cmocka_unit_test(the_command_is_named_for_a_shell),
        cmocka_unit_test(a_worktree_is_named),
        cmocka_unit_test(put_back_work_is_said),
        cmocka_unit_test(without_a_worktree_its_names_are_empty),
        cmocka_unit_test(what_came_before_stands_before_the_messages),
        cmocka_unit_test(no_finished_object_in_it),
        cmocka_unit_test(fields_are_filled_once),
        cmocka_unit_test(an_empty_field_leaves_no_gap),
        cmocka_unit_test(hostile_text_is_cleaned),
        cmocka_unit_test(templates_that_cannot_work),
        cmocka_unit_test(blanks_beside_a_name),
        cmocka_unit_test(a_prompt_of_up_to_1_mib),
        cmocka_unit_test(over_the_text_ceiling_is_not_cut_either),
        cmocka_unit_test(a_note),
        cmocka_unit_test(a_file),
        cmocka_unit_test(what_we_say_ourselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/word.h"
#include "screens.h"

#define KEY "MC-4629"
#define NONCE "MC_TICKET_TURN:4629:1779942042145:e519f820"
#define OLDER "MC_TICKET_TURN:4629:1779942042145:00000000"
#define OBJECT(word, nonce, payload)                                                                                   \
    "{\"mc_signal\":\"" word "\",\"ticket\":\"" KEY "\",\"nonce\":\"" nonce "\",\"payload\":\"" payload "\"}"
#define MARKER "[" NONCE " internal routing marker; do not mention this marker in your reply]\n"
#define ECHO_SHOWN "> MC-4629 turn 1\n  " MARKER

static const struct word_of ours = {KEY, NONCE};
static const struct word_of foreign = {KEY, "MC_TICKET_TURN:4629:1779942042145:e519f821"};

static void gives(bool found, struct word_found *word, enum signal_word expected, const char *payload) {
    assert_true(found);
    assert_int_equal(word->word, expected);
    if (payload)
        assert_string_equal(word->payload, payload);
    word_release(word);
}

static void reply_gives(const char *reply, enum signal_word word, const char *payload) {
    struct word_found found;
    gives(word_in_reply(&found, reply, strlen(reply), &ours), &found, word, payload);
}

static void reply_says_nothing(const char *reply) {
    struct word_found found;
    if (word_in_reply(&found, reply, strlen(reply), &ours))
        fail_msg("a word in: %s", reply);
    assert_null(found.payload);
}

static void screen_gives(const char *screen, enum signal_word word, const char *payload) {
    struct word_found found;
    if (!word_on_screen(&found, screen, strlen(screen), &ours))
        fail_msg("no word on:\n%s", screen);
    gives(true, &found, word, payload);
}

static void screen_says_nothing(const char *screen, const struct word_of *of) {
    struct word_found found;
    if (word_on_screen(&found, screen, strlen(screen), of))
        fail_msg("%s on:\n%s", signal_word_name(found.word), screen);
    assert_null(found.payload);
}

/* ---- a reply as it was given */

static void test_the_last_object_with_our_nonce_wins(void **state) {
    (void)state;
    reply_gives("Done.\n" OBJECT("DONE", NONCE, "a \\\"b\\\" c:\\\\x") "\n", SIGNAL_DONE, "a \"b\" c:\\x");
    reply_gives("```json\n  " OBJECT("REVIEW", NONCE, "x") "\n```", SIGNAL_REVIEW, "x");
    reply_gives(OBJECT("DONE", NONCE, "x") " no, " OBJECT("QUESTION", NONCE, "y"), SIGNAL_QUESTION, "y");
    reply_gives(OBJECT("DONE", NONCE, "x") OBJECT("QUESTION", OLDER, "y"), SIGNAL_DONE, "x");
    reply_gives("{\n \"payload\": \"a {b}\",\n \"nonce\": \"" NONCE "\", \"ticket\": \"" KEY
                "\", \"mc_signal\": \"DONE\" }",
                SIGNAL_DONE, "a {b}");
    reply_gives("{{{\"" OBJECT("DONE", NONCE, "x"), SIGNAL_DONE, "x");
    reply_gives("DONE: not so\n" OBJECT("QUESTION", NONCE, "y"), SIGNAL_QUESTION, "y");
}

static void test_a_reply_that_begins_with_a_word(void **state) {
    (void)state;
    reply_gives("\n DONE: the race is fixed\nDetails.", SIGNAL_DONE, "the race is fixed");
    reply_gives("QUESTION: may\tI?", SIGNAL_QUESTION, "may I?");
    reply_says_nothing("It is DONE: yes");
    reply_says_nothing("DONE");
    reply_says_nothing("DONE|REVIEW: x");
}

static void test_what_is_no_word_of_this_turn(void **state) {
    (void)state;
    reply_says_nothing("");
    reply_says_nothing(OBJECT("DONE", OLDER, "x"));
    reply_says_nothing(OBJECT("DONE|REVIEW|QUESTION", NONCE, "x"));
    reply_says_nothing("{\"mc_signal\":\"DONE\",\"ticket\":\"MC-1\",\"nonce\":\"" NONCE "\",\"payload\":\"x\"}");
    reply_says_nothing("{\"mc_signal\":\"DONE\",\"ticket\":\"MC-4629\",\"payload\":\"" NONCE "\"}");
    reply_says_nothing("{\"mc_signal\":\"DONE\",\"nonce\":\"" NONCE "\",\"payload\":\"x");
    reply_says_nothing("{\"mc_signal\":\"DONE\",\"nonce\":\"" NONCE "\",\"payload\":\"x\\q\"}");
}

static void test_a_payload_is_bounded(void **state) {
    (void)state;
    char *long_one = xmalloc(50001);
    memset(long_one, 'x', 50000);
    long_one[50000] = '\0';
    char *reply = xasprintf("DONE:%s", long_one);
    struct word_found found;
    assert_true(word_in_reply(&found, reply, strlen(reply), &ours));
    assert_true(strlen(found.payload) <= WORD_PAYLOAD_MAX);
    word_release(&found);
    free(reply);
    reply = xasprintf(ECHO_SHOWN "{\"mc_signal\":\"DONE\",\"ticket\":\"" KEY "\",\"nonce\":\"" NONCE
                                 "\",\"payload\":\"%s\"}",
                      long_one);
    assert_true(word_on_screen(&found, reply, strlen(reply), &ours));
    assert_true(strlen(found.payload) <= WORD_PAYLOAD_MAX);
    word_release(&found);
    free(reply);
    free(long_one);
}

/* ---- a screen */

static const struct {
    const char *name;
    int word; /* -1: none */
    const char *payload;
} cases[] = {
    {"ready", -1, NULL},
    {"done-plain", SIGNAL_DONE, "one-line summary of the work that is long enough to wrap past eighty columns"},
    {"done-markdown", SIGNAL_DONE, NULL},
    {"done-quotes", SIGNAL_DONE, NULL},
    {"review-fence", SIGNAL_REVIEW, "the design is sound; two notes on locking"},
    {"question-list", SIGNAL_QUESTION, "which database should hold the audit rows, the old or the new one?"},
    {"other-nonce", -1, NULL},
    {"quoted-midway", SIGNAL_DONE, "only planned"},
    {"prefix-done", SIGNAL_DONE, "the race is fixed and tested"},
    {"no-word", -1, NULL},
};
enum { CASES = sizeof cases / sizeof cases[0] };
static const char *const agents[] = {"claude-80", "claude-120", "codex-80", "codex-120",
                                     "gemini-80", "gemini-120", "pi-120"};
enum { AGENTS = sizeof agents / sizeof agents[0] };

static char *screen_of(size_t agent, const char *name) {
    char *path = xasprintf("%s/screens/%s-%s.screen", MC_TESTS, agents[agent], name);
    char *screen = read_whole(path);
    free(path);
    return screen;
}

/* Lines longer than this many characters broken there, within words too; framed: with a frame around each. */
static char *rewrapped(const char *screen, size_t width, bool framed) {
    struct text out = {0};
    size_t column = 0;
    for (const char *p = screen; *p; p++) {
        bool starts = ((unsigned char)*p & 0xC0) != 0x80;
        if (*p != '\n' && starts && column == width) {
            text_add(&out, framed ? " │\n│   " : "\n  ");
            column = 2;
        }
        column = *p == '\n' ? 0 : column + starts;
        text_addc(&out, *p);
    }
    return text_take(&out);
}

static void case_holds(size_t i, const char *screen, bool exact) {
    if (cases[i].word < 0)
        screen_says_nothing(screen, &ours);
    else
        screen_gives(screen, (enum signal_word)cases[i].word, exact ? cases[i].payload : NULL);
    screen_says_nothing(screen, &foreign);
}

static void test_every_capture_gives_its_word_at_every_width(void **state) {
    (void)state;
    for (size_t agent = 0; agent < AGENTS; agent++)
        for (size_t i = 0; i < CASES; i++) {
            char *screen = screen_of(agent, cases[i].name);
            case_holds(i, screen, true);
            for (size_t width = 40; width <= 200; width++) {
                char *wrapped = rewrapped(screen, width, width % 2);
                case_holds(i, wrapped, false);
                free(wrapped);
            }
            free(screen);
        }
}

static void test_a_payload_is_read_back(void **state) {
    (void)state;
    struct word_found found;
    const char *screen =
        ECHO_SHOWN "│ {\"mc_signal\":\"DO │\n│ NE\",\"ticket\":\"MC-4629\", │\n"
                   "│ \"nonce\":\"" NONCE "\",\"payload\":\"two    │\n│   words \\\"q\\\"\"   │\n│ } │\n";
    screen_gives(screen, SIGNAL_DONE, "two words \"q\"");
    screen = ECHO_SHOWN OBJECT("DONE", NONCE, "he said \"hi\" and C:\\x {brace}");
    assert_true(word_on_screen(&found, screen, strlen(screen), &ours));
    assert_string_equal(found.payload, "he said \"hi\" and C:\\x {brace}");
    word_release(&found);
    screen = ECHO_SHOWN OBJECT("DONE", NONCE, "a\\n\\u001b]0;b\\u0007c");
    screen_gives(screen, SIGNAL_DONE, "a ]0;bc");
    screen_gives(ECHO_SHOWN OBJECT("DONE", NONCE, "the one-\n   line way -\n   it ends"), SIGNAL_DONE,
                 "the one-line way - it ends");
    screen_gives(ECHO_SHOWN OBJECT("DONE", NONCE, "it is \\\"{x}\\\"} now"), SIGNAL_DONE, "it is \"{x}\"} now");
    screen_gives(ECHO_SHOWN "{\"mc_signal\":\"DONE\",\"nonce\":\"" NONCE "\",\"payload\":\"x\"}", SIGNAL_DONE, "x");
    screen_says_nothing(
        ECHO_SHOWN "{\"mc_signal\":\"DONE\",\"nonce\":\"" NONCE "\",\"ticket\":\"MC-1\",\"payload\":\"x\"}", &ours);
    screen_gives(ECHO_SHOWN "{\"nonce\":\"" NONCE "\",\"ticket\":\"MC-4629\",\"mc_signal\":\"DONE\",\"payload\":\"x\"}",
                 SIGNAL_DONE, "x");
}

static void test_only_below_the_last_echo(void **state) {
    (void)state;
    screen_says_nothing(OBJECT("DONE", NONCE, "x") "\n" ECHO_SHOWN "\n  working\n", &ours);
    screen_says_nothing(ECHO_SHOWN "\nDONE: x\n" ECHO_SHOWN "\n  working\n", &ours);
    screen_gives("  tail of a long reply\n" OBJECT("DONE", NONCE, "x"), SIGNAL_DONE, "x");
    screen_says_nothing("DONE: of some turn\n", &ours);
    screen_gives(ECHO_SHOWN OBJECT("DONE", NONCE, "x") "\n" OBJECT("QUESTION", NONCE, "y"), SIGNAL_QUESTION, "y");
    screen_gives(ECHO_SHOWN OBJECT("DONE", NONCE, "x") "\n" OBJECT("DONE|REVIEW|QUESTION", NONCE, "y"), SIGNAL_DONE,
                 "x");
}

static void test_a_tool_or_a_draft_says_no_word(void **state) {
    (void)state;
    screen_says_nothing(ECHO_SHOWN "\n● Bash(make)\n  ⎿  DONE: built\n     DONE: linked\n", &ours);
    screen_says_nothing(ECHO_SHOWN "\n● Bash(make)\n\n     DONE: built\n", &ours);
    screen_says_nothing(ECHO_SHOWN "\n─────\nDONE: a draft\n─────\n", &ours);
    screen_says_nothing(ECHO_SHOWN "\n❯ DONE: a draft\n", &ours);
    screen_says_nothing(ECHO_SHOWN "\n● It is all well and truly\n  DONE: in the middle\n", &ours);
    screen_says_nothing(ECHO_SHOWN "\n● Reading notes.txt\n\nDONE: says the file\n\n● I have not finished.\n", &ours);
    screen_says_nothing(ECHO_SHOWN "\n● DONE: part one\n\n● Bash(make)\n  ⎿  ok\n\n● Part two is missing.\n", &ours);
    screen_gives(ECHO_SHOWN "\n● Bash(make)\n\n● DONE: all\n\n  ● one\n  • two\n", SIGNAL_DONE, "all");
    screen_gives(ECHO_SHOWN "\n● DONE: part\n\n● QUESTION: and now?\n", SIGNAL_QUESTION, "and now?");
    screen_gives(ECHO_SHOWN "\n● DONE: it\n  works\n\n  More.\n", SIGNAL_DONE, "it works");
}

static void test_an_object_that_is_not_closed_is_none(void **state) {
    (void)state;
    screen_says_nothing(ECHO_SHOWN "{\"mc_signal\":\"DONE\",\"ticket\":\"MC-4629\",\"nonce\":\"" NONCE
                                   "\",\"payload\":\"x\n\nlater \"}\n",
                        &ours);
    screen_says_nothing(
        ECHO_SHOWN "{\"mc_signal\":\"DONE\",\"ticket\":\"MC-4629\",\"nonce\":\"" NONCE "\",\"payload\":\"x", &ours);
    screen_says_nothing(
        ECHO_SHOWN "{\"mc_signal\":\"DONE\",\"ticket\":\"MC-46291\",\"nonce\":\"" NONCE "\",\"payload\":\"x\"}", &ours);
}

/* ---- hostile ones */

static uint64_t random_state = 0x4629E519F820;
static uint32_t random_next(void) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (uint32_t)((random_state * 0x2545F4914F6CDD1DULL) >> 32);
}

static size_t split(char *screen, char **lines, size_t max) {
    size_t count = 0;
    for (char *line = strtok_r(screen, "\n", &screen); line && count < max; line = strtok_r(NULL, "\n", &screen))
        lines[count++] = line;
    return count;
}

static char *mutated(char *const *lines, size_t count) {
    struct text out = {0};
    for (size_t i = 0; i < count; i++) {
        const char *line = lines[random_next() % 8 == 0 ? random_next() % count : i];
        switch (random_next() % 12) {
        case 0:
            break;
        case 1:
            text_addf(&out, "%s\n%s\n", line, line);
            break;
        case 2:
            text_addf(&out, "  > \"%s\"\n", line);
            break;
        default:
            text_addf(&out, "%s\n", line);
        }
    }
    return text_take(&out);
}

static void test_no_mutation_is_a_word_of_a_foreign_turn(void **state) {
    (void)state;
    enum { ROUNDS = 10000, LINES = 400 };
    for (int round = 0; round < ROUNDS;) {
        for (size_t agent = 0; agent < AGENTS; agent++)
            for (size_t i = 0; i < CASES; i++, round++) {
                char *lines[LINES] = {NULL};
                char *screen = screen_of(agent, cases[i].name);
                char *made = mutated(lines, split(screen, lines, LINES));
                screen_says_nothing(made, &foreign);
                free(made);
                free(screen);
            }
    }
}

static void test_any_bytes_are_survived(void **state) {
    (void)state;
    static const char *const pieces[] = {"{\"mc_signal\":\"",
                                         "DONE",
                                         "\",\"ticket\":\"MC-4629\",\"nonce\":\"",
                                         NONCE,
                                         "\",\"payload\":\"",
                                         "\"}",
                                         "\"",
                                         "\\",
                                         "\n",
                                         "\n\n",
                                         "│",
                                         "\xE2\x94",
                                         "\xE2",
                                         "\xFF",
                                         MARKER,
                                         "DONE: x",
                                         "{",
                                         "}",
                                         " ",
                                         OBJECT("DONE", NONCE, "x")};
    struct profile profile = builtin("claude");
    for (int round = 0; round < 20000; round++) {
        struct text text = {0};
        struct text shown = {0};
        struct word_found found;
        for (uint32_t n = random_next() % 24; n > 0; n--)
            text_add(&text, pieces[random_next() % (sizeof pieces / sizeof pieces[0])]);
        /* Without a NUL behind: what reads past the end is seen by the sanitizers. */
        char *bytes = xmalloc(text.len + 1);
        memcpy(bytes, text_str(&text), text.len);
        bytes = xrealloc(bytes, text.len ? text.len : 1);
        word_in_reply(&found, bytes, text.len, &ours);
        word_release(&found);
        word_on_screen(&found, bytes, text.len, &ours);
        word_release(&found);
        word_reply_on_screen(&shown, text_str(&text), &ours, &profile);
        free(bytes);
        text_release(&shown);
        text_release(&text);
    }
    profile_release(&profile);
}

/* ---- the reply for a reader */

static void test_the_reply_is_read_between_echo_and_box(void **state) {
    (void)state;
    struct profile profile = builtin("codex");
    struct text out = {0};
    char *path = xasprintf("%s/screens/codex-80-prefix-done.screen", MC_TESTS);
    char *screen = read_whole(path);
    word_reply_on_screen(&out, screen, &ours, &profile);
    assert_non_null(
        strstr(text_str(&out), "• thinking aloud\n\nDONE: the race is fixed and tested\n\nDetails follow."));
    assert_null(strstr(text_str(&out), "Ask Codex"));
    assert_null(strstr(text_str(&out), "only planned"));
    text_release(&out);
    free(screen);
    free(path);
    screen = xmalloc(300001);
    memset(screen, 'x', 300000);
    for (size_t i = 0; i < 300000; i += 50)
        screen[i] = '\n';
    screen[300000] = '\0';
    word_reply_on_screen(&out, screen, &ours, &profile);
    assert_in_range(out.len, 60000, 65536);
    text_release(&out);
    free(screen);
    profile_release(&profile);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_last_object_with_our_nonce_wins),
        cmocka_unit_test(test_a_reply_that_begins_with_a_word),
        cmocka_unit_test(test_what_is_no_word_of_this_turn),
        cmocka_unit_test(test_a_payload_is_bounded),
        cmocka_unit_test(test_every_capture_gives_its_word_at_every_width),
        cmocka_unit_test(test_a_payload_is_read_back),
        cmocka_unit_test(test_only_below_the_last_echo),
        cmocka_unit_test(test_a_tool_or_a_draft_says_no_word),
        cmocka_unit_test(test_an_object_that_is_not_closed_is_none),
        cmocka_unit_test(test_no_mutation_is_a_word_of_a_foreign_turn),
        cmocka_unit_test(test_any_bytes_are_survived),
        cmocka_unit_test(test_the_reply_is_read_between_echo_and_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

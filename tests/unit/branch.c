/* Names of branches: whatever a title holds, git takes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/spawn.h"
#include "rules/branch.h"

#define RUN "0123456789abcdef0123456789abcdef"

static const char *name_of_run(const char *run_id, const char *prefix, const char *title) {
    static char name[512];
    struct text text = {0};

    branch_name(&text, &(struct branch_of){prefix, "MC-4629", title, run_id});
    text_copy(name, sizeof name, text_str(&text));
    text_release(&text);
    return name;
}

static const char *name_of(const char *prefix, const char *title) {
    return name_of_run(RUN, prefix, title);
}

/* Runs a line of shell with `input`; true when it succeeded. */
static bool shell(const char *script, const char *word, const struct text *input) {
    struct argv argv = {0};
    struct err err = {0};
    struct spawn_result result = {0};
    struct spawn spawn = {.argv = &argv, .timeout_ms = 60000};

    if (input) {
        spawn.input = text_str(input);
        spawn.input_len = input->len;
    }
    argv_adds(&argv, (const char *const[]){"/bin/sh", "-c", script, "sh", word, NULL});
    bool ok = spawn_run(&spawn, &result, &err) && result.status == 0;
    err_release(&err);
    argv_release(&argv);
    return ok;
}

static bool git_takes(const char *name) {
    return shell("git check-ref-format --branch \"$1\" >/dev/null 2>&1", name, NULL);
}

static void titles(void **state) {
    static const struct {
        const char *title, *name;
    } rows[] = {
        {"Fix the Login page!", "mc-4629-fix-the-login-page-012345"},
        {"", "mc-4629-012345"},
        {"  ...  ", "mc-4629-012345"},
        {"\xf0\x9f\x94\xa5\xf0\x9f\x90\x9b", "mc-4629-012345"},
        {"Größe ändern", "mc-4629-gr-e-ndern-012345"},
        {"../..", "mc-4629-012345"},
        {"-f", "mc-4629-f-012345"},
        {"a.lock", "mc-4629-a-lock-012345"},
        {"HEAD@{1}", "mc-4629-head-1-012345"},
        {"x\x1b[201~\r\n\ty\x7f", "mc-4629-x-201-y-012345"},
        {"dots...", "mc-4629-dots-012345"},
        {"\xff\xfe raw", "mc-4629-raw-012345"},
        {"1234567890123456789012345678901234567890z", "mc-4629-1234567890123456789012345678901234567890-012345"},
        {"123456789012345678901234567890123456789 tail", "mc-4629-123456789012345678901234567890123456789-012345"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(name_of("", rows[i].title), rows[i].name);
        assert_true(git_takes(rows[i].name));
    }
    assert_string_equal(name_of("ai/", "x"), "ai/mc-4629-x-012345");
    assert_string_equal(name_of("", NULL), "mc-4629-012345");
}

static void a_title_of_500(void **state) {
    char title[501];

    (void)state;
    memset(title, 'a', 500);
    title[500] = '\0';
    assert_int_equal(strlen(name_of("", title)), strlen("mc-4629-") + BRANCH_SLUG_MAX + 7);
    for (size_t i = 0; i < 500; i += 2)
        title[i] = '-';
    assert_true(strlen(name_of("", title)) <= strlen("mc-4629-") + BRANCH_SLUG_MAX + 7);
    assert_true(git_takes(name_of("", title)));
}

/* Thousands of them by git itself: `verify` of update-ref reads a name as one and changes nothing. */
static void any_title(void **state) {
    enum { TITLES = 5000, LONGEST = 120 };
    struct text input = {0};
    char title[LONGEST + 1];

    (void)state;
    srand(4629);
    for (int i = 0; i < TITLES; i++) {
        size_t n = (size_t)(rand() % LONGEST);
        for (size_t c = 0; c < n; c++) {
            static const char often[] = "-./@{}~^: \\aZ9.lock";
            title[c] = (char)(rand() % 2 ? often[(size_t)rand() % (sizeof often - 1)] : 1 + rand() % 255);
        }
        title[n] = '\0';
        char run[] = RUN;
        snprintf(run, sizeof run, "%06x", (unsigned)i);
        const char *name = name_of_run(run, i % 2 ? "" : "a/b.", title);
        assert_true(branch_is_of(name, &(struct branch_of){i % 2 ? "" : "a/b.", "MC-4629", "other", "other"}));
        assert_null(strstr(name, "--"));
        text_addf(&input, "verify refs/heads/%s\n", name);
    }
    assert_true(
        shell("d=$(mktemp -d) && git init -q \"$d\" && git -C \"$d\" update-ref --stdin && rm -r \"$d\"", "", &input));
    text_add(&input, "verify refs/heads/a..b\n");
    assert_false(shell("d=$(mktemp -d) && git init -q \"$d\" && git -C \"$d\" update-ref --stdin 2>/dev/null; e=$?; "
                       "rm -r \"$d\"; exit $e",
                       "", &input));
    text_release(&input);
}

/* What is said of a prefix is what git says of a name that begins with it. */
static void prefixes(void **state) {
    static const char *const rows[] = {
        "",      "ai/",   "ai-",     "a/b/c/", "a.",     "@",    "@/",    "a@",  "x.lock", "\xc3\xa9/", "a/.",
        "-",     "-a/",   "/",       "/a",     "a//",    ".",    ".a/",   "..",  "a..b/",  "a.lock/",   ".lock/",
        "a/.b/", "a b/",  "a~",      "a^",     "a:",     "a?",   "a*",    "a[",  "a\\",    "@{",        "a@{b",
        "a\n",   "a\x7f", "a\x01/b", "a/.",    "a/b./c", "HEAD", "HEAD/", "a./", "a./b/",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (branch_prefix_ok(rows[i]) != git_takes(name_of(rows[i], "x")))
            fail_msg("%s: %d", rows[i], branch_prefix_ok(rows[i]));
    assert_false(branch_prefix_ok("refs/heads/"));
}

static void of_which_ticket(void **state) {
    const struct branch_of of = {.prefix = "ai/", .key = "MC-12"};
    static const char *const ours[] = {"ai/mc-12-x-0123ef", "ai/mc-12-0123ef", "ai/mc-12-a-b-c-ffffff",
                                       "ai/mc-12-1234567890123456789012345678901234567890-0123ef"};
    static const char *const others[] = {"",
                                         "main",
                                         "mc-12-x-0123ef",
                                         "ai/mc-1-x-0123ef",
                                         "ai/mc-123-x-0123ef",
                                         "ai/mc-12",
                                         "ai/mc-12-",
                                         "ai/mc-12-x-0123eg",
                                         "ai/mc-12-x0123ef",
                                         "ai/mc-12--0123ef",
                                         "ai/mc-12-x/y-0123ef",
                                         "ai/mc-12-X-0123ef",
                                         "ai/mc-12-x-0123EF",
                                         "ai/mc-12-12345678901234567890123456789012345678901-0123ef"};

    (void)state;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        assert_true(branch_is_of(ours[i], &of));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(branch_is_of(others[i], &of));
}

static void of_any_ticket(void **state) {
    (void)state;
    assert_true(branch_is_ours("ai/mc-46-a-title-0a1b2c", "ai/", "MC"));
    assert_true(branch_is_ours("mc-1-0a1b2c", "", "MC"));
    assert_true(branch_is_ours("az-1-0a1b2c", "", "AZ"));
    assert_false(branch_is_ours("ai/mc-46-a-title-0a1b2c", "", "MC"));
    assert_false(branch_is_ours("mc-46-a-title-0a1b2", "", "MC"));
    assert_false(branch_is_ours("mc-x-a-title-0a1b2c", "", "MC"));
    assert_false(branch_is_ours("main", "", "MC"));
    assert_false(branch_is_ours("", "", "MC"));
}

static void without_the_run(void **state) {
    static const struct {
        const char *text, *hidden;
    } rows[] = {
        {"", ""},
        {"cannot lock ref 'refs/heads/mc-1-a-012345': unable to create 'heads/mc-1-a-012345.lock'",
         "cannot lock ref 'refs/heads/mc-1-a-……': unable to create 'heads/mc-1-a-…….lock'"},
        {"mc-1-a-012346 in run/0123456789abcdef, mc-1-012345", "mc-1-a-012346 in run/0123456789abcdef, mc-1-……"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = xstrdup(rows[i].text);

        branch_hide_run(text, "0123456789abcdef0123456789abcdef");
        assert_string_equal(text, rows[i].hidden);
        free(text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(titles),          cmocka_unit_test(a_title_of_500),  cmocka_unit_test(any_title),
        cmocka_unit_test(prefixes),        cmocka_unit_test(of_which_ticket), cmocka_unit_test(of_any_ticket),
        cmocka_unit_test(without_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

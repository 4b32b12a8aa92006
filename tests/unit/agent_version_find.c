/* Which version stands behind a program: its package, its name, what it says, and what was noted of that. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/uproot.h"
#include "pickup/agent_version.h"
#include "pickup/work.h"

#include "worlds.h"

static char folder[128];
static struct site site;
static struct work work;

static int set_up(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "%s/mc-version.XXXXXX", worlds());
    assert_non_null(mkdtemp(folder));
    site = (struct site){.folder = folder, .board_kind = DATABASE_FILE, .board_path = xasprintf("%s/board.db", folder)};
    work = (struct work){.site = &site};
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    free(site.board_path);
    return uproot(folder, INT64_MAX) ? 0 : -1;
}

static char *at(const char *name) {
    return xasprintf("%s/%s", folder, name);
}

static void put(const char *name, const char *text, mode_t mode) {
    char *path = at(name);
    FILE *file;

    for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    chmod(path, mode);
    free(path);
}

static void lead(const char *from, const char *to) {
    char *path = at(from);

    assert_int_equal(symlink(to, path), 0);
    free(path);
}

/* "2.1", or "?" for one that is not known. */
static void is(const char *name, const char *wanted) {
    struct argv env = {0};
    char *program = at(name), found[32] = "?";
    struct agent_version version;

    argv_add(&env, "SAYS=9.8.7 (by its environment)");
    version = agent_version_find(&work, program, &env);
    if (version.known)
        snprintf(found, sizeof found, "%d.%d", version.major, version.minor);
    assert_string_equal(found, wanted);
    argv_release(&env);
    free(program);
}

static void says(const char *name, const char *script) {
    char *text = xasprintf("#!/bin/sh\n%s\n", script);

    put(name, text, 0700);
    free(text);
}

static void by_its_package(void **state) {
    (void)state;
    says("own/cli.js", "echo 7.7.7");
    put("own/package.json", "{\"name\":\"@anthropic-ai/claude-code\",\"version\":\"2.1.332\"}", 0600);
    is("own/cli.js", "2.1");
    says("up/bin/codex.js", "echo 7.7.7");
    put("up/package.json", "{\"name\":\"@openai/codex-linux-x64\",\"version\":\"0.169.0\"}", 0600);
    is("up/bin/codex.js", "0.169");
    lead("claude", "link");
    lead("link", "own/cli.js");
    is("claude", "2.1");
    says("versions/3.4.5", "echo 7.7.7");
    put("versions/package.json", "{\"name\":\"@openai/codex\",\"version\":\"0.1.0\"}", 0600);
    is("versions/3.4.5", "3.4");
}

static void not_by_another(void **state) {
    static const char *const others[] = {"{\"name\":\"wrapper\",\"version\":\"5.5.5\"}",
                                         "{\"name\":\"@openai/codex\"}",
                                         "{\"name\":\"@openai/codex\",\"version\":5}",
                                         "{\"version\":\"5.5.5\"}",
                                         "{\"name\":1,\"version\":\"5.5.5\"}",
                                         "[\"@openai/codex\"]",
                                         "{",
                                         ""};
    char name[32], package[48];

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        snprintf(name, sizeof name, "other-%zu/agent", i);
        snprintf(package, sizeof package, "other-%zu/package.json", i);
        says(name, "echo 7.7.7");
        put(package, others[i], 0600);
        is(name, "7.7");
    }
}

static void note_is(const char *name, const char *wanted) {
    struct text text = {0};
    struct err err = {0};
    char *path = at(name);

    assert_true(files_read(&text, path, 4096, &err));
    assert_non_null(strchr(text_str(&text), '\t'));
    assert_string_equal(strchr(text_str(&text), '\t') + 1, wanted);
    assert_memory_equal(text_str(&text), folder, strlen(folder));
    text_release(&text);
    err_release(&err);
    free(path);
}

static void by_its_word(void **state) {
    (void)state;
    says("agent", "[ \"$*\" = --version ] && echo \"$SAYS\" && echo x >>$(dirname $0)/asked");
    is("agent", "9.8");
    note_is("version-agent", "9.8.0\n");
    says("fails", "echo 1.2.3; exit 1");
    is("fails", "?");
    note_is("version-fails", "?\n");
    is("fails", "?");
    is("none", "?");
    says("silent", "exit 0");
    is("silent", "?");
}

static size_t asked(void) {
    char *path = at("asked");
    int64_t size = files_size(path);

    free(path);
    return size > 0 ? (size_t)size / 2 : 0;
}

static void age(const char *name, time_t seconds) {
    char *path = at(name);
    struct timespec now, stamps[2];

    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec += seconds;
    stamps[0] = stamps[1] = now;
    assert_int_equal(utimensat(AT_FDCWD, path, stamps, 0), 0);
    free(path);
}

/* For a day, of a program as it is, by a file that nobody else can write. */
static void asked_once(void **state) {
    char *note = at("version-again");

    (void)state;
    says("again", "echo 4.5.6; echo x >>$(dirname $0)/asked");
    is("again", "4.5");
    is("again", "4.5");
    assert_int_equal(asked(), 1);
    age("version-again", -86300);
    is("again", "4.5");
    assert_int_equal(asked(), 1);
    age("version-again", -86401);
    is("again", "4.5");
    assert_int_equal(asked(), 2);
    age("version-again", 60);
    is("again", "4.5");
    assert_int_equal(asked(), 3);
    chmod(note, 0666);
    is("again", "4.5");
    assert_int_equal(asked(), 4);
    chmod(note, 0600);
    says("again", "echo 14.5.6; echo x >>$(dirname $0)/asked");
    is("again", "14.5");
    assert_int_equal(asked(), 5);
    says("elsewhere/again", "echo 24.5.6; echo x >>$(dirname $(dirname $0))/asked");
    is("elsewhere/again", "24.5");
    assert_int_equal(asked(), 6);
    free(note);
}

/* What cannot be noted is asked again. */
static void no_room(void **state) {
    char *note = at("version-unnoted");

    (void)state;
    assert_int_equal(mkdir(note, 0700), 0);
    says("unnoted", "echo 6.7.8");
    is("unnoted", "6.7");
    is("unnoted", "6.7");
    free(note);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(by_its_package, set_up, tear_down),
        cmocka_unit_test_setup_teardown(not_by_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(by_its_word, set_up, tear_down),
        cmocka_unit_test_setup_teardown(asked_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_room, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

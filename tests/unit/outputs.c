/* What a person may name to be written: each place that is refused with its reason, and what stands beside them. */
#include "worlds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "host/uproot.h"
#include "rules/config_read.h"
#include "run/outputs.h"
#include "run/site.h"

static char top[64];
static struct site site;

static char *in_top(const char *name) {
    return xasprintf("%s/%s", top, name);
}

static void put(const char *name, const char *bytes) {
    char *path = in_top(name);
    struct err err = {0};

    assert_true(files_put(path, bytes, strlen(bytes) + 1, &err));
    free(path);
}

static void make(const char *const *folders) {
    for (; *folders; folders++) {
        char *path = in_top(*folders);

        assert_int_equal(mkdir(path, 0700), 0);
        free(path);
    }
}

static void link_as(const char *name, const char *to, int (*how)(const char *, const char *)) {
    char *path = in_top(name), *target = in_top(to);

    assert_int_equal(how(target, path), 0);
    free(path);
    free(target);
}

static struct workspace workspace(const char *name, const char *repo, const char *pool) {
    return (struct workspace){.name = xstrdup(name), .repo = in_top(repo), .pool = pool ? in_top(pool) : NULL};
}

static void hook(struct workspace *of, enum hook which, const char *program) {
    char *path = in_top(program);

    argv_add(&of->hooks[which], path);
    argv_add(&of->hooks[which], "/bin/echo");
    free(path);
}

static struct profile *profile(const char *name) {
    struct config *config = &site.config;
    struct profile *last;

    config->profiles = xrealloc(config->profiles, (config->profile_count + 1) * sizeof *config->profiles);
    last = &config->profiles[config->profile_count++];
    *last = (struct profile){.name = xstrdup(name)};
    return last;
}

static void configure(void) {
    struct config *config = &site.config;

    config_defaults(config);
    config->file = in_top("gone.json");
    config->send.token_file = in_top("token");
    config->send.ca_file = in_top("ca");
    config->prompt_file = in_top("prompt");
    argv_add(&profile("own")->command, "./own-agent");
    argv_add(&profile("other")->command, "agent");
    config->workspaces = xcalloc(4, sizeof *config->workspaces);
    config->workspaces[config->workspace_count++] = workspace("app", "repo", NULL);
    config->workspaces[config->workspace_count++] = workspace("web", "bare", "slots");
    config->workspaces[config->workspace_count++] = workspace("tree", "tree", NULL);
    config->workspaces[config->workspace_count++] = workspace("plain", "plain", NULL);
    hook(&config->workspaces[0], HOOK_AFTER_CREATE, "after");
    hook(&config->workspaces[1], HOOK_BEFORE_REMOVE, "before");
    argv_add(&config->notify, "./tell");
}

static int begin(void **state) {
    (void)state;
    snprintf(top, sizeof top, "%s/mc-outputs-XXXXXX", worlds());
    if (!mkdtemp(top) || chdir(top) != 0)
        return 1;
    make((const char *const[]){"state", "repo", "repo/.git", "bare", "tree", "slots", "far", "plain", "disk", "gd",
                               "gd/objects", "gd/refs", "bare/objects", "bare/refs", NULL});
    put("state/board.db", "SQLite format 3");
    put("bare/HEAD", "ref: refs/heads/main");
    put("gd/HEAD", "ref: refs/heads/main");
    put("repo/HEAD", "a file of a person's");
    put("tree/.git", "gitdir: elsewhere");
    put("tree/HEAD", "a file of a person's");
    put("other", "SQLite format 3");
    put("short", "SQLite format");
    put("text", "SQLite format 4, and more of it");
    put("token", "");
    put("far/page", "");
    put("id", "");
    link_as("hard", "token", link);
    link_as("state/b.db.archive", "disk", symlink);
    link_as("state/host-id", "id", symlink);
    link_as("state/reports", "plain", symlink);
    link_as("soft", "token", symlink);
    link_as("beside", "state", symlink);
    link_as("conf.json", "far/page", symlink);
    link_as("gone.json", "far/later", symlink);
    link_as("other-link", "other", symlink);
    site = (struct site){.board_path = in_top("state/board.db"),
                         .board_kind = DATABASE_FILE,
                         .folder = in_top("state"),
                         .config_path = in_top("conf.json")};
    configure();
    return 0;
}

static int end(void **state) {
    (void)state;
    config_release(&site.config);
    free(site.config_path);
    free(site.folder);
    free(site.board_path);
    return chdir("/") || !uproot(top, INT64_MAX);
}

#define BOARD "the board itself is there"
#define OURS "what mc-pickup keeps beside the board is there"
#define SLOTS "the agents' slots are there"
#define REPO "it is inside a git repository's own folder"
#define PROGRAM "it is a program that the configuration names"
#define CONFIG "it is the configuration"

/* NULL: it may be written. */
static const struct place {
    const char *name, *why;
} places[] = {
    {"state/board.db", BOARD},
    {"state/board.db-wal", BOARD},
    {"beside/board.db-shm", BOARD},
    {"state/../state/board.db-journal", BOARD},
    {"state/board.db-other", NULL},
    {"conf.json", CONFIG},
    {"far/page", CONFIG}, /* where its link leads */
    {"gone.json", CONFIG},
    {"far/later", NULL}, /* nothing is there to be lost */
    {"token", "it is the token file"},
    {"hard", "it is the token file"},
    {"soft", NULL}, /* the link is replaced, and the file stays */
    {"ca", "it is the ca_file"},
    {"prompt", "it is the prompt file"},
    {"tell", PROGRAM},
    {"own-agent", PROGRAM},
    {"after", PROGRAM},
    {"before", PROGRAM},
    {"agent", NULL}, /* it is looked up */
    {"state/run", OURS},
    {"state/run/x/pane.log", OURS},
    {"state/work/MC-1/page.html", OURS},
    {"state/pool/tree/x", OURS},
    {"state/pool/old/x", OURS},
    {"state/archive/x", OURS},
    {"state/edit", OURS},
    {"state/tmux.sock", OURS},
    {"state/last-pickup", OURS},
    {"state/last-keeping", OURS},
    {"state/last-sessions", OURS},
    {"state/keeping", OURS},
    {"state/notifying", OURS},
    {"state/notify-failed", OURS},
    {"state/notify-failed.last", OURS},
    {"state/said-notify", OURS},
    {"state/said-page", OURS},
    {"state/said-refusal", OURS},
    {"state/version-claude", OURS},
    {"state/host-id", OURS},
    {"id", OURS}, /* where its link leads */
    {"state/b.db.archive/2026-01.jsonl", OURS},
    {"disk/2026-01.jsonl", OURS},
    {"disk", OURS},
    {"disks", NULL},
    {"state/reports/x", NULL},
    {"state/a.b.db.last-pickup", OURS},
    {"state/a..run/x", OURS},
    {"state/.work", OURS},
    {"state/a.version-x", OURS},
    {"state/version", NULL},
    {"state/runs", NULL},
    {"state/ru", NULL},
    {"state/run.html", NULL},
    {"state/a.", NULL},
    {"state/page/run", NULL},
    {"state/page/version-x", NULL},
    {"state", NULL},
    {"states/run", NULL},
    {"other/run/x", NULL},
    {"run/x", NULL},
    {"state/pool/app/pool-1/x", OURS},
    {"slots/web-1/x", SLOTS},
    {"slots", SLOTS},
    {"slots.html", NULL},
    {"elsewhere/.git/config", REPO},
    {"elsewhere/.github/x", NULL},
    {"repo/.git", REPO},
    {"repo/x", NULL},
    {"bare/x", REPO},
    {"bare/HEAD", REPO},
    {"gd/HEAD", REPO},
    {"gd/worktrees/slot/HEAD", REPO},
    {"gd", REPO},
    {"gds", NULL},
    {"tree/.git", REPO},
    {"tree/x", NULL},
    {"plain/x", NULL},
    {"other", "a database is there"},
    {"other-wal", "a database is there"},
    {"other-shm", "a database is there"},
    {"other-journal", "a database is there"},
    {"other-walk", NULL},
    {"text-wal", NULL},
    {"other-link", NULL},
    {"other-link-wal", NULL},
    {"short", NULL},
    {"text", NULL},
    {"far", NULL},
    {"far/new", NULL},
};

static void is(const char *path, const char *why) {
    struct err err = {0};
    char *words = why ? xasprintf("%s: %s, and would be lost; name another place", path, why) : NULL;
    bool may = outputs_may(&site, path, &err);

    if (may != !why || (words && strcmp(err.text, words) != 0) || (words && err.code != MC_USAGE))
        fail_msg("%s: \"%s\", not \"%s\"", path, err.text ? err.text : "may be", words ? words : "may be");
    free(words);
    err_release(&err);
}

static void each_place_has_its_reason(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *path = in_top(places[i].name);

        is(path, places[i].why);
        is(places[i].name, places[i].why);
        free(path);
    }
    is("/mc-no-such-file", NULL);
}

/* Its name alone is known then. */
static void where_our_folder_is_gone(void **state) {
    (void)state;
    make((const char *const[]){"left", NULL});
    assert_int_equal(chdir("left"), 0);
    assert_int_equal(rmdir("../left"), 0);
    is("page.html", NULL);
    assert_int_equal(chdir(top), 0);
}

/* Of several reasons the first is told. */
static void first_reason(void **state) {
    char *whole = in_top("state/run");
    char **const named[] = {&site.config_path, &site.config.file, &site.config.send.token_file,
                            &site.config.send.ca_file, &site.config.prompt_file};
    const char *const reasons[] = {CONFIG, CONFIG, "it is the token file", "it is the ca_file",
                                   "it is the prompt file"};
    char *before[5];

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        before[i] = *named[i];
        *named[i] = whole;
    }
    for (size_t i = 0; i < 5; i++) {
        is("state/run", reasons[i]);
        *named[i] = NULL;
    }
    for (size_t i = 0; i < 5; i++)
        *named[i] = before[i];
    free(whole);
    is("state/run/.git/x", OURS);
}

/* Where what nobody named stands, whichever board and configuration are asked for here. */
static void usual_place_too(void **state) {
    (void)state;
    assert_int_equal(setenv("XDG_STATE_HOME", "usual", 1), 0);
    is("usual/mc-pickup/run/x/settings.json", OURS);
    is("usual/mc-pickup/!srv!board.db.said-refusal", OURS);
    is("usual/mc-pickup/page.html", NULL);
    is("usual/run/x", NULL);
    assert_int_equal(setenv("XDG_CONFIG_HOME", "usual", 1), 0);
    is("usual/mc-pickup/config.json", CONFIG);
    assert_int_equal(unsetenv("XDG_CONFIG_HOME"), 0);
    is("state/run/x", OURS);
    assert_int_equal(unsetenv("XDG_STATE_HOME"), 0);
    assert_int_equal(unsetenv("HOME"), 0);
    is("usual/mc-pickup/run/x/settings.json", NULL);
    is("state/run/x", OURS);
}

/* Its name is no path, and what is called like it is a file of anybody's. */
static void board_of_a_server_has_no_file(void **state) {
    (void)state;
    xreplace(&site.board_path, "text");
    is("text-wal", BOARD);
    site.board_kind = DATABASE_SERVER;
    is("text-wal", NULL);
    site.board_kind = DATABASE_FILE;
}

static void page_of_the_configuration(void **state) {
    struct err err = {0};

    (void)state;
    assert_true(outputs_page_may(&site, &err));
    site.config.page = in_top("page.html");
    assert_true(outputs_page_may(&site, &err));
    xreplace(&site.config.page, "token");
    assert_false(outputs_page_may(&site, &err));
    assert_string_equal(err.text, "\"page\" in the configuration: token: it is the token file, and would be lost; name "
                                  "another place");
    assert_int_equal(err.code, MC_CONFIG);
    err_release(&err);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_place_has_its_reason),
        cmocka_unit_test(where_our_folder_is_gone),
        cmocka_unit_test(first_reason),
        cmocka_unit_test(usual_place_too),
        cmocka_unit_test(board_of_a_server_has_no_file),
        cmocka_unit_test(page_of_the_configuration),
    };
    return cmocka_run_group_tests(tests, begin, end);
}

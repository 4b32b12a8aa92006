/* Where a board, a configuration and what is kept beside them are, and how a person names them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "rules/config_read.h"
#include "run/here.h"
#include "run/site.h"
#include "run/site_board.h"
#include "run/site_command.h"
#include "run/site_said.h"

#include "folder.h"

#define RUN "0123456789abcdef0123456789abcdef"
#define SERVER "postgresql://ann@db/board"

static void set(const char *name, const char *value) {
    assert_int_equal(value ? setenv(name, value, 1) : unsetenv(name), 0);
}

static int begin(void **state) {
    set("HOME", "/home/ann");
    set("XDG_STATE_HOME", NULL);
    set("XDG_CONFIG_HOME", "");
    set("MC_DB", NULL);
    set("MC_PICKUP_CONFIG", NULL);
    return folder_enter(state);
}

static char *in_folder(const char *words) {
    return words && *words == '@' ? xasprintf("%s%s", folder, words + 1) : xstrdup(words);
}

/* "@" at the beginning of what is awaited is the folder that we are in. */
static void is(char *got, const char *wanted) {
    char *whole = in_folder(wanted);

    if (!got != !whole || (got && strcmp(got, whole) != 0))
        fail_msg("\"%s\", not \"%s\"", got ? got : "none", whole ? whole : "none");
    free(whole);
    free(got);
}

static const struct board {
    const char *named, *variable, *configured, *path, *label, *folder, *fault;
    enum database_kind kind;
    int code;
} boards[] = {
    {"/b/x.db", "/b/y.db", "/b/z.db", "/b/x.db", "/b/x.db", "/b", NULL, DATABASE_FILE, 0},
    {NULL, "/b/y.db", "/b/z.db", "/b/y.db", "/b/y.db", "/b", NULL, DATABASE_FILE, 0},
    {NULL, "", "/b/z.db", "/b/z.db", "/b/z.db", "/b", NULL, DATABASE_FILE, 0},
    {NULL, NULL, NULL, "/home/ann/.local/state/mc-pickup/board.db", "/home/ann/.local/state/mc-pickup/board.db",
     "/home/ann/.local/state/mc-pickup", NULL, DATABASE_FILE, 0},
    {"x.db", NULL, NULL, "@/x.db", "@/x.db", "@", NULL, DATABASE_FILE, 0},
    {"/x.db", NULL, NULL, "/x.db", "/x.db", "/", NULL, DATABASE_FILE, 0},
    {"/b/", NULL, NULL, "/b/", "/b/", NULL, "board /b/: this is no file name: give --db FILE", DATABASE_FILE, MC_USAGE},
    {SERVER, NULL, NULL, SERVER, SERVER, "/home/ann/.local/state/mc-pickup", NULL, DATABASE_SERVER, 0},
    {"postgresql://ann:secret@db/board", NULL, NULL, "postgresql://…", "postgresql://…",
     "/home/ann/.local/state/mc-pickup", "board: ", DATABASE_SERVER, MC_CONFIG},
    {"postgresql://%2", NULL, NULL, "postgresql://%2", NULL, "/home/ann/.local/state/mc-pickup", "board ",
     DATABASE_SERVER, MC_USAGE},
    {"spool:/b", NULL, NULL, "spool:/b", "spool:/b", "/b", NULL, DATABASE_SPOOL, 0},
    {"spool:", NULL, NULL, "spool:", "spool:", NULL, "board spool:: this is no file name: give --db FILE",
     DATABASE_SPOOL, MC_USAGE},
};

static void the_board_that_is_meant(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof boards / sizeof *boards; i++) {
        const struct board *one = &boards[i];
        struct site_board board = {0};
        struct err err = {0};

        set("MC_DB", one->variable);
        if (site_board_find(&board, one->named, one->configured, &err) != !one->fault)
            fail_msg("%s: %s", one->path, err.text ? err.text : "it is one");
        if (one->fault)
            assert_memory_equal(err.text, one->fault, strlen(one->fault));
        assert_int_equal(err.code, one->code);
        assert_int_equal(board.kind, one->kind);
        is(board.path, one->path);
        if (one->label)
            is(board.label, one->label);
        else
            free(board.label);
        is(board.folder, one->folder);
        err_release(&err);
    }
}

static void fails(const char *named, int code, const char *words) {
    struct site_board board = {0};
    struct err err = {0};

    assert_false(site_board_find(&board, named, NULL, &err));
    assert_string_equal(err.text, words);
    assert_int_equal(err.code, code);
    err_release(&err);
    free(board.path);
    free(board.label);
    free(board.folder);
}

static void without_a_home(void **state) {
    (void)state;
    set("HOME", NULL);
    is(site_user_state(), NULL);
    is(site_user_config(), NULL);
    is(site_user_board(), NULL);
    fails(NULL, MC_CONFIG, "board: HOME is not set, so there is no place to look for it: give --db FILE");
    fails(SERVER, MC_CONFIG,
          "board " SERVER ": HOME is not set, so there is no place for what this machine keeps of it: set "
          "XDG_STATE_HOME");
    set("XDG_STATE_HOME", "/state");
    set("XDG_CONFIG_HOME", "conf");
    is(site_user_state(), "/state/mc-pickup");
    is(site_user_board(), "/state/mc-pickup/board.db");
    is(site_user_config(), "@/conf/mc-pickup/config.json");
}

static void names_that_mean_the_same_everywhere(void **state) {
    char *spool = xasprintf("spool:%s/b", folder);

    (void)state;
    is(site_board_whole("x.db"), "@/x.db");
    is(site_board_whole("spool:b"), spool);
    free(spool);
    is(site_board_whole("/b/x.db"), "/b/x.db");
    is(site_board_whole(SERVER), SERVER);
    is(site_board_whole("postgresql://ann:secret@db/board"), "postgresql://…");
    is(site_board_folder("spool:b"), NULL);
    is(site_board_folder("x.db"), NULL);
}

/* A command as it is said to a person, who is where it was said; and where others read it. */
static const struct command {
    const char *config, *db, *config_variable, *db_variable, *database, *here, *anywhere;
} commands[] = {
    {NULL, NULL, NULL, NULL, NULL, "mc-ticket", "mc-ticket"},
    {"/c d", "/b", NULL, NULL, NULL, "mc-ticket --config '/c d' --db /b", "mc-ticket --config '/c d' --db /b"},
    {NULL, NULL, "/c", "/b", NULL, "mc-ticket", "mc-ticket --config /c --db /b"},
    {"/c", "/b", "/d", "/e", NULL, "mc-ticket --config /c --db /b", "mc-ticket --config /c --db /b"},
    {NULL, NULL, NULL, "/b", "/b", "mc-ticket", "mc-ticket"},
    {NULL, "/b", NULL, NULL, "/other", "mc-ticket --db /b", "mc-ticket --db /b"},
    {"/home/ann/.config/mc-pickup/config.json", "/home/ann/.local/state/mc-pickup/board.db", NULL, NULL, NULL,
     "mc-ticket --config /home/ann/.config/mc-pickup/config.json --db /home/ann/.local/state/mc-pickup/board.db",
     "mc-ticket"},
};

static void commands_that_are_said(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const struct command *one = &commands[i];
        struct site site = {.asked_config = xstrdup(one->config), .asked_db = xstrdup(one->db)};

        set("MC_PICKUP_CONFIG", one->config_variable);
        set("MC_DB", one->db_variable);
        site.config.database = xstrdup(one->database);
        is(site_command(&site), one->here);
        is(site_command_anywhere(&site), one->anywhere);
        free(site.config.database);
        free(site.asked_config);
        free(site.asked_db);
    }
}

static char root[] = "/b", own[] = "/b/own.db", usual[] = "/b/board.db", server[] = SERVER, agents[] = "service=x";

static void what_is_kept_beside_a_board(void **state) {
    struct site site = {.folder = root, .board_path = usual, .libexec = root};

    (void)state;
    is(site_last_pickup(&site), "/b/last-pickup");
    is(site_pool(&site, &(struct workspace){.name = root + 1}), "/b/pool/b");
    is(site_pool(&site, &(struct workspace){.name = own, .pool = server}), SERVER);
    is(site_run_dir(&site, RUN), "/b/run/" RUN);
    is(site_launch_file(&site, RUN), "/b/run/" RUN "/launch");
    is(site_settings(&site, RUN), "/b/run/" RUN "/settings.json");
    is(site_pane_log(&site, RUN), "/b/run/" RUN "/pane.log");
    is(site_agents_board(&site), "/b/board.db");
    site.board_path = own;
    is(site_own_file(&site, "edit"), "/b/own.db.edit");
    is(site_agents_board(&site), "/b/own.db");
    site.board_path = server;
    site.board_kind = DATABASE_SERVER;
    is(site_own_file(&site, "edit"), "/b/edit");
    is(site_agents_board(&site), "spool:/b");
    site.config.agents_database = agents;
    is(site_agents_board(&site), "service=x");
}

static void where_a_refusal_is_remembered(void **state) {
    struct site site = {.folder = root, .board_path = own, .board_label = own};
    char there[] = "/etc/passwd", longest[202], *file;

    (void)state;
    is(site_said_refusal(&site), NULL);
    is(site_said_elsewhere(&site), "/home/ann/.local/state/mc-pickup/!b!own.db.said-refusal");
    site.board = (void *)own; /* it is open */
    is(site_said_refusal(&site), "/b/own.db.said-refusal");
    site.board = NULL;
    site.board_kind = DATABASE_SERVER;
    is(site_said_refusal(&site), NULL);
    site.folder = folder;
    is(site_said_refusal(&site), "@/said-refusal");
    site.folder = root;
    site.board_kind = DATABASE_FILE;
    site.board_path = folder; /* that is there, and no board */
    is(site_said_refusal(&site), NULL);
    site.board_path = there;
    is(site_said_refusal(&site), "/b/passwd.said-refusal");
    memset(longest, 'x', 201);
    longest[201] = '\0';
    site.board_label = longest;
    is(site_said_elsewhere(&site), NULL);
    longest[200] = '\0';
    file = xasprintf("/home/ann/.local/state/mc-pickup/%s.said-refusal", longest);
    is(site_said_elsewhere(&site), file);
    free(file);
    site.folder = NULL;
    is(site_said_elsewhere(&site), NULL);
    is(site_said_refusal(&site), NULL);
}

static void where_a_ticket_has_its_place(void **state) {
    char web[] = "web", app[] = "app", demo[] = "demo";
    struct workspace workspaces[] = {{.name = web}, {.name = app}};
    struct profile profiles[] = {{.name = demo}};
    struct site site = {.board_kind = DATABASE_SERVER};
    struct err err = {0};
    struct config *config = &site.config;

    (void)state;
    *config = (struct config){.workspaces = workspaces, .workspace_count = 2, .profiles = profiles, .profile_count = 1};
    assert_int_equal(here_place(&site, demo, app), PLACE_HERE);
    assert_int_equal(here_place(&site, "other", app), PLACE_OTHER_PROFILE);
    assert_int_equal(here_place(&site, "other", "none"), PLACE_OTHER_PROFILE);
    assert_int_equal(here_place(&site, demo, "none"), PLACE_OTHER_WORKSPACE);
    assert_int_equal(here_place(&site, NULL, "none"), PLACE_OTHER_WORKSPACE);
    assert_int_equal(here_place(&site, NULL, app), PLACE_NO_DEFAULT);
    assert_int_equal(here_place(&site, demo, NULL), PLACE_NO_WORKSPACE);
    site.board_kind = DATABASE_FILE;
    assert_int_equal(here_place(&site, "other", app), PLACE_NO_PROFILE);
    assert_int_equal(here_place(&site, NULL, "none"), PLACE_NO_DEFAULT);
    assert_int_equal(here_place(&site, demo, "none"), PLACE_NO_WORKSPACE);
    config->profile = demo;
    config->workspace_count = 1;
    assert_int_equal(here_place(&site, NULL, NULL), PLACE_HERE);
    config->workspace_count = 0;
    assert_int_equal(here_place(&site, NULL, NULL), PLACE_HERE);
    assert_true(site_here(&site, "elsewhere")); /* no board: it is asked of what is here */
    assert_false(here_not_alone(&site, web));
    site.board_kind = DATABASE_SERVER;
    assert_true(here_not_alone(&site, web));
    assert_false(here_refuse("MC-1", "db", "attach", &err));
    assert_string_equal(err.text, "MC-1: its agent is on host db; run mc-ticket attach MC-1 there");
    assert_int_equal(err.code, MC_UNAVAILABLE);
    err_release(&err);
    assert_false(here_not_alone(&site, NULL));
}

/* The address of a pane and the words of its log, as tmux is given them. */
static void an_agent_as_tmux_knows_it(void **state) {
    char pane[] = "%3", empty[] = "", run[] = RUN, target[] = "mc-MC-1", demo[] = "demo";
    struct profile profiles[] = {{.name = demo}};
    struct site site = {.libexec = root, .board_name = "board-1"};
    struct runtime runtime = {.pane_id = pane, .tmux_target = target, .agent = {.pid = 7}};
    struct tmux_agent agent = site_agent(&site, &runtime);
    struct tmux_log log;

    (void)state;
    assert_string_equal(agent.run, "");
    runtime.run_id = run;
    agent = site_agent(&site, &runtime);
    assert_ptr_equal(agent.pane_id, pane);
    assert_string_equal(agent.run, RUN);
    assert_string_equal(agent.board, "board-1");
    assert_ptr_equal(agent.session, target);
    assert_int_equal(agent.pid, 7);
    runtime.pane_id = empty;
    assert_null(site_agent(&site, &runtime).pane_id);
    runtime.pane_id = NULL;
    assert_null(site_agent(&site, &runtime).pane_id);
    site.config.retention.log_mb = 5;
    log = site_log(&site, own);
    assert_ptr_equal(log.path, own);
    assert_ptr_equal(log.programs, root);
    assert_int_equal(log.mib, 5);
    site.config.profiles = profiles;
    site.config.profile_count = 1;
    assert_null(site_profile(&site, &runtime));
    site.config.profile = demo;
    assert_ptr_equal(site_profile(&site, &runtime), profiles);
    runtime.profile = own;
    assert_null(site_profile(&site, &runtime));
    runtime.run_id = NULL;
    assert_null(site_profile(&site, &runtime));
    assert_int_equal(site.settings.count, 1);
    settings_list_release(&site.settings);
}

/* What would keep every agent from being started. */
static void a_socket_of_tmux(void **state) {
    char longest[102];
    struct site site = {.folder = folder};
    struct err err = {0};

    (void)state;
    assert_true(site_check(&site, &err));
    memset(longest, 'x', 101);
    longest[101] = '\0';
    site.config.tmux.socket = longest;
    assert_false(site_check(&site, &err));
    assert_int_equal(err.code, MC_CONFIG);
    assert_non_null(strstr(err.text, ": longer than the 100 bytes a socket's path may have: set \"tmux.socket\" to a "
                                     "shorter one"));
    assert_memory_equal(err.text, "tmux socket xxx", 15);
    err_release(&err);
    longest[100] = '\0';
    assert_true(site_check(&site, &err));
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, folder_leave)
        TEST(the_board_that_is_meant),
        TEST(without_a_home),
        TEST(names_that_mean_the_same_everywhere),
        TEST(commands_that_are_said),
        TEST(what_is_kept_beside_a_board),
        TEST(where_a_refusal_is_remembered),
        TEST(where_a_ticket_has_its_place),
        TEST(an_agent_as_tmux_knows_it),
        TEST(a_socket_of_tmux),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

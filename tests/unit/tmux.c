#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "host/files.h"
#include "host/spawn.h"
#include "host/tmux.h"
#include "host/tmux_command.h"

/* A real server of its own for each test, in a short folder; gone afterwards in every case. */
enum { STEP_MS = 50, PATIENCE_MS = 60000, BIG = 100000 };
/* New ones each time: what another test started at the same moment must not be taken for ours. */
static char run_a[RUN_ID_DIGITS + 1], run_b[RUN_ID_DIGITS + 1];
static const char board_a[] = "0123456789abcdef", board_b[] = "fedcba9876543210";

struct world {
    char dir[32];
    struct tmux tmux;
};

static int set_up(void **state) {
    struct world *world = xcalloc(1, sizeof *world);
    struct err err = {0};
    char *socket;
    snprintf(world->dir, sizeof world->dir, "/tmp/mcXXXXXX");
    if (mkdtemp(world->dir) == NULL)
        return -1;
    socket = xasprintf("%s/s", world->dir);
    unsetenv("INVOCATION_ID");
    unsetenv("TMUX");
    unsetenv("TMUX_PANE");
    if (!tmux_init(&world->tmux, socket, &err))
        return -1;
    world->tmux.timeout_ms = PATIENCE_MS;
    free(socket);
    *state = world;
    return 0;
}

/* What a plain tmux client prints. */
static char *ask(struct world *world, const char *const *words) {
    struct argv argv = {0};
    struct text output = {0};
    struct spawn_result result = {.output = &output};
    struct err err = {0};
    argv_add(&argv, world->tmux.program);
    argv_add(&argv, "-u");
    argv_add(&argv, "-S");
    argv_add(&argv, world->tmux.socket);
    argv_adds(&argv, words);
    assert_true(spawn_run(&(struct spawn){.argv = &argv, .timeout_ms = PATIENCE_MS}, &result, &err));
    argv_release(&argv);
    return text_take(&output);
}

static void tell(struct world *world, const char *const *words) {
    free(ask(world, words));
}

static int tear_down(void **state) {
    struct world *world = *state;
    struct argv argv = {0};
    struct err err = {0};
    struct spawn_result result = {0};
    tell(world, (const char *[]){"kill-server", NULL});
    argv_add(&argv, "/bin/rm");
    argv_add(&argv, "-rf");
    argv_add(&argv, world->dir);
    (void)spawn_run(&(struct spawn){.argv = &argv}, &result, &err);
    argv_release(&argv);
    tmux_release(&world->tmux);
    free(world);
    return 0;
}

struct started {
    enum tmux_start start;
    struct tmux_started pane;
    struct tmux_agent agent; /* of run_a on board_a, in that pane */
    struct err err;
};

static struct tmux_agent agent_in(const char *pane_id, int64_t pid) {
    return (struct tmux_agent){.pane_id = pane_id, .run = run_a, .board = board_a, .pid = pid};
}

/* Handed out of a few: a test holds some at once, and their agents point into them. */
static struct started *next_started(void) {
    static struct started all[16];
    static size_t next;
    struct started *started = &all[next++ % (sizeof all / sizeof all[0])];
    *started = (struct started){0};
    return started;
}

static struct started *start_logged(struct world *world, const char *name, const char *run, const char *script,
                                    const struct tmux_log *log) {
    struct started *started = next_started();
    struct argv argv = {0};
    const char *const words[] = {"/bin/sh", "-c", script, NULL};
    argv_adds(&argv, words);
    started->start = tmux_start(&world->tmux,
                                &(struct tmux_session){.name = name,
                                                       .cwd = world->dir,
                                                       .argv = &argv,
                                                       .run = run,
                                                       .ticket = "MC-1",
                                                       .board = board_a,
                                                       .log = log != NULL ? *log : (struct tmux_log){0},
                                                       .width = 100,
                                                       .height = 30},
                                &started->pane, &started->err);
    started->agent = agent_in(started->pane.pane_id, started->pane.pid);
    argv_release(&argv);
    return started;
}

static struct started *start(struct world *world, const char *name, const char *script) {
    struct started *started = start_logged(world, name, run_a, script, NULL);
    if (started->err.text != NULL)
        print_message("%s\n", started->err.text);
    assert_int_equal(started->start, TMUX_STARTED);
    return started;
}

static char *path_in(const struct world *world, const char *name) {
    return xasprintf("%s/%s", world->dir, name);
}

static void wait_for_file(const char *path, int64_t size) {
    for (int64_t waited = 0; waited < PATIENCE_MS && files_size(path) < size; waited += STEP_MS)
        clock_sleep(STEP_MS);
    assert_true(files_size(path) >= size);
}

static void read_into(struct text *out, const char *path) {
    struct err err = {0};
    assert_true(files_read(out, path, TEXT_MAX, &err));
}

static struct tmux_pane wait_until_dead(struct world *world, const struct tmux_agent *agent) {
    struct tmux_pane pane = {0};
    enum seen server;
    for (int64_t waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
        assert_int_equal(tmux_look_agent(&world->tmux, agent, &pane, &server), SEEN_YES);
        if (pane.dead && (pane.dead_status >= 0 || pane.dead_signal != 0))
            return pane;
        clock_sleep(STEP_MS);
    }
    fail_msg("pane %s did not die, or nobody knows how", agent->pane_id);
    return pane;
}

static enum seen look(struct world *world, const char *session) {
    struct tmux_pane pane;
    enum seen server;
    return tmux_look(&world->tmux, session, &pane, &server);
}

static enum seen look_agent(struct world *world, struct tmux_agent agent) {
    struct tmux_pane pane;
    enum seen server;
    return tmux_look_agent(&world->tmux, &agent, &pane, &server);
}

/* Taken, loaded and pasted, as one that finds no word at the pane, or whatever stands there, does it. */
static enum tmux_act put(struct world *world, struct tmux_agent agent, const char *bytes, size_t n) {
    struct tmux_view view = {0};
    struct tmux_turn turn = {.to = "turn", .bytes = bytes, .n = n};
    enum tmux_act act;
    (void)tmux_view(&world->tmux, &agent, 0, &view);
    turn.from = view.turn;
    act = tmux_load(&world->tmux, &agent, &turn);
    if (act == TMUX_DONE)
        act = tmux_paste(&world->tmux, &agent, &(struct tmux_turn){.from = "turn", .to = "turn_pasted"});
    tmux_view_release(&view);
    return act;
}

static enum tmux_act paste(struct world *world, struct tmux_agent agent) {
    return put(world, agent, "text", 4);
}

static bool press(struct world *world, struct tmux_agent agent) {
    return tmux_key(&world->tmux, &agent, "turn_pasted", "Enter");
}

static bool capture(struct world *world, struct tmux_agent agent) {
    struct text screen = {0};
    bool done = tmux_capture(&world->tmux, &agent, 0, &screen);
    text_release(&screen);
    return done;
}

static bool close_run(struct world *world, const char *run, struct err *err) {
    struct text left = {0};
    bool closed = tmux_close(&world->tmux, &(struct tmux_agent){.run = run, .board = board_a}, &left, err);
    assert_int_equal(left.len, 0);
    return closed;
}

static void no_server_is_no(void **state) {
    struct world *world = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct tmux_panes panes;
    struct tmux_pane pane;
    struct err err = {0};
    enum seen server;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(tmux_list(&world->tmux, &panes, &err), SEEN_NO);
    assert_int_equal(tmux_look(&world->tmux, "mc-x", &pane, &server), SEEN_NO);
    assert_int_equal(server, SEEN_NO);
    /* One that a killed server left behind. */
    assert_true(text_copy(address.sun_path, sizeof address.sun_path, world->tmux.socket));
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    assert_int_equal(tmux_list(&world->tmux, &panes, &err), SEEN_NO);
    err_release(&err);
}

static void a_kept_server_without_sessions_answers(void **state) {
    struct world *world = *state;
    struct tmux_panes panes;
    struct err err = {0};
    tell(world,
         (const char *[]){"-f", "/dev/null", "start-server", ";", "set-option", "-s", "exit-empty", "off", NULL});
    assert_int_equal(tmux_list(&world->tmux, &panes, &err), SEEN_YES);
    assert_int_equal(panes.count, 0);
    assert_int_equal(look(world, "mc-x"), SEEN_NO);
    assert_true(close_run(world, run_a, &err));
    assert_int_equal(paste(world, agent_in("%0", 1)), TMUX_REFUSED);
}

static void a_silent_server_is_unknown(void **state) {
    struct world *world = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct tmux_panes panes;
    struct err err = {0};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(text_copy(address.sun_path, sizeof address.sun_path, world->tmux.socket));
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 5), 0);
    world->tmux.timeout_ms = 300;
    assert_int_equal(tmux_list(&world->tmux, &panes, &err), SEEN_UNKNOWN);
    assert_int_equal(err.code, MC_UNAVAILABLE);
    assert_int_equal(look(world, "mc-x"), SEEN_UNKNOWN);
    err_release(&err);
    assert_false(close_run(world, run_a, &err));
    assert_int_equal(paste(world, agent_in("%0", 1)), TMUX_ACT_UNKNOWN);
    err_release(&err);
    close(fd);
}

static void starts_what_it_is_told(void **state) {
    struct world *world = *state;
    struct started *started = start(world, "mc-MC-1", "echo $PPID; exec sleep 1000");
    struct tmux_panes panes;
    struct err err = {0};
    const struct tmux_pane *pane;
    char comm[16] = "", *path = xasprintf("/proc/%lld/comm", (long long)started->pane.pid);
    FILE *file;
    assert_int_equal(tmux_list(&world->tmux, &panes, &err), SEEN_YES);
    assert_int_equal(panes.count, 1);
    pane = tmux_find(&panes, "mc-MC-1");
    assert_non_null(pane);
    assert_string_equal(pane->pane_id, started->pane.pane_id);
    assert_int_equal(pane->pid, started->pane.pid);
    assert_string_equal(pane->run, run_a);
    assert_string_equal(pane->ticket, "MC-1");
    assert_false(pane->dead);
    assert_false(pane->in_mode);
    assert_int_equal(pane->dead_status, -1);
    assert_true(pane->activity > clock_now() - 3600000 && pane->activity <= clock_now() + 1000);
    for (int64_t waited = 0; waited < PATIENCE_MS && strcmp(comm, "sleep\n") != 0; waited += STEP_MS) {
        file = fopen(path, "r");
        assert_non_null(file);
        assert_non_null(fgets(comm, sizeof comm, file));
        fclose(file);
        clock_sleep(STEP_MS);
    }
    assert_string_equal(comm, "sleep\n"); /* the pane's pid is the program itself */
    tmux_panes_release(&panes);
    free(path);
}

static void says_duplicate(void **state) {
    struct world *world = *state;
    struct started *first = start(world, "mc-MC-1", "exec sleep 1000");
    struct started *second = start_logged(world, "mc-MC-1", run_b, "exec sleep 1000", NULL);
    struct tmux_pane pane;
    enum seen server;
    assert_int_equal(second->start, TMUX_DUPLICATE);
    assert_int_equal(tmux_look(&world->tmux, "mc-MC-1", &pane, &server), SEEN_YES);
    assert_int_equal(pane.pid, first->pane.pid);
    assert_string_equal(pane.run, run_a);
    err_release(&second->err);
}

static void close_it(struct world *world, const char *run) {
    struct err err = {0};
    if (!close_run(world, run, &err))
        fail_msg("%s", err.text);
}

static void names_are_exact(void **state) {
    struct world *world = *state;
    start(world, "mc-xy", "exec sleep 1000");
    assert_int_equal(look(world, "mc-x"), SEEN_NO);
    start(world, "mc-x", "exec sleep 1000");
    assert_int_equal(look(world, "mc-x"), SEEN_YES);
    assert_int_equal(look(world, "mc-xy"), SEEN_YES);
}

static void refuses_names_that_tmux_would_read(void **state) {
    static const char *const names[] = {"a.b", "a:b", "#{pid}", "", "-x", "a b", "$(true)"};
    struct world *world = *state;
    struct err err = {0};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct started *started = start_logged(world, names[i], run_a, "true", NULL);
        assert_int_equal(started->start, TMUX_START_FAILED);
        err_release(&started->err);
        assert_true(close_run(world, names[i], &err)); /* none of ours was ever tagged so */
        err_release(&err);
    }
    assert_int_equal(look(world, "%0"), SEEN_NO);
}

static void closes_only_its_own_run(void **state) {
    struct world *world = *state;
    start(world, "mc-MC-1", "exec sleep 1000");
    close_it(world, run_b); /* nothing of it is there */
    assert_int_equal(look(world, "mc-MC-1"), SEEN_YES);
    (void)start_logged(world, "mc-MC-2", run_b, "exec sleep 1000", NULL);
    tell(world, (const char *[]){"rename-session", "-t", "=mc-MC-1:", "mine", NULL});
    close_it(world, run_a); /* whatever it is called by now */
    assert_int_equal(look(world, "mine"), SEEN_NO);
    assert_int_equal(look(world, "mc-MC-2"), SEEN_YES);
    close_it(world, run_b); /* the last one: the server ends with it */
    close_it(world, run_b);
}

static void set(struct world *world, const char *option, const char *value) {
    tell(world, (const char *[]){"set-option", "-t", "=mc-MC-1:", option, value, NULL});
}

static void a_pane_id_proves_nothing(void **state) {
    struct world *world = *state;
    struct tmux_agent mine = start(world, "mc-MC-1", "exec sleep 1000")->agent, other;
    struct err err = {0};
    assert_int_equal(look_agent(world, mine), SEEN_YES);
    assert_true(capture(world, mine));
    for (int i = 0; i < 3; i++) {
        other = mine;
        other.run = i == 0 ? run_b : mine.run;
        other.board = i == 1 ? board_b : mine.board;
        other.pid += i == 2;
        assert_int_equal(look_agent(world, other), i == 2 ? SEEN_YES : SEEN_NO); /* the pid stands in the pane */
        assert_false(capture(world, other));
        assert_int_equal(paste(world, other), TMUX_REFUSED);
        assert_false(press(world, other));
    }
    struct text left = {0};
    assert_true(tmux_close(&world->tmux, &(struct tmux_agent){.run = run_a, .board = board_b}, &left, &err));
    assert_int_equal(left.len, 0);
    assert_int_equal(look_agent(world, mine), SEEN_YES);
    set(world, "@mc_board", ""); /* from before there were such tags */
    assert_int_equal(look_agent(world, mine), SEEN_YES);
    assert_true(capture(world, mine));
    assert_int_equal(paste(world, mine), TMUX_DONE);
    assert_true(press(world, mine));
    set(world, "@mc_run", run_b);
    assert_int_equal(look_agent(world, mine), SEEN_NO);
    assert_int_equal(paste(world, mine), TMUX_REFUSED);
    set(world, "@mc_run", ""); /* then its own mark speaks; an older one has none */
    assert_int_equal(look_agent(world, mine), SEEN_YES);
    assert_int_equal(paste(world, mine), TMUX_DONE);
    tell(world, (const char *[]){"set-option", "-p", "-t", mine.pane_id, "@mc_pane", "", NULL});
    assert_int_equal(look_agent(world, mine), SEEN_NO);
    assert_int_equal(paste(world, mine), TMUX_REFUSED);
}

static void expect_panes(struct world *world, const char *session, size_t count, bool moved) {
    struct tmux_panes panes;
    struct tmux_agent tags = agent_in(NULL, 0);
    const struct tmux_pane *found;
    struct err err = {0};
    assert_int_equal(tmux_list(&world->tmux, &panes, &err), SEEN_YES);
    assert_int_equal(panes.count, count);
    found = tmux_find_agent(&panes, &tags);
    assert_non_null(found);
    assert_string_equal(found->session, session);
    assert_string_equal(found->board, board_a);
    assert_int_equal(found->moved, moved);
    tmux_panes_release(&panes);
}

/* A person looks at it in the way that tmux has for it: the newest session answers for a pane that several show. */
static void is_the_agents_in_a_persons_session_too(void **state) {
    struct world *world = *state;
    struct tmux_agent mine = start(world, "mc-MC-1", "exec sleep 1000")->agent, other = mine;
    struct text left = {0};
    struct err err = {0};
    tell(world, (const char *[]){"new-session", "-d", "-s", "look", "-t", "=mc-MC-1", NULL});
    tell(world, (const char *[]){"new-session", "-d", "-s", "a", "sleep 1000", NULL});
    tell(world, (const char *[]){"link-window", "-s", "=mc-MC-1:0", "-t", "=a:", NULL});
    expect_panes(world, "mc-MC-1", 2, false);
    assert_true(capture(world, mine));
    assert_int_equal(paste(world, mine), TMUX_DONE);
    assert_true(press(world, mine));
    other.run = run_b;
    assert_false(capture(world, other));
    assert_int_equal(paste(world, other), TMUX_REFUSED);
    tell(world, (const char *[]){"kill-session", "-t", "=mc-MC-1", NULL});
    expect_panes(world, "a", 2, true);
    assert_true(capture(world, mine));
    assert_int_equal(paste(world, mine), TMUX_DONE);
    assert_true(tmux_close(&world->tmux, &mine, &left, &err));
    assert_int_equal(left.len, 0);
    assert_int_equal(look_agent(world, mine), SEEN_NO);
    assert_int_equal(look(world, "a"), SEEN_YES);
}

/* So is one that is shown beside another agent: tmux answers with the tags of that one's session. */
static void is_the_agents_in_another_agents_session_too(void **state) {
    struct world *world = *state;
    struct tmux_agent mine = start(world, "mc-MC-1", "exec sleep 1000")->agent, other;
    char pane_id[16], *mark = tmux_mark(run_a, board_a);
    struct text left = {0};
    struct err err = {0};
    text_copy(pane_id, sizeof pane_id, mine.pane_id);
    mine.pane_id = pane_id;
    other = start_logged(world, "mc-MC-2", run_b, "exec sleep 1000", NULL)->agent;
    other.run = run_b;
    tell(world, (const char *[]){"link-window", "-d", "-s", "=mc-MC-1:0", "-t", "=mc-MC-2:", NULL});
    expect_panes(world, "mc-MC-1", 3, false);
    assert_true(capture(world, mine));
    assert_int_equal(paste(world, mine), TMUX_DONE);
    assert_true(press(world, mine));
    assert_true(capture(world, other));
    other.pane_id = pane_id; /* shown in its session, but not its own */
    other.pid = 0;
    assert_int_equal(look_agent(world, other), SEEN_NO);
    tell(world, (const char *[]){"set-option", "-p", "-t", pane_id, "@mc_pane", "-", NULL});
    assert_false(capture(world, mine));
    tell(world, (const char *[]){"set-option", "-p", "-t", pane_id, "@mc_pane", mark, NULL});
    free(mark);
    assert_true(tmux_close(&world->tmux, &mine, &left, &err));
    assert_int_equal(left.len, 0);
    assert_int_equal(look(world, "mc-MC-1"), SEEN_NO);
    assert_int_equal(look(world, "mc-MC-2"), SEEN_YES);
}

static void finds_a_session_by_tags_and_then_by_name(void **state) {
    struct world *world = *state;
    struct tmux_agent mine = start(world, "mc-MC-1", "exec sleep 1000")->agent, lost = mine;
    struct tmux_pane pane;
    enum seen server;
    tell(world, (const char *[]){"rename-session", "-t", "=mc-MC-1:", "mine", NULL});
    (void)start_logged(world, "mc-MC-1", run_b, "exec sleep 1000", NULL);
    mine.session = lost.session = "mc-MC-1";
    assert_int_equal(tmux_look_session(&world->tmux, &mine, &pane, &server), SEEN_YES);
    assert_string_equal(pane.session, "mine");
    lost.run = "00000000000000000000000000000000";
    assert_int_equal(tmux_look_session(&world->tmux, &lost, &pane, &server), SEEN_YES);
    assert_string_equal(pane.run, run_b);
    set(world, "@mc_board", board_b);
    assert_int_equal(tmux_look_session(&world->tmux, &lost, &pane, &server), SEEN_NO); /* another board's */
}

/* A person's server: whatever is set there, a session of ours is as it must be. */
static void no_setting_of_the_server_ends_it(void **state) {
    struct world *world = *state;
    struct tmux_agent agent;
    char *said;
    tell(world,
         (const char *[]){"-f", "/dev/null", "new-session", "-d", "-s", "user", "sleep 1000", ";", "set-option", "-g",
                          "window-size", "smallest", ";", "set-option", "-g", "destroy-unattached", "on", NULL});
    agent = start(world, "mc-MC-1", "exec sleep 1000")->agent;
    tell(world, (const char *[]){"resize-window", "-t", "=mc-MC-1:", NULL}); /* lets it look at its settings again */
    assert_int_equal(look_agent(world, agent), SEEN_YES);
    said =
        ask(world, (const char *[]){"display-message", "-p", "-t", "=mc-MC-1:",
                                    "#{window_width} #{window_height} #{window-size} #{s/^0$/off/:destroy-unattached} "
                                    "#{remain-on-exit} #{@mc_board}",
                                    NULL});
    assert_string_equal(said, "100 30 manual off on 0123456789abcdef\n");
    free(said);
}

static void knows_how_they_died(void **state) {
    struct world *world = *state;
    char name[16];
    for (int i = 0; i < 8; i++) {
        struct started *started;
        struct tmux_pane pane;
        snprintf(name, sizeof name, "mc-%d", i);
        started = start(world, name, i % 2 == 0 ? "exit 3" : "kill -SEGV $$");
        pane = wait_until_dead(world, &started->agent);
        assert_int_equal(pane.dead_status, i % 2 == 0 ? 3 : -1);
        assert_int_equal(pane.dead_signal, i % 2 == 0 ? 0 : SIGSEGV);
    }
}

/* mc-log under a name like the log's own; without it `cat` writes. */
static void put_log_writer(const char *dir) {
    char *here = files_program_dir();
    char *program = xasprintf("%s/../bin/mc-log", here);
    char *name = xasprintf("%s/mc-log", dir);
    assert_int_equal(symlink(program, name), 0);
    free(name);
    free(program);
    free(here);
}

static void keep_every_byte(struct world *world, bool bounded) {
    /* A folder as bad as one can be made; its file must be the one that is written. */
    char *dir = path_in(world, "a'b #{pid} ##{pid} #[x] ##[y] %d %% \"$(touch z)\" `touch z` ; #(touch z) \\ $HOME\n;");
    char *log = xasprintf("%s/pane.log", dir);
    struct text text = {0};
    struct err err = {0};
    struct started *started;
    struct tmux_view view = {0};
    assert_true(files_make_dir(dir, &err));
    assert_true(files_create(log, "", 0, &err));
    if (bounded)
        put_log_writer(dir);
    assert_int_equal(tmux_log_is_bounded(&(struct tmux_log){.programs = dir}), bounded);
    started = start_logged(world, "mc-MC-1", run_a, "echo first; exec sleep 1000", &(struct tmux_log){log, dir, 1});
    assert_int_equal(started->start, TMUX_STARTED);
    wait_for_file(log, 7);
    read_into(&text, log);
    assert_string_equal(text_str(&text), "first\r\n");
    assert_int_equal(tmux_view(&world->tmux, &started->agent, 0, &view), SEEN_YES);
    assert_true(view.pipe);
    tmux_view_release(&view);
    text_release(&text);
    free(log);
    log = path_in(world, "z");
    assert_false(files_exists(log));
    free(log);
    free(dir);
}

static void keeps_every_byte_in_the_log(void **state) {
    keep_every_byte(*state, true);
}

static void keeps_a_log_without_its_writer(void **state) {
    keep_every_byte(*state, false);
}

/* A program in the world's folder: its path, a new string. */
static char *put_program(const struct world *world, const char *name, const char *script) {
    char *program = path_in(world, name);
    struct argv argv = {0};
    struct spawn_result result = {0};
    struct err err = {0};
    assert_true(files_write(program, script, strlen(script), &err));
    argv_add(&argv, "/bin/chmod");
    argv_add(&argv, "700");
    argv_add(&argv, program);
    assert_true(spawn_run(&(struct spawn){.argv = &argv}, &result, &err));
    argv_release(&argv);
    return program;
}

static const char reader[] = "stty raw -echo; : >ready; exec cat >got";

/* What tmux makes of a newline inside a paste. */
static char *big_text(void) {
    char *bytes = xmalloc(BIG + 1);
    for (int i = 0; i < BIG; i++)
        bytes[i] = (char)(i % 80 == 79 ? '\r' : '!' + i % 90);
    bytes[BIG] = '\0';
    return bytes;
}

static void assert_received(const struct world *world, const char *bytes, size_t n) {
    struct text got = {0};
    char *path = path_in(world, "got");
    wait_for_file(path, (int64_t)n);
    read_into(&got, path);
    assert_int_equal(got.len, n);
    assert_memory_equal(got.data, bytes, n);
    text_release(&got);
    free(path);
}

static void wait_until_reading(const struct world *world) {
    char *path = path_in(world, "ready");
    wait_for_file(path, 0);
    free(path);
}

static void no_buffer_is_left(struct world *world) {
    char *buffers = ask(world, (const char *[]){"list-buffers", NULL});
    assert_string_equal(buffers, "");
    free(buffers);
}

static void pastes_much_and_exactly(void **state) {
    struct world *world = *state;
    struct started *started = start(world, "mc-MC-1", reader);
    char *bytes = big_text();
    wait_until_reading(world);
    assert_int_equal(put(world, started->agent, bytes, BIG), TMUX_DONE);
    assert_received(world, bytes, BIG);
    no_buffer_is_left(world);
    free(bytes);
}

static void pastes_into_a_stopped_program(void **state) {
    struct world *world = *state;
    struct started *started = start(world, "mc-MC-1", reader);
    char *bytes = big_text();
    wait_until_reading(world);
    assert_int_equal(kill((pid_t)started->pane.pid, SIGSTOP), 0);
    assert_int_equal(put(world, started->agent, bytes, BIG), TMUX_DONE);
    assert_int_equal(look(world, "mc-MC-1"), SEEN_YES); /* the server goes on */
    assert_int_equal(kill((pid_t)started->pane.pid, SIGCONT), 0);
    assert_received(world, bytes, BIG);
    free(bytes);
}

static void pastes_in_brackets_and_keys_without(void **state) {
    static const char received[] = "\033[200~a\rb; #{pid} -x\033[201~\r";
    struct world *world = *state;
    struct started *started = start(world, "mc-MC-1", "stty raw -echo; printf '\\033[?2004h'; : >ready; exec cat >got");
    wait_until_reading(world);
    assert_int_equal(put(world, started->agent, "a\nb; #{pid} -x", 14), TMUX_DONE);
    assert_true(press(world, started->agent));
    assert_received(world, received, sizeof received - 1);
}

static void never_types_into_a_pane_that_is_synchronized(void **state) {
    struct world *world = *state;
    struct started *started = start(world, "mc-MC-1", reader);
    char *person, *ready = path_in(world, "theirs"), *typed = path_in(world, "typed");
    struct text text = {0};
    wait_until_reading(world);
    person = ask(world, (const char *[]){"split-window", "-P", "-F", "#{pane_id}", "-c", world->dir, "-t",
                                         started->pane.pane_id, "stty raw -echo; : >theirs; exec cat >typed", NULL});
    person[strcspn(person, "\n")] = '\0';
    wait_for_file(ready, 0);
    tell(world, (const char *[]){"set-option", "-w", "-t", started->pane.pane_id, "synchronize-panes", "on", NULL});
    assert_true(tmux_take(&world->tmux, &started->agent, &(struct tmux_turn){.from = "", .to = "turn_pasted"}) ==
                TMUX_DONE);
    assert_true(press(world, started->agent)); /* as the first thing, too */
    tell(world, (const char *[]){"set-option", "-p", "-t", started->pane.pane_id, "synchronize-panes", "on", NULL});
    assert_int_equal(put(world, started->agent, "text", 4), TMUX_DONE);
    assert_true(press(world, started->agent));
    assert_received(world, "\rtext\r", 6);
    tell(world, (const char *[]){"send-keys", "-t", person, "own", NULL});
    wait_for_file(typed, 3);
    read_into(&text, typed);
    assert_string_equal(text_str(&text), "own");
    text_release(&text);
    free(person);
    free(ready);
    free(typed);
}

static void never_pastes_into_a_dead_pane(void **state) {
    struct world *world = *state;
    struct started *started = start(world, "mc-MC-1", "exit 3");
    (void)wait_until_dead(world, &started->agent);
    assert_int_equal(put(world, started->agent, "text", 4), TMUX_REFUSED);
    assert_false(press(world, started->agent));
    assert_int_equal(look(world, "mc-MC-1"), SEEN_YES); /* the server survived */
    no_buffer_is_left(world);
}

static void never_pastes_in_copy_mode(void **state) {
    struct world *world = *state;
    struct started *started = start(world, "mc-MC-1", reader);
    struct tmux_pane pane;
    enum seen server;
    wait_until_reading(world);
    tell(world, (const char *[]){"copy-mode", "-t", started->pane.pane_id, NULL});
    assert_int_equal(tmux_look(&world->tmux, "mc-MC-1", &pane, &server), SEEN_YES);
    assert_true(pane.in_mode);
    assert_int_equal(put(world, started->agent, "text", 4), TMUX_REFUSED);
    assert_false(press(world, started->agent));
    tell(world, (const char *[]){"send-keys", "-t", started->pane.pane_id, "-X", "cancel", NULL});
    assert_int_equal(put(world, started->agent, "later", 5), TMUX_DONE);
    assert_received(world, "later", 5);
}

static void never_pastes_into_another_process(void **state) {
    struct world *world = *state;
    struct started *started = start(world, "mc-MC-1", reader);
    wait_until_reading(world);
    assert_int_equal(paste(world, agent_in(started->pane.pane_id, started->pane.pid + 1)), TMUX_REFUSED);
    assert_int_equal(paste(world, agent_in(started->pane.pane_id, 0)), TMUX_REFUSED);
    assert_int_equal(paste(world, agent_in("%77", started->pane.pid)), TMUX_REFUSED);
    assert_false(press(world, agent_in(started->pane.pane_id, started->pane.pid + 1)));
    assert_false(tmux_key(&world->tmux, &started->agent, "turn_pasted", "Enter ; kill-server"));
    no_buffer_is_left(world);
    close_it(world, run_a);
    assert_int_equal(put(world, started->agent, "text", 4), TMUX_REFUSED); /* no server */
}

/* What a client of a dead pickup may still bring, after another has taken the right to type. */
static void lets_nobody_act_whose_word_is_gone(void **state) {
    struct world *world = *state;
    struct started *started = start(world, "mc-MC-1", reader);
    struct tmux_agent agent = started->agent;
    struct tmux_turn load = {.from = "", .to = "old", .bytes = "text", .n = 4};
    struct tmux_turn paste = {.from = "old", .to = "old_pasted"};
    wait_until_reading(world);
    /* A late load: its word does not come back, its buffer goes. */
    assert_int_equal(tmux_take(&world->tmux, &agent, &(struct tmux_turn){.from = "", .to = "healer"}), TMUX_DONE);
    assert_int_equal(tmux_load(&world->tmux, &agent, &load), TMUX_REFUSED);
    no_buffer_is_left(world);
    /* A late paste, and one that comes again. */
    load.from = "healer";
    assert_int_equal(tmux_load(&world->tmux, &agent, &load), TMUX_DONE);
    assert_int_equal(tmux_take(&world->tmux, &agent, &(struct tmux_turn){.from = "old", .to = "next"}), TMUX_DONE);
    no_buffer_is_left(world);
    assert_int_equal(tmux_paste(&world->tmux, &agent, &paste), TMUX_REFUSED);
    load.from = "next";
    assert_int_equal(tmux_load(&world->tmux, &agent, &load), TMUX_DONE);
    assert_int_equal(tmux_paste(&world->tmux, &agent, &paste), TMUX_DONE);
    assert_int_equal(tmux_paste(&world->tmux, &agent, &paste), TMUX_REFUSED);
    /* A late key; of two that take over at once, the second. */
    assert_true(tmux_key(&world->tmux, &agent, "old_pasted", "a"));
    assert_int_equal(tmux_take(&world->tmux, &agent, &(struct tmux_turn){.from = "old_pasted", .to = "one"}),
                     TMUX_DONE);
    assert_int_equal(tmux_take(&world->tmux, &agent, &(struct tmux_turn){.from = "old_pasted", .to = "two"}),
                     TMUX_REFUSED);
    assert_false(tmux_key(&world->tmux, &agent, "old_pasted", "b"));
    assert_true(tmux_key(&world->tmux, &agent, "one", "c"));
    assert_received(world, "textac", 6);
    /* A paste that is refused for what the pane has come to be takes its buffer with it. */
    load = (struct tmux_turn){.from = "one", .to = "last", .bytes = "text", .n = 4};
    paste = (struct tmux_turn){.from = "last", .to = "last_pasted"};
    assert_int_equal(tmux_load(&world->tmux, &agent, &load), TMUX_DONE);
    free(ask(world, (const char *[]){"copy-mode", "-t", agent.pane_id, NULL}));
    assert_int_equal(tmux_paste(&world->tmux, &agent, &paste), TMUX_REFUSED);
    no_buffer_is_left(world);
}

/* A word that an agent has put there is no part of a condition. */
static void takes_any_word(void **state) {
    static const char *const words[] = {"}", ",", "#{pid}", "a:b", "x ; kill-server", "'"};
    struct world *world = *state;
    struct started *started = start(world, "mc-MC-1", reader);
    struct tmux_agent agent = started->agent;
    struct tmux_view view = {0};
    wait_until_reading(world);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        tell(world,
             (const char *[]){"set-option", "-p", "-t", started->pane.pane_id, TMUX_TURN_OPTION, words[i], NULL});
        assert_int_equal(tmux_view(&world->tmux, &agent, 0, &view), SEEN_YES);
        assert_string_equal(view.turn, words[i]);
        assert_int_equal(tmux_take(&world->tmux, &agent, &(struct tmux_turn){.from = view.turn, .to = "mine"}),
                         TMUX_DONE);
        assert_int_equal(tmux_view(&world->tmux, &agent, 0, &view), SEEN_YES);
        assert_string_equal(view.turn, "mine");
    }
    assert_int_equal(view.pid, started->pane.pid);
    tmux_view_release(&view);
}

static void captures_screen_and_title(void **state) {
    struct world *world = *state;
    struct started *started =
        start(world, "mc-MC-1", "printf '\\033]2;1 working \\342\\240\\213\\007'; seq 100; : >ready; exec sleep 1000");
    struct tmux_view view = {0};
    struct text all = {0};
    wait_until_reading(world);
    for (int64_t waited = 0; waited < PATIENCE_MS && strstr(text_str(&view.screen), "100\n") == NULL; waited += STEP_MS)
        assert_int_equal(tmux_view(&world->tmux, &started->agent, 0, &view), SEEN_YES);
    assert_string_equal(text_str(&view.title), "1 working \342\240\213");
    assert_null(strstr(text_str(&view.screen), "50\n"));
    struct screen screen = tmux_view_screen(&view);
    assert_int_equal(screen.cursor_y, 29); /* below the last line, at the bottom */
    assert_true(screen.cursor_shown);
    assert_false(view.pipe);
    assert_true(tmux_capture(&world->tmux, &started->agent, 200, &all));
    assert_true(text_starts(text_str(&all), "1\n2\n3\n"));
    assert_false(capture(world, agent_in("%77", started->pane.pid)));
    tmux_view_release(&view);
    text_release(&all);
}

static void hostile_options_forge_nothing(void **state) {
    struct world *world = *state;
    struct tmux_panes panes;
    struct err err = {0};
    start(world, "mc-MC-1", "exec sleep 1000");
    start(world, "mc-MC-2", "exec sleep 1000");
    tell(world,
         (const char *[]){"set-option", "-t", "=mc-MC-1:", "@mc_run", "x y\n%99 1 0 - - 0 1 0 0 7 mc-MC-2", NULL});
    tell(world, (const char *[]){"rename-session", "-t", "=mc-MC-1:", "two words 1 2 3", NULL});
    assert_int_equal(tmux_list(&world->tmux, &panes, &err), SEEN_YES);
    assert_int_equal(panes.count, 2);
    assert_non_null(tmux_find(&panes, "two words 1 2 3"));
    assert_string_equal(tmux_find(&panes, "mc-MC-2")->run, run_a);
    tmux_panes_release(&panes);
}

static void finds_the_first_pane_of_a_session(void **state) {
    struct world *world = *state;
    struct started *started = start(world, "mc-MC-1", "exec sleep 1000");
    struct tmux_pane pane;
    enum seen server;
    tell(world, (const char *[]){"split-window", "-b", "-t", started->pane.pane_id, "exec sleep 1000", NULL});
    assert_int_equal(tmux_look(&world->tmux, "mc-MC-1", &pane, &server), SEEN_YES);
    assert_int_equal(pane.pid, started->pane.pid);
}

static long long server_pid(struct world *world) {
    char *said = ask(world, (const char *[]){"display-message", "-p", "#{pid}", NULL});
    long long pid;
    said[strcspn(said, "\n")] = '\0';
    assert_true(text_to_int(said, 2, INT32_MAX, &pid));
    free(said);
    return pid;
}

/* Its server stays where it was started, and must not be found at work in the first one's folder. */
static void windows_open_in_its_folder_and_the_server_does_not_stay_there(void **state) {
    struct world *world = *state;
    char *folder = xasprintf("%s/a#{pid} %%H ##;$(x)'\";", world->dir), *path, cwd[256] = "";
    struct argv argv = {0};
    struct tmux_started pane;
    struct err err = {0};
    const char *const words[] = {"/bin/sh", "-c", "pwd; exec sleep 1000", NULL};
    ssize_t n;
    assert_int_equal(mkdir(folder, 0700), 0);
    argv_adds(&argv, words);
    assert_int_equal(tmux_start(&world->tmux,
                                &(struct tmux_session){.name = "mc-MC-1",
                                                       .cwd = folder,
                                                       .argv = &argv,
                                                       .run = run_a,
                                                       .ticket = "MC-1",
                                                       .board = board_a,
                                                       .width = 100,
                                                       .height = 30},
                                &pane, &err),
                     TMUX_STARTED);
    path = xasprintf("/proc/%lld/cwd", (long long)pane.pid);
    for (int64_t waited = 0; waited < PATIENCE_MS && strcmp(cwd, folder) != 0; waited += STEP_MS) {
        n = readlink(path, cwd, sizeof cwd - 1);
        assert_true(n > 0);
        cwd[n] = '\0';
        clock_sleep(STEP_MS);
    }
    assert_string_equal(cwd, folder);
    free(path);
    path = xasprintf("/proc/%lld/cwd", server_pid(world));
    n = readlink(path, cwd, sizeof cwd - 1);
    assert_int_equal(n, 1);
    assert_int_equal(cwd[0], '/');
    free(path);
    rmdir(folder);
    free(folder);
    argv_release(&argv);
}

static void the_server_inherits_nothing(void **state) {
    struct world *world = *state;
    struct text environ = {0};
    struct dirent *entry;
    DIR *dir;
    char *path, *lock = path_in(world, "lock");
    int fd = open(lock, O_RDWR | O_CREAT, 0600);
    assert_true(fd >= 0);
    for (int other = 10; other <= 20; other++)
        assert_int_equal(dup2(fd, other), other);
    setenv("MC_RUN", run_a, 1);
    setenv("MY_TOKEN", "secret", 1);
    start(world, "mc-MC-1", "exec sleep 1000");
    unsetenv("MC_RUN");
    unsetenv("MY_TOKEN");
    path = xasprintf("/proc/%lld/fd", server_pid(world));
    dir = opendir(path);
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        char target[256];
        ssize_t n = readlinkat(dirfd(dir), entry->d_name, target, sizeof target - 1);
        target[n > 0 ? n : 0] = '\0';
        assert_string_not_equal(target, lock);
    }
    closedir(dir);
    free(path);
    path = xasprintf("/proc/%lld/environ", server_pid(world));
    read_into(&environ, path);
    for (size_t at = 0; at < environ.len; at += strlen(environ.data + at) + 1) {
        assert_false(text_starts(environ.data + at, "MC_RUN="));
        assert_false(text_starts(environ.data + at, "MY_TOKEN="));
    }
    text_release(&environ);
    for (int other = 10; other <= 20; other++)
        close(other);
    close(fd);
    free(path);
    free(lock);
}

/* In front of PATH, so that no real one is asked. */
static void put_systemd_run(const struct world *world, const char *script) {
    char *path = xasprintf("%s:/usr/local/bin:/usr/bin:/bin", world->dir);
    free(put_program(world, "systemd-run", script));
    setenv("PATH", path, 1);
    setenv("INVOCATION_ID", "0123", 1);
    free(path);
}

static void a_unit_gets_its_server_a_scope(void **state) {
    struct world *world = *state;
    char *old = xstrdup(getenv("PATH") != NULL ? getenv("PATH") : "/usr/bin:/bin"), *used = path_in(world, "used");
    struct started *started;
    put_systemd_run(
        world, "#!/bin/sh\necho x >>\"${0%/*}\"/used\nwhile [ \"$1\" != -- ]; do shift; done; shift; exec \"$@\"\n");
    start(world, "mc-MC-1", "exec sleep 1000");
    assert_int_equal(files_size(used), 2);
    start(world, "mc-MC-2", "exec sleep 1000");
    assert_int_equal(files_size(used), 2); /* a server answers: no scope is needed */
    tell(world, (const char *[]){"kill-server", NULL});
    for (int64_t waited = 0; waited < PATIENCE_MS && look(world, "mc-MC-1") != SEEN_NO; waited += STEP_MS)
        clock_sleep(STEP_MS);
    put_systemd_run(world, "#!/bin/sh\necho 'Failed to connect to bus: No medium found' >&2\nexit 1\n");
    started = start_logged(world, "mc-MC-3", run_a, "exec sleep 1000", NULL);
    unsetenv("INVOCATION_ID");
    unsetenv("TMUX");
    unsetenv("TMUX_PANE");
    setenv("PATH", old, 1);
    assert_int_equal(started->start, TMUX_START_FAILED);
    assert_int_equal(started->err.code, MC_UNAVAILABLE);
    assert_non_null(strstr(started->err.text, "Failed to connect to bus"));
    assert_non_null(strstr(started->err.text, "cron"));
    err_release(&started->err);
    free(old);
    free(used);
}

/* The session stands, but a part of what was to be set with it was refused: it goes, and no other one. */
static void one_that_is_half_made_goes(void **state) {
    struct world *world = *state;
    struct started *started;
    char *tmux = world->tmux.program;
    start(world, "mc-MC-1", "exec sleep 1000");
    char *script =
        xasprintf("#!/bin/sh\ncase \"$*\" in\n*new-session*) exec %s \"$@\" \\; kill-pane -t =none: ;;\nesac\n"
                  "exec %s \"$@\"\n",
                  tmux, tmux);
    world->tmux.program = put_program(world, "half", script);
    started = start_logged(world, "mc-MC-2", run_a, "exec sleep 1000", NULL);
    free(world->tmux.program);
    world->tmux.program = tmux;
    assert_int_equal(started->start, TMUX_START_FAILED);
    assert_int_equal(started->err.code, MC_UNAVAILABLE);
    assert_non_null(strstr(started->err.text, "refused: can't find session: none"));
    err_release(&started->err);
    assert_int_equal(look(world, "mc-MC-2"), SEEN_NO);
    assert_int_equal(look(world, "mc-MC-1"), SEEN_YES);
    free(script);
}

static void a_command_of_one_word_is_no_shells(void **state) {
    struct world *world = *state;
    struct tmux_started started;
    struct argv argv = {0};
    struct err err = {0};
    argv_add(&argv, "touch x");
    assert_int_equal(tmux_start(&world->tmux,
                                &(struct tmux_session){
                                    .name = "mc-MC-1", .argv = &argv, .run = run_a, .ticket = "MC-1", .board = board_a},
                                &started, &err),
                     TMUX_START_FAILED);
    assert_int_equal(err.code, MC_SOFTWARE);
    assert_string_equal(err.text, "session mc-MC-1: a command of one word would go through a shell");
    err_release(&err);
    argv_release(&argv);
}

static void says_what_is_missing(void **state) {
    struct tmux tmux;
    struct err err = {0};
    char socket[200];
    (void)state;
    memset(socket, 'x', sizeof socket - 1);
    socket[sizeof socket - 1] = '\0';
    socket[101] = '\0'; /* one more than a socket's path may have */
    assert_false(tmux_init(&tmux, socket, &err));
    assert_int_equal(err.code, MC_CONFIG);
    err_release(&err);
    socket[100] = '\0';
    assert_true(tmux_init(&tmux, socket, &err));
    tmux_release(&tmux);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    random_hex(run_a, RUN_ID_DIGITS);
    random_hex(run_b, RUN_ID_DIGITS);
    const struct CMUnitTest tests[] = {
        TEST(no_server_is_no),
        TEST(a_kept_server_without_sessions_answers),
        TEST(a_silent_server_is_unknown),
        TEST(starts_what_it_is_told),
        TEST(says_duplicate),
        TEST(names_are_exact),
        TEST(refuses_names_that_tmux_would_read),
        TEST(closes_only_its_own_run),
        TEST(a_pane_id_proves_nothing),
        TEST(is_the_agents_in_a_persons_session_too),
        TEST(is_the_agents_in_another_agents_session_too),
        TEST(finds_a_session_by_tags_and_then_by_name),
        TEST(no_setting_of_the_server_ends_it),
        TEST(knows_how_they_died),
        TEST(keeps_every_byte_in_the_log),
        TEST(keeps_a_log_without_its_writer),
        TEST(pastes_much_and_exactly),
        TEST(pastes_into_a_stopped_program),
        TEST(pastes_in_brackets_and_keys_without),
        TEST(never_pastes_into_a_dead_pane),
        TEST(never_pastes_in_copy_mode),
        TEST(never_pastes_into_another_process),
        TEST(never_types_into_a_pane_that_is_synchronized),
        TEST(lets_nobody_act_whose_word_is_gone),
        TEST(takes_any_word),
        TEST(captures_screen_and_title),
        TEST(hostile_options_forge_nothing),
        TEST(finds_the_first_pane_of_a_session),
        TEST(the_server_inherits_nothing),
        TEST(windows_open_in_its_folder_and_the_server_does_not_stay_there),
        TEST(a_unit_gets_its_server_a_scope),
        TEST(one_that_is_half_made_goes),
        TEST(a_command_of_one_word_is_no_shells),
        cmocka_unit_test(says_what_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

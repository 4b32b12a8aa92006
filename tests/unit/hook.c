#include "store_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "host/files.h"
#include "host/spawn.h"
#include "rules/config_read.h"
#include "run/hook.h"
#include "run/site.h"

struct place {
    struct fixture fixture;
    struct site site;
    struct workspace workspace;
    struct hook_call call;
    char slot[96];
    char *log;
};

static int place_open(void **state) {
    struct place *p = xcalloc(1, sizeof *p);
    struct fixture *f = &p->fixture;

    snprintf(f->folder, sizeof f->folder, "/tmp/mc-hook-XXXXXX");
    if (!mkdtemp(f->folder))
        return 1;
    snprintf(p->slot, sizeof p->slot, "%s/slot", f->folder);
    mkdir(p->slot, 0700);
    p->site = (struct site){.board_path = xasprintf("%s/board.db", f->folder), .folder = f->folder};
    config_defaults(&p->site.config);
    p->workspace.name = xstrdup("web");
    p->call = (struct hook_call){.workspace = &p->workspace,
                                 .hook = HOOK_BEFORE_RUN,
                                 .ticket_id = 7,
                                 .run_id = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                 .slot = p->slot,
                                 .branch = "mc-7-x-aaaaaa"};
    p->log = hook_log(&p->site, &p->call);
    *state = p;
    return 0;
}

static int place_close(void **state) {
    struct place *p = *state;
    struct argv sweep = {0};
    struct spawn_result ended = {0};
    bool ok;

    argv_adds(&sweep, (const char *const[]){"/bin/rm", "-rf", p->fixture.folder, NULL});
    ok = spawn_run(&(struct spawn){.argv = &sweep}, &ended, &p->fixture.err) && ended.status == 0;
    argv_release(&sweep);
    workspace_release(&p->workspace);
    config_release(&p->site.config);
    free(p->site.board_path);
    free(p->log);
    err_release(&p->fixture.err);
    free(p);
    return ok ? 0 : 1;
}

/* The hook is a script: what runs it is the first thing of its argv, as a person would write it. */
static void hook_is(struct place *p, const char *script) {
    argv_release(&p->workspace.hooks[HOOK_BEFORE_RUN]);
    argv_adds(&p->workspace.hooks[HOOK_BEFORE_RUN], (const char *const[]){"sh", "-c", script, "hook", NULL});
}

static void must_say(struct place *p, const char *wanted) {
    struct fixture *f = &p->fixture;

    assert_null(strchr(f->err.text, '\n'));
    if (!strstr(f->err.text, wanted))
        fail_msg("\"%s\" is not in: %s", wanted, f->err.text);
    err_release(&f->err);
}

static void must_log(struct place *p, const char *wanted) {
    struct text log = {0};
    struct fixture *f = &p->fixture;

    must(files_read(&log, p->log, 2 * 1024 * 1024, &f->err));
    assert_string_equal(text_str(&log), wanted);
    text_release(&log);
}

static void none_is_fine(void **state) {
    struct place *p = *state;
    struct fixture *f = &p->fixture;

    must(hook_run(&p->site, &p->call, &f->err));
    assert_false(files_exists(p->log));
}

static void runs_in_its_slot(void **state) {
    struct place *p = *state;
    struct fixture *f = &p->fixture;
    struct stat at;
    char *wanted = xasprintf("%s\nto errors\n", p->slot);

    hook_is(p, "pwd; echo to errors >&2; echo there > made; cat");
    must(hook_run(&p->site, &p->call, &f->err));
    must_log(p, wanted);
    assert_int_equal(stat(p->log, &at), 0);
    assert_int_equal(at.st_mode & 07777, 0600);
    free(wanted);
}

static void is_told_of_its_run(void **state) {
    struct place *p = *state;
    struct fixture *f = &p->fixture;
    char *wanted = xasprintf("MC-7 %s mc-7-x-aaaaaa [] %s/board.db /c.json dumb\n", p->call.run_id, f->folder);

    p->site.config.file = xstrdup("/c.json");
    hook_is(p, "echo $MC_TICKET $MC_RUN $MC_BRANCH [$MC_SIGNAL] $MC_DB $MC_PICKUP_CONFIG $TERM");
    must(hook_run(&p->site, &p->call, &f->err));
    must_log(p, wanted);
    p->call.word = "DONE";
    p->call.branch = NULL;
    hook_is(p, "echo [$MC_BRANCH] $MC_SIGNAL; env | grep -c '^MC_'");
    must(hook_run(&p->site, &p->call, &f->err));
    must_log(p, "[] DONE\n6\n");
    free(wanted);
}

static void gets_no_more_than_an_agent(void **state) {
    struct place *p = *state;
    struct fixture *f = &p->fixture;

    p->site.config.send.token_env = xstrdup("LC_TOKEN");
    setenv("LC_TOKEN", "secret", 1);
    setenv("GIT_DIR", "/elsewhere", 1);
    setenv("SOME_KEY", "secret", 1);
    setenv("MC_RUN", "another", 1);
    hook_is(p, "echo \"$LC_TOKEN$GIT_DIR$SOME_KEY\" $MC_RUN");
    must(hook_run(&p->site, &p->call, &f->err));
    unsetenv("LC_TOKEN");
    unsetenv("GIT_DIR");
    unsetenv("SOME_KEY");
    unsetenv("MC_RUN");
    must_log(p, " aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n");
}

static void inherits_no_descriptor(void **state) {
    struct place *p = *state;
    struct fixture *f = &p->fixture;
    int lock = open(p->slot, O_RDONLY);

    hook_is(p, "ls /proc/$$/fd");
    must(hook_run(&p->site, &p->call, &f->err));
    close(lock);
    must_log(p, "0\n1\n2\n");
}

static void no_shell_sees_it(void **state) {
    struct place *p = *state;
    struct fixture *f = &p->fixture;

    argv_adds(&p->workspace.hooks[HOOK_BEFORE_RUN], (const char *const[]){"echo", "$(id); `id`", "*", NULL});
    must(hook_run(&p->site, &p->call, &f->err));
    must_log(p, "$(id); `id` *\n");
}

static void a_failure_names_all_of_it(void **state) {
    struct place *p = *state;
    struct fixture *f = &p->fixture;
    char *wanted =
        xasprintf("workspace web: hook before_run: ended with status 3: not ?here; its output is in %s", p->log);

    hook_is(p, "echo first; printf 'not \\001?here\\n\\n' >&2; exit 3");
    must_fail(hook_run(&p->site, &p->call, &f->err), MC_UNAVAILABLE);
    must_log(p, "first\nnot \001?here\n\n");
    assert_false(hook_run(&p->site, &p->call, &f->err));
    must_say(p, wanted);
    hook_is(p, "kill -SEGV $$");
    assert_false(hook_run(&p->site, &p->call, &f->err));
    must_say(p, "was ended by signal 11; its output is in ");
    free(wanted);
}

static void its_time_is_limited(void **state) {
    struct place *p = *state;
    struct fixture *f = &p->fixture;
    struct text pid = {0};
    char *file = xasprintf("%s/pid", p->slot);
    long long child;

    p->call.limit_ms = 1000;
    hook_is(p, "sleep 1000 & printf %d $! > pid; echo waiting; wait");
    assert_false(hook_run(&p->site, &p->call, &f->err));
    must_say(p, "was ended after 1 s, its time limit: waiting; its output");
    must(files_read(&pid, file, 100, &f->err));
    assert_true(text_to_int(text_str(&pid), 2, INT32_MAX, &child));
    for (int i = 0; i < 100 && kill((pid_t)child, 0) == 0; i++)
        clock_sleep(20); /* its whole group is gone, once whoever is init here has seen it */
    text_clear(&pid);
    free(file);
    file = xasprintf("/proc/%lld/stat", child);
    if (files_exists(file)) {
        must(files_read(&pid, file, 4096, &f->err));
        assert_non_null(strstr(text_str(&pid), ") Z "));
    }
    text_release(&pid);
    free(file);
}

static void its_output_is_bounded(void **state) {
    struct place *p = *state;
    struct fixture *f = &p->fixture;

    hook_is(p, "yes | head -c 3000000; echo end >&2");
    must(hook_run(&p->site, &p->call, &f->err));
    assert_in_range(files_size(p->log), 1024 * 1024, 1024 * 1024 + 100);
}

static void what_is_missing_is_said(void **state) {
    struct place *p = *state;
    struct fixture *f = &p->fixture;
    struct argv *hook = &p->workspace.hooks[HOOK_BEFORE_RUN];

    argv_add(hook, "no-such-program");
    must_fail(hook_run(&p->site, &p->call, &f->err), MC_UNAVAILABLE);
    assert_false(hook_run(&p->site, &p->call, &f->err));
    must_say(p, "workspace web: hook before_run: no-such-program was not found; install it, or add its folder");
    argv_release(hook);
    argv_add(hook, "/nowhere/program");
    assert_false(hook_run(&p->site, &p->call, &f->err));
    must_say(p, "hook before_run: /nowhere/program is not there; install it there, or correct it in the configuration");
    argv_release(hook);
    argv_add(hook, "/etc/passwd");
    assert_false(hook_run(&p->site, &p->call, &f->err));
    must_say(p, "hook before_run: /etc/passwd is there and not executable");
}

static void a_slot_that_is_gone(void **state) {
    struct place *p = *state;
    struct fixture *f = &p->fixture;

    hook_is(p, "echo never");
    rmdir(p->slot);
    assert_false(hook_run(&p->site, &p->call, &f->err));
    must_say(p, "cannot be run in ");
}

static void a_success_needs_no_log(void **state) {
    struct place *p = *state;
    struct fixture *f = &p->fixture;
    char *run = xasprintf("%s/run", f->folder);

    must(files_create(run, "", 0, &f->err)); /* a file where the folders of the runs are */
    hook_is(p, "exit 0");
    must(hook_run(&p->site, &p->call, &f->err));
    hook_is(p, "echo why; exit 1");
    assert_false(hook_run(&p->site, &p->call, &f->err));
    must_say(p, "ended with status 1: why; its output was not kept: ");
    free(run);
}

#define HOOK_TEST(name) cmocka_unit_test_setup_teardown(name, place_open, place_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        HOOK_TEST(none_is_fine),
        HOOK_TEST(runs_in_its_slot),
        HOOK_TEST(is_told_of_its_run),
        HOOK_TEST(gets_no_more_than_an_agent),
        HOOK_TEST(inherits_no_descriptor),
        HOOK_TEST(no_shell_sees_it),
        HOOK_TEST(a_failure_names_all_of_it),
        HOOK_TEST(its_time_is_limited),
        HOOK_TEST(its_output_is_bounded),
        HOOK_TEST(what_is_missing_is_said),
        HOOK_TEST(a_slot_that_is_gone),
        HOOK_TEST(a_success_needs_no_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

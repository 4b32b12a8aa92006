#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/proc.h"
#include "host/spawn.h"

#include "descriptors_open.h"

enum { LONG_MS = 60000, PACKETS = 250 };

struct ran {
    struct spawn_result result;
    struct text output, errors;
    struct err err;
    bool started;
};

static void release(struct ran *ran) {
    text_release(&ran->output);
    text_release(&ran->errors);
    err_release(&ran->err);
}

static void run(struct ran *ran, struct spawn spawn, const char *const *words) {
    struct argv argv = {0};
    argv_adds(&argv, words);
    *ran = (struct ran){0};
    ran->result.output = &ran->output;
    ran->result.errors = &ran->errors;
    spawn.argv = &argv;
    if (spawn.timeout_ms == 0)
        spawn.timeout_ms = LONG_MS;
    ran->started = spawn_run(&spawn, &ran->result, &ran->err);
    argv_release(&argv);
}

static void run_shell(struct ran *ran, struct spawn spawn, const char *script) {
    run(ran, spawn, (const char *[]){"/bin/sh", "-c", script, NULL});
}

static void tells_status_output_and_errors(void **state) {
    struct ran ran;
    (void)state;
    run_shell(&ran, (struct spawn){0}, "echo out; echo err >&2; exit 7");
    assert_true(ran.started);
    assert_int_equal(ran.result.status, 7);
    assert_int_equal(ran.result.signal, 0);
    assert_string_equal(text_str(&ran.output), "out\n");
    assert_string_equal(text_str(&ran.errors), "err\n");
    release(&ran);
}

static void tells_a_signal(void **state) {
    struct ran ran;
    (void)state;
    run_shell(&ran, (struct spawn){0}, "kill -USR1 $$");
    assert_true(ran.started);
    assert_int_equal(ran.result.status, -1);
    assert_int_equal(ran.result.signal, SIGUSR1);
    release(&ran);
}

static void feeds_a_megabyte_through(void **state) {
    enum { SIZE = 1000003 };
    struct ran ran;
    char *bytes = xmalloc(SIZE);
    (void)state;
    for (int i = 0; i < SIZE; i++)
        bytes[i] = (char)(i * 31 + i / 256);
    run(&ran, (struct spawn){.input = bytes, .input_len = SIZE, .output_max = 2 * SIZE},
        (const char *[]){"/bin/cat", NULL});
    assert_int_equal(ran.result.status, 0);
    assert_int_equal(ran.output.len, SIZE);
    assert_memory_equal(ran.output.data, bytes, SIZE);
    free(bytes);
    release(&ran);
}

/* So many bytes that say where they are; fails behind `until`. */
struct flow {
    size_t made, until, most, taken;
    bool wrong;
};

static char byte_at(size_t i) {
    return (char)(i * 31 + i / 256);
}

static bool flow_more(void *context, char *bytes, size_t *n, struct err *err) {
    struct flow *flow = context;
    size_t room = *n;
    if (flow->made >= flow->until)
        return err_set(err, MC_NOINPUT, "the source is dry");
    for (*n = 0; *n < room && flow->made < flow->most; (*n)++)
        bytes[*n] = byte_at(flow->made++);
    return true;
}

static bool flow_take(void *context, const char *bytes, size_t n, struct err *err) {
    struct flow *flow = context;
    for (size_t i = 0; i < n; i++)
        flow->wrong = bytes[i] != byte_at(flow->taken++) || flow->wrong;
    return flow->taken <= flow->until || err_set(err, MC_CANTCREAT, "the sink is full");
}

static void run_flow(struct ran *ran, struct flow *flow, const char *const *words) {
    const struct spawn_source source = {.more = flow_more, .context = flow};
    const struct spawn_sink sink = {.take = flow_take, .context = flow};
    run(ran, (struct spawn){.source = &source, .sink = &sink}, words);
}

static void streams_what_no_memory_holds(void **state) {
    struct flow flow = {.until = SIZE_MAX, .most = 5000003};
    struct ran ran;
    (void)state;
    run_flow(&ran, &flow, (const char *[]){"/bin/cat", NULL});
    assert_true(ran.started);
    assert_int_equal(ran.result.status, 0);
    assert_int_equal(flow.taken, flow.most);
    assert_false(flow.wrong);
    assert_int_equal(ran.output.len, 0);
    release(&ran);
}

static void ends_the_program_of_a_source_or_sink_that_fails(void **state) {
    struct flow dry = {.until = 100000, .most = SIZE_MAX}, full = {.until = 1000, .most = 0};
    struct ran ran;
    int before = descriptors_open();
    (void)state;
    run_flow(&ran, &dry, (const char *[]){"/bin/sh", "-c", "cat >/dev/null; exec sleep 1000", NULL});
    assert_false(ran.started);
    assert_string_equal(ran.err.text, "the source is dry");
    release(&ran);
    run_flow(&ran, &full, (const char *[]){"/bin/sh", "-c", "exec cat /dev/zero", NULL});
    assert_false(ran.started);
    assert_string_equal(ran.err.text, "the sink is full");
    release(&ran);
    assert_int_equal(descriptors_open(), before);
}

static void a_source_survives_a_program_that_does_not_read(void **state) {
    struct flow flow = {.until = SIZE_MAX, .most = 1000000};
    struct ran ran;
    (void)state;
    run_flow(&ran, &flow, (const char *[]){"/bin/true", NULL});
    assert_true(ran.started);
    assert_int_equal(ran.result.status, 0);
    release(&ran);
}

static void survives_a_program_that_does_not_read(void **state) {
    enum { SIZE = 1000000 };
    struct ran ran;
    char *bytes = xcalloc(1, SIZE);
    (void)state;
    run(&ran, (struct spawn){.input = bytes, .input_len = SIZE}, (const char *[]){"/bin/true", NULL});
    assert_true(ran.started);
    assert_int_equal(ran.result.status, 0);
    free(bytes);
    release(&ran);
}

static void reads_nothing_without_input(void **state) {
    struct ran ran;
    (void)state;
    run(&ran, (struct spawn){0}, (const char *[]){"/bin/cat", NULL});
    assert_int_equal(ran.result.status, 0);
    assert_int_equal(ran.output.len, 0);
    release(&ran);
}

static void cuts_output_at_its_ceiling_and_says_so(void **state) {
    struct ran ran;
    (void)state;
    run_shell(&ran, (struct spawn){.output_max = 1000}, "head -c 300000 /dev/zero; exit 3");
    assert_int_equal(ran.result.status, 3);
    assert_true(ran.result.output_over);
    assert_int_equal(ran.output.len, 1000);
    release(&ran);
}

static void ends_one_that_takes_too_long(void **state) {
    struct ran ran;
    (void)state;
    run(&ran, (struct spawn){.timeout_ms = 100}, (const char *[]){"/bin/sleep", "1000", NULL});
    assert_true(ran.started);
    assert_true(ran.result.timed_out);
    assert_int_equal(ran.result.signal, SIGKILL);
    release(&ran);
}

static void ends_one_that_never_stops_writing(void **state) {
    struct ran ran = {0};
    (void)state;
    for (int timeout = 200; !ran.result.output_over; timeout *= 2) { /* until it was long enough to write too much */
        release(&ran);
        run_shell(&ran, (struct spawn){.timeout_ms = timeout}, "exec cat /dev/zero");
        assert_true(ran.result.timed_out);
        assert_in_range(timeout, 200, 51200);
    }
    release(&ran);
}

/* Its parent is gone: somebody else reaps it, in his own time. */
static bool has_ended(long long pid) {
    char path[64], line[256] = "";
    FILE *file;
    snprintf(path, sizeof path, "/proc/%lld/stat", pid);
    file = fopen(path, "r");
    if (file == NULL)
        return true;
    if (fgets(line, sizeof line, file) == NULL)
        line[0] = '\0';
    fclose(file);
    return line[0] == '\0' || strstr(line, ") Z ") != NULL;
}

static void ends_its_whole_group_in_time(void **state) {
    struct ran ran;
    long long pid;
    (void)state;
    run_shell(&ran, (struct spawn){.timeout_ms = 3000}, "sleep 1000 & printf %s $!; wait");
    assert_true(ran.result.timed_out);
    assert_true(text_to_int(text_str(&ran.output), 2, INT32_MAX, &pid));
    for (int i = 0; i < 600 && !has_ended(pid); i++)
        clock_sleep(100);
    assert_true(has_ended(pid));
    release(&ran);
}

static void does_not_wait_for_a_descendant(void **state) {
    struct ran ran;
    long long pid;
    (void)state;
    run_shell(&ran, (struct spawn){0}, "sleep 1000 & printf %s $!");
    assert_false(ran.result.timed_out);
    assert_int_equal(ran.result.status, 0);
    assert_true(text_to_int(text_str(&ran.output), 2, INT32_MAX, &pid));
    assert_int_equal(kill((pid_t)pid, SIGKILL), 0);
    release(&ran);
}

static void tell_it_to_go_on(void *context) {
    bool *seen = context;
    FILE *file = fopen("go-on", "w");
    assert_non_null(file);
    fclose(file);
    *seen = true;
}

static void wait_for_its_end(void *context) {
    siginfo_t info;
    (void)context;
    assert_int_equal(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0);
}

/* As the child of the next: a read brings one packet of such a pipe, however much room there is for more. */
static int say_packets(void) {
    if (fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 1024 * 1024) < 0 || fcntl(STDOUT_FILENO, F_SETFL, O_WRONLY | O_DIRECT) != 0)
        return 1;
    for (int i = 0; i < PACKETS; i++)
        if (write(STDOUT_FILENO, "x", 1) != 1)
            return 2;
    return 0;
}

static void takes_all_that_it_said_in_however_many_reads(void **state) {
    const struct spawn_meanwhile work = {.work = wait_for_its_end};
    struct ran ran;
    (void)state;
    run(&ran, (struct spawn){.meanwhile = &work}, (const char *[]){"/proc/self/exe", "packets", NULL});
    assert_int_equal(ran.result.status, 0);
    assert_int_equal(ran.output.len, PACKETS);
    release(&ran);
}

/* The child waits for what is done meanwhile, so that it cannot have been done before or after. */
static void works_while_the_child_does(void **state) {
    bool seen = false;
    const struct spawn_meanwhile work = {.work = tell_it_to_go_on, .context = &seen};
    struct ran ran;
    char dir[] = "/tmp/mcXXXXXX", here[4096];
    (void)state;
    assert_non_null(getcwd(here, sizeof here));
    assert_non_null(mkdtemp(dir));
    assert_int_equal(chdir(dir), 0);
    run_shell(&ran, (struct spawn){.meanwhile = &work},
              "while [ ! -e go-on ]; do sleep 0.01; done; rm go-on; echo went on");
    assert_true(seen);
    assert_string_equal(text_str(&ran.output), "went on\n");
    assert_int_equal(chdir(here), 0);
    assert_int_equal(rmdir(dir), 0);
    release(&ran);
    seen = false;
    run(&ran, (struct spawn){.meanwhile = &work}, (const char *[]){"/nowhere", NULL});
    assert_false(seen);
    release(&ran);
}

#define INSTALL "; install it or correct its path"

/* A program that is none is a person's to mend, a folder or a word too long is not. */
static void names_what_cannot_be_run(void **state) {
    enum { LONG = 4 * 1024 * 1024 };
    char none[] = "/tmp/mc-none-XXXXXX", *endless = xcalloc(1, LONG);
    const struct {
        const char *program, *word, *cwd, *says;
        int code;
    } rows[] = {
        {"/nowhere/at-all", "", NULL, "/nowhere/at-all cannot be run: No such file or directory" INSTALL,
         MC_UNAVAILABLE},
        {"/etc/passwd/x", "", NULL, "/etc/passwd/x cannot be run: Not a directory" INSTALL, MC_UNAVAILABLE},
        {"/etc/passwd", "", NULL, "/etc/passwd cannot be run: Permission denied" INSTALL, MC_UNAVAILABLE},
        {none, "", "/", NULL, MC_UNAVAILABLE},
        {"/bin/true", endless, NULL, "/bin/true cannot be run: Argument list too long", MC_OSERR},
        {"/bin/true", "", "/nowhere", "/bin/true cannot be run in /nowhere: No such file or directory", MC_OSERR},
        {"/bin/true", "", "/etc/passwd", "/bin/true cannot be run in /etc/passwd: Not a directory", MC_OSERR},
    };
    int fd = mkstemp(none);
    (void)state;
    memset(endless, 'x', LONG - 1);
    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, 0700), 0);
    assert_int_equal(write(fd, "none", 4), 4);
    close(fd);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ran ran;
        char *says =
            rows[i].says ? xstrdup(rows[i].says) : xasprintf("%s cannot be run: Exec format error" INSTALL, none);
        run(&ran, (struct spawn){.cwd = rows[i].cwd}, (const char *[]){rows[i].program, rows[i].word, NULL});
        assert_false(ran.started);
        assert_int_equal(ran.err.code, rows[i].code);
        assert_string_equal(ran.err.text, says);
        assert_int_equal(ran.result.status, -1);
        assert_int_equal(ran.result.signal, 0);
        free(says);
        release(&ran);
    }
    unlink(none);
    free(endless);
}

static void enters_the_directory(void **state) {
    struct ran ran;
    (void)state;
    run(&ran, (struct spawn){.cwd = "/usr"}, (const char *[]){"/bin/pwd", NULL});
    assert_string_equal(text_str(&ran.output), "/usr\n");
    release(&ran);
}

static void gives_exactly_the_environment(void **state) {
    struct argv env = {0};
    struct ran ran;
    (void)state;
    argv_add(&env, "A=1");
    argv_add(&env, "B=two words");
    run(&ran, (struct spawn){.env = &env}, (const char *[]){"/usr/bin/env", NULL});
    assert_string_equal(text_str(&ran.output), "A=1\nB=two words\n");
    argv_release(&env);
    release(&ran);
}

static void passes_no_descriptor_on(void **state) {
    struct ran ran;
    int null = open("/dev/null", O_RDONLY);
    (void)state;
    assert_true(null >= 0);
    for (int fd = 10; fd < 20; fd++)
        assert_int_equal(dup2(null, fd), fd);
    /* ls itself holds the directory it reads. */
    run(&ran, (struct spawn){0}, (const char *[]){"/bin/ls", "/proc/self/fd", NULL});
    assert_string_equal(text_str(&ran.output), "0\n1\n2\n3\n");
    for (int fd = 10; fd < 20; fd++)
        close(fd);
    close(null);
    release(&ran);
}

/* Whatever number it has: below, between and above those that spawning itself takes. */
static void passes_on_the_one_that_it_is_told(void **state) {
    struct ran ran;
    (void)state;
    for (int at = 3; at < 30; at++) {
        int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
        assert_true(fd >= 0);
        if (fd != at)
            assert_int_equal(dup2(fd, at), at);
        run_shell(&ran, (struct spawn){.inherit = at}, "for fd in /proc/$$/fd/*; do readlink $fd; done | grep -c zero");
        assert_string_equal(text_str(&ran.output), "1\n");
        assert_true(fcntl(at, F_GETFD) >= 0);
        release(&ran);
        close(at);
        if (fd != at)
            close(fd);
    }
    run_shell(&ran, (struct spawn){.inherit = 77}, "exit 0"); /* not open: a lock that nobody would hold */
    assert_false(ran.started);
    release(&ran);
}

/* Who starts it is killed meanwhile. */
static void ends_with_us_where_it_is_bound(void **state) {
    char folder[] = "/tmp/mc-spawn-XXXXXX";
    char *path;
    struct text bytes = {0};
    long long pid = 0;
    struct identity identity;
    (void)state;
    assert_non_null(mkdtemp(folder));
    path = xasprintf("%s/pid", folder);
    pid_t starter = fork();
    if (starter == 0) {
        struct ran ran;
        char *line = xasprintf("echo $$ >%s.new; mv %s.new %s; exec sleep 100", path, path, path);
        run_shell(&ran, (struct spawn){.bound = true}, line);
        _exit(0);
    }
    for (int i = 0; i < 200 && access(path, F_OK) != 0; i++)
        clock_sleep(50);
    files_tail(&bytes, path, 32);
    assert_true(bytes.len > 1);
    bytes.data[bytes.len - 1] = '\0'; /* its newline */
    assert_true(text_to_int(text_str(&bytes), 2, INT32_MAX, &pid));
    assert_true(proc_identify(pid, &identity));
    kill(starter, SIGKILL);
    assert_int_equal(waitpid(starter, NULL, 0), starter);
    for (int i = 0; i < 200 && proc_alive(&identity) == SEEN_YES; i++)
        clock_sleep(50);
    assert_int_equal(proc_alive(&identity), SEEN_NO); /* whether or not anybody reaps it */
    unlink(path);
    rmdir(folder);
    text_release(&bytes);
    free(path);
}

static void leaves_none_of_its_own_open(void **state) {
    struct ran ran;
    int before = descriptors_open();
    (void)state;
    run(&ran, (struct spawn){.input = "x", .input_len = 1}, (const char *[]){"/bin/cat", NULL});
    release(&ran);
    run(&ran, (struct spawn){0}, (const char *[]){"/nowhere", NULL});
    release(&ran);
    run(&ran, (struct spawn){.timeout_ms = 50}, (const char *[]){"/bin/sleep", "1000", NULL});
    release(&ran);
    assert_int_equal(descriptors_open(), before);
}

static void starts_with_clean_signals_and_mask(void **state) {
    struct ran ran;
    sigset_t all, before;
    (void)state;
    signal(SIGINT, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    run_shell(&ran, (struct spawn){0}, "grep -E '^Sig(Blk|Ign)' /proc/self/status | cut -f2");
    sigprocmask(SIG_SETMASK, &before, NULL);
    assert_true(signal(SIGPIPE, SIG_DFL) == SIG_IGN); /* the caller's own stays as it was */
    signal(SIGINT, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    assert_string_equal(text_str(&ran.output), "0000000000000000\n0000000000000000\n");
    release(&ran);
}

static void expect_umask(const char *octal) {
    struct ran ran;
    run_shell(&ran, (struct spawn){0}, "umask");
    assert_string_equal(text_str(&ran.output), octal);
    release(&ran);
}

/* What a person's notify, a hook or git makes is as open as the person wants it; what we make is not. */
static void gives_the_callers_umask(void **state) {
    mode_t before = umask(024);
    (void)state;
    expect_umask("0024\n"); /* a program that keeps nothing from others changes nothing */
    assert_int_equal(spawn_caller_umask(), 024);
    umask(031);
    spawn_note_caller();
    assert_int_equal(umask(077), 077);
    expect_umask("0031\n");
    assert_int_equal(spawn_caller_umask(), 031);
    umask(before);
}

static void leads_a_group_of_its_own(void **state) {
    struct ran ran;
    long long pid, group;
    (void)state;
    run_shell(&ran, (struct spawn){0}, "cut -d' ' -f5 /proc/$$/stat; echo $$");
    assert_int_equal(sscanf(text_str(&ran.output), "%lld %lld", &group, &pid), 2);
    assert_int_equal(group, pid);
    assert_int_not_equal(group, getpgrp());
    release(&ran);
}

/* In a process of its own, because it closes what cmocka may hold. */
static void closes_everything_but_the_streams(void **state) {
    int status;
    pid_t pid = fork();
    (void)state;
    if (pid == 0) {
        struct stat seen;
        int open_now = 0;
        close(0);
        close(2);
        for (int fd = 5; fd < 20; fd++)
            dup2(1, fd);
        spawn_close_descriptors();
        for (int fd = 0; fd < 64; fd++)
            open_now += fcntl(fd, F_GETFD) >= 0;
        _exit(open_now == 3 && fstat(2, &seen) == 0 && S_ISCHR(seen.st_mode) ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_status_output_and_errors),
        cmocka_unit_test(tells_a_signal),
        cmocka_unit_test(feeds_a_megabyte_through),
        cmocka_unit_test(survives_a_program_that_does_not_read),
        cmocka_unit_test(reads_nothing_without_input),
        cmocka_unit_test(cuts_output_at_its_ceiling_and_says_so),
        cmocka_unit_test(ends_one_that_takes_too_long),
        cmocka_unit_test(ends_one_that_never_stops_writing),
        cmocka_unit_test(ends_its_whole_group_in_time),
        cmocka_unit_test(does_not_wait_for_a_descendant),
        cmocka_unit_test(takes_all_that_it_said_in_however_many_reads),
        cmocka_unit_test(works_while_the_child_does),
        cmocka_unit_test(names_what_cannot_be_run),
        cmocka_unit_test(enters_the_directory),
        cmocka_unit_test(gives_exactly_the_environment),
        cmocka_unit_test(passes_no_descriptor_on),
        cmocka_unit_test(ends_with_us_where_it_is_bound),
        cmocka_unit_test(leaves_none_of_its_own_open),
        cmocka_unit_test(starts_with_clean_signals_and_mask),
        cmocka_unit_test(gives_the_callers_umask),
        cmocka_unit_test(leads_a_group_of_its_own),
        cmocka_unit_test(closes_everything_but_the_streams),
        cmocka_unit_test(streams_what_no_memory_holds),
        cmocka_unit_test(ends_the_program_of_a_source_or_sink_that_fails),
        cmocka_unit_test(a_source_survives_a_program_that_does_not_read),
        cmocka_unit_test(passes_on_the_one_that_it_is_told),
    };
    if (argc == 2 && strcmp(argv[1], "packets") == 0)
        return say_packets();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

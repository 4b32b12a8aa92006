/* A program is started and followed where the system refuses a call of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/text.h"
#include "host/descriptors.h"
#include "host/spawn.h"
#include "refused.h"

REFUSABLE(close_range, int, -1, (unsigned first, unsigned last, int flags), (first, last, flags))
REFUSABLE(pipe, int, -1, (int *ends), (ends))
REFUSABLE(fork, pid_t, -1, (void), ())
REFUSABLE(dup2, int, -1, (int from, int to), (from, to))
REFUSABLE(pidfd_open, int, -1, (pid_t pid, unsigned flags), (pid, flags))
REFUSABLE(poll, int, -1, (struct pollfd * fds, nfds_t n, int ms), (fds, n, ms))
REFUSABLE(read, ssize_t, -1, (int fd, void *bytes, size_t n), (fd, bytes, n))
REFUSABLE(write, ssize_t, -1, (int fd, const void *bytes, size_t n), (fd, bytes, n))
REFUSABLE(waitpid, pid_t, -1, (pid_t pid, int *status, int options), (pid, status, options))

enum { MOST = 60 };

struct ran {
    struct spawn_result result;
    struct text output;
    struct err err;
    bool started;
};

static void run_shell(struct ran *ran, struct spawn spawn, const char *script) {
    struct argv argv = {0};
    argv_adds(&argv, (const char *[]){"/bin/sh", "-c", script, NULL});
    *ran = (struct ran){.result.output = &ran->output};
    spawn.argv = &argv;
    spawn.timeout_ms = 60000;
    ran->started = spawn_run(&spawn, &ran->result, &ran->err);
    argv_release(&argv);
}

static void release(struct ran *ran) {
    text_release(&ran->output);
    err_release(&ran->err);
}

static int open_descriptors(void) {
    int count = 0;
    for (int fd = 0; fd < MOST + 2; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void is_not_started(const char *call, int error, const char *says) {
    struct ran ran;
    int before = open_descriptors();
    refuse(call, error, 0, 1);
    run_shell(&ran, (struct spawn){0}, "exec sleep 100");
    (void)refuse_over();
    assert_false(ran.started);
    assert_int_equal(ran.err.code, MC_OSERR);
    assert_string_equal(ran.err.text, says);
    assert_int_equal(open_descriptors(), before);
    assert_int_equal(waitpid(-1, NULL, 0), -1); /* nobody is left to be waited for */
    release(&ran);
}

static void says_why_it_cannot_be_run(void **state) {
    (void)state;
    is_not_started("pipe", EMFILE, "/bin/sh cannot be run: no pipe: Too many open files");
    is_not_started("fork", EAGAIN, "/bin/sh cannot be run: no process: Resource temporarily unavailable");
    is_not_started("dup2", EMFILE, "/bin/sh cannot be run: Too many open files");
    is_not_started("pidfd_open", ENOSYS, "/bin/sh cannot be watched: Function not implemented");
}

static void none_is_detached_without_a_process(void **state) {
    (void)state;
    refuse("fork", EAGAIN, 0, 1);
    assert_false(spawn_detach());
    assert_true(refuse_over());
}

/* It ends, and so do we. */
static void one_that_cannot_be_watched_any_more(void **state) {
    struct ran ran;
    (void)state;
    refuse("poll", ENOMEM, 0, 1);
    run_shell(&ran, (struct spawn){0}, "exec sleep 1000");
    assert_true(refuse_over());
    assert_int_equal(ran.result.signal, SIGKILL);
    assert_false(ran.result.timed_out);
    release(&ran);
}

static void goes_on_after_a_signal(void **state) {
    static const struct {
        const char *call;
        int behind;
    } calls[] = {{"poll", 0}, {"write", 0}, {"read", 0}, {"read", 1}, {"waitpid", 0}};
    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct ran ran;
        refuse(calls[i].call, EINTR, calls[i].behind, 1);
        run_shell(&ran, (struct spawn){.input = "words", .input_len = 5}, "cat; exit 3");
        assert_true(refuse_over());
        assert_true(ran.started);
        assert_int_equal(ran.result.status, 3);
        assert_string_equal(text_str(&ran.output), "words");
        assert_int_equal(waitpid(-1, NULL, 0), -1);
        release(&ran);
    }
}

/* As a child of ours does it: 0 where those two and the streams are what is left, as they were. */
static int close_all_but(int low, int high, rlim_t limit) {
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDONLY), left;
        for (int fd = STDERR_FILENO + 1; fd < MOST; fd++)
            (void)dup2(null, fd);
        (void)setrlimit(RLIMIT_NOFILE, &(struct rlimit){limit, limit});
        descriptors_close(low, high);
        left = open_descriptors();
        _exit(left == 5 && fcntl(low, F_GETFD) == 0 && fcntl(high, F_GETFD) == 0 ? 0 : left);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Where an old kernel or a filter knows no close_range; also where none is free to read with which there are. */
static void closes_one_by_one(void **state) {
    (void)state;
    for (int behind = 0; behind < 3; behind++) {
        refuse("close_range", ENOSYS, behind, EACH_TIME);
        for (rlim_t limit = MOST; limit < MOST + 2; limit++) {
            assert_int_equal(close_all_but(20, 40, limit), 0);
            assert_int_equal(close_all_but(40, 20, limit), 0);
        }
        (void)refuse_over();
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_why_it_cannot_be_run),
        cmocka_unit_test(none_is_detached_without_a_process),
        cmocka_unit_test(one_that_cannot_be_watched_any_more),
        cmocka_unit_test(goes_on_after_a_signal),
        cmocka_unit_test(closes_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

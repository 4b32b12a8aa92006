#include "host/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/bound.h"
#include "host/descriptors.h"
#include "host/output.h"
#include "host/whole.h"

enum { OUTPUT_MAX = 1024 * 1024, CHUNK = 16384, LAST_SIGNAL = 64 };

enum end { END_READ, END_WRITE };
enum pipes { PIPE_INPUT, PIPE_OUTPUT, PIPE_ERRORS, PIPE_REPORT, PIPE_COUNT };

/* What the child could not do before it became the program. */
enum stage { STAGE_STREAMS, STAGE_CWD, STAGE_EXEC };
struct failure {
    enum stage stage;
    int error;
};

struct child {
    pid_t pid, parent; /* parent: we */
    int pidfd;
    int pipes[PIPE_COUNT][2];
    const char *input; /* what is to be written now: its own input, or the source's last piece */
    size_t input_len, written;
    char *piece;       /* room for one of the source's; NULL: it has said 0, or there is none */
    int64_t deadline;  /* 0: none */
    struct err *fault; /* the caller's */
    bool failed;       /* source or sink, fault says why */
};

void spawn_fill_streams(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", (fd == STDOUT_FILENO ? O_RDONLY : O_RDWR) | O_CLOEXEC) == fd)
            (void)fcntl(fd, F_SETFD, 0);
}

void spawn_close_descriptors(void) {
    spawn_fill_streams();
    descriptors_close(DESCRIPTOR_NONE, DESCRIPTOR_NONE);
}

bool spawn_detach(void) {
    pid_t child = fork();
    if (child < 0)
        return false;
    if (child > 0)
        _exit(0);
    (void)setsid();
    for (int fd = 0; fd <= 2; fd++)
        close(fd);
    spawn_fill_streams();
    return true;
}

static mode_t caller_umask;
static bool caller_noted;

void spawn_note_caller(void) {
    caller_umask = umask(077);
    caller_noted = true;
    signal(SIGXFSZ, SIG_IGN);
}

mode_t spawn_caller_umask(void) {
    mode_t now;
    if (caller_noted)
        return caller_umask;
    now = umask(077);
    umask(now);
    return now;
}

void spawn_default_signals(void) {
    sigset_t none;
    for (int number = 1; number <= LAST_SIGNAL; number++)
        signal(number, SIG_DFL);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool make_pipes(struct child *child, const struct spawn *spawn, const struct spawn_result *result) {
    return ((spawn->input == NULL && spawn->source == NULL) || descriptor_pipe(child->pipes[PIPE_INPUT])) &&
           ((result->output == NULL && spawn->sink == NULL) || descriptor_pipe(child->pipes[PIPE_OUTPUT])) &&
           (result->errors == NULL || descriptor_pipe(child->pipes[PIPE_ERRORS])) &&
           descriptor_pipe(child->pipes[PIPE_REPORT]);
}

static bool put_streams(const struct child *child) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; fd++) {
        int from = child->pipes[fd][fd == 0 ? END_READ : END_WRITE];
        if (from < 0 && (from = null) < 0)
            return false; /* open has said why */
        /* /dev/null itself may have landed on this number: dup2 would leave close-on-exec on. */
        if (from == fd ? fcntl(fd, F_SETFD, 0) != 0 : dup2(from, fd) < 0)
            return false;
    }
    return true;
}

static enum stage child_prepare(const struct spawn *spawn, const struct child *child) {
    (void)setpgid(0, 0);
    spawn_default_signals();
    umask(spawn_caller_umask());
    if ((spawn->bound && !bound_to(child->parent)) || !put_streams(child))
        return STAGE_STREAMS;
    descriptors_close(child->pipes[PIPE_REPORT][END_WRITE],
                      spawn->inherit > DESCRIPTOR_NONE ? spawn->inherit : DESCRIPTOR_NONE);
    if (spawn->inherit > DESCRIPTOR_NONE && fcntl(spawn->inherit, F_SETFD, 0) != 0)
        return STAGE_STREAMS;
    if (spawn->cwd != NULL && chdir(spawn->cwd) != 0)
        return STAGE_CWD;
    execve(spawn->argv->items[0], spawn->argv->items, spawn->env != NULL ? spawn->env->items : environ);
    return STAGE_EXEC;
}

static void child_become(const struct spawn *spawn, const struct child *child) {
    struct failure failure = {.stage = child_prepare(spawn, child)};
    failure.error = errno;
    _exit(output_write(child->pipes[PIPE_REPORT][END_WRITE], (const char *)&failure, sizeof failure) ? 127 : 126);
}

static void child_reap(const struct child *child, int *status) {
    while (waitpid(child->pid, status, 0) < 0 && errno == EINTR)
        continue;
}

static bool explain(const struct spawn *spawn, const struct failure *failure, struct err *err) {
    const char *program = spawn->argv->items[0];
    bool missing =
        failure->error == ENOENT || failure->error == ENOTDIR || failure->error == EACCES || failure->error == ENOEXEC;
    if (failure->stage == STAGE_EXEC && missing)
        return err_set(err, MC_UNAVAILABLE, "%s cannot be run: %s", program, strerror(failure->error)) ||
               err_advise(err, "install it or correct its path");
    if (failure->stage == STAGE_CWD)
        return err_set(err, MC_OSERR, "%s cannot be run in %s: %s", program, spawn->cwd, strerror(failure->error));
    return err_set(err, MC_OSERR, "%s cannot be run: %s", program, strerror(failure->error));
}

/* Waits until the child is the program: the report pipe closes by itself then. */
static bool child_started(const struct spawn *spawn, struct child *child, struct err *err) {
    struct failure failure;
    int status, error;
    size_t n = whole_take(child->pipes[PIPE_REPORT][END_READ], (char *)&failure, sizeof failure, &error);
    if (n == 0 && error == 0)
        return true;
    (void)kill(-child->pid, SIGKILL); /* what cannot be told may have become the program, and wait for its input */
    child_reap(child, &status);
    if (n != sizeof failure)
        failure = (struct failure){.stage = STAGE_STREAMS, .error = EIO};
    return explain(spawn, &failure, err);
}

static bool child_start(const struct spawn *spawn, struct child *child, const struct spawn_result *result,
                        struct err *err) {
    const char *program = spawn->argv->items[0];
    if (!make_pipes(child, spawn, result))
        return err_set(err, MC_OSERR, "%s cannot be run: no pipe: %s", program, strerror(errno));
    child->parent = getpid();
    child->pid = fork();
    if (child->pid < 0)
        return err_set(err, MC_OSERR, "%s cannot be run: no process: %s", program, strerror(errno));
    if (child->pid == 0)
        child_become(spawn, child);
    (void)setpgid(child->pid, child->pid);
    descriptor_close(&child->pipes[PIPE_INPUT][END_READ]);
    for (int i = PIPE_OUTPUT; i < PIPE_COUNT; i++)
        descriptor_close(&child->pipes[i][END_WRITE]);
    for (int i = PIPE_INPUT; i < PIPE_REPORT; i++) {
        int fd = child->pipes[i][i == PIPE_INPUT ? END_WRITE : END_READ];
        if (fd >= 0)
            (void)fcntl(fd, F_SETFL, O_NONBLOCK);
    }
    child->pidfd = pidfd_open(child->pid, 0);
    return child_started(spawn, child, err);
}

/* It is of no use any more: its end is waited for, and nothing else of it. */
static void give_up(struct child *child) {
    child->failed = true;
    child->deadline = 0;
    (void)kill(-child->pid, SIGKILL);
}

/* Is there something to write? Asks the source for its next piece where the last one is out. */
static bool refill(const struct spawn *spawn, struct child *child) {
    size_t n = CHUNK;
    if (child->written < child->input_len)
        return true;
    if (child->piece == NULL || spawn->source == NULL)
        return false;
    if (!spawn->source->more(spawn->source->context, child->piece, &n, child->fault)) {
        give_up(child);
        return false;
    }
    child->input = child->piece;
    child->input_len = n;
    child->written = 0;
    return n > 0;
}

/* One write of a source's piece a round, so that its output is read in between. */
static void feed(const struct spawn *spawn, struct child *child) {
    int *fd = &child->pipes[PIPE_INPUT][END_WRITE];
    while (refill(spawn, child)) {
        ssize_t n = write(*fd, child->input + child->written, child->input_len - child->written);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break; /* it does not read on: its own affair */
        child->written += (size_t)n;
        if (child->piece != NULL)
            return;
    }
    descriptor_close(fd);
}

/* What comes after is missing, and nothing else would tell. */
static void break_off(const struct spawn *spawn, struct child *child, int pipe) {
    if (!child->failed)
        err_errno(child->fault, MC_OSERR, errno, "what %s prints cannot be read", spawn->argv->items[0]);
    give_up(child);
    descriptor_close(&child->pipes[pipe][END_READ]);
}

struct piece {
    int pipe;
    const char *bytes;
    size_t n;
};

/* False: not all of it had room below max. */
static bool collect(struct text *to, const struct piece *piece, size_t max) {
    size_t room = to->len < max ? max - to->len : 0;
    return text_addn(to, piece->bytes, piece->n < room ? piece->n : room) && piece->n <= room;
}

/* False: nobody wants more of it. */
static bool hand_on(const struct spawn *spawn, struct child *child, struct spawn_result *result,
                    const struct piece *piece) {
    bool to_sink = piece->pipe == PIPE_OUTPUT && spawn->sink != NULL;
    struct text *to = piece->pipe == PIPE_OUTPUT ? result->output : result->errors;
    if (!to_sink && !collect(to, piece, spawn->output_max > 0 ? spawn->output_max : OUTPUT_MAX))
        result->output_over = true;
    if (to_sink && !child->failed && !spawn->sink->take(spawn->sink->context, piece->bytes, piece->n, child->fault))
        give_up(child);
    return !to_sink || !child->failed;
}

/* What is there now, in as many reads as that takes, and no more: a writer without end must not hold us. Closes at its
 * end. */
static void take(const struct spawn *spawn, struct child *child, struct spawn_result *result, int pipe) {
    int *fd = &child->pipes[pipe][END_READ];
    char bytes[CHUNK];
    size_t taken = 0, all = descriptor_holds(*fd, OUTPUT_MAX);
    while (*fd >= 0 && (taken == 0 || taken < all)) {
        ssize_t n = read(*fd, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0)
            break_off(spawn, child, pipe);
        else if (n == 0 || !hand_on(spawn, child, result, &(struct piece){pipe, bytes, (size_t)n}))
            descriptor_close(fd);
        else
            taken += (size_t)n;
    }
}

/* 0 when the time is over, -1 for no limit. */
static int remaining(const struct child *child) {
    int64_t left;
    if (child->deadline == 0)
        return -1;
    left = child->deadline - clock_monotonic();
    return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

/* One round: true while the child runs. */
static bool attend(const struct spawn *spawn, struct child *child, struct spawn_result *result) {
    enum { WAIT_END, WAIT_INPUT, WAIT_OUTPUT, WAIT_ERRORS, WAIT_COUNT };
    struct pollfd fds[WAIT_COUNT] = {
        [WAIT_END] = {.fd = child->pidfd, .events = POLLIN},
        [WAIT_INPUT] = {.fd = child->pipes[PIPE_INPUT][END_WRITE], .events = POLLOUT},
        [WAIT_OUTPUT] = {.fd = child->pipes[PIPE_OUTPUT][END_READ], .events = POLLIN},
        [WAIT_ERRORS] = {.fd = child->pipes[PIPE_ERRORS][END_READ], .events = POLLIN},
    };
    int left = remaining(child);
    int ready = poll(fds, WAIT_COUNT, left);
    if (ready == 0 && left >= 0 && remaining(child) == 0) {
        result->timed_out = true;
        child->deadline = 0;
        (void)kill(-child->pid, SIGKILL);
        return true;
    }
    if (ready < 0 && errno == EINTR)
        return true;
    if (ready < 0) { /* no way to watch it any more, and none to wait for ever */
        (void)kill(-child->pid, SIGKILL);
        return false;
    }
    if (fds[WAIT_INPUT].revents != 0)
        feed(spawn, child);
    if (fds[WAIT_OUTPUT].revents != 0)
        take(spawn, child, result, PIPE_OUTPUT);
    if (fds[WAIT_ERRORS].revents != 0)
        take(spawn, child, result, PIPE_ERRORS);
    return fds[WAIT_END].revents == 0;
}

static void wait_end(const struct spawn *spawn, struct child *child, struct spawn_result *result) {
    int status = 0;
    while (attend(spawn, child, result))
        continue;
    /* Its own words are in the pipes now; a descendant that holds them open is not waited for. */
    take(spawn, child, result, PIPE_OUTPUT);
    take(spawn, child, result, PIPE_ERRORS);
    child_reap(child, &status);
    result->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

bool spawn_run(const struct spawn *spawn, struct spawn_result *result, struct err *err) {
    struct child child = {.pidfd = -1,
                          .pipes = {{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}},
                          .input = spawn->input,
                          .input_len = spawn->input_len,
                          .piece = spawn->source != NULL ? xmalloc(CHUNK) : NULL,
                          .fault = err};
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    bool done = false;
    int status;
    result->output_over = result->timed_out = false;
    result->status = -1;
    result->signal = 0;
    if (!child_start(spawn, &child, result, err))
        goto out;
    if (child.pidfd < 0) {
        (void)kill(-child.pid, SIGKILL);
        child_reap(&child, &status);
        err_set(err, MC_OSERR, "%s cannot be watched: %s", spawn->argv->items[0], strerror(errno));
        goto out;
    }
    child.deadline = spawn->timeout_ms > 0 ? clock_monotonic() + spawn->timeout_ms : 0;
    if (spawn->meanwhile != NULL)
        spawn->meanwhile->work(spawn->meanwhile->context);
    wait_end(spawn, &child, result);
    done = !child.failed;
out:
    free(child.piece);
    descriptor_close(&child.pidfd);
    for (int i = 0; i < PIPE_COUNT; i++) {
        descriptor_close(&child.pipes[i][END_READ]);
        descriptor_close(&child.pipes[i][END_WRITE]);
    }
    signal(SIGPIPE, before);
    return done;
}

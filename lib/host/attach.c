#include "host/attach.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/spawn.h"
#include "host/tmux.h"
#include "host/tmux_command.h"
#include "host/whole.h"

extern char **environ;

enum { WORDS_MAX = 4096 };

static void client_words(const struct attach *attach, struct argv *argv) {
    const struct tmux *tmux = attach->tmux;
    argv_add(argv, tmux->program);
    argv_add(argv, "-u");
    argv_add(argv, strchr(tmux->socket, '/') != NULL ? "-S" : "-L");
    argv_add(argv, tmux->socket);
}

/* A name that a hand has given may be anything, and a session of a person's has other windows before it. */
static char *target_of(const struct attach *attach) {
    const char *name = attach->pane->session;
    return tmux_word_ok(name) && !attach->pane->moved ? xasprintf("=%s:", name) : xstrdup(attach->pane->pane_id);
}

static void visit_words(const struct attach *attach, struct argv *argv) {
    char *target = target_of(attach);
    client_words(attach, argv);
    argv_add(argv, "attach-session");
    argv_add(argv, "-t");
    argv_add(argv, target);
    argv_add(argv, "-f");
    argv_add(argv, attach->read_only ? "ignore-size,read-only" : "ignore-size");
    free(target);
}

/* -r turns a client that is read-only already back. */
static void switch_words(const struct attach *attach, struct argv *argv) {
    char *target = target_of(attach);
    client_words(attach, argv);
    if (attach->read_only) {
        argv_add(argv, "if-shell");
        argv_add(argv, "-F");
        argv_add(argv, "#{client_readonly}");
        argv_addf(argv, "switch-client -t %s", target);
        argv_addf(argv, "switch-client -r -t %s", target);
    } else {
        argv_add(argv, "switch-client");
        argv_add(argv, "-t");
        argv_add(argv, target);
    }
    free(target);
}

/* Does TMUX ("socket,pid,index") name this very server? By the file: a path has many spellings. */
static bool inside(const struct tmux *tmux) {
    const char *value = getenv("TMUX");
    char *theirs = value != NULL ? xstrndup(value, strcspn(value, ",")) : NULL;
    char *ours = tmux_socket_path(tmux->socket);
    struct stat a, b;
    bool same =
        theirs != NULL && stat(theirs, &a) == 0 && stat(ours, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
    free(theirs);
    free(ours);
    return same;
}

void attach_words(const struct attach *attach, struct argv *argv) {
    if (inside(attach->tmux))
        switch_words(attach, argv);
    else
        visit_words(attach, argv);
}

static volatile sig_atomic_t guest;

static void pass_on(int number) {
    kill((pid_t)guest, number);
}

static void hear(void (*key)(int), void (*end)(int)) {
    const struct sigaction on_key = {.sa_handler = key}, on_end = {.sa_handler = end};
    (void)sigaction(SIGINT, &on_key, NULL);
    (void)sigaction(SIGQUIT, &on_key, NULL);
    (void)sigaction(SIGTERM, &on_end, NULL);
    (void)sigaction(SIGHUP, &on_end, NULL);
}

/* Stopped by its own key, it stops us too, or the shell would wait for ever. */
static int wait_for_guest(void) {
    int status = 0;
    for (;;) {
        if (waitpid((pid_t)guest, &status, WUNTRACED) < 0) {
            if (errno != EINTR)
                return -1;
        } else if (WIFSTOPPED(status)) {
            (void)kill(getpid(), SIGSTOP);
            (void)kill((pid_t)guest, SIGCONT);
        } else {
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        }
    }
}

/* What it printed last, its first line. */
static void read_words(int fd, char words[WORDS_MAX]) {
    int error;
    words[whole_take(fd, words, WORDS_MAX - 1, &error)] = '\0';
    words[strcspn(words, "\r\n")] = '\0';
}

/* The terminal's modes are set by the server; one that is killed leaves them, and the cursor, where they are. */
struct lent {
    struct termios modes;
    bool known;
};

static void take_back(const struct lent *lent) {
    if (!lent->known)
        return;
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &lent->modes);
    (void)!write(STDOUT_FILENO, "\r", 1);
}

static bool did_not_stay(const struct attach *attach, const char *words, struct err *err) {
    struct tmux_pane pane;
    enum seen server = SEEN_UNKNOWN;
    if (words[0] == '\0' && tmux_look(attach->tmux, attach->pane->session, &pane, &server) == SEEN_NO &&
        server == SEEN_NO)
        return err_set(err, MC_UNAVAILABLE, "the tmux server ended; mc-ticket runtimes shows what is left");
    return err_set(err, MC_UNAVAILABLE, "tmux did not stay: %s; mc-ticket runtimes shows what is there",
                   words[0] != '\0' ? words : "it gave no reason");
}

static bool run(const struct attach *attach, const struct argv *argv, struct err *err) {
    struct lent lent = {0};
    int errors[2], status;
    char words[WORDS_MAX];
    pid_t child;
    if (pipe(errors) != 0)
        return err_errno(err, MC_OSERR, errno, "attach");
    (void)fcntl(errors[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(errors[0], F_SETFL, O_NONBLOCK); /* a server that it started by mistake would hold the other end */
    lent.known = tcgetattr(STDIN_FILENO, &lent.modes) == 0;
    child = fork();
    if (child == 0) {
        spawn_default_signals();
        dup2(errors[1], STDERR_FILENO);
        close(errors[1]);
        execve(argv->items[0], argv->items, environ);
        _exit(127);
    }
    close(errors[1]);
    if (child < 0) {
        close(errors[0]);
        return err_errno(err, MC_OSERR, errno, "attach");
    }
    guest = child;
    hear(SIG_IGN, pass_on); /* while the terminal is lent its keys are the guest's, and who ends us ends the guest */
    status = wait_for_guest();
    hear(SIG_DFL, SIG_DFL);
    read_words(errors[0], words);
    close(errors[0]);
    if (status == 0)
        return true;
    take_back(&lent);
    return did_not_stay(attach, words, err);
}

bool attach_visit(const struct attach *attach, struct err *err) {
    struct argv argv = {0};
    bool switching = inside(attach->tmux);
    bool ok = false;
    attach_words(attach, &argv);
    if (!switching && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
        err_set(err, MC_USAGE, "there is no terminal to show it on; run it in one, or take the command of --print");
    else
        ok = run(attach, &argv, err);
    argv_release(&argv);
    return ok;
}

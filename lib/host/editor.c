#include "host/editor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/err.h"
#include "host/files.h"
#include "host/spawn.h"

extern char **environ;

enum { NOT_RUN = 127 };

bool editor_terminal(void) {
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static bool is_set(const char *words) {
    return words != NULL && words[strspn(words, " \t")] != '\0';
}

static const char *wanted(void) {
    const char *visual = getenv("VISUAL"), *editor = getenv("EDITOR");

    return is_set(visual) ? visual : is_set(editor) ? editor : "vi";
}

static bool find(struct argv *argv, struct err *err) {
    char *program;

    argv_words(argv, wanted());
    program = files_find_program(argv->items[0], getenv("PATH"), &(bool){false});
    if (program == NULL)
        return err_set(err, MC_UNAVAILABLE, "%s: there is no such editor; name one in EDITOR", argv->items[0]);
    free(argv->items[0]);
    argv->items[0] = program;
    return true;
}

static void become(const struct argv *argv) {
    spawn_default_signals();
    execve(argv->items[0], argv->items, environ);
    _exit(NOT_RUN);
}

/* The keys that interrupt are its own as long as it stays. */
static int run(const struct argv *argv) {
    void (*interrupt)(int), (*quit)(int);
    int status = -1;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0)
        become(argv);
    interrupt = signal(SIGINT, SIG_IGN);
    quit = signal(SIGQUIT, SIG_IGN);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    signal(SIGQUIT, quit);
    signal(SIGINT, interrupt);
    return status;
}

bool editor_edit(const char *path, struct err *err) {
    struct argv argv = {0};
    bool ok = find(&argv, err);
    int status;

    if (ok) {
        argv_add(&argv, path);
        status = run(&argv);
        ok = (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
             err_set(err, MC_UNAVAILABLE, "%s ended with a failure, so nothing is changed", argv.items[0]);
    }
    argv_release(&argv);
    return ok;
}

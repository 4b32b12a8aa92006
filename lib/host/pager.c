#include "host/pager.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/text.h"
#include "host/descriptors.h"
#include "host/files.h"
#include "host/output.h"
#include "host/spawn.h"

extern char **environ;

enum { COLUMNS = 80, NOT_RUN = 127 };

/* The rows that one line takes: characters of UTF-8 that are no part of a colour. */
static size_t rows_of(const char *line, size_t n, size_t columns) {
    size_t wide = 0;

    for (size_t i = 0; i < n; i++) {
        if (line[i] == '\033')
            while (i < n && line[i] != 'm')
                i++;
        else
            wide += ((unsigned char)line[i] & 0xC0) != 0x80;
    }
    return wide > columns ? (wide + columns - 1) / columns : 1;
}

bool pager_wanted(const struct text *text) {
    struct winsize size = {0};
    size_t columns, rows = 1; /* the prompt's */

    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0)
        return false;
    columns = size.ws_col ? size.ws_col : COLUMNS;
    for (const char *line = text_str(text); *line && rows <= size.ws_row;) {
        size_t n = strcspn(line, "\n");

        rows += rows_of(line, n, columns);
        line += n + (line[n] == '\n');
    }
    return rows > size.ws_row;
}

/* False: none is wanted, or it is nowhere. */
static bool find(struct argv *argv) {
    const char *words = getenv("PAGER");
    char *program;

    argv_words(argv, words ? words : "less");
    if (!argv->count || strcmp(argv->items[0], "cat") == 0)
        return false;
    program = files_find_program(argv->items[0], getenv("PATH"), &(bool){false});
    if (!program)
        return false;
    free(argv->items[0]);
    argv->items[0] = program;
    return true;
}

static void become(const struct argv *argv, int input) {
    struct argv env = {0};

    for (char **one = environ; *one; one++)
        argv_add(&env, *one);
    if (!getenv("LESS"))
        argv_add(&env, "LESS=FRX");
    spawn_default_signals();
    if (dup2(input, STDIN_FILENO) >= 0)
        execve(argv->items[0], argv->items, env.items);
    _exit(NOT_RUN);
}

static int wait_for(pid_t child) {
    int status = 0;

    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

/* Its keys are its own as long as it stays. */
static bool run(const struct argv *argv, const struct text *text) {
    void (*interrupt)(int), (*quit)(int), (*broken)(int);
    int ends[2], status;
    pid_t child;

    if (!descriptor_pipe(ends))
        return false;
    fflush(stdout);
    child = fork();
    if (child == 0)
        become(argv, ends[0]);
    close(ends[0]);
    interrupt = signal(SIGINT, SIG_IGN);
    quit = signal(SIGQUIT, SIG_IGN);
    broken = signal(SIGPIPE, SIG_IGN);
    if (child > 0) /* one that is left early wants no more of it */
        (void)output_write(ends[1], text_str(text), text->len);
    close(ends[1]);
    status = child > 0 ? wait_for(child) : NOT_RUN;
    signal(SIGPIPE, broken);
    signal(SIGQUIT, quit);
    signal(SIGINT, interrupt);
    return status != NOT_RUN;
}

bool pager_show(const struct text *text) {
    struct argv argv = {0};
    bool shown = find(&argv) && run(&argv, text);

    argv_release(&argv);
    return shown;
}

#include "rules/foreground.h"

#include <stdbool.h>
#include <string.h>

static const char *const shells[] = {"sh",   "bash", "rbash", "dash", "ash",  "zsh", "ksh",    "ksh93", "mksh",
                                     "lksh", "yash", "fish",  "csh",  "tcsh", "nu",  "elvish", "xonsh", "pwsh"};

/* The arguments one by one. */
struct walk {
    const char *at, *end;
};

static const char *next(struct walk *walk) {
    const char *argument = walk->at;
    if (argument >= walk->end)
        return NULL;
    walk->at += strlen(argument) + 1;
    return argument;
}

/* A login shell's name begins with a dash. */
static bool is_shell(const char *program) {
    const char *slash = strrchr(program, '/');
    const char *name = slash ? slash + 1 : program + (program[0] == '-');
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (strcmp(name, shells[i]) == 0)
            return true;
    return false;
}

/* Options whose value is the next argument, and no script. */
static bool takes_value(const char *option) {
    static const char *const long_ones[] = {"--rcfile", "--init-file", "--init-command", "--features"};
    size_t last = strlen(option) - 1;
    for (size_t i = 0; i < sizeof long_ones / sizeof *long_ones; i++)
        if (strcmp(option, long_ones[i]) == 0)
            return true;
    return option[1] != '-' && strchr("oOC", option[last]) != NULL;
}

/* -c, also among others as in -lc; fish and others write it out. */
static bool is_command(const char *option) {
    return option[1] == '-' ? text_starts(option, "--command") : strchr(option, 'c') != NULL;
}

static bool reads_input(const char *option) {
    return option[1] != '-' && strchr(option, 's') != NULL;
}

/* No script and no -c: then its commands come from the terminal. */
static bool reads_commands(struct walk *walk) {
    const char *argument;
    while ((argument = next(walk)) != NULL) {
        if (strcmp(argument, "--") == 0 || strcmp(argument, "-") == 0)
            return next(walk) == NULL;
        if ((argument[0] != '-' && argument[0] != '+') || argument[1] == '\0')
            return argument[0] == '\0';
        if (argument[0] == '-' && is_command(argument))
            return false;
        if (argument[0] == '-' && reads_input(argument))
            return true;
        if (takes_value(argument))
            (void)next(walk);
    }
    return true;
}

static bool is_left_shell(const struct text *arguments) {
    const char *start = text_str(arguments);
    struct walk walk = {start, start + arguments->len};
    const char *program = next(&walk);
    if (program != NULL && (strcmp(program, "busybox") == 0 || strstr(program, "/busybox") != NULL))
        program = next(&walk);
    return program != NULL && is_shell(program) && reads_commands(&walk);
}

enum foreground_holder foreground_holder(const struct foreground *seen) {
    if (seen->group <= 0)
        return FOREGROUND_UNTOLD;
    if (seen->session != seen->agent)
        return FOREGROUND_ELSEWHERE;
    return is_left_shell(&seen->arguments) ? FOREGROUND_SHELL : FOREGROUND_AGENT;
}

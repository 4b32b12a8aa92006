#ifndef MC_PROFILE_H
#define MC_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/argv.h"
#include "rules/report_agent.h"

/* How to run and read one kind of agent. The built-in ones (claude codex opencode gemini qwen pi demo) are a const
 * table in profile.c, with where each word was measured; the configuration overrides or adds. Patterns are POSIX
 * extended regular expressions matched bytewise against the rendered screen; NULL or empty: never matches. */
enum first_turn { FIRST_TURN_PASTE, FIRST_TURN_ARGV };

struct profile {
    char *name;
    struct argv command; /* [0] is looked up on PATH */
    struct argv env;     /* NAME=VALUE */
    struct argv pass;    /* patterns of the caller's variables that it gets besides those that all get */
    enum first_turn first_turn;
    struct argv prompt_flag; /* put before the prompt for FIRST_TURN_ARGV, such as -i; may be empty */
    char *ready;
    char *busy;
    char *busy_title;
    char *box;    /* the input box, with or without text in it */
    char *dialog; /* on the screen or the title */
    char *limit;
    char *interrupted;
    enum report_agent reports; /* REPORT_NONE: it is not told to report */
    int64_t startup_timeout_s;
    char *submit_key; /* tmux key name, "Enter" */
};

struct builtin_profile {
    const char *name;
    const char *command[8];
    const char *env[4];
    const char *pass[24];
    enum first_turn first_turn;
    const char *prompt_flag;
    const char *ready;
    const char *busy;
    const char *busy_title;
    const char *box;
    const char *dialog;
    const char *limit;
    const char *interrupted;
    enum report_agent reports;
    int startup_timeout_s;
};

size_t profile_builtin_count(void);
const struct builtin_profile *profile_builtin(size_t index);
const struct builtin_profile *profile_builtin_find(const char *name); /* NULL: none */
void profile_from_builtin(struct profile *profile, const struct builtin_profile *builtin);
void profile_release(struct profile *profile);

#endif

#ifndef MC_GIT_COMMAND_H
#define MC_GIT_COMMAND_H

#include <stdbool.h>

#include "host/git.h"

/* One run of git with these settings, and nothing asked before it: git_run's inner half. */
struct git_command {
    const struct git *git;
    const struct git_call *call;
    const struct git_settings *settings; /* NULL: none at all, for what only reads settings */
};
bool git_command_run(const struct git_command *command, struct git_result *result, struct err *err);

/* What it said on its standard error, as err; false. */
bool git_command_refuse(const struct git_command *command, const char *said, struct err *err);

#endif

#include "rules/acts.h"

#include <stddef.h>
#include <string.h>

#include "base/argv.h"

/* Those that are an agent's on its own ticket stand last. */
enum { OWN = 2 };
const char *const act_names[] = {
    "promote", "approve", "reject", "answer", "block",   "reopen", "cancel", "retry", "pause",
    "resume",  "breaker", "pool",   "hosts",  "restore", "try",    "send",   "edit",  NULL,
};
enum { ACTS = sizeof act_names / sizeof *act_names - 1 };

enum act_whose act_whose(const char *command) {
    for (size_t i = 0; i < ACTS; i++)
        if (strcmp(act_names[i], command) == 0)
            return i < ACTS - OWN ? ACT_PERSONS : ACT_OWN;
    return strcmp(command, "note") == 0 ? ACT_AT_WORK : ACT_EVERYBODYS;
}

bool act_open_to_agents(const char *command, const struct argv *may) {
    return act_whose(command) <= ACT_AT_WORK || argv_has(may, command);
}

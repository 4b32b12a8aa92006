#include "rules/acts.h"

#include <stddef.h>
#include <string.h>

#include "base/argv.h"

/* edit stands last: the only one that is an agent's on its own ticket. */
const char *const act_names[] = {
    "promote", "approve", "reject",  "answer", "block",   "reopen", "cancel", "retry", "pause",
    "resume",  "send",    "breaker", "pool",   "restore", "try",    "edit",   NULL,
};

enum act_whose act_whose(const char *command) {
    for (const char *const *name = act_names; *name != NULL; name++)
        if (strcmp(*name, command) == 0)
            return name[1] == NULL ? ACT_OWN : ACT_PERSONS;
    return ACT_EVERYBODYS;
}

bool act_open_to_agents(const char *command, const struct argv *may) {
    return act_whose(command) == ACT_EVERYBODYS || argv_has(may, command);
}

#ifndef MC_RULES_AGENT_VERSION_H
#define MC_RULES_AGENT_VERSION_H

#include <stdbool.h>

/* The version of an agent, as far as what it understands depends on it. Zeroed: not known. */
struct agent_version {
    bool known;
    int major;
    int minor;
};

/* Of the first thing like "2.1.332" in a text ("2.1.332 (Claude Code)", "codex-cli 0.169.0"); NULL: of none. */
struct agent_version agent_version_read(const char *text);

/* The whole of a file's name, as native installs have it: "2.1.332". */
struct agent_version agent_version_of_name(const char *name);

/* Known, and that or newer. */
bool agent_version_from(struct agent_version version, int major, int minor);

#endif

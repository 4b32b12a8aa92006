#include "rules/trust.h"

#include <stddef.h>

#include "base/mem.h"
#include "base/text.h"
#include "rules/key.h"
#include "rules/profile.h"

struct row {
    bool asks; /* also as the built-in profile starts it */
    const char *how;
};

/* claude and codex look at the repository that a worktree belongs to, qwen and gemini at the folders above it. */
static const struct row rows[REPORT_AGENT_COUNT] = {
    [REPORT_CLAUDE] = {true, "start claude in the repository of the workspace and say that you trust it, which covers "
                             "its worktrees"},
    [REPORT_CODEX] = {true, "start codex in the repository of the workspace and say that you trust it, which covers "
                            "its worktrees"},
    [REPORT_GEMINI] = {false, "have GEMINI_CLI_TRUST_WORKSPACE=true in its environment, as the built-in profile has"},
    [REPORT_QWEN] = {true, "where it asks, choose \"Trust parent folder\", which is the pool and covers all of it"},
};

const char *trust_how(enum report_agent agent) {
    return (size_t)agent < REPORT_AGENT_COUNT ? rows[agent].how : NULL;
}

bool trust_asks(enum report_agent agent) {
    return (size_t)agent < REPORT_AGENT_COUNT && rows[agent].asks;
}

enum report_agent trust_agent(const struct profile *profile) {
    int agent = report_agent_from(profile->name);

    if (agent <= REPORT_NONE)
        agent = (int)profile->reports;
    if (agent <= REPORT_NONE && profile->command.count)
        agent = report_agent_from(text_name(profile->command.items[0]));
    return agent > REPORT_NONE && agent < REPORT_AGENT_COUNT ? (enum report_agent)agent : REPORT_NONE;
}

static bool asks_trust(const char *screen) {
    static const char *const questions[] = {"trust this folder", "Trust this folder", "trust the files in this folder"};

    for (size_t i = 0; screen && i < sizeof questions / sizeof *questions; i++)
        if (key_find_last(screen, questions[i]))
            return true;
    return false;
}

char *trust_next(const struct profile *profile, const char *screen, const char *key) {
    const char *how = trust_how(trust_agent(profile));

    if (!asks_trust(screen))
        return NULL;
    return xasprintf("Say yes in the agent's own session (mc-ticket attach %s), and the ticket goes on by itself%s%s; "
                     "where it does not, mc-ticket answer %s TEXT.",
                     key, how ? "; so that it asks no more: " : "", how ? how : "", key);
}

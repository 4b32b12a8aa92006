#include "rules/report_agent.h"

#include <assert.h>
#include <stddef.h>

#include "base/names.h"

static const char *const names[] = {
    [REPORT_NONE] = "none",     [REPORT_CLAUDE] = "claude", [REPORT_CODEX] = "codex", [REPORT_OPENCODE] = "opencode",
    [REPORT_GEMINI] = "gemini", [REPORT_QWEN] = "qwen",     [REPORT_PI] = "pi",       [REPORT_DEMO] = "demo",
};
static_assert(sizeof names / sizeof names[0] == REPORT_AGENT_COUNT, "a name for every agent");

const char *report_agent_name(enum report_agent agent) {
    return (size_t)agent < (size_t)REPORT_AGENT_COUNT ? names[agent] : "unknown";
}

int report_agent_from(const char *name) {
    return names_find(names, REPORT_AGENT_COUNT, name);
}

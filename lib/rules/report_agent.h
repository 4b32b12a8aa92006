#ifndef MC_REPORT_AGENT_H
#define MC_REPORT_AGENT_H

/* Whose reports of their own turns we read (SPEC section 12): by the names of the built-in profiles. */
enum report_agent {
    REPORT_NONE,
    REPORT_CLAUDE,
    REPORT_CODEX,
    REPORT_OPENCODE,
    REPORT_GEMINI,
    REPORT_QWEN,
    REPORT_PI,
    REPORT_DEMO,
    REPORT_AGENT_COUNT,
    REPORT_OWN = REPORT_AGENT_COUNT /* in a configuration that is being read: those of the agent that it is */
};

const char *report_agent_name(enum report_agent agent); /* "none" for REPORT_NONE */
int report_agent_from(const char *name);                /* -1: unknown */

#endif

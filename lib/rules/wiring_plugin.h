#ifndef MC_WIRING_PLUGIN_H
#define MC_WIRING_PLUGIN_H

#include "rules/report_agent.h"

/* The program that pi (TypeScript) and opencode (JavaScript) load to tell us of their turns; it stands behind a line
 * `const WORDS = [...]`. NULL for other agents. */
const char *wiring_plugin_text(enum report_agent agent);

#endif

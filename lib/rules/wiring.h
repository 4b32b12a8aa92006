#ifndef MC_RULES_WIRING_H
#define MC_RULES_WIRING_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/report_agent.h"

struct argv;
struct json;
struct text;

/* How an agent is told to call a program of ours (SPEC section 12, "Reports"; FACTS has what was measured): what goes
 * into files, arguments and environment. What the person has set is added to, never replaced. */
struct wiring {
    enum report_agent agent;
    const char *program; /* /abs/mc-ticket */
    const char *run_id;
    const char *board;
    bool new_hooks; /* claude from 2.1 on: an older one stops at a hook's name that it does not know */
};

/* Settings for claude, gemini and qwen: the hooks, and leave to run `mc-ticket signal` where that adds to what the
 * person allows. NULL for the others. The caller's. */
struct json *wiring_settings(const struct wiring *wiring);

/* codex's arguments, one -c a hook; it must not ask about them first. Or as its notify, which tells the end alone. */
void wiring_codex_hooks(const struct wiring *wiring, struct argv *argv);
void wiring_codex_notify(const struct wiring *wiring, struct argv *argv);

/* The file that pi and opencode load. False for other agents. */
bool wiring_plugin(const struct wiring *wiring, struct text *out);

/* opencode's configuration that loads it. The caller's. */
struct json *wiring_opencode(const char *plugin_path);

/* The whole of both: objects are merged, lists are joined (base first), of two plain values the added one stands.
 * The caller's. */
struct json *wiring_merge(const struct json *base, const struct json *added);

/* Has one of the person's own arguments hooks of codex in it? Two such do not add up. */
bool wiring_has_codex_hooks(const struct argv *command);

/* Where in a command an option with a value stands ("--settings X", "--settings=X"), the last one, before a "--":
 * its value, and in *at its place. NULL: nowhere. */
const char *wiring_option(const struct argv *command, const char *option, size_t *at);

#endif

#ifndef MC_CONFIG_H
#define MC_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/argv.h"
#include "rules/dialect.h"
#include "rules/profile.h"
#include "rules/workspace.h"

/* The configuration, whole and checked (SPEC section 13). Paths are expanded. Seconds where a name ends in _s. */
enum transport { TRANSPORT_TMUX, TRANSPORT_HTTP };

struct text;

struct config {
    char *file; /* where it came from; NULL: none, all defaults */
    char *database;
    char *agents_database;     /* what agents are given for a board on a server; NULL: nothing that reaches it */
    char *host;                /* NULL until the caller puts the machine's name */
    int64_t host_lost_after_s; /* 0: another machine is never given up by itself */
    char *ticket_prefix;       /* MC */
    char *path;                /* a PATH of absolute folders; NULL: the caller's */
    int64_t max_running;       /* 4 */
    int64_t max_live;          /* 0: three times max_running (config_max_live) */
    struct {
        char *socket; /* NULL: tmux.sock beside the board; a name (no slash) is for -L, a path for -S */
        char *session_prefix;
        int64_t width, height; /* 120, 50 */
    } tmux;
    struct workspace *workspaces; /* `workspace` first, then `workspaces` by their order in the file */
    size_t workspace_count;
    char *profile;            /* NULL: none named */
    struct profile *profiles; /* built-in ones with what the configuration overrides, then its own */
    size_t profile_count;
    struct {
        enum transport transport;
        char *dialect; /* mission-control */
        char *url;
        char *token_file;
        char *token_env;
        char *ca_file;
        int64_t connect_timeout_s; /* 5 */
        int64_t timeout_s;         /* 30 */
        struct dialect *dialects;  /* built-in ones with what the configuration overrides, then its own */
        size_t dialect_count;
    } send;
    int64_t prompt_inline_max; /* 32768 bytes */
    char *prompt_file;         /* a template; NULL: built in */
    struct {
        int64_t max_attempts, backoff_s, backoff_max_s; /* 3, 60, 3600 */
    } retry;
    int64_t newborn_grace_s; /* 300 */
    int64_t runtime_ttl_s;   /* 604800: who asks on a Friday is there on Monday */
    int64_t linger_s;        /* 300 */
    int64_t stall_timeout_s; /* 900 */
    int64_t turn_timeout_s;  /* 14400 */
    int64_t max_turns;       /* 20 */
    int64_t max_runtime_s;   /* 86400 */
    int64_t quiet_turns;     /* 2 */
    int64_t pause_s;         /* 900 */
    bool nudge;              /* true */
    bool done_is_done;       /* on_done: "done" */
    struct argv notify;
    struct argv notify_on;   /* events by name; none: all */
    char *page;              /* where a pickup that changed something writes the page; NULL: nowhere */
    int64_t cron_interval_s; /* 60: how often a pickup is to be expected */
    int64_t wait_warn_s;     /* 86400: a ticket that has waited so long is worth a word */
    struct {
        int64_t closed_days, runs_days, log_mb; /* 90, 14, 64 */
    } retention;
    struct argv agents_may; /* moves, by name, that an agent may make though they are a person's */
};

/* NULL: no such profile. */
const struct profile *config_profile(const struct config *config, const char *name);

/* The one that a ticket names; NULL: of a ticket that names none, `workspace` or the only one there is. NULL: there is
 * none of that name, or none that is everybody's. */
const struct workspace *config_workspace(const struct config *config, const char *name);

/* By its name alone. */
const struct workspace *config_workspace_named(const struct config *config, const char *name);

/* Why a ticket that names this workspace (NULL: none) has no place to work in, in a few words; NULL: it has one, a slot
 * or, where no workspace is configured, its private directory. New string. */
char *config_misplaced(const struct config *config, const char *workspace);

/* What to add, in such a case: "\"workspaces\"" or "\"workspace\"". */
const char *config_missing_key(const char *workspace);

/* "api, web": those that there are. */
void config_list_workspaces(const struct config *config, struct text *out);

int64_t config_max_live(const struct config *config);

const struct dialect *config_dialect(const struct config *config, const char *name);

void config_release(struct config *config);

#endif

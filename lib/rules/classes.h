#ifndef MC_CLASSES_H
#define MC_CLASSES_H

#include <stdbool.h>

/* What a send's answer means: one row per class in classes.c, nothing else decides (SPEC section 9). */
enum send_class {
    CLASS_SENT,
    CLASS_ALREADY_SENT,
    CLASS_BUSY,
    CLASS_STARTING,
    CLASS_PAUSED,
    CLASS_AWAITING_HUMAN,
    CLASS_FOREIGN,
    CLASS_CONFLICT,
    CLASS_DENIED,
    CLASS_REJECTED,
    CLASS_SERVER_ERROR,
    CLASS_UNREACHABLE,
    CLASS_TIMEOUT,
    CLASS_DROPPED,
    CLASS_GARBLED,
    CLASS_WORKER_DIED,
    /* what keeps an agent from being started at all */
    CLASS_NO_TMUX,       /* 69 */
    CLASS_NO_AGENT,      /* 69: command missing or not executable */
    CLASS_CANNOT_CREATE, /* 73 */
    CLASS_DISK_FULL,     /* 74 */
    CLASS_OS_ERROR,      /* 71 */
    /* sessions and terminals */
    CLASS_OUT_OF_REACH,  /* 75: the agent lives, its terminal is gone */
    CLASS_COPY_MODE,     /* 75: somebody looks back in the agent's terminal */
    CLASS_SESSION_TAKEN, /* 75: a session of our name that is not ours to touch */
    /* its worktree */
    CLASS_WORKSPACE_FAILED, /* 69: a hook before the run, or git */
    CLASS_COUNT
};

enum delivered { DELIVERED_YES, DELIVERED_NO, DELIVERED_UNKNOWN };

/* Where the ticket goes. RESOLVE: look for the marker first; found is in_progress, else todo. */
enum class_move { MOVE_KEEP, MOVE_ADOPT, MOVE_TODO, MOVE_TODO_AFTER_PAUSE, MOVE_NEEDS_INPUT, MOVE_RESOLVE };

/* Whose failure: TICKET counts an attempt; WORLD puts the ticket off uncounted and counts for the breaker;
 * WORLD_AT_ONCE opens the breaker now; NOBODY does neither. */
enum blame { BLAME_NOBODY, BLAME_TICKET, BLAME_WORLD, BLAME_WORLD_AT_ONCE };

/* What fails with this class, so that what does not need it goes on: a breaker is kept for each (rules/breaker.h). */
enum thing { THING_NONE, THING_MACHINE, THING_ENDPOINT, THING_PROFILE, THING_WORKSPACE, THING_COUNT };

struct class_rule {
    const char *name;
    enum delivered delivered;
    enum class_move move;
    enum blame blame;
    enum thing thing; /* of a failure of the world; of the ticket's, where many tickets' alike is this thing's */
    int exit;         /* enum mc_exit; for busy: when declined */
    bool safe_retry;  /* for the terminal-state record */
    bool human_input_required; /* the same */
    const char *why;           /* the row's reason */
    const char *next_action;   /* what the reader does now, to stand behind a semicolon; KEY, PROFILE: see class_next */
};

/* A failure of the world: the breaker's business, and no attempt of the ticket's. */
bool class_is_world(enum send_class class);

/* Is it the one in front of this failure_reason ("awaiting_human: …"; NULL: none)? */
bool class_is_reason(enum send_class class, const char *reason);
bool class_is_any_reason(const char *reason);

/* Does one class stand for mistakes of many kinds, so that other words are another failure? */
bool class_has_many_causes(enum send_class class);

const char *thing_name(enum thing thing); /* "machine", "endpoint", "profile", "workspace", "" */

const struct class_rule *class_rule(enum send_class class);
const char *send_class_name(enum send_class class);

/* What to do now, a new string: KEY and PROFILE in it are these (NULL: they stay). */
char *class_next(enum send_class class, const char *key, const char *profile);

int send_class_from(const char *name); /* -1: unknown */

#endif

#ifndef MC_REPORT_H
#define MC_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "rules/breaker.h"
#include "rules/key.h"
#include "rules/rows.h"

struct json;

/* What one pickup did, for a person, a script and a shell (SPEC section 13). */
enum outcome {
    OUTCOME_IDLE,
    OUTCOME_DISPATCHED,
    OUTCOME_ADOPTED,
    OUTCOME_DEFERRED,
    OUTCOME_FAILED,
    OUTCOME_BLOCKED,
    OUTCOME_REFUSED,
    OUTCOME_COUNT
};
const char *outcome_name(enum outcome outcome);

struct report {
    enum outcome outcome;
    char reason[64];                /* no_ticket, capacity, paused, breaker, a class, an adoption verdict; "" none */
    char thing[BREAKER_THING_SIZE]; /* of the reason breaker: what is broken */
    int exit;
    char ticket[KEY_SIZE];
    char run[RUN_ID_SIZE];
    char session[SESSION_SIZE];
    int64_t pid;
    char *worktree;
    char *branch; /* that it works on; NULL: none */
    char nonce[NONCE_SIZE];
    const char *transport; /* "tmux" or "http", NULL: nothing was sent */
    const char *class;     /* NULL: nothing was sent */
    int http_status;
    char *detail;
    char *error;  /* the line of an outcome that is not well, or NULL */
    bool stopped; /* it came from what the whole pickup needs, as a board that is damaged */
    bool hushed;  /* it was said by an earlier pickup: for the object alone */
    struct json *healed, *harvested, *delivered, *plan; /* arrays */
    struct text plan_lines;                             /* the plan for a person */
    struct text warnings;                               /* lines for standard error, each ends with a newline */
    struct text notes;                                  /* lines for -v */
    int64_t started;                                    /* monotonic */
};

void report_init(struct report *report);
void report_release(struct report *report);

/* One line for standard error: "mc-pickup: …", escaped. */
void report_warn(struct report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));
void report_note(struct report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

struct report_healed {
    const char *rule;
    const char *ticket;
    const char *from, *to;
    int64_t pid;
    const char *say; /* for a person, who knows no rules by name; NULL: of these */
};
void report_healed(struct report *report, const struct report_healed *healed);
/* A turn that was found to be over: `rule` says how it ended. */
void report_harvested(struct report *report, const struct report_healed *harvested);
void report_delivered(struct report *report, const char *ticket, const char *class);

/* One step of a dry run: what would be done and why. */
void report_plan(struct report *report, const char *step, const char *ticket, const char *reason);

/* The same, with a line of its own for a person: "would …". */
struct report_step {
    const char *step, *ticket, *reason;
    const char *say; /* behind "would " */
};
void report_plan_say(struct report *report, const struct report_step *step);

/* The plan as lines for a person. */
void report_plan_lines(const struct report *report, struct text *out);

/* The line of an outcome that is not well: on standard error, and the object's `error`. One that it replaces stays a
 * warning. Hushed: said before, so only the object has it. */
void report_fail(struct report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));
void report_hush(struct report *report);

void report_json(const struct report *report, struct text *out);
void report_line(const struct report *report, struct text *out); /* "dispatched MC-7 …", no newline */

#endif

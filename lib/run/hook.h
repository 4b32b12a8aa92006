#ifndef MC_HOOK_H
#define MC_HOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/workspace.h"

struct err;
struct site;

/* One hook of a workspace, run in the slot and waited for (SPEC section 6). */
struct hook_call {
    const struct workspace *workspace;
    enum hook hook;
    int64_t ticket_id;
    const char *run_id;
    const char *slot;   /* the folder that it is run in */
    const char *branch; /* NULL: none yet */
    const char *word;   /* the last one of the run, DONE, REVIEW or QUESTION; NULL: none */
    int64_t limit_ms;   /* 0: HOOK_LIMIT_MS */
};

enum { HOOK_LIMIT_MS = 60 * 1000 };

/* True: it succeeded, or none is configured. False: err names the workspace, the hook, what became of it, its last line
 * and where its output is. 69, 71 where it cannot be started. Its output is in hook_log in any case, the first MiB
 * of it. */
bool hook_run(struct site *site, const struct hook_call *call, struct err *err);

/* The program of one that is configured, a new string; NULL: it cannot be run, 69 as above. */
char *hook_program(const struct workspace *workspace, enum hook hook, struct err *err);

/* "folder/run/RUN_ID/hook-after_create.log": a new string. */
char *hook_log(const struct site *site, const struct hook_call *call);

#endif

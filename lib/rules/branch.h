#ifndef MC_BRANCH_H
#define MC_BRANCH_H

#include <stdbool.h>

struct text;

/* The name of the branch on which a run works: <prefix>mc-4629-<slug of the title>-<6 hex of the run> (SPEC section 6).
 * Whatever the title, it is one that git takes; of an empty slug its hyphen is left out too. */
enum { BRANCH_SLUG_MAX = 40, BRANCH_RUN_DIGITS = 6 };

struct branch_of {
    const char *prefix; /* branch_prefix_ok says yes of it */
    const char *key;    /* MC-4629 */
    const char *title;  /* any bytes */
    const char *run_id; /* 32 lower-case hex digits */
};
void branch_name(struct text *out, const struct branch_of *of);

/* Is it a name as those of any run of this ticket are, with this prefix? Title and run_id of `of` do not matter. */
bool branch_is_of(const char *name, const struct branch_of *of);

/* The same of any ticket whose key begins with key_prefix ("MC"). */
bool branch_is_ours(const char *name, const char *prefix, const char *key_prefix);

/* In a text that names branches of this run, in place: "mc-7-fix-1f0c9a" becomes "mc-7-fix-……", as each run has it. */
void branch_hide_run(char *text, const char *run_id);

/* May a branch's name begin with it (git-check-ref-format(1))? "" may. */
bool branch_prefix_ok(const char *prefix);

#endif

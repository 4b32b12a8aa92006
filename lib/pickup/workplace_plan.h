#ifndef MC_WORKPLACE_PLAN_H
#define MC_WORKPLACE_PLAN_H

struct err;
struct text;
struct work;

/* The branch that this run's work is to be on, by its name. */
void workplace_branch(const struct work *work, struct text *name);

/* What a dry run says of the place. New string. */
char *workplace_plan(struct work *work, struct err *err);

#endif

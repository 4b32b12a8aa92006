#ifndef MC_DEMO_WORK_H
#define MC_DEMO_WORK_H

struct demo;

/* What a turn changes where the agent works: a line more in --write's file, and with --commit everything that is not
 * committed goes into a commit, by the git on PATH as any agent would. What goes wrong shows on the screen. */
void demo_work(const struct demo *demo, const char *prompt);

#endif

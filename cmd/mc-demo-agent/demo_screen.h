#ifndef MC_DEMO_SCREEN_H
#define MC_DEMO_SCREEN_H

struct demo;

/* The terminal and what is typed into it. Runs until the input ends; the exit status. */
int demo_run(struct demo *demo);

#endif

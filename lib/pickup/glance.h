#ifndef MC_GLANCE_H
#define MC_GLANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "host/tmux.h"
#include "rules/foreground.h"
#include "rules/screen.h"

struct work;

/* One look at a work's agent: its pane, its screen, and since when it is seen so. Zeroed before the first. */
struct glance {
    enum seen seen;
    struct tmux_view view;
    enum screen_state state;
    enum foreground_holder holder; /* who reads what is typed */
    struct text live;              /* what it is compared by */
    int64_t since;                 /* monotonic: the first of the looks in a row that saw this state and screen */
    int64_t step;                  /* how long the next wait is */
};

void glance_take(struct work *work, struct glance *glance);
void glance_release(struct glance *glance);

/* The agent in its pane. */
struct tmux_agent glance_agent(const struct work *work);

/* Is this agent at an end? One that has survived its server lives, out of reach. */
bool glance_gone(const struct work *work, const struct glance *glance);

/* Does it live without its terminal? The server that held it has died, or lost its socket. The verdict; false. */
bool glance_out_of_reach(const struct work *work, const struct glance *glance);
bool glance_stop_out_of_reach(struct work *work);

/* Keeps the end of its screen in the verdict, for the record. */
void glance_keep(struct work *work, const struct glance *glance);

/* Has it been left, and a shell reads in its terminal? The verdict, worker_died, with its last screen; false. */
bool glance_left(const struct glance *glance);
bool glance_stop_left(struct work *work, const struct glance *glance);

/* Do two looks so far apart show the same? */
bool glance_settled(const struct glance *glance, int64_t ms);

/* Until the next look: soon at first and after each change, then later; no later than the screen may be settled (0: it
 * is not waited for); ends with the agent. */
void glance_wait(struct work *work, struct glance *glance, int64_t settle);

/* The verdict worker_died with its report; false. Unstarted, before its turn: one that ended as what could not be run
 * (its command, or what that needs, is not there, for any ticket) is no_agent. */
bool glance_stop_dead(struct work *work);
bool glance_stop_unstarted(struct work *work);

#endif

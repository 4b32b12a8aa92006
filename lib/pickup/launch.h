#ifndef MC_PICKUP_LAUNCH_H
#define MC_PICKUP_LAUNCH_H

#include <stdbool.h>

#include "host/tmux.h"

struct err;
struct work;

/* Starts the agent in its session and records pane and identity in the same breath. False: the verdict says why, or
 * err is set when the board failed. */
bool launch_agent(struct work *work, struct err *err);

/* The session alone: pane and pid are in work->runtime, and no row is touched. */
enum tmux_start launch_session(struct work *work, struct err *err);

#endif

#ifndef MC_RUN_HOSTS_H
#define MC_RUN_HOSTS_H

#include <stdbool.h>

#include "store/hosts.h"

struct err;
struct site;

/* This machine among those that share its board (SPEC section 16). Nothing of it is asked of an embedded board, where
 * every function here is done at once. */

/* Before anything is done that is this host's alone: 78 where another machine has its name on the board, where a copy
 * of this one is at work beside it, and where it had another name under which it still has agents, tickets or
 * worktrees. One that was never noted may pass where nobody has the name. */
bool hosts_check(struct site *site, struct err *err);

/* The same for a pickup, which notes its host when that is due: at most every 30 s, or where the row says something
 * else. The others are in *list then; site->back says that this host is new, or came back after it was retired. With
 * site->look nothing is written. */
bool hosts_enter(struct site *site, struct host_list *list, struct err *err);

/* Nothing of what it had before it was retired is left: it is a host as the others. */
bool hosts_settle(struct site *site, struct err *err);

#endif

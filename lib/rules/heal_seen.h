#ifndef MC_HEAL_SEEN_H
#define MC_HEAL_SEEN_H

#include <stdbool.h>
#include <stdint.h>

struct run;
struct world;
struct world_case;
struct world_session;

/* What a case says of its agent, each a small question for the rules in heal_rules.c. */

/* The evidence of SPEC section 11 weighed: the boot, then the recorded process, then tmux. A live recorded process
 * outweighs a session that is gone. */
enum life { LIFE_UNKNOWN, LIFE_ALIVE, LIFE_DEAD };
enum life seen_life(const struct world *world, const struct world_case *one);

/* It was of another boot: dead without asking anybody. Without an agent on record the pickup's boot says it. */
bool seen_other_boot(const struct world *world, const struct world_case *one);

/* An agent of another pid namespace without a tmux server for certain: is its namespace over? Only tmux could tell. */
bool seen_without_server(const struct world *world, const struct world_case *one);

/* The same for so long that a pickup which had seen it then sees it again, where the socket is one for all who share
 * the board: with its terminal it is gone. */
enum { SECOND_LOOK_MS = 60 * 1000 };
bool seen_gone_elsewhere(const struct world *world, const struct world_case *one);

bool seen_pid(const struct world_case *one);         /* a whole identity is on record, to be told from another's */
bool seen_own_session(const struct world_case *one); /* tmux has the session and it carries this run's tag */
bool seen_never_started(const struct world *world, const struct world_case *one); /* spawning, no pid, no session */

bool seen_ticket_closed(const struct world_case *one); /* done, cancelled, or not there at all */
bool seen_ticket_ours(const struct world_case *one);   /* in_progress by the runtime's run */
bool seen_ticket_stale(const struct world_case *one);  /* todo, or in_progress by none or by another run */
bool seen_ticket_waits(const struct world_case *one);  /* for a person, or it has moved on: nobody waits for output */

bool seen_stopped(const struct run *run); /* ended by an operator's hand, or with its host */

/* Lengths of time in milliseconds, on the awake clock (SPEC section 12): 0 where the row has no reading of this boot.
 */
bool seen_timed(const struct world *world, const struct world_case *one);
int64_t seen_age(const struct world *world, const struct world_case *one);       /* since it was spawned */
int64_t seen_turn_age(const struct world *world, const struct world_case *one);  /* since its turn began */
int64_t seen_stall_age(const struct world *world, const struct world_case *one); /* since its stall was said */

int64_t seen_here(const struct world *world); /* what this machine's own wall clock said at the look */

/* What tmux says of output is wall time: neither silence nor rest is ever longer than the awake clock allows. */
int64_t seen_idle_age(const struct world *world, const struct world_case *one);  /* since anything happened in it */
int64_t seen_quiet_age(const struct world *world, const struct world_case *one); /* of the turn, without output */

/* A stall of this turn was said and there was no output since. */
bool seen_stall_stands(const struct world *world, const struct world_case *one);

/* A session whose row is to be made again; one whose run has ended, for longer than the linger. */
bool seen_session_lost(const struct world_session *session);
bool seen_session_orphan(const struct world *world, const struct world_session *session);

#endif

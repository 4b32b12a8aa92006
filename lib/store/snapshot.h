#ifndef MC_SNAPSHOT_H
#define MC_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

struct board;
struct err;
struct world;

/* Inside one read transaction of the caller's. Is anything active at all (world->any), and the marks of the pass
 * before: one indexed look. */
bool snapshot_any(struct board *board, const char *host, struct world *world, struct err *err);

/* Fills the board's half of a world: cases with their rows, nothing that was seen outside. */
bool snapshot_cases(struct board *board, const char *host, struct world *world, struct err *err);

/* Fills one session's rows from its run tag and ticket id. */
struct world_session;
bool snapshot_session(struct board *board, struct world_session *session, struct err *err);

/* One ticket's case again, for re-checking a premise inside a repair's own transaction: its active runtime, or
 * without one the ticket while it is in_progress. Neither ticket_exists nor runtime_exists: nothing of it
 * stands. *one is overwritten; its rows are the caller's to release. */
struct world_case;
struct snapshot_key {
    const char *host;
    int64_t ticket_id;
};
bool snapshot_again(struct board *board, const struct snapshot_key *key, struct world_case *one, struct err *err);

#endif

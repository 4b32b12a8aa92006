#ifndef MC_QUEUE_H
#define MC_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct argv;
struct board;
struct err;

/* What failures do to a ticket's place in the queue, inside the caller's transaction. */

/* Behind the others of its priority. */
struct queue_back {
    int64_t ticket;
    bool world; /* one more failure of the world in a row */
    int64_t now;
};
bool queue_back(struct board *board, const struct queue_back *back, struct err *err);

/* Places that a clock which was ahead has given are now's: else whoever came after that clock was set back would pass
 * them by until that time comes. At most 1,000 at once; where there are none it costs a look a profile. */
bool queue_straighten(struct board *board, int64_t now, struct err *err);

/* The row of failures of the world is over: a turn was sent, or a person has released it. */
bool queue_forget(struct board *board, int64_t ticket, struct err *err);

/* Did the ticket's last run before this one, claims that were abandoned aside, fail with this class, and in these words
 * (NULL: in whatever words)? */
struct queue_run {
    int64_t ticket;
    const char *run_id, *class, *detail;
};
bool queue_failed_alike(struct board *board, const struct queue_run *run, bool *alike, struct err *err);

/* `count` deaths were its profile's and not its own: they are no attempts, and where they have blocked it, it is todo
 * again. Left alone where somebody or something else has moved it since. */
struct queue_excuse {
    int64_t ticket;
    int count;
    const char *why; /* for its story */
    int64_t now;
};
bool queue_excuse(struct board *board, const struct queue_excuse *excuse, struct err *err);

/* Tickets that can never be picked up, because one they wait for was cancelled. */
struct stuck {
    int64_t ticket;
    int64_t needs; /* the cancelled one */
};
struct stuck_list {
    struct stuck *items; /* by ticket */
    size_t count, cap;
};
bool stuck_of(struct board *board, int64_t ticket, struct stuck_list *list, struct err *err); /* this one, or none */
bool stuck_behind(struct board *board, int64_t cancelled, struct stuck_list *list, struct err *err);
/* The first of those that are to do and stuck now, at most so many; whatever the size of the board, it costs no more.
 */
bool stuck_now(struct board *board, int64_t most, struct stuck_list *list, struct err *err);
void stuck_list_release(struct stuck_list *list);

/* Those that no pickup has spoken of yet; taken off the board's list of them, so that each is said once. */
bool stuck_take(struct board *board, struct stuck_list *list, struct err *err);

/* One ticket of each profile and workspace (NULL: none) that tickets in the ready index name together. One look each.
 */
struct ready_kind {
    char *profile, *workspace;
    int64_t ticket;
};
struct ready_kinds {
    struct ready_kind *items;
    size_t count, cap;
};
bool ready_kinds(struct board *board, struct ready_kinds *list, struct err *err);
void ready_kinds_release(struct ready_kinds *list);

/* The settings that mark what was said of a profile or a workspace: "said:profile:NAME", "said:workspace:NAME". */
bool said_marks(struct board *board, struct argv *marks, struct err *err);

#endif

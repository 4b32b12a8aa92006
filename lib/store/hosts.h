#ifndef MC_STORE_HOSTS_H
#define MC_STORE_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/hosts.h"

struct board;
struct err;

/* The machines of a board that several share; an embedded board has no such rows, and none of this may be asked of it.
 */

struct host_list {
    struct host *items;
    size_t count, cap;
};
/* Those whose pickups have noted them, by name. */
bool hosts_list(struct board *board, struct host_list *list, struct err *err);
void host_list_release(struct host_list *list);
const struct host *host_list_find(const struct host_list *list, const char *name); /* NULL: not there */
/* The same machine under another name; NULL: there is none. */
const struct host *host_list_former(const struct host_list *list, const struct host *self);

/* Writes this host's row as it is at self->seen_at, a new one as one that comes back: nobody knows yet what runs there.
 * *noted false: the name is another machine's by now. It does not count as a change of the board. */
bool hosts_note(struct board *board, const struct host *self, bool *noted, struct err *err);

/* Another boot of the same machine was heard beside the one that the row names. */
bool hosts_copy(struct board *board, const struct host *self, struct err *err);

/* The other names that this machine had are no host's any more. */
bool hosts_renamed(struct board *board, const struct host *self, struct err *err);

/* This host came back after it was retired, and nothing is left of what it had. No change of the board either. */
bool hosts_settled(struct board *board, const char *name, struct err *err);

/* That it is silent is being said now; *first: by nobody before since it was heard last. In the caller's transaction.
 */
struct host_said {
    const struct host *host; /* as it was read; seen_at 0: only rows name it */
    int64_t now;
};
bool hosts_say(struct board *board, const struct host_said *said, bool *first, struct err *err);

/* Retires it and forgets its machine; *done false: it was heard meanwhile, or is retired already. In the caller's
 * transaction, with the ends of its runs. */
bool hosts_retire(struct board *board, const struct host_said *said, bool *done, struct err *err);

/* Its runs that have an agent by their rows, or a ticket in progress. */
struct host_run {
    int64_t ticket;
    char *run_id; /* NULL: a hand has taken it away */
};
struct host_run_list {
    struct host_run *items;
    size_t count, cap;
};
bool hosts_runs(struct board *board, const char *name, struct host_run_list *list, struct err *err);
void host_run_list_release(struct host_run_list *list);

/* What each host has, also of those that only rows name, by name. */
struct host_load {
    char *name;
    int64_t running, live; /* agents */
    int64_t tickets;       /* in progress */
    int64_t taken, slots;  /* of its pools: not free, and all */
};
struct host_load_list {
    struct host_load *items;
    size_t count, cap;
};
bool hosts_load(struct board *board, struct host_load_list *list, struct err *err);
const struct host_load *host_load_list_find(const struct host_load_list *list, const char *name); /* NULL: not there */
void host_load_list_release(struct host_load_list *list);

/* The lengths of time of this run's agent are counted anew by its own host, whose clock we do not have. */
bool hosts_unclock(struct board *board, const char *run_id, struct err *err);

#endif

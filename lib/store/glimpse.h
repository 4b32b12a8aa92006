#ifndef MC_GLIMPSE_H
#define MC_GLIMPSE_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/words.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

struct board;
struct err;

/* Rows for somebody who wants to see much of the board at once: by an index, no more of them than were asked for, long
 * texts cut. Inside one read transaction of the caller's. */

/* Those of one status that changed last, the last one first; or that have stood longest, the longest first. Without
 * bodies. */
struct glimpse_want {
    enum ticket_status status;
    bool oldest;
    int64_t limit;
};
bool glimpse_tickets(struct board *board, const struct glimpse_want *want, struct ticket_list *list, struct err *err);

/* Of one ticket: the first characters of its body; the last of its story, and of its runs, in their order. */
struct glimpse_ticket {
    int64_t id;
    int64_t width; /* characters of a body */
    int64_t limit; /* rows */
};
bool glimpse_body(struct board *board, const struct glimpse_ticket *of, char **body, struct err *err);
bool glimpse_story(struct board *board, const struct glimpse_ticket *of, struct activity_list *list, struct err *err);
bool glimpse_runs(struct board *board, const struct glimpse_ticket *of, struct run_list *list, struct err *err);

/* Of a stretch of time: turns that were given to agents; that came to their end, with a word or without; runs that
 * failed; how long the tickets of the runs that began then had waited, at the median and at the longest. */
struct glimpse_day {
    int64_t from, to;
    int64_t started, finished, failed;
    int64_t waits, median_ms, longest_ms; /* waits: of so many runs */
};
bool glimpse_day(struct board *board, struct glimpse_day *day, struct err *err);

#endif

#ifndef MC_PANELOG_WINDOW_H
#define MC_PANELOG_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

/* How far back from a log's end somebody reads who wants its last lines: a little first, and four times as much each
 * time, down to its begin, but none that would take longer than it may by what the one before took. */
struct panelog_window {
    int64_t size, from; /* of the log; what is read begins here */
    int64_t may_ms;     /* 0: as long as it takes */
};
void panelog_window_begin(struct panelog_window *window, int64_t size);

/* False: it stays as it is, whose reading took so long. */
bool panelog_window_widen(struct panelog_window *window, int64_t took_ms);

#endif

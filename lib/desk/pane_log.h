#ifndef MC_DESK_PANE_LOG_H
#define MC_DESK_PANE_LOG_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct site;

/* Where what an agent showed is written. */
struct pane_log {
    int64_t ticket;
    char *path;
    char *run_id;
};
void pane_log_release(struct pane_log *log);

/* Of the ticket's last agent, or of one run: its attempt's number or its id; NULL: the last. 66 where there is none, or
 * its file is gone; `key` for what is said. */
struct pane_log_want {
    int64_t ticket;
    const char *key, *run;
};
bool pane_log_find(struct pane_log *log, const struct site *site, const struct pane_log_want *want, struct err *err);

/* Has the run's agent ended, so that nothing more will be written? */
bool pane_log_is_over(const struct pane_log *log, const struct site *site, bool *over, struct err *err);

#endif

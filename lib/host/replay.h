#ifndef MC_REPLAY_H
#define MC_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct text;
struct tmux;

/* What a pane showed, out of its log alone: the log's last 1 MiB played through a terminal, a tmux server of its own
 * that is gone afterwards, however we end (SPEC section 12). */
struct replay {
    const char *log;    /* absolute */
    const char *folder; /* private; the server's socket is in it meanwhile */
    int64_t width, height;
};

/* Adds the screen with its history. What was on the alternate screen stays on it when its program left that. False: 66
 * no such log or nothing in it, 69 no terminal or not within 5 s. Of `tmux` only the program is used. */
bool replay_log(const struct tmux *tmux, const struct replay *replay, struct text *screen, struct err *err);

#endif

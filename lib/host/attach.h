#ifndef MC_ATTACH_H
#define MC_ATTACH_H

#include <stdbool.h>

struct argv;
struct err;
struct tmux;
struct tmux_pane;

/* A person's own client on one session, found by its tags. */
struct attach {
    struct tmux *tmux;
    const struct tmux_pane *pane;
    bool read_only;
};

/* The words of the tmux command that shows exactly this one, where no size of the visitor's counts: attach-session, or
 * switch-client inside a pane of the same server. */
void attach_words(const struct attach *attach, struct argv *argv);

/* Lends the terminal to such a client until it is left and takes it back as it was; inside a pane of the same server
 * the client that is there switches instead. False: 64 where there is no terminal to lend, 69 with tmux's own words
 * when it did not work or the server ended. */
bool attach_visit(const struct attach *attach, struct err *err);

#endif

#ifndef MC_TMUX_VIEWS_H
#define MC_TMUX_VIEWS_H

#include <stdbool.h>
#include <stddef.h>

#include "host/tmux.h"

/* Many panes looked at in one call, each as tmux_view does. */
struct tmux_look {
    struct tmux_agent agent; /* with its pane id */
    enum seen seen;
    struct tmux_view view;
};

/* False (err set): the server gave no answer, or not all of it; what was not seen is UNKNOWN. The caller releases each
 * view. */
bool tmux_views(struct tmux *tmux, struct tmux_look *looks, size_t count, struct err *err);

/* That panes were looked at when their last output was at these times: tmux_list gives it back as `looked`. In one
 * call; what cannot be noted is looked at again. */
struct tmux_looked {
    const char *pane_id;
    int64_t activity; /* Unix ms */
};
void tmux_note_looked(struct tmux *tmux, const struct tmux_looked *noted, size_t count);

#endif

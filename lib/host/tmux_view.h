#ifndef MC_TMUX_VIEW_H
#define MC_TMUX_VIEW_H

#include <stdbool.h>
#include <stddef.h>

struct tmux_panes;
struct tmux_view;

/* What tmux is asked of one pane before its screen, and how the answer reads: this line, then the rendered screen.
 * Inner to tmux*.c. */
extern const char tmux_view_format[];
bool tmux_view_read(struct tmux_view *view, const char *bytes, size_t n);

/* What tmux lists of all panes, as tmux_list asks for it, ended by a NUL; false: it is no such list. */
bool tmux_panes_read(struct tmux_panes *panes, const char *bytes, size_t n);

#endif

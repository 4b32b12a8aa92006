#ifndef MC_SOCKET_H
#define MC_SOCKET_H

#include <stdbool.h>

struct err;
struct site;

/* Agents live on the tmux server they were started on: under another "tmux.socket" (or TMUX_TMPDIR, where that is a
 * name) none of them is seen. 78 while one of this host's is on the server that the newest claim went by and this is
 * another, with what to do first. A board that was moved has its socket beside it still; a server that is gone has no
 * agents. */
bool socket_check(struct site *site, struct err *err);

/* site_tmux for whoever wants to see this host's agents. */
bool socket_tmux(struct site *site, struct err *err);

/* In the claim's transaction: what socket_check compares. */
bool socket_note(const struct site *site, struct err *err);

#endif

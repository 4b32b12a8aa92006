#ifndef MC_LISTEN_H
#define MC_LISTEN_H

#include <stdint.h>

struct site;

/* One who waits for the turn of a ticket does not wait for the next pickup to see that it is over: where its agent's
 * screen says so, and no report has come, the ticket moves on now. What cannot be seen or written is left alone. */
void listen_screen(struct site *site, int64_t ticket);

#endif

#ifndef MC_TICKET_REPLY_H
#define MC_TICKET_REPLY_H

struct turn_reply;

/* A reply and nothing else on standard output: on a terminal without what could act on it, else byte for byte. */
void reply_print(const struct turn_reply *reply);

#endif

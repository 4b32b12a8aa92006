#ifndef MC_TICKET_FACTS_H
#define MC_TICKET_FACTS_H

#include <stdint.h>

struct site;
struct story;
struct text;

/* A ticket for people, what matters first: its status, the question or the summary, what is next, where the work is;
 * then what the ticket is, its runs, and the messages that have not reached an agent. */
void facts_tell(struct text *out, const struct site *site, const struct story *story, int64_t now);

#endif

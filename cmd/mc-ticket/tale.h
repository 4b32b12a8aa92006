#ifndef MC_TICKET_TALE_H
#define MC_TICKET_TALE_H

#include <stdint.h>

struct activity;
struct journal_story;
struct text;

/* The story of a ticket for people: a line each in the order in which it went, with local time and age; what says the
 * same several times in a row stands once, a record or a death as one line, long texts cut. --json has all of it. */
void tale_tell(struct text *out, const struct journal_story *story, int64_t now);

/* Adds what the last terminal-state record says is to be done, a line each; not what `said` says already. */
void tale_advice(struct text *out, const struct journal_story *story, const char *said);

#endif

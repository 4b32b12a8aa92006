#ifndef MC_REPLY_H
#define MC_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/turn_over.h"

struct err;
struct site;
struct text;

/* The replies of a run's turns, whole, in the run's folder: of each turn one file for each rank. */
enum { REPLY_STORY_MAX = 64 * 1024 };

struct reply {
    const char *run_id, *nonce; /* of its turn */
    const char *bytes;
    size_t n;
    enum reply_rank rank;
};

/* Keeps it, on the disk, before a row says that the turn is over; one of its rank that is
 * there already stays, and what is read already is not kept twice. A run without a folder keeps nothing. *kept: by this
 * call; reply_drop takes it back. */
bool reply_keep(const struct site *site, const struct reply *reply, bool *kept, struct err *err);
void reply_drop(const struct site *site, const struct reply *reply);

/* Adds the best one of the run and turn. 66 when there is none. */
bool reply_read(const struct site *site, const struct reply *turn, struct text *out, struct err *err);

/* "…/run/RUN_ID/reply-1779942042145-e519f820.md" by run, turn and rank, as a new string; NULL for what is no nonce. */
char *reply_file(const struct site *site, const struct reply *reply);

/* Is it what is read of its turn? */
bool reply_stands(const struct site *site, const struct reply *reply);

/* As the story has it: cleaned, at most REPLY_STORY_MAX bytes; one that is longer says where it ends and how long it
 * was. */
void reply_story(struct text *out, const char *bytes, size_t n);

#endif

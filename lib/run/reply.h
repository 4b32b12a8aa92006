#ifndef MC_REPLY_H
#define MC_REPLY_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct site;
struct text;

/* The replies of a run's turns, whole, one file a turn in the run's folder. */
enum { REPLY_STORY_MAX = 64 * 1024 };

struct reply {
    const char *run_id, *nonce; /* of its turn */
    const char *bytes;
    size_t n;
    bool preliminary; /* the agent says more when its work in the background is done; perhaps */
};

/* Keeps it, on the disk, before a row says that the turn is over; one that is there already stays, and is read rather
 * than a preliminary one. A run without a folder keeps nothing. *kept: by this call; reply_drop takes it back. */
bool reply_keep(const struct site *site, const struct reply *reply, bool *kept, struct err *err);
void reply_drop(const struct site *site, const struct reply *reply);

/* Adds that of the run and turn, the preliminary one where there is no other. 66 when there is none. */
bool reply_read(const struct site *site, const struct reply *turn, struct text *out, struct err *err);

/* "…/run/RUN_ID/reply-1779942042145-e519f820.md" as a new string; NULL for what is no nonce. */
char *reply_file(const struct site *site, const char *run_id, const char *nonce);

/* As the story has it: cleaned, at most REPLY_STORY_MAX bytes; one that is longer says where it ends and how long it
 * was. */
void reply_story(struct text *out, const char *bytes, size_t n);

#endif

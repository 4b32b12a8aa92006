#ifndef MC_STORY_H
#define MC_STORY_H

#include <stdbool.h>
#include <stddef.h>

struct text;

/* What came of a ticket before, for an agent that has no part in that conversation: SPEC section 6. All strings are
 * raw, NULL where there is nothing. */
struct story {
    const char *key;
    const char *program; /* as for the prompt: mc-ticket reply shows a reply whole */
    const char *told;    /* what people had said to it */
    const char *reply;   /* its last one */
    const char *word;    /* the row of its activity with its last word */
    const char *end;     /* the last of those that say how it came to a stop: that one, or a record */
    bool spoken;         /* something that people say goes along with this turn */
};

/* Enough to go on from; what is longer is cut, and says where the whole of it is. */
enum { STORY_TOLD_MAX = 1500, STORY_REPLY_MAX = 3000, STORY_END_MAX = 1000 };

/* As a part of a prompt. Each line of others' is quoted, so that none is a word, a command or a marker of this turn. */
void story_tell(struct text *out, const struct story *story);

#endif

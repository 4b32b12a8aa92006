#ifndef MC_WORD_H
#define MC_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/words.h"

/* The agent's word on its turn, found in what it said (SPEC section 12). */
struct word_found {
    enum signal_word word;
    char *payload; /* one clean line */
};
void word_release(struct word_found *found);

struct word_wanted {
    const char *reply;
    size_t n;
    const char *key, *nonce; /* of the ticket and the turn */
};

/* In a reply as it was given: the last line that is the JSON object with this nonce; else the first word of a reply
 * that begins with it and a colon. */
bool word_in_reply(struct word_found *found, const struct word_wanted *wanted);

#endif

#ifndef MC_WORD_H
#define MC_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/words.h"

struct profile;
struct text;

/* The agent's word on a turn in the text that ends it (SPEC section 12): the last JSON object with this turn's nonce
 * and no other ticket, else a reply that begins with DONE:, REVIEW: or QUESTION:. Where both stand the object is the
 * word: it carries the nonce. Time is linear in the text, whatever is in it. */
enum { WORD_PAYLOAD_MAX = 2000 };

struct word_of {
    const char *key, *nonce;
};

struct word_found {
    enum signal_word word;
    char *payload; /* one clean line, at most WORD_PAYLOAD_MAX bytes; the caller's */
};

void word_release(struct word_found *found);

/* In an exact reply. The object's members may stand in any order. */
bool word_in_reply(struct word_found *found, const char *reply, size_t n, const struct word_of *of);

/* Read off a rendered screen, where programs wrap inside words, indent, frame and eat markdown's signs (FACTS). The
 * payload is the object's last member here. Only what stands below the last echo of this turn's marker counts; where
 * the echo has scrolled away an object does anywhere, for its nonce protects it, and a bare DONE: nowhere. */
bool word_on_screen(struct word_found *found, const char *screen, size_t n, const struct word_of *of);

/* The reply as it stands on the screen, between the turn's echo and the agent's input box, for a reader: without frames
 * and indentation, the last 64 KiB. Without an echo from the top, without a profile to the bottom. */
void word_reply_on_screen(struct text *out, const char *screen, const struct word_of *of,
                          const struct profile *profile);

/* Sets the payload to these bytes as one clean line. */
void word_set(struct word_found *found, enum signal_word word, const char *payload, size_t n);

/* Does a text begin with a word and its colon? Then the length of both, else 0. */
size_t word_prefix(const char *text, size_t n, enum signal_word *word);

#endif

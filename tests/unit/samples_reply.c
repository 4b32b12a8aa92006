/* The word of an agent and its reply, in a text and on a screen. The input is that text. */
#define SAMPLES_NEAR 4000
#include "samples.h"

#include "rules/skeleton.h"
#include "rules/word.h"

#define NONCE "MC_TICKET_TURN:4:1779942042145:e519f820"

static void sample(const char *bytes, size_t n, struct text *out) {
    const struct word_of of = {"MC-4", NONCE};
    struct word_found found = {0};
    char *screen = xstrndup(bytes, n);

    if (word_on_screen(&found, bytes, n, &of))
        text_addf(out, "word %d \"%s\"\n", found.word, found.payload);
    word_release(&found);
    if (word_in_reply(&found, bytes, n, &of))
        text_addf(out, "in a reply %d \"%s\"\n", found.word, found.payload);
    word_release(&found);
    text_add(out, "reply ");
    word_reply_on_screen(out, screen, &of, NULL);
    free(screen);
}

int main(int argc, char **argv) {
    return samples(argc, argv, "reply", sample);
}

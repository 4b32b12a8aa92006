/* An agent's screen: what is seen of its state, its words and what a paste left in it. */
#include "fuzz/screen_input.h"
#define SAMPLES_NEAR 45
#include "samples.h"

#include "rules/region.h"
#include "rules/screen_paste.h"
#include "rules/trust.h"
#include "rules/word.h"

#define NONCE "MC_TICKET_TURN:4629:1779942042145:e519f820"

/* What is written to a text of its own: some begin anew. */
#define APART(name, call)                                                                                              \
    do {                                                                                                               \
        struct text apart = {0};                                                                                       \
                                                                                                                       \
        call;                                                                                                          \
        text_addf(out, name " %s\n", text_str(&apart));                                                                \
        text_release(&apart);                                                                                          \
    } while (0)

static void regions(struct text *out, const struct profile *profile, const char *screen) {
    struct region r;
    const char *low = region_lowest(screen, screen + strlen(screen), 12);

    text_addf(out, "lowest %zu", (size_t)(low - screen));
    if (region_find(&r, profile, screen)) {
        text_addf(out, ", region %zu %zu %zu %zu %zu %zu\n", (size_t)(r.above - screen), (size_t)(r.box - screen),
                  (size_t)(r.inner - screen), (size_t)(r.last - screen), (size_t)(r.below - screen),
                  (size_t)(r.end - screen));
        APART("whole", region_print(&apart, &r));
        APART("steady", region_print_steady(&apart, r.above, r.end));
    }
    text_add(out, "\n");
}

static void words(struct text *out, const struct profile *profile, const char *screen) {
    const struct word_of of = {"MC-4629", NONCE};
    struct word_found found = {0};

    if (word_on_screen(&found, edge_of(screen, strlen(screen)), strlen(screen), &of))
        text_addf(out, "word %d \"%s\"\n", found.word, found.payload);
    word_release(&found);
    if (word_in_reply(&found, edge_of(screen, strlen(screen)), strlen(screen), &of))
        text_addf(out, "in a reply %d \"%s\"\n", found.word, found.payload);
    word_release(&found);
    APART("reply", word_reply_on_screen(&apart, screen, &of, profile));
}

/* The same of a profile that does not say what its box is. */
static void boxless(struct text *out, const struct profile *boxed, const struct screen *then,
                    const struct screen *now) {
    struct profile profile = *boxed;

    profile.box = NULL;
    text_addf(out, "without a box: submitted %d input %d\n",
              screen_submitted(&profile, &(struct screen_paste){then, now, NONCE}),
              screen_in_input(&profile, now, NONCE));
}

static void states(struct text *out, const struct profile *profile, const struct screen *then,
                   const struct screen *now) {
    char *next = trust_next(profile, now->text, "MC-4629");

    text_addf(out, "state %d rests %d interrupted %d echo %d trust %s\n", screen_state(profile, now, NONCE),
              screen_rests(profile, now), screen_interrupted(profile, now, NONCE),
              screen_echo(profile, now->text, NONCE), sample_word(next));
    text_addf(out, "paste %d submitted %d input %d\n", screen_has_paste(then->text, now->text, NONCE),
              screen_submitted(profile, &(struct screen_paste){then, now, NONCE}),
              screen_in_input(profile, now, NONCE));
    boxless(out, profile, then, now);
    APART("live", screen_live(&apart, profile, now));
    APART("stopped", screen_stopped(&apart, profile, now->text, NONCE));
    APART("tail", screen_tail(&apart, now->text, 3));
    free(next);
}

static void sample(const char *bytes, size_t n, struct text *out) {
    struct screen_input in;

    screen_input_read(&in, bytes, n);
    regions(out, &in.profile, in.after);
    states(out, &in.profile, &in.then, &in.now);
    words(out, &in.profile, in.after);
    screen_input_release(&in);
}

int main(int argc, char **argv) {
    return samples(argc, argv, "screen", sample);
}

/* An agent's screen, by each built-in profile. */
#include "screen_input.h"

#include "fuzz.h"
#include "rules/region.h"
#include "rules/screen_paste.h"
#include "rules/trust.h"
#include "rules/word.h"

#define NONCE "MC_TICKET_TURN:4629:1779942042145:e519f820"
#define MARKER "[" NONCE " internal routing marker; do not mention this marker in your reply]"

const struct fuzz_shape fuzz_shape = {"", "\n", "", true};

enum { LOWEST = 32 * 1024, TAIL_LINES = 12 };

static bool at_line(const char *at, const char *screen) {
    return at == screen || at[-1] == '\n' || !*at;
}

/* The live part lies within the screen, its lines in their order. */
static void regions(const struct profile *profile, const char *screen) {
    const char *end = screen + strlen(screen), *low = region_lowest(screen, end, TAIL_LINES);
    struct region r;
    struct text out = {0};

    HOLDS(low >= screen && low <= end && end - low <= LOWEST && at_line(low, screen));
    if (region_find(&r, profile, screen)) {
        HOLDS(screen <= r.above && r.above <= r.box && r.box <= r.last && r.box < r.inner);
        HOLDS(r.last < r.below && r.inner <= r.below && r.below <= r.end && r.end <= end);
        HOLDS(at_line(r.above, screen) && at_line(r.box, screen) && at_line(r.last, screen));
        HOLDS(at_line(r.inner, screen) && at_line(r.below, screen) && at_line(r.end, screen));
        region_print(&out, &r);
        HOLDS(out.len <= (size_t)(r.end - r.above));
    }
    text_release(&out);
}

static void says(const struct profile *profile, const struct screen *screen) {
    enum screen_state state = screen_state(profile, screen, NONCE);
    struct text out = {0};
    char *next = trust_next(profile, screen->text, "MC-4629");

    HOLDS(state <= SCREEN_LIMIT);
    HOLDS(state != SCREEN_READY || screen_rests(profile, screen));
    (void)screen_interrupted(profile, screen, NONCE);
    screen_live(&out, profile, screen);
    text_clear(&out);
    screen_stopped(&out, profile, screen->text, NONCE);
    fuzz_is_clean(text_str(&out), out.len);
    text_clear(&out);
    screen_tail(&out, screen->text, TAIL_LINES);
    fuzz_is_clean(text_str(&out), out.len);
    text_release(&out);
    free(next);
}

static void pastes(const struct profile *profile, const struct screen *before, const struct screen *after) {
    struct text marked = {0};

    HOLDS(!screen_has_paste(after->text, after->text, NONCE));
    HOLDS(!screen_submitted(profile, &(struct screen_paste){after, after, NONCE}));
    (void)screen_has_paste(before->text, after->text, NONCE);
    (void)screen_submitted(profile, &(struct screen_paste){before, after, NONCE});
    HOLDS(screen_in_input(profile, after, NONCE) != SEEN_YES || region_find(&(struct region){0}, profile, after->text));
    HOLDS(screen_echo(profile, after->text, NONCE) <= SEEN_NO);
    text_addf(&marked, "%s\n%s", before->text, MARKER);
    HOLDS(screen_has_paste(before->text, text_str(&marked), NONCE));
    text_release(&marked);
}

/* A word of an agent's is one clean line of bounded length. */
static void words(const struct profile *profile, const char *screen) {
    const struct word_of of = {"MC-4629", NONCE};
    struct word_found found = {0};
    struct text reply = {0};

    if (word_on_screen(&found, screen, strlen(screen), &of)) {
        HOLDS(found.word < SIGNAL_WORD_COUNT && strlen(found.payload) <= WORD_PAYLOAD_MAX);
        fuzz_is_line(found.payload);
    }
    word_release(&found);
    word_reply_on_screen(&reply, screen, &of, profile);
    fuzz_is_clean(text_str(&reply), reply.len);
    HOLDS(reply.len <= 64 * 1024);
    text_release(&reply);
}

void fuzz_one(const char *bytes, size_t n) {
    struct screen_input in;

    screen_input_read(&in, bytes, n);
    regions(&in.profile, in.after);
    regions(&in.profile, in.before);
    says(&in.profile, &in.now);
    says(&in.profile, &in.then);
    pastes(&in.profile, &in.then, &in.now);
    words(&in.profile, in.after);
    screen_input_release(&in);
}

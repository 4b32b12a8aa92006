/* Prompts: a template of a person's, filled with what anybody wrote into a ticket. */
#include "rules/prompt.h"

#include "base/clean.h"
#include "base/err.h"
#include "fuzz.h"
#include "parts.h"
#include "rules/key.h"
#include "rules/story.h"

#define NONCE "MC_TICKET_TURN:4629:1779942042145:e519f820"
#define MARKER "[" NONCE " internal routing marker; do not mention this marker in your reply]"

const struct fuzz_shape fuzz_shape = {"", "", "", true};

static const char header[] = "MC-4629 turn 1\n";

static void is_framed(const struct text *text) {
    fuzz_is_clean(text_str(text), text->len);
    HOLDS(text_starts(text_str(text), header));
    HOLDS(text->len > strlen(header) + strlen(MARKER));
    HOLDS(strcmp(text->data + text->len - strlen(MARKER), MARKER) == 0);
    HOLDS(key_marker_seen(text_str(text), NONCE));
}

/* Ours, and the short ones. */
static void built_in(const struct prompt_parts *parts) {
    struct text out = {0};
    struct err err = {0};

    HOLDS(prompt_render(&out, NULL, parts, &err));
    is_framed(&out);
    text_clear(&out);
    HOLDS(prompt_render_note(&out, parts, &err));
    is_framed(&out);
    text_clear(&out);
    prompt_render_file(&out, parts, parts->title);
    is_framed(&out);
    text_release(&out);
}

/* A template is refused, or renders with the header first and its marker in it. */
static void of_a_person(const char *template, const struct prompt_parts *parts) {
    char *reason = prompt_template_error(template);
    struct text out = {0};
    struct err err = {0};
    bool ok = prompt_render(&out, template, parts, &err);

    HOLDS(ok == !reason);
    HOLDS(ok || (err.code == MC_CONFIG && out.len == 0));
    fuzz_is_clean(text_str(&out), out.len);
    HOLDS(!ok || (text_starts(text_str(&out), header) && key_marker_seen(text_str(&out), NONCE)));
    free(reason);
    err_release(&err);
    text_release(&out);
}

/* What is put in opens no placeholder: it stands there as it is, cleaned. */
static void stays(const char *body) {
    struct prompt_parts parts = {
        .key = "MC-4629", .turn = 1, .title = "", .body = body, .messages = "", .nonce = NONCE};
    struct text out = {0}, clean = {0}, wanted = {0};
    struct err err = {0};

    HOLDS(prompt_render(&out, "<{{body}}>{{marker}}", &parts, &err));
    clean_text(&clean, body, strlen(body));
    text_addf(&wanted, "<%s>" MARKER, text_str(&clean));
    HOLDS(out.len >= wanted.len && strcmp(out.data + out.len - wanted.len, text_str(&wanted)) == 0);
    text_release(&out);
    text_release(&clean);
    text_release(&wanted);
}

void fuzz_one(const char *bytes, size_t n) {
    struct parts in = {bytes, bytes + n};
    char *a = parts_next(&in), *b = parts_next(&in), *c = parts_next(&in), *d = parts_next(&in);
    const struct prompt_place place = {a, b, c, n % 2, d};
    const struct story story = {"MC-4629", a, b, c, d, d, n % 2};
    struct text past = {0};

    story_tell(&past, &story);
    built_in(&(struct prompt_parts){"MC-4629", 1, a, b, c, NONCE, d, &place, text_str(&past)});
    of_a_person(a, &(struct prompt_parts){"MC-4629", 1, "{{body}}", b, c, NONCE, "/bin/mc-ticket", &place, NULL});
    stays(a);
    text_release(&past);
    free(a);
    free(b);
    free(c);
    free(d);
}

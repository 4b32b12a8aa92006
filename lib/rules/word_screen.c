#include "rules/word.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/key.h"
#include "rules/region.h"
#include "rules/skeleton.h"

enum { PARAGRAPH_MAX = 16 * 1024, INDENT_MAX = 3, REPLY_MAX = 64 * 1024 };

/* The length of a blank or of line drawing (U+2500 to U+259F, U+23BF) at the start of n > 0 bytes, else 0. */
static size_t drawn(const char *s, size_t n) {
    const unsigned char *u = (const unsigned char *)s;
    if (u[0] == ' ' || u[0] == '\t' || u[0] == '\r')
        return 1;
    if (n >= 2 && u[0] == 0xC2 && u[1] == 0xA0)
        return 2;
    if (n >= 3 && u[0] == 0xE2 && (u[1] == 0x94 || u[1] == 0x95 || (u[1] == 0x96 && u[2] <= 0x9F)))
        return 3;
    return n >= 3 && u[0] == 0xE2 && u[1] == 0x8E && u[2] == 0xBF ? 3 : 0;
}

static const char *skip_drawn(const char *at, const char *end) {
    while (at < end) {
        size_t length = drawn(at, (size_t)(end - at));
        if (length == 0)
            break;
        at += length;
    }
    return at;
}

/* The end of [start, end) without what is drawn there. */
static const char *trim_drawn(const char *start, const char *end) {
    for (const char *at = end; at > start;) {
        at--;
        while (at > start && ((unsigned char)*at & 0xC0) == 0x80)
            at--;
        if (drawn(at, (size_t)(end - at)) != (size_t)(end - at))
            break;
        end = at;
    }
    return end;
}

static const char *line_end(const char *at, const char *end) {
    if (at >= end || *at == '\n')
        return at;
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? newline : end;
}

/* Just behind the bones of the last echo of the turn's marker; 0: it is not on the screen. */
static size_t echo_end(const struct skeleton *skeleton, const char *nonce) {
    struct text marker = {0};
    key_marker(&marker, nonce);
    char *words = skeleton_of(text_str(&marker));
    size_t length = strlen(words);
    size_t end = 0;
    for (size_t at = skeleton_find(skeleton, 0, words); at != SIZE_MAX; at = skeleton_find(skeleton, end, words))
        end = at + length;
    free(words);
    text_release(&marker);
    return end;
}

struct names {
    char *nonce, *ticket, *payload;
    char *signals[SIGNAL_WORD_COUNT];
};

static char *member_bones(const char *name, const char *value) {
    char *member = xasprintf("%s:%s", name, value);
    char *bones = skeleton_of(member);
    free(member);
    return bones;
}

static void names_make(struct names *names, const struct word_of *of) {
    names->nonce = member_bones("nonce", of->nonce);
    names->ticket = member_bones("ticket", of->key);
    names->payload = member_bones("payload", "");
    for (int i = 0; i < SIGNAL_WORD_COUNT; i++)
        names->signals[i] = member_bones("mc_signal", signal_word_name((enum signal_word)i));
}

static void names_release(struct names *names) {
    free(names->nonce);
    free(names->ticket);
    free(names->payload);
    for (int i = 0; i < SIGNAL_WORD_COUNT; i++)
        free(names->signals[i]);
}

struct object {
    bool ticket;
    int word;       /* -1: none */
    size_t payload; /* the bone just behind "payload:" */
};

static bool stands_before(const struct skeleton *skeleton, size_t *at, const char *bones) {
    size_t length = strlen(bones);
    bool stands = length <= *at && memcmp(skeleton->bones + *at - length, bones, length) == 0;
    *at -= stands ? length : 0;
    return stands;
}

static bool stands_behind(const struct skeleton *skeleton, size_t *at, const char *bones) {
    size_t length = strlen(bones);
    bool stands = length <= skeleton->n - *at && memcmp(skeleton->bones + *at, bones, length) == 0;
    *at += stands ? length : 0;
    return stands;
}

/* One more member on this side of the nonce? */
static bool member_take(struct object *object, const struct skeleton *skeleton, const struct names *names, size_t *at) {
    bool behind = *at >= object->payload;
    bool (*stands)(const struct skeleton *, size_t *, const char *) = behind ? stands_behind : stands_before;
    if (!object->ticket && stands(skeleton, at, names->ticket))
        return object->ticket = true;
    for (int i = 0; object->word < 0 && i < SIGNAL_WORD_COUNT; i++)
        if (stands(skeleton, at, names->signals[i])) {
            object->word = i;
            return true;
        }
    return false;
}

/* The object whose nonce begins at this bone: its word, and its ticket where it has one, in any order, then the
 * payload. */
static bool object_at(struct object *object, const struct skeleton *skeleton, const struct names *names, size_t nonce) {
    size_t before = nonce, behind = nonce + strlen(names->nonce);
    *object = (struct object){.word = -1, .payload = behind};
    while (member_take(object, skeleton, names, &before))
        continue;
    while (member_take(object, skeleton, names, &behind))
        continue;
    bool whole = object->word >= 0 && stands_behind(skeleton, &behind, names->payload);
    object->payload = behind;
    return whole;
}

struct span {
    const char *start, *end;
};

/* Does what comes next, over blanks, frames and line ends, is a closing brace? */
static bool brace_follows(const char *at, const char *end) {
    for (at = skip_drawn(at, end); at < end && *at == '\n'; at = skip_drawn(at, end))
        at++;
    return at < end && *at == '}';
}

/* The payload's text between its quotes. It ends before `end` and before a blank line; false: it is not closed. */
static bool payload_span(struct span *span, const char *at, const char *end) {
    for (at = skip_drawn(at, end); at < end && *at == '\n';)
        at = skip_drawn(at + 1, end);
    if (at == end || *at++ != '"')
        return false;
    span->start = at;
    for (; at < end; at++) {
        if (*at == '\\' && at + 1 < end && at[1] != '\n') {
            at++;
        } else if (*at == '"' && brace_follows(at + 1, end)) {
            span->end = at;
            return true;
        } else if (*at == '\n' && skip_drawn(at + 1, end) == line_end(at + 1, end)) {
            return false;
        }
    }
    return false;
}

/* Is a line end here one that a word was broken at behind its hyphen? */
static bool hyphenated(const char *start, const char *end) {
    return end - start >= 2 && end[-1] == '-' && end[-2] != ' ' && end[-2] != '-';
}

/* Its lines as one: one blank for each end of a line. */
static void payload_join(struct text *out, const struct span *span) {
    for (const char *line = span->start; line < span->end;) {
        const char *stop = line_end(line, span->end);
        bool last = stop == span->end;
        const char *from = line == span->start ? line : skip_drawn(line, stop);
        const char *to = last ? stop : trim_drawn(from, stop);
        text_addn(out, from, (size_t)(to - from));
        if (!last && !hyphenated(from, to))
            text_addc(out, ' ');
        line = last ? stop : stop + 1;
    }
}

static void payload_read(struct word_found *found, enum signal_word word, const struct span *span) {
    struct text quoted = {0}, clean = {0};
    payload_join(&quoted, span);
    text_addc(&clean, '"');
    clean_line(&clean, text_str(&quoted), quoted.len, 0);
    text_addc(&clean, '"');
    struct json *json = json_parse(clean.data, clean.len);
    const char *exact = json_string(json);
    word_set(found, word, exact ? exact : clean.data + 1, exact ? strlen(exact) : clean.len - 2);
    json_free(json);
    text_release(&quoted);
    text_release(&clean);
}

/* The last object from this bone on. A payload ends before the next object's nonce, so that none is read twice. */
static bool last_object(struct word_found *found, const struct skeleton *skeleton, size_t from,
                        const struct word_of *of) {
    struct names names;
    struct span last = {0};
    enum signal_word word = SIGNAL_DONE;
    names_make(&names, of);
    const char *bottom = skeleton->screen + skeleton->length;
    for (size_t at = skeleton_find(skeleton, from, names.nonce); at != SIZE_MAX;) {
        size_t next = skeleton_find(skeleton, at + 1, names.nonce);
        struct object object;
        struct span span;
        if (object_at(&object, skeleton, &names, at)) {
            const char *start = skeleton->screen + skeleton_place(skeleton, object.payload - 1) + 1;
            const char *end = next == SIZE_MAX ? bottom : skeleton->screen + skeleton_place(skeleton, next);
            if (end > start && payload_span(&span, start, end)) {
                last = span;
                word = (enum signal_word)object.word;
            }
        }
        at = next;
    }
    names_release(&names);
    if (last.start)
        payload_read(found, word, &last);
    return last.start != NULL;
}

static bool bulleted(const char **at, const char *end) {
    if (*at == end || ((unsigned char)**at & 0x80) == 0)
        return false;
    static const char *const bullets[] = {"●", "⏺", "•", "✦", "◆", "○"};
    for (size_t i = 0; i < sizeof bullets / sizeof bullets[0]; i++) {
        size_t length = strlen(bullets[i]);
        if ((size_t)(end - *at) > length && memcmp(*at, bullets[i], length) == 0) {
            *at += length;
            return true;
        }
    }
    return false;
}

static bool blank(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    return at == end;
}

/* A word at the start of a paragraph? `below_blank`: the line above is blank. */
static size_t line_prefix(const char *at, const char *end, bool below_blank, enum signal_word *word) {
    const char *text = at;
    while (text < end && *text == ' ')
        text++;
    if (text == end || text - at > INDENT_MAX || (!bulleted(&text, end) && !below_blank))
        return 0;
    while (text < end && *text == ' ')
        text++;
    size_t length = word_prefix(text, (size_t)(end - text), word);
    return length ? (size_t)(text - at) + length : 0;
}

/* The sign that a block of an agent's output begins with; length 0: none. */
static struct span block_sign(const char *at, const char *end) {
    const char *text = at;
    while (text < end && *text == ' ' && text - at < INDENT_MAX)
        text++;
    const char *sign = text;
    return bulleted(&text, end) ? (struct span){sign, text} : (struct span){sign, sign};
}

/* Is a further block of the same kind begun, at the same column? */
static bool is_next_block(const struct span *of, size_t column, const struct span *sign, size_t here) {
    size_t n = (size_t)(sign->end - sign->start);
    return n > 0 && here == column && n == (size_t)(of->end - of->start) && memcmp(of->start, sign->start, n) == 0;
}

/* A look down a screen. */
struct prefixes {
    struct span block; /* the sign of the block that the line is in */
    size_t column;     /* and where it stands */
    struct span last;  /* the text of the last word; no start: none */
    enum signal_word word;
    bool below_blank, open;
};

static void take_line(struct prefixes *p, const char *at, const char *end) {
    enum signal_word seen = SIGNAL_DONE;
    size_t length = line_prefix(at, end, p->below_blank, &seen);
    struct span sign = block_sign(at, end);
    size_t here = (size_t)(sign.start - at);
    if (is_next_block(&p->block, p->column, &sign, here) && p->last.start)
        p->last = (struct span){0};
    if (sign.end > sign.start) {
        p->block = sign;
        p->column = here;
    }
    p->below_blank = blank(at, end);
    p->open = length > 0 || (p->open && p->last.start && !p->below_blank && end - p->last.start < PARAGRAPH_MAX);
    if (length > 0) {
        p->last.start = at + length;
        p->word = seen;
    }
    if (p->open)
        p->last.end = end;
}

/* The last paragraph below the echo that begins with a word, in the last block of what the agent has said: one that is
 * followed by another block is no reply's beginning, but what was read or thought on the way. What a tool printed hangs
 * below a corner or stands further in; what a person has typed stands behind a prompt's sign or below a frame. */
static bool last_prefix(struct word_found *found, const char *at, const char *bottom) {
    struct prefixes p = {.below_blank = true};
    for (const char *end = at; end < bottom; at = end + 1) {
        end = line_end(at, bottom);
        take_line(&p, at, end);
    }
    struct text line = {0};
    if (p.last.start) {
        payload_join(&line, &p.last);
        word_set(found, p.word, text_str(&line), line.len);
    }
    text_release(&line);
    return p.last.start != NULL;
}

bool word_on_screen(struct word_found *found, const char *screen, size_t n, const struct word_of *of) {
    struct skeleton skeleton;
    *found = (struct word_found){0};
    skeleton_make(&skeleton, screen, n);
    size_t echo = echo_end(&skeleton, of->nonce);
    bool seen = last_object(found, &skeleton, echo, of);
    if (!seen && echo > 0) {
        const char *below = screen + skeleton_place(&skeleton, echo - 1) + 1;
        const char *line = line_end(below, screen + n);
        seen = line < screen + n && last_prefix(found, line + 1, screen + n);
    }
    skeleton_release(&skeleton);
    return seen;
}

/* One line of it: without what is drawn around it; several blank ones are one. */
static void reply_line(struct text *out, const char *at, const char *end) {
    const char *first = at;
    while (first < end && *first == ' ' && first - at < INDENT_MAX - 1)
        first++;
    end = trim_drawn(first, end);
    if (end > first)
        text_addn(out, first, (size_t)(end - first));
    if (end > first || (out->len > 1 && out->data[out->len - 2] != '\n'))
        text_addc(out, '\n');
}

void word_reply_on_screen(struct text *out, const char *screen, const struct word_of *of,
                          const struct profile *profile) {
    struct skeleton skeleton;
    struct region region;
    struct text lines = {0};
    size_t n = strlen(screen);
    const char *at = screen, *end = profile && region_find(&region, profile, screen) ? region.box : screen + n;
    skeleton_make(&skeleton, screen, n);
    size_t echo = echo_end(&skeleton, of->nonce);
    if (echo > 0) {
        at = line_end(screen + skeleton_place(&skeleton, echo - 1), screen + n);
        at += *at == '\n';
    }
    skeleton_release(&skeleton);
    if (at < end && end - at > REPLY_MAX) {
        const char *newline = line_end(end - REPLY_MAX, end);
        at = newline < end ? newline + 1 : end - REPLY_MAX;
    }
    for (; at < end; at = line_end(at, end) + 1)
        reply_line(&lines, at, line_end(at, end));
    while (lines.len > 0 && lines.data[lines.len - 1] == '\n')
        lines.data[--lines.len] = '\0';
    clean_text(out, text_str(&lines), lines.len);
    text_release(&lines);
}

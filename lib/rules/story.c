#include "rules/story.h"

#include <string.h>

#include "base/clean.h"
#include "base/text.h"
#include "rules/prompt.h"
#include "rules/words.h"

/* How the last run came to a stop, as an agent is told it. */
static const char *const words[SIGNAL_WORD_COUNT] = {
    [SIGNAL_DONE] = "It delivered its work with these words",
    [SIGNAL_REVIEW] = "It delivered its work with these words",
    [SIGNAL_QUESTION] = "It stopped to ask a person",
};

/* A marker and a word in JSON are written otherwise: whoever looks for this turn's finds no other. */
static void add_tame(struct text *out, const char *bytes, size_t n) {
    static const char *const tamed[][2] = {{"MC_TICKET_TURN", "MC_EARLIER_TURN"}, {"mc_signal", "earlier_signal"}};
    const char *end = bytes + n;

    while (bytes < end) {
        size_t i = 0, length = 1;

        while (i < 2 &&
               ((size_t)(end - bytes) < strlen(tamed[i][0]) || memcmp(bytes, tamed[i][0], strlen(tamed[i][0])) != 0))
            i++;
        if (i < 2)
            length = strlen(tamed[i][0]);
        text_addn(out, i < 2 ? tamed[i][1] : bytes, i < 2 ? strlen(tamed[i][1]) : 1);
        bytes += length;
    }
}

static void quote(struct text *out, const char *bytes, size_t n) {
    const char *end = bytes + n;

    while (bytes < end) {
        const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
        size_t line = (size_t)((newline ? newline : end) - bytes);

        text_add(out, "> ");
        add_tame(out, bytes, line);
        text_addc(out, '\n');
        bytes += line + (newline != NULL);
    }
}

static size_t to_border(const char *bytes, size_t at) {
    while (at && ((unsigned char)bytes[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* Its beginning and, of twice the length, its end: what it came to stands there. *cut: not all of it. */
static void quote_part(struct text *out, const char *s, size_t max, bool *cut) {
    struct text clean = {0};
    size_t head, tail;

    clean_text(&clean, s, strlen(s));
    while (clean.len && strchr("\n\t ", clean.data[clean.len - 1]))
        clean.len--;
    *cut = clean.len > max;
    if (!*cut) {
        quote(out, text_str(&clean), clean.len);
    } else {
        head = to_border(clean.data, max / 3);
        tail = to_border(clean.data, clean.len - max / 3 * 2);
        quote(out, clean.data, head);
        text_add(out, "> […]\n");
        quote(out, clean.data + tail, clean.len - tail);
    }
    text_release(&clean);
}

static void tell_told(struct text *out, const struct story *story) {
    bool cut;

    if (!story->told || !*story->told)
        return;
    text_add(out, "\nWhat people had said to it:\n\n");
    quote_part(out, story->told, STORY_TOLD_MAX, &cut);
}

static void tell_reply(struct text *out, const struct story *story) {
    bool cut;

    if (!story->reply || !*story->reply)
        return;
    text_add(out, "\nIts last reply:\n\n");
    quote_part(out, story->reply, STORY_REPLY_MAX, &cut);
    if (!cut)
        return;
    text_add(out, "\nThe whole of it: ");
    prompt_command(out, story->program);
    text_addf(out, " reply %s\n", story->key);
}

/* "QUESTION MC_TICKET_TURN:…: the line": a word, and where its line begins. */
static const char *read_word(const char *row, enum signal_word *word) {
    const char *line = strstr(row, ": ");

    for (int i = 0; line && i < SIGNAL_WORD_COUNT; i++) {
        const char *name = signal_word_name((enum signal_word)i);

        if (text_starts(row, name) && row[strlen(name)] == ' ') {
            *word = (enum signal_word)i;
            return line + 2;
        }
    }
    return NULL;
}

/* The summary of a record (rules/record.h). */
static const char *read_summary(const char *row) {
    static const char name[] = "\nsummary: ";
    const char *line = text_starts(row, "status: ") ? strstr(row, name) : NULL;

    return line ? line + strlen(name) : NULL;
}

static void tell_line(struct text *out, const char *what, const char *line) {
    struct text clean = {0};

    clean_line(&clean, line, strcspn(line, "\n"), STORY_END_MAX);
    text_addf(out, "\n%s:\n\n", what);
    quote(out, text_str(&clean), clean.len);
    text_release(&clean);
}

static void tell_stop(struct text *out, const struct story *story) {
    enum signal_word word = SIGNAL_DONE;
    const char *line = story->word ? read_word(story->word, &word) : NULL;

    if (line)
        tell_line(out, words[word], line);
    line = story->end ? read_summary(story->end) : NULL;
    if (line)
        tell_line(out, "It came to a stop", line);
}

void story_tell(struct text *out, const struct story *story) {
    text_add(out,
             "An agent has worked on this ticket before, and its conversation is gone. Go on from what it has left "
             "here. What is known of it:\n");
    tell_told(out, story);
    tell_reply(out, story);
    tell_stop(out, story);
    if (story->spoken)
        text_add(out, "\nWhat people say goes along with this text.\n");
    while (out->len && out->data[out->len - 1] == '\n')
        out->data[--out->len] = '\0';
}

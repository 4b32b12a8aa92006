#include "tale.h"

#include <string.h>

#include "base/text.h"
#include "paint.h"
#include "sheet.h"
#include "store/journal.h"

/* Of what stands under the first line, and of a line. */
enum { LINES_MAX = 12, LINE_MAX = 1000, INDENT = 6 };

static const char *body_of(const struct activity *activity) {
    return activity->body ? activity->body : "";
}

static bool same(const struct activity *a, const struct activity *b) {
    return text_same(a->kind, b->kind) && text_same(a->author, b->author) && strcmp(body_of(a), body_of(b)) == 0;
}

/* The value of a line "NAME: value" in a record, of `n` bytes; NULL: it has none. */
static const char *value_of(const char *body, const char *name, size_t *n) {
    size_t length = strlen(name);

    for (const char *line = body; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        if (strncmp(line, name, length) == 0 && line[length] == ':') {
            line += length + 1;
            line += *line == ' ';
            *n = strcspn(line, "\n");
            return line;
        }
    return NULL;
}

static void add_value(struct text *out, const char *before, const char *body, const char *name) {
    size_t n;
    const char *value = value_of(body, name, &n);

    if (value)
        text_addf(out, "%s%.*s", before, (int)(n < LINE_MAX ? n : LINE_MAX), value);
}

static void brief_record(struct text *line, const char *body) {
    add_value(line, "", body, "status");
    add_value(line, ": ", body, "summary");
}

static void brief_death(struct text *line, const char *body) {
    add_value(line, "pid ", body, "pid");
    add_value(line, ", exit status ", body, "exit_status");
    add_value(line, ", signal ", body, "signal");
    add_value(line, ", after ", body, "run_time");
}

static size_t count_lines(const char *s) {
    size_t lines = 0;

    for (; *s; s += strcspn(s, "\n"), s += *s == '\n')
        lines++;
    return lines;
}

static void add_below(struct text *out, const char *s, size_t most) {
    for (size_t i = 0; *s && i < most; i++) {
        size_t n = strcspn(s, "\n");
        struct text line = {0};

        text_addn(&line, s, n);
        text_addf(out, "%*s", INDENT, "");
        sheet_words(out, text_str(&line), LINE_MAX);
        text_addc(out, '\n');
        text_release(&line);
        s += n + (s[n] == '\n');
    }
    if (*s)
        text_addf(out, "%*s… %zu lines more: --json has all\n", INDENT, "", count_lines(s));
}

/* Its end tells more than its beginning. */
static void add_output(struct text *out, const char *body) {
    size_t n, lines;
    const char *at = value_of(body, "last output", &n);

    if (!at)
        return;
    at += n + (at[n] == '\n');
    for (lines = count_lines(at); lines > LINES_MAX; lines--)
        at += strcspn(at, "\n") + 1;
    add_below(out, at, LINES_MAX);
}

/* "spawned pid 12 …" says its kind itself. */
static void add_kind(struct text *out, const struct activity *activity) {
    const char *body = body_of(activity);
    size_t kind = strlen(activity->kind);

    if (strncmp(body, activity->kind, kind) == 0 && (body[kind] == ' ' || body[kind] == '\0'))
        return;
    sheet_words(out, activity->kind, 0);
    text_add(out, *body && *body != '\n' ? ": " : "");
}

static void add_row(struct text *out, const struct activity *activity, size_t times) {
    bool record = strcmp(activity->kind, "terminal_state") == 0, death = strcmp(activity->kind, "death") == 0;
    const char *body = body_of(activity);
    size_t first = strcspn(body, "\n");
    struct text line = {0};

    if (record)
        brief_record(&line, body);
    else if (death)
        brief_death(&line, body);
    else
        text_addn(&line, body, first);
    add_kind(out, activity);
    sheet_words(out, text_str(&line), LINE_MAX);
    if (times > 1)
        text_addf(out, " (%zu times)", times);
    text_addc(out, '\n');
    if (death)
        add_output(out, body);
    else if (!record && body[first])
        add_below(out, body + first + 1, LINES_MAX);
    text_release(&line);
}

static void add_when(struct text *out, const struct activity *activity, int64_t now) {
    struct text age = {0};

    sheet_age(&age, now, activity->created_at);
    text_addf(out, "  %s", paint(PAINT_DIM));
    sheet_stamp(out, activity->created_at);
    text_addf(out, "  %6s%s  ", text_str(&age), paint_end());
    sheet_words(out, activity->author, 0);
    text_add(out, "  ");
    text_release(&age);
}

void tale_tell(struct text *out, const struct journal_story *story, int64_t now) {
    const struct activity_list *list = &story->last;

    text_add(out, "\nstory\n");
    if (story->earlier)
        text_addf(out, "  … %lld earlier: --limit 0 shows them, --json has all\n", (long long)story->earlier);
    for (size_t i = 0, next; i < list->count; i = next) {
        for (next = i + 1; next < list->count && same(&list->items[i], &list->items[next]);)
            next++;
        add_when(out, &list->items[next - 1], now);
        add_row(out, &list->items[i], next - i);
    }
}

static const char *last_record(const struct journal_story *story) {
    for (size_t i = story->last.count; i-- > 0;)
        if (strcmp(story->last.items[i].kind, "terminal_state") == 0)
            return body_of(&story->last.items[i]);
    return "";
}

/* To be looked at is what it is just now. */
static bool is_news(const char *action, const char *said) {
    return !strstr(action, "mc-ticket show ") && !strstr(said, action);
}

void tale_advice(struct text *out, const struct journal_story *story, const char *said) {
    const char *name = "to do";
    size_t n;
    const char *at = value_of(last_record(story), "next_actions", &n);

    for (at = at ? at + n : ""; strncmp(at, "\n- ", 3) == 0; at += n) {
        struct text line = {0};

        n = 1 + strcspn(at + 1, "\n");
        text_addn(&line, at + 3, n - 3);
        if (is_news(text_str(&line), said)) {
            sheet_field(out, name, text_str(&line));
            name = "";
        }
        text_release(&line);
    }
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "corpus.h"
#include "quotes.h"
#include "rules/region.h"
#include "share.h"

/* 10,000 screens, or in the suite each fourth, that are captures with lines dropped, doubled, put elsewhere, and with
 * quotes among them. None shows a dialog that is not there, or a ready that is not. */

enum { TRANSCRIPT_ROUNDS = 7500, LIVE_ROUNDS = 2500, LINES_MAX = 4000, CLOSE = 14 };

static uint64_t seed = 20261129;

static size_t below(size_t n) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return n ? (size_t)(seed % n) : 0;
}

/* A screen by lines; those from `live` on are the agent's own part. */
struct sheet {
    const char *lines[LINES_MAX];
    int lengths[LINES_MAX];
    size_t count, live, first_change;
};

static void insert(struct sheet *sheet, size_t at, const char *line, int length) {
    assert_true(sheet->count < LINES_MAX);
    memmove(&sheet->lines[at + 1], &sheet->lines[at], (sheet->count - at) * sizeof sheet->lines[0]);
    memmove(&sheet->lengths[at + 1], &sheet->lengths[at], (sheet->count - at) * sizeof sheet->lengths[0]);
    sheet->lines[at] = line;
    sheet->lengths[at] = length;
    sheet->count++;
    sheet->live += at < sheet->live || at == sheet->live;
}

static void drop(struct sheet *sheet, size_t at) {
    sheet->count--;
    memmove(&sheet->lines[at], &sheet->lines[at + 1], (sheet->count - at) * sizeof sheet->lines[0]);
    memmove(&sheet->lengths[at], &sheet->lengths[at + 1], (sheet->count - at) * sizeof sheet->lengths[0]);
    sheet->live -= at < sheet->live;
}

static void swap(struct sheet *sheet, size_t a, size_t b) {
    const char *line = sheet->lines[a];
    int length = sheet->lengths[a];
    sheet->lines[a] = sheet->lines[b];
    sheet->lengths[a] = sheet->lengths[b];
    sheet->lines[b] = line;
    sheet->lengths[b] = length;
}

/* Three lines above the box; of a dialog its edge, or all where it has the screen to itself. */
static const char *live_part(const struct capture *one) {
    struct region region;
    const char *edge;
    if (region_find(&region, &one->profile, one->text))
        return region.above;
    edge = strstr(one->text, "\n────");
    return one->sight->state == SCREEN_DIALOG && edge && strncmp(one->sight->begins, "question", 8) == 0 ? edge + 1
                                                                                                         : one->text;
}

static void cut(struct sheet *sheet, const struct capture *one) {
    const char *live = live_part(one);
    *sheet = (struct sheet){0};
    for (const char *at = one->text; *at;) {
        size_t n = strcspn(at, "\n");
        sheet->live += at < live;
        sheet->lines[sheet->count] = at;
        sheet->lengths[sheet->count++] = (int)n;
        at += n + (at[n] == '\n');
        assert_true(sheet->count < LINES_MAX);
    }
}

static char *joined(const struct sheet *sheet) {
    struct text out = {0};
    for (size_t i = 0; i < sheet->count; i++)
        text_addf(&out, "%.*s\n", sheet->lengths[i], sheet->lines[i]);
    return text_take(&out);
}

static bool is_close(const struct sheet *sheet, size_t at) {
    int shown = 0;
    for (size_t i = at; i < sheet->live; i++)
        shown += (int)strspn(sheet->lines[i], " \t┃│") < sheet->lengths[i];
    return shown < CLOSE;
}

/* Near the live part a quote is drawn as the agent draws what others say; far above also at the first column. */
static void quote(struct sheet *sheet, const struct capture *one) {
    static char drawn[32][512];
    const char *text = quotes[below(QUOTES)];
    size_t at = below(sheet->live + 1);
    size_t indent = is_close(sheet, at) || below(2) ? indent_of(one->profile.name) : 0;
    for (size_t i = 0; *text && i < 32; i++) {
        size_t n = strcspn(text, "\n");
        int length = snprintf(drawn[i], sizeof drawn[i], "%*s%.*s", (int)indent, "", (int)n, text);
        insert(sheet, at + i, drawn[i], length);
        text += n + (text[n] == '\n');
    }
}

static void change_transcript(struct sheet *sheet, const struct capture *one) {
    for (size_t i = 0, times = below(6); i < times && sheet->live > 0; i++) {
        size_t at = below(sheet->live);
        if (below(3) == 0)
            drop(sheet, at);
        else if (below(2) == 0)
            insert(sheet, at, sheet->lines[at], sheet->lengths[at]);
        else
            swap(sheet, at, below(sheet->live));
    }
    if (below(4)) /* one a screen: they share their memory */
        quote(sheet, one);
}

static enum screen_state state_of(const struct capture *one, const char *text) {
    struct screen screen = look_at(text, one->title);
    return screen_state(&one->profile, &screen, one->nonce);
}

/* What the transcript says may itself be the agent's word on a limit: then that may go, or come nearer. */
static bool may_become(const struct capture *one, enum screen_state state) {
    bool stopped = one->sight->state == SCREEN_LIMIT || strstr(one->text, "\n■ unexp") || strstr(one->text, "✕ [API") ||
                   strstr(one->text, " Error: 4") || strstr(one->text, "mock error");
    if (state == one->sight->state)
        return true;
    return stopped && (one->sight->state == SCREEN_READY || one->sight->state == SCREEN_LIMIT) &&
           (state == SCREEN_READY || state == SCREEN_LIMIT);
}

static void transcripts_say_nothing(void **state) {
    const struct corpus *corpus = *state;
    static struct sheet sheet;
    for (int i = 0; i < TRANSCRIPT_ROUNDS / share(4); i++) {
        const struct capture *one = &corpus->all[below(corpus->count)];
        cut(&sheet, one);
        change_transcript(&sheet, one);
        char *text = joined(&sheet);
        enum screen_state now = state_of(one, text);
        if (!may_become(one, now)) {
            print_error("%s\n", text);
            fail_msg("%s, round %d: %d, not %d", one->name, i, now, one->sight->state);
        }
        free(text);
    }
}

/* One line of the agent's own part is lost, twice there, or at another place of it: a screen torn while it is drawn. */
static void tear(struct sheet *sheet) {
    size_t own = sheet->count - sheet->live;
    size_t at = sheet->live + below(own);
    switch (below(3)) {
    case 0:
        drop(sheet, at);
        break;
    case 1:
        insert(sheet, at + 1, sheet->lines[at], sheet->lengths[at]);
        break;
    default:
        swap(sheet, at, sheet->live + below(own));
    }
}

/* The first line that shows something in a box, without its blanks; NULL: none. */
static char *box_says(const struct capture *one, const char *text) {
    struct region region;
    if (!region_find(&region, &one->profile, text))
        return NULL;
    for (const char *at = region.inner; at < region.last; at += strcspn(at, "\n") + 1) {
        const char *shown = at + strspn(at, " ┃");
        if (*shown != '\n')
            return xstrndup(shown, strcspn(shown, "\n"));
    }
    return NULL;
}

/* A draft's or a paste's only line was put outside its box: that is empty now. */
static bool emptied(const struct capture *one, const char *text) {
    char *then = box_says(one, one->text);
    char *now = box_says(one, text);
    bool gone = then && (!now || strcmp(then, now) != 0);
    free(then);
    free(now);
    return gone;
}

/* A torn screen may say less. More only so: at rest, when the line that told otherwise is gone (that of a busy agent
 * whose title says nothing, that of a limit, that of a draft); what a box without its edges leaves above it is looked
 * at as a dialog is, and three of the replies quote one; and pi's reply that quotes its spinner, when that has become
 * its last line, is what pi draws at work. */
static bool may_be_torn_into(const struct capture *one, const char *text, enum screen_state state) {
    bool busy_said = region_matches(one->profile.busy, text, text + strlen(text)) ||
                     region_matches(one->profile.busy_title, one->title, one->title + strlen(one->title));
    if (state == one->sight->state || state == SCREEN_OTHER)
        return true;
    if (state == SCREEN_LIMIT)
        return one->sight->state == SCREEN_BUSY; /* a retry's own word on what it retries for */
    if (state == SCREEN_READY)
        return (one->sight->state == SCREEN_BUSY && !busy_said) || one->sight->state == SCREEN_LIMIT ||
               (one->sight->state == SCREEN_OTHER && emptied(one, text));
    if (state == SCREEN_DIALOG)
        return strstr(one->name, "words") != NULL;
    return state == SCREEN_BUSY && strcmp(one->name, "pi-100-words-reply") == 0;
}

static void torn_screens_say_less(void **state) {
    const struct corpus *corpus = *state;
    static struct sheet sheet;
    for (int i = 0; i < LIVE_ROUNDS / share(4); i++) {
        const struct capture *one = &corpus->all[below(corpus->count)];
        cut(&sheet, one);
        tear(&sheet);
        char *text = joined(&sheet);
        enum screen_state now = state_of(one, text);
        if (!may_be_torn_into(one, text, now)) {
            print_error("%s\n", text);
            fail_msg("%s, round %d: %d, not %d", one->name, i, now, one->sight->state);
        }
        free(text);
    }
}

static int set_up(void **state) {
    *state = corpus_open();
    return 0;
}

static int tear_down(void **state) {
    corpus_close(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transcripts_say_nothing),
        cmocka_unit_test(torn_screens_say_less),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

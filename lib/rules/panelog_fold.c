#include "rules/panelog_fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "rules/panelog_draw.h"
#include "rules/panelog_frame.h"
#include "rules/panelog_parse.h"
#include "rules/panelog_past.h"
#include "rules/panelog_screen.h"
#include "rules/panelog_told.h"

enum { LINE_BYTES = 64 * 1024 };
enum which { NORMAL, ALTERNATE };

struct panelog_fold {
    struct panelog_parse parse;
    struct panelog_screen screens[2];
    enum which which;
    struct panelog_frame frame; /* of the alternate screen by its last look; of the normal one before it was cleared */
    bool cleared;
    bool synchronized;        /* its program says when a picture is whole */
    struct panelog_told told; /* of the normal screen */
    struct panelog_past past;
    struct text line; /* of rows that go on */
    unsigned last;
    panelog_line *tell;
    void *context;
};

static struct panelog_screen *shown(struct panelog_fold *fold) {
    return &fold->screens[fold->which];
}

static void tell(void *context, const char *line, size_t n) {
    struct panelog_fold *fold = context;

    panelog_past_add(&fold->past, panelog_hash(line, n));
    fold->tell(fold->context, line);
}

static void tell_once(void *context, const char *line, uint64_t hash) {
    struct panelog_fold *fold = context;

    if (!panelog_past_has(&fold->past, hash))
        tell(fold, line, strlen(line));
}

/* Unless it is drawn anew. */
static void tell_new(void *context, const char *line, size_t n) {
    struct panelog_fold *fold = context;

    if (!panelog_past_is_again(&fold->past, panelog_hash(line, n)))
        tell(fold, line, n);
}

/* A line that has gone for good. */
static void tell_line(struct panelog_fold *fold) {
    if (!panelog_told_take(&fold->told, panelog_hash(text_str(&fold->line), fold->line.len)))
        tell_new(fold, text_str(&fold->line), fold->line.len);
    text_clear(&fold->line);
}

static void add_row(struct panelog_fold *fold, struct panelog_row *row) {
    text_add(&fold->line, panelog_row_text(row));
    if (!row->goes_on || fold->line.len > LINE_BYTES)
        tell_line(fold);
}

static void look(struct panelog_fold *fold) {
    panelog_frame_vanished(&fold->frame, shown(fold), tell_once, fold);
    if (fold->which == ALTERNATE)
        panelog_frame_keep(&fold->frame, shown(fold));
    else
        panelog_frame_forget(&fold->frame);
    fold->cleared = false;
}

static void tell_row(void *context, const char *line, uint64_t hash) {
    struct panelog_fold *fold = context;

    if (!panelog_told_take(&fold->told, hash))
        tell(fold, line, strlen(line));
}

/* What is drawn after a clearing is no picture but text: so what stood there before was too, all of it. */
static void scrolled_off(void *context, struct panelog_row *row) {
    struct panelog_fold *fold = context;

    if (fold->cleared) {
        panelog_frame_all(&fold->frame, tell_row, fold);
        panelog_frame_forget(&fold->frame);
        fold->cleared = false;
    }
    add_row(fold, row);
}

/* All of it will be drawn anew: what has vanished is known when that is done. */
static void clear(struct panelog_fold *fold) {
    if (panelog_screen_rows(shown(fold)) == 0)
        return;
    if (fold->cleared)
        look(fold);
    panelog_frame_keep(&fold->frame, shown(fold));
    for (size_t i = 0; i < fold->frame.count; i++)
        fold->frame.rows[i].again = panelog_past_is_again(&fold->past, fold->frame.rows[i].hash);
    fold->cleared = true;
    panelog_past_redraw(&fold->past);
}

static void tell_normal(struct panelog_fold *fold) {
    const struct panelog_telling all = {.tell = tell_new, .context = fold};

    if (fold->cleared)
        look(fold);
    if (fold->line.len)
        tell_line(fold);
    panelog_told_screen(&fold->told, &fold->screens[NORMAL], &all);
}

static void tell_alternate(struct panelog_fold *fold) {
    struct panelog_screen *screen = &fold->screens[ALTERNATE];

    look(fold);
    for (size_t i = 0; i < screen->height; i++)
        if (*panelog_row_text(screen->rows[i]))
            tell_once(fold, text_str(&screen->rows[i]->text), screen->rows[i]->hash);
    panelog_frame_forget(&fold->frame);
}

/* The normal screen is told before it goes out of sight. */
static void show(struct panelog_fold *fold, enum which which) {
    if (fold->which == which)
        return;
    if (which == ALTERNATE) {
        tell_normal(fold);
        panelog_screen_clear(&fold->screens[ALTERNATE], 0, fold->screens[ALTERNATE].height);
        panelog_screen_to(&fold->screens[ALTERNATE], fold->screens[NORMAL].x, fold->screens[NORMAL].y);
    } else {
        tell_alternate(fold);
    }
    fold->which = which;
}

static bool has_mode(const struct panelog_token *token, int mode) {
    for (size_t i = 0; i < token->count; i++)
        if (token->numbers[i] == mode)
            return true;
    return false;
}

/* Modes that say what is shown. */
static void set_mode(struct panelog_fold *fold, const struct panelog_token *token) {
    enum { SYNCHRONIZED = 2026 };

    if (has_mode(token, 47) || has_mode(token, 1047) || has_mode(token, 1049))
        show(fold, token->final == 'h' ? ALTERNATE : NORMAL);
    if (!has_mode(token, SYNCHRONIZED))
        return;
    fold->synchronized = true;
    if (fold->which == ALTERNATE && token->final == 'l')
        look(fold);
}

/* On the alternate screen, a cursor that goes up begins to draw the next picture, where a program does not say so. */
static void take(void *context, const struct panelog_token *token) {
    struct panelog_fold *fold = context;
    struct panelog_screen *screen = shown(fold);
    bool looks = fold->which == ALTERNATE && !fold->synchronized;
    size_t y = screen->y;

    if (token->word == PANELOG_CSI && token->private == '?' && (token->final == 'h' || token->final == 'l')) {
        set_mode(fold, token);
        return;
    }
    if (looks && (panelog_clears(screen, token) || panelog_scrolls(screen, token)))
        look(fold);
    else if (fold->which == NORMAL && panelog_clears(screen, token))
        clear(fold);
    panelog_draw(screen, token, &fold->last);
    if (looks && screen->y < y)
        look(fold);
}

struct panelog_fold *panelog_fold_new(size_t width, size_t height, panelog_line *line, void *context) {
    struct panelog_fold *fold = xcalloc(1, sizeof *fold);

    fold->tell = line;
    fold->context = context;
    panelog_screen_init(&fold->screens[NORMAL], width, height);
    panelog_screen_init(&fold->screens[ALTERNATE], width, height);
    fold->screens[NORMAL].off = scrolled_off;
    fold->screens[NORMAL].context = fold;
    fold->parse.take = take;
    fold->parse.context = fold;
    return fold;
}

void panelog_fold_free(struct panelog_fold *fold) {
    if (!fold)
        return;
    panelog_screen_release(&fold->screens[NORMAL]);
    panelog_screen_release(&fold->screens[ALTERNATE]);
    panelog_frame_forget(&fold->frame);
    text_release(&fold->line);
    free(fold);
}

void panelog_fold_add(struct panelog_fold *fold, const char *bytes, size_t n) {
    panelog_parse_add(&fold->parse, bytes, n);
}

void panelog_fold_rest(struct panelog_fold *fold) {
    const struct panelog_telling still = {.still = true, .tell = tell_new, .context = fold};

    if (fold->which == ALTERNATE)
        look(fold);
    else
        panelog_told_screen(&fold->told, shown(fold), &still);
}

void panelog_fold_tell(struct panelog_fold *fold) {
    if (fold->which == ALTERNATE)
        tell_alternate(fold);
    else
        tell_normal(fold);
}

void panelog_fold_end(struct panelog_fold *fold) {
    panelog_fold_tell(fold);
    fold->which = NORMAL;
    fold->synchronized = false;
    fold->told.count = 0;
    panelog_screen_reset(&fold->screens[NORMAL]);
    panelog_screen_reset(&fold->screens[ALTERNATE]);
    fold->parse = (struct panelog_parse){.take = take, .context = fold};
}

#include "rules/panelog_frame.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/panelog_screen.h"

enum { BONES = 512, NEAR = 3 };

void panelog_frame_forget(struct panelog_frame *frame) {
    for (size_t i = 0; i < frame->count; i++)
        free(frame->rows[i].text);
    free(frame->rows);
    *frame = (struct panelog_frame){0};
}

void panelog_frame_keep(struct panelog_frame *frame, const struct panelog_screen *screen) {
    if (!frame->rows) {
        frame->rows = xcalloc(screen->height, sizeof *frame->rows);
        frame->count = screen->height;
    }
    for (size_t i = 0; i < frame->count; i++) {
        const char *text = panelog_row_text(screen->rows[i]);

        if (frame->rows[i].hash == screen->rows[i]->hash)
            continue;
        xreplace(&frame->rows[i].text, text);
        frame->rows[i].hash = screen->rows[i]->hash;
    }
}

/* The letters of a row: no figures, signs, lines, spinners or pictures. */
struct bones {
    char bytes[BONES];
    size_t n;
};

static bool is_letter(uint32_t point) {
    if (point < 0x80)
        return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z');
    return point >= 0xC0 && (point < 0x2000 || point >= 0x2E80) && point < 0x1F000;
}

static void take_bones(struct bones *bones, const char *text) {
    size_t n = strlen(text);

    bones->n = 0;
    for (size_t at = 0; at < n && bones->n + 4 <= BONES;) {
        bool valid;
        uint32_t point;
        size_t length = clean_character(text + at, n - at, &valid, &point);

        if (is_letter(point)) {
            memcpy(bones->bytes + bones->n, text + at, length);
            bones->n += length;
        }
        at += length;
    }
}

static bool is_like(const struct bones *old, const struct bones *new) {
    size_t shorter = old->n < new->n ? old->n : new->n;
    size_t longer = old->n + new->n - shorter;
    size_t same = 0, end = 0;

    while (same < shorter && old->bytes[same] == new->bytes[same])
        same++;
    while (end < shorter - same && old->bytes[old->n - 1 - end] == new->bytes[new->n - 1 - end])
        end++;
    return shorter > 0 && (same == shorter || 4 * (same + end) >= 3 * longer);
}

static bool stands(const struct panelog_screen *screen, uint64_t hash) {
    for (size_t i = 0; i < screen->height; i++)
        if (screen->rows[i]->hash == hash)
            return true;
    return false;
}

/* Does it stand there, or what it has grown to? */
static bool has_grown(const struct panelog_screen *screen, const char *text) {
    for (size_t i = 0; i < screen->height; i++)
        if (text_starts(text_str(&screen->rows[i]->text), text))
            return true;
    return false;
}

static bool stood(const struct panelog_frame *frame, uint64_t hash) {
    for (size_t i = 0; i < frame->count; i++)
        if (frame->rows[i].hash == hash)
            return true;
    return false;
}

/* Has the row become another one, which was not there before? One without a letter is not missed. */
static bool became_another(const struct panelog_frame *frame, const struct panelog_screen *screen, size_t row) {
    struct bones old, new;
    size_t from = row > NEAR ? row - NEAR : 0;

    take_bones(&old, frame->rows[row].text);
    if (!old.n)
        return true;
    for (size_t i = from; i <= row + NEAR && i < screen->height; i++) {
        if (stood(frame, screen->rows[i]->hash))
            continue;
        take_bones(&new, panelog_row_text(screen->rows[i]));
        if (is_like(&old, &new))
            return true;
    }
    return false;
}

void panelog_frame_vanished(const struct panelog_frame *frame, const struct panelog_screen *screen,
                            panelog_frame_tell *tell, void *context) {
    for (size_t i = 0; i < frame->count; i++)
        (void)panelog_row_text(screen->rows[i]); /* and its hash */
    for (size_t i = 0; i < frame->count; i++) {
        uint64_t hash = frame->rows[i].hash;

        if (hash && hash != screen->rows[i]->hash && !stands(screen, hash) && !has_grown(screen, frame->rows[i].text) &&
            !became_another(frame, screen, i))
            tell(context, frame->rows[i].text, hash);
    }
}

void panelog_frame_all(const struct panelog_frame *frame, panelog_frame_tell *tell, void *context) {
    size_t count = frame->count;

    while (count > 0 && !frame->rows[count - 1].hash)
        count--;
    for (size_t i = 0; i < count; i++)
        if (!frame->rows[i].again)
            tell(context, frame->rows[i].hash ? frame->rows[i].text : "", frame->rows[i].hash);
}

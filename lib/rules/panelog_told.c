#include "rules/panelog_told.h"

#include "base/text.h"
#include "rules/panelog_screen.h"

bool panelog_told_take(struct panelog_told *told, uint64_t hash) {
    for (size_t i = 0; i < told->count; i++) {
        if (told->hashes[i] != hash)
            continue;
        told->hashes[i] = told->hashes[--told->count];
        return true;
    }
    return false;
}

/* The line that begins in a row, over all its rows; whether all of it is as it was. */
static bool take_line(const struct panelog_screen *screen, size_t *row, struct text *line) {
    bool still = true;
    bool more = true;

    text_clear(line);
    for (; more && *row < screen->height; ++*row) {
        struct panelog_row *at = screen->rows[*row];

        text_add(line, panelog_row_text(at));
        still = still && at->hash == at->before;
        at->before = at->hash;
        more = at->goes_on;
    }
    return still;
}

static void tell_line(struct panelog_told *told, const struct panelog_telling *telling, const struct text *line) {
    told->hashes[told->count++] = panelog_hash(text_str(line), line->len);
    telling->tell(telling->context, text_str(line), line->len);
}

void panelog_told_screen(struct panelog_told *told, struct panelog_screen *screen,
                         const struct panelog_telling *telling) {
    struct panelog_told before = *told;
    struct text line = {0};
    size_t rows = panelog_screen_rows(screen);
    size_t blank = 0; /* which go with what follows them */

    told->count = 0;
    for (size_t row = 0; row < rows;) {
        bool still = take_line(screen, &row, &line);
        uint64_t hash = panelog_hash(text_str(&line), line.len);
        bool known = panelog_told_take(&before, hash);

        if (!known && hash && (still || !telling->still)) {
            for (; blank > 0; blank--)
                tell_line(told, telling, &(struct text){0});
            tell_line(told, telling, &line);
        } else if (known) {
            told->hashes[told->count++] = hash;
        }
        blank = !known && !hash ? blank + 1 : 0;
    }
    text_release(&line);
}

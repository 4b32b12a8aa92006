#ifndef MC_TICKET_SHEET_H
#define MC_TICKET_SHEET_H

#include <stddef.h>
#include <stdint.h>

#include "paint.h"

struct text;

/* A ticket's sheet for people, put together as text; what came from the board is made safe for a terminal. */

/* One line's worth of it, at most `max` bytes (0: no limit). NULL adds nothing. */
void sheet_words(struct text *out, const char *s, size_t max);

/* "name       value"; nothing where the value is NULL or empty. */
void sheet_field(struct text *out, const char *name, const char *value);

/* The same, coloured, and whole: lines after the first stand under the first. */
void sheet_whole(struct text *out, const char *name, const char *value, enum paint paint);

/* Every line behind `indent`. */
void sheet_block(struct text *out, const char *s, const char *indent);

/* "2026-11-20 10:21:45", by this machine's clock. */
void sheet_stamp(struct text *out, int64_t ms);

/* How long before `now` that was: "3 min". */
void sheet_age(struct text *out, int64_t now, int64_t ms);

#endif

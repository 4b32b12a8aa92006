#ifndef MC_EDIT_H
#define MC_EDIT_H

#include "rules/words.h"

struct argv;
struct text;

/* What of a ticket may be changed in which status, as one table. */
enum edit_field {
    EDIT_TITLE,
    EDIT_BODY,
    EDIT_PRIORITY,
    EDIT_LABELS,
    EDIT_PROFILE,
    EDIT_WORKSPACE,
    EDIT_NEEDS,
    EDIT_FIELD_COUNT
};
const char *edit_field_name(enum edit_field field);

enum edit_when {
    EDIT_NOW,
    EDIT_READ,     /* now, and its agent has read the old one */
    EDIT_NEXT_RUN, /* the one that is under way keeps the old one */
    EDIT_CLOSED    /* not at all */
};
enum edit_when edit_when(enum edit_field field, enum ticket_status status);

/* The labels as the board has them (NULL: none), without those of `off`, with those of `on` behind, each once. */
void edit_labels(struct text *out, const char *before, const struct argv *on, const struct argv *off);

#endif

#include "rules/edit.h"

#include <assert.h>
#include <string.h>

#include "base/argv.h"
#include "base/text.h"

static const struct {
    const char *name;
    enum edit_when at_work; /* while an agent has it, or may go on with it */
} fields[] = {
    [EDIT_TITLE] = {"title", EDIT_READ},         [EDIT_BODY] = {"body", EDIT_READ},
    [EDIT_PRIORITY] = {"priority", EDIT_NOW},    [EDIT_LABELS] = {"labels", EDIT_NOW},
    [EDIT_PROFILE] = {"profile", EDIT_NEXT_RUN}, [EDIT_WORKSPACE] = {"workspace", EDIT_NEXT_RUN},
    [EDIT_NEEDS] = {"after", EDIT_NEXT_RUN},
};
static_assert(sizeof fields / sizeof fields[0] == EDIT_FIELD_COUNT, "a row for every field");

const char *edit_field_name(enum edit_field field) {
    return fields[field].name;
}

enum edit_when edit_when(enum edit_field field, enum ticket_status status) {
    switch (status) {
    case TICKET_INBOX:
    case TICKET_TODO:
    case TICKET_BLOCKED:
        return EDIT_NOW;
    case TICKET_IN_PROGRESS:
    case TICKET_IN_REVIEW:
    case TICKET_NEEDS_INPUT:
        return fields[field].at_work;
    case TICKET_DONE:
    case TICKET_CANCELLED:
    case TICKET_STATUS_COUNT:
        break;
    }
    return EDIT_CLOSED;
}

static void add_once(struct argv *all, const struct argv *off, const char *label) {
    if (*label != '\0' && !argv_has(off, label) && !argv_has(all, label))
        argv_add(all, label);
}

void edit_labels(struct text *out, const char *before, const struct argv *on, const struct argv *off) {
    struct argv all = {0};

    for (const char *at = before != NULL ? before : ""; *at != '\0';) {
        size_t n = strcspn(at, ",");
        struct text label = {0};

        text_addn(&label, at, n);
        add_once(&all, off, text_str(&label));
        text_release(&label);
        at += n + (at[n] == ',');
    }
    for (size_t i = 0; i < on->count; i++)
        add_once(&all, off, on->items[i]);
    for (size_t i = 0; i < all.count; i++)
        text_addf(out, "%s%s", i > 0 ? "," : "", all.items[i]);
    argv_release(&all);
}

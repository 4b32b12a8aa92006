#include "rules/report_event.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/names.h"

static const char *const kinds[] = {
    [REPORT_NOTHING] = "nothing", [REPORT_STARTED] = "started", [REPORT_OVER] = "over",
    [REPORT_WAITS] = "waits",     [REPORT_GONE] = "gone",
};
static_assert(sizeof kinds / sizeof kinds[0] == REPORT_KIND_COUNT, "a name for every kind");

const char *report_kind_name(enum report_kind kind) {
    return (size_t)kind < REPORT_KIND_COUNT ? kinds[kind] : "unknown";
}

int report_kind_from(const char *name) {
    return names_find(kinds, REPORT_KIND_COUNT, name);
}

void report_event_release(struct report_event *event) {
    free(event->prompt);
    free(event->prompt_id);
    free(event->session);
    free(event->reply);
    free(event->detail);
    free(event->transcript);
    *event = (struct report_event){0};
}

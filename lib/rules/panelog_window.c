#include "rules/panelog_window.h"

enum { FIRST = 1024 * 1024, TIMES = 4 };

static int64_t from_of(const struct panelog_window *window, int64_t bytes) {
    return window->size > bytes ? window->size - bytes : 0;
}

void panelog_window_begin(struct panelog_window *window, int64_t size) {
    window->size = size;
    window->from = from_of(window, FIRST);
}

bool panelog_window_widen(struct panelog_window *window, int64_t took_ms) {
    int64_t had = window->size - window->from, from = from_of(window, had * TIMES);

    if (window->from == 0 || (window->may_ms && took_ms * ((window->size - from) / had) > window->may_ms))
        return false;
    window->from = from;
    return true;
}

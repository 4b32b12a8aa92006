#include "run/tried.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "store/journal.h"

bool tried_is(struct board *board, const char *run_id) {
    char *note = NULL;
    struct err ignored = {0};
    bool is = settings_get(board, TRIED_KEY, &note, &ignored) && note && strstr(note, run_id);

    free(note);
    err_release(&ignored);
    return is;
}

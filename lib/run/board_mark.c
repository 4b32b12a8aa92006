#include "run/board_mark.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"

enum { MARK_MAX = 64 };

static char *mark_in(const char *folder) {
    return xasprintf("%s/.board", folder);
}

enum whose board_mark_read(const char *folder, const char *board) {
    char *file = mark_in(folder);
    struct text bytes = {0};
    struct err ignored = {0};
    enum whose whose = WHOSE_ANOTHERS;

    if (!files_exists(file))
        whose = WHOSE_UNMARKED;
    else if (files_read_secret(&bytes, file, MARK_MAX, &ignored) && strcmp(text_str(&bytes), board) == 0)
        whose = WHOSE_OURS;
    err_release(&ignored);
    text_release(&bytes);
    free(file);
    return whose;
}

enum whose board_mark_make(const char *folder, const char *board, struct err *err) {
    char *file = mark_in(folder);
    struct err own = {0};
    enum whose whose;

    (void)files_make_inner_dir(folder, &own); /* a person's link to a directory elsewhere is none of ours to make */
    whose = files_create_whole(file, board, strlen(board), &own) ? WHOSE_OURS : board_mark_read(folder, board);
    if (whose == WHOSE_UNMARKED) {
        err_release(err);
        *err = own;
        own = (struct err){0};
    }
    err_release(&own);
    free(file);
    return whose;
}

#include "run/workdir.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "run/board_mark.h"
#include "run/site.h"
#include "store/runtimes.h"

/* May this board take the unmarked place of its file's name? One that has places in it is of the board that has made
 * them: this one, if it has had runs before there were marks. */
static bool may_take(struct site *site, const char *base, bool *may, struct err *err) {
    bool ran = false;
    bool ok = runs_any(site->board, &ran, err);

    *may = ran || !files_has_dirs(base);
    return ok;
}

static char *other_base(const struct site *site, const char *board) {
    return xasprintf("%s/%s.work", site->folder, board);
}

/* Is it there, from an earlier decision? */
static bool has_other(const struct site *site, const char *board) {
    char *other = other_base(site, board);
    bool there = files_is_dir(other);

    free(other);
    return there;
}

/* A place under the usual name that this board has marked before it was renamed. */
static bool had_usual(const struct site *site, const char *board, char **base) {
    char *usual = xasprintf("%s/work", site->folder);
    bool had = board_mark_read(usual, board) == WHOSE_OURS;

    if (had)
        xreplace(base, usual);
    free(usual);
    return had;
}

/* *base by the file's name -> by whose it is. */
static bool settle(struct site *site, const char *board, char **base, struct err *err) {
    enum whose whose = board_mark_read(*base, board);
    struct err ignored = {0};
    bool may = false;
    char *other;

    if (whose == WHOSE_OURS || had_usual(site, board, base))
        return true;
    if (whose == WHOSE_UNMARKED && !has_other(site, board)) {
        if (!may_take(site, *base, &may, err))
            return false;
        if (may && !site->look)
            whose = board_mark_make(*base, board, &ignored);
        err_release(&ignored);
        if (may && whose != WHOSE_ANOTHERS)
            return true;
    }
    other = other_base(site, board);
    if (!site->look)
        (void)files_make_inner_dir(other, &ignored); /* what was decided stays, also before the first place is made */
    xreplace(base, other);
    free(other);
    err_release(&ignored);
    return true;
}

char *workdir_of(struct site *site, int64_t ticket, struct err *err) {
    char *base = site_own_file(site, "work");
    char board[BOARD_NAME_SIZE];
    char key[KEY_SIZE];
    char *dir = NULL;

    site_key(site, ticket, key);
    if (board_name(site->board, board, err) && settle(site, board, &base, err))
        dir = xasprintf("%s/%s", base, key);
    free(base);
    return dir;
}

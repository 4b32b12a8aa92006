#include "desk/export.h"

#include <string.h>

#include "base/text.h"
#include "host/outfile.h"
#include "run/ledger.h"
#include "run/outputs.h"
#include "run/site.h"
#include "store/board.h"

struct exporting {
    struct outfile out;
    int64_t lines;
};

static bool add_line(void *to, const struct text *line, struct err *err) {
    struct exporting *exporting = to;

    exporting->lines++;
    return outfile_add(&exporting->out, line, err);
}

static bool write_all(struct board *board, struct exporting *exporting, int64_t *tickets, struct err *err) {
    static const enum ledger_kind order[] = {LEDGER_HEAD,   LEDGER_TICKET,  LEDGER_SLOT,    LEDGER_SETTING,
                                             LEDGER_NOTICE, LEDGER_REQUEST, LEDGER_ARCHIVED};
    const struct ledger_sink sink = {add_line, exporting};
    _Static_assert(sizeof order / sizeof *order == LEDGER_END, "every kind but the end");

    for (int i = 0; i < LEDGER_END; i++) {
        int64_t before = exporting->lines;

        if (!ledger_write_all(board, order[i], &sink, err))
            return false;
        if (order[i] == LEDGER_TICKET)
            *tickets = exporting->lines - before;
    }
    return ledger_write_end(exporting->lines, &sink, err) && outfile_finish(&exporting->out, err);
}

bool desk_export(struct site *site, const char *path, int64_t *tickets, struct err *err) {
    struct exporting exporting = {0};
    bool ok = (!path || strcmp(path, "-") == 0 || outputs_may(site, path, err)) &&
              outfile_open(&exporting.out, path, err) && board_begin_read(site->board, err) &&
              write_all(site->board, &exporting, tickets, err);

    board_rollback(site->board);
    outfile_close(&exporting.out);
    return ok;
}

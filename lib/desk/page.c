#include "desk/page.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/html.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/page_board.h"
#include "desk/page_look.h"
#include "desk/page_parts.h"
#include "host/files.h"
#include "host/publish.h"
#include "run/outputs.h"
#include "run/site.h"
#include "store/checkup.h"

static void write_parts(struct text *out, const struct page_board *board) {
    page_head(out, board);
    page_calls(out, board);
    page_agents(out, board);
    page_columns(out, board);
    page_plots(out, board);
    page_places(out, board);
    page_stories(out, board);
    text_add(out, "</main>\n<footer>\n<p>Written by <code>mc-ticket page</code>, mc-pickup " MC_VERSION
                  ". This page asks nothing of the network.</p>\n</footer>\n</body>\n</html>\n");
}

bool page_compose(struct site *site, int64_t limit, struct text *out, struct err *err) {
    struct page_board board = {0};
    bool ok = page_board_read(&board, site, limit, err);

    if (ok) {
        page_look(&board);
        write_parts(out, &board);
        ok = !out->over || err_set(err, MC_DATAERR, "the page would be larger than %d MiB; ask for less with --limit",
                                   TEXT_MAX / 1024 / 1024);
    }
    page_board_release(&board);
    return ok;
}

char *page_place(const struct site *site) {
    return site->config.page ? xstrdup(site->config.page) : site_own_file(site, "page.html");
}

/* A write that came while the page was made is newer than it, by the coarse clock of a file system too. */
enum { COARSE_MS = 10, COMMIT_MS = 10000 };

bool page_write(struct site *site, const struct page_order *order, struct err *err) {
    struct text page = {0};
    int64_t begun = clock_here() - COARSE_MS;
    bool ok =
        (text_same(order->path, site->config.page) ? outputs_page_may(site, err)
                                                   : outputs_may(site, order->path, err)) &&
        page_compose(site, order->limit, &page, err) &&
        publish(&(struct publishing){.path = order->path, .bytes = text_str(&page), .n = page.len, .at = begun}, err);

    text_release(&page);
    return ok;
}

/* The board's clock against this machine's file. What another host stamps is seen when it commits, a moment later:
 * rather is the page of that moment written once too often. */
static bool server_is_newer(const struct site *site, int64_t page) {
    struct err ignored = {0};
    int64_t newest = 0;
    bool newer = checkup_newest(site->board, &newest, &ignored) && newest > page - clock_difference() - COMMIT_MS;

    err_release(&ignored);
    return newer;
}

static bool file_is_newer(const struct site *site, int64_t page) {
    char *wal = xasprintf("%s-wal", site->board_path);
    bool newer = files_changed_at(site->board_path) > page || (files_size(wal) > 0 && files_changed_at(wal) > page);

    free(wal);
    return newer;
}

bool page_is_old(const struct site *site) {
    int64_t page = files_changed_at(site->config.page);

    return site->board_kind == DATABASE_SERVER ? server_is_newer(site, page) : file_is_newer(site, page);
}

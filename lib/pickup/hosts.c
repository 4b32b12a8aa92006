#include "pickup/hosts.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "pickup/state.h"
#include "rules/world.h"
#include "run/host_lost.h"
#include "run/hosts.h"
#include "run/notify.h"
#include "store/board.h"

/* One of the others, and what is said of it. */
struct silent {
    struct pickup *pickup;
    const struct host *host;
    const struct host *self; /* as it was before it was noted */
    int64_t now;
    struct text line;
    bool news; /* by us, and by nobody before */
};

static void count(struct text *out, int64_t n, const char *noun) {
    text_addf(out, "%lld %s%s", (long long)n, noun, n == 1 ? "" : "s");
}

static void begin_line(struct silent *silent) {
    text_addf(&silent->line, "host %s ", silent->host->name);
    host_silence(&silent->line, silent->host, silent->now);
}

/* What waits for it is nobody's to take. */
static bool say(struct silent *silent, struct err *err) {
    struct board *board = silent->pickup->site.board;
    struct host_run_list runs = {0};
    bool ok = hosts_say(board, &(struct host_said){silent->host, silent->now}, &silent->news, err) &&
              (!silent->news || hosts_runs(board, silent->host->name, &runs, err));

    begin_line(silent);
    text_add(&silent->line, ", and what it has (");
    count(&silent->line, (int64_t)runs.count, "run");
    text_addf(&silent->line,
              ") is left to it: look at that machine, or mc-ticket hosts retire %s gives its tickets to the others",
              silent->host->name);
    host_run_list_release(&runs);
    return ok;
}

static bool give_up(struct silent *silent, struct err *err) {
    const struct host_losing losing = {.host = silent->host, .by = "mc-pickup", .now = silent->now};
    struct host_lost lost = {0};
    bool ok = host_lose(&silent->pickup->site, &losing, &lost, err);

    silent->news = ok && lost.done;
    begin_line(silent);
    text_add(&silent->line, " and is given up (host_lost_after_s): ");
    count(&silent->line, lost.tickets, "ticket");
    text_add(&silent->line, lost.tickets == 1 ? " is to be done again, " : " are to be done again, ");
    count(&silent->line, lost.agents, "agent");
    text_add(&silent->line, " of it counted as ended");
    return ok;
}

/* One transaction: of several pickups that see it at once, one says it. */
static bool transact(struct silent *silent, bool (*run)(struct silent *, struct err *), struct err *err) {
    struct site *site = &silent->pickup->site;
    bool ok = board_begin(site->board, err) && run(silent, err);

    if (ok && silent->news)
        ok = notice_add(site, &(struct notice){.host = silent->host->name, .text = text_str(&silent->line)}, err) &&
             board_commit(site->board, err);
    board_rollback(site->board);
    if (ok && silent->news) {
        report_warn(&silent->pickup->report, "%s", text_str(&silent->line));
        notify_flush(site);
    }
    text_release(&silent->line);
    return ok || err_wrap(err, "host %s", silent->host->name);
}

static bool judge(struct silent *silent, struct err *err) {
    const struct config *config = &silent->pickup->site.config;
    const struct host *host = silent->host;
    bool lost = host_is_lost(host, silent->self, silent->now, config->host_lost_after_s);

    if (!lost && (host->said_at || host_state(host, silent->now, config->cron_interval_s) != HOST_SILENT))
        return true;
    if (!silent->pickup->dry)
        return transact(silent, lost ? give_up : say, err);
    if (lost)
        report_plan(&silent->pickup->report, HOST_LOST, host->name,
                    "it was silent for longer than host_lost_after_s, and its tickets are to be done again");
    return true;
}

static bool judge_others(struct pickup *pickup, const struct host_list *list, struct err *err) {
    const struct config *config = &pickup->site.config;
    struct silent silent = {.pickup = pickup, .self = host_list_find(list, config->host), .now = clock_now()};
    bool ok = true;

    if (!host_may_judge(silent.self, silent.now, config->cron_interval_s))
        return true;
    for (size_t i = 0; ok && i < list->count; i++) {
        silent.host = &list->items[i];
        silent.news = false;
        ok = text_same(silent.host->name, config->host) || judge(&silent, err);
    }
    return ok;
}

bool hosts_step(struct pickup *pickup, struct err *err) {
    struct host_list list = {0};
    bool ok = hosts_enter(&pickup->site, &list, err) && judge_others(pickup, &list, err);

    host_list_release(&list);
    return ok;
}

bool hosts_after(struct pickup *pickup, const struct world *world, struct err *err) {
    if (!pickup->site.back || pickup->dry || world->server == SEEN_UNKNOWN)
        return true;
    for (size_t i = 0; i < world->session_count; i++)
        if (world->sessions[i].run_exists)
            return true;
    return hosts_settle(&pickup->site, err);
}

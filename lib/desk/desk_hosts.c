/* A host of a shared board is given up by a person. */
#include <stdlib.h>

#include "base/age.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk.h"
#include "desk/desk_act.h"
#include "run/host_id.h"
#include "run/host_lost.h"
#include "run/site.h"
#include "store/board.h"
#include "store/hosts.h"

struct giving_up {
    const struct desk_host *order;
    struct host_list hosts;
    struct host_load_list loads;
    struct host host; /* its row; only a name where there is none. Its strings are the lists' */
    char *id;         /* of this machine; NULL: it has none */
};

static void add_names(struct text *names, const struct host_load_list *loads) {
    for (size_t i = 0; i < loads->count; i++)
        text_addf(names, "%s%s", i ? ", " : "", loads->items[i].name);
}

static bool find(struct desk *desk, struct giving_up *up, struct err *err) {
    const struct host_load *load;
    const struct host *row;
    struct text names = {0};

    if (!hosts_list(desk->site->board, &up->hosts, err) || !hosts_load(desk->site->board, &up->loads, err))
        return false;
    load = host_load_list_find(&up->loads, up->order->name);
    if (load)
        up->host.name = load->name;
    row = host_list_find(&up->hosts, up->order->name);
    if (row)
        up->host = *row;
    add_names(&names, &up->loads);
    if (!load)
        err_set(err, MC_NOINPUT, "no host %s on this board; known: %s", up->order->name, text_str(&names));
    text_release(&names);
    return load;
}

/* A machine that was installed anew may free its own name of the one it was. */
static bool may(const struct desk *desk, const struct giving_up *up, struct err *err) {
    const struct host *host = &up->host;
    char age[AGE_SIZE];

    if (text_same(host->name, desk->site->config.host) && host_meet(host, up->id) == HOST_MEETS_ITSELF)
        return err_set(err, MC_USAGE, "host %s is this machine, which is there; retire it from another one",
                       host->name);
    if (up->order->force || host_may_retire(host, desk->now))
        return true;
    age_words(desk->now - host->seen_at, age);
    return err_set(err, MC_TEMPFAIL,
                   "host %s was seen %s ago, and its agents may be at work; where it is gone for good: mc-ticket hosts "
                   "retire %s --force",
                   host->name, age, host->name);
}

static char *sentence(const struct host *host, const struct host_lost *lost) {
    return xasprintf("host %s is retired: %lld ticket%s to be done again, %lld agent%s over; those that live are ended "
                     "when it comes back",
                     host->name, (long long)lost->tickets, lost->tickets == 1 ? " is" : "s are",
                     (long long)lost->agents, lost->agents == 1 ? " is" : "s are");
}

static bool retire_run(struct desk *desk, void *subject, struct desk_result *result, struct err *err) {
    struct giving_up *up = subject;
    const struct host_losing losing = {.host = &up->host, .by = desk->by, .now = desk->now};
    struct host_lost lost = {0};

    if (!find(desk, up, err))
        return false;
    if (host_is_retired(&up->host)) {
        result->say = xasprintf("host %s is retired already", up->host.name);
        return true;
    }
    if (!may(desk, up, err) || !host_lose(desk->site, &losing, &lost, err))
        return false;
    if (!lost.done)
        return err_set(err, MC_TEMPFAIL, "host %s was heard this moment; nothing was done, see mc-ticket hosts",
                       up->host.name);
    result->changed = true;
    result->count = lost.tickets;
    result->say = sentence(&up->host, &lost);
    return true;
}

bool desk_retire_host(struct desk *desk, const struct desk_host *order, struct desk_result *result, struct err *err) {
    const char *const texts[] = {order->name, NULL};
    struct giving_up up = {.order = order};
    struct desk_deed deed = {.run = retire_run, .subject = &up, .what = {"hosts retire", 0, texts}};
    bool ok;

    if (!board_is_shared(desk->site->board))
        return err_set(err, MC_DATAERR,
                       "this board is a file of one machine, which needs no such word; "
                       "mc-ticket cancel or reopen moves a ticket");
    up.id = host_id(desk->site, false, err);
    ok = !err->text && desk_transact(desk, &deed, result, err);
    host_list_release(&up.hosts);
    host_load_list_release(&up.loads);
    free(up.id);
    return ok;
}

#include "desk/health.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/waits.h"
#include "host/files.h"
#include "host/volume.h"
#include "run/notify.h"
#include "run/site.h"
#include "store/board.h"
#include "store/counts.h"
#include "store/held.h"
#include "store/hosts.h"
#include "store/listing.h"
#include "store/push_fails.h"
#include "store/queue.h"

/* Where the text has something, it is kept until the end. */
static const char *keep(struct health *health, struct text *text) {
    char *string = text->len ? xstrdup(text_str(text)) : NULL;

    text_release(text);
    if (string)
        health->strings[health->strings_count++] = string;
    return string;
}

static bool look_at_tickets(struct site *site, struct health *health, enum ticket_status status, struct err *err) {
    struct health_tickets *tickets = &health->facts.tickets[status];
    struct text keys = {0};
    struct waiting waiting;

    if (!counts_waiting(site->board, status, &waiting, err))
        return false;
    for (size_t i = 0; i < waiting.count; i++) {
        char key[KEY_SIZE];

        site_key(site, waiting.items[i].id, key);
        text_addf(&keys, "%s%s", i ? ", " : "", key);
    }
    tickets->since = waiting.count ? waiting.items[0].since : 0;
    tickets->more = (size_t)tickets->count > waiting.count;
    tickets->keys = keep(health, &keys);
    return true;
}

static bool look_at_all_tickets(struct site *site, struct health *health, struct err *err) {
    static const enum ticket_status worth[] = {TICKET_TODO, TICKET_IN_REVIEW, TICKET_NEEDS_INPUT, TICKET_BLOCKED};
    struct ticket_counts counts;

    if (!counts_read(site->board, &counts, err))
        return false;
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        health->facts.tickets[i].count = counts.of[i];
    for (size_t i = 0; i < sizeof worth / sizeof *worth; i++)
        if (!look_at_tickets(site, health, worth[i], err))
            return false;
    return true;
}

static void add_name(struct text *names, const char *name) {
    text_addf(names, "%s%s", names->len ? ", " : "", name);
}

static bool look_at_breakers(struct site *site, struct health *health, struct err *err) {
    struct text names = {0};

    if (!breakers_list(site->board, &health->breakers, err))
        return false;
    for (size_t i = 0; i < health->breakers.count; i++)
        if (breaker_open(&health->breakers.items[i].breaker, health->facts.now))
            add_name(&names, health->breakers.items[i].thing);
    health->facts.breakers = keep(health, &names);
    return true;
}

static bool look_at_slots(struct site *site, struct health *health, struct err *err) {
    struct text names = {0};

    if (!slots_list(site->board, site->config.host, &health->slots, err))
        return false;
    for (size_t i = 0; i < health->slots.count; i++)
        if (health->slots.items[i].state == SLOT_QUARANTINED)
            add_name(&names, health->slots.items[i].name);
    health->facts.slots = keep(health, &names);
    return true;
}

static void add_silent(struct text *out, const struct host *host, const struct host_load *load, int64_t now) {
    int64_t tickets = load ? load->tickets : 0;

    text_addf(out, "%shost %s ", out->len ? ", " : "", host->name);
    host_silence(out, host, now);
    if (tickets)
        text_addf(out, " (%lld ticket%s in progress there)", (long long)tickets, tickets == 1 ? "" : "s");
}

/* Of a machine that has had no pickup, any other's counts. */
static bool look_at_hosts(struct site *site, struct health *health, struct err *err) {
    struct health_facts *facts = &health->facts;
    struct host_list hosts = {0};
    struct host_load_list loads = {0};
    struct text silent = {0};
    bool ok;

    if (!board_is_shared(site->board))
        return true;
    ok = hosts_list(site->board, &hosts, err) && hosts_load(site->board, &loads, err);
    for (size_t i = 0; ok && i < hosts.count; i++) {
        const struct host *host = &hosts.items[i];

        if (host->seen_at > health->heard)
            health->heard = host->seen_at;
        if (!text_same(host->name, site->config.host) &&
            host_state(host, facts->now, facts->cron_interval_s) == HOST_SILENT)
            add_silent(&silent, host, host_load_list_find(&loads, host->name), facts->now);
    }
    facts->hosts = keep(health, &silent);
    host_list_release(&hosts);
    host_load_list_release(&loads);
    return ok;
}

static bool look_at_pushes(struct site *site, struct health *health, struct err *err) {
    struct push_fail_list list = {0};
    struct text keys = {0}, why = {0};
    bool ok = push_fails_list(site->board, health->facts.now, &list, err);

    for (size_t i = 0; i < list.count; i++) {
        char key[KEY_SIZE];

        site_key(site, list.items[i].ticket, key);
        if (i < WAITING_MOST)
            add_name(&keys, key);
    }
    text_add(&keys, list.count > WAITING_MOST ? ", …" : "");
    text_add(&why, list.count ? list.items[0].why : "");
    health->facts.unpushed = keep(health, &keys);
    health->facts.unpushed_why = keep(health, &why);
    push_fail_list_release(&list);
    return ok;
}

static bool look_at_held(struct site *site, struct health *health, struct err *err) {
    struct held_list list = {0};
    struct text keys = {0};
    bool ok = held_list(site->board, &list, err);

    for (size_t i = 0, said = 0; ok && i < list.count && said < WAITING_MOST; i++) {
        char key[KEY_SIZE];

        if (held_of(&list, list.items[i].ticket) != &list.items[i])
            continue;
        said++;
        site_key(site, list.items[i].ticket, key);
        add_name(&keys, key);
    }
    health->facts.held_since = list.count ? list.items[0].since : 0;
    health->facts.held = keep(health, &keys);
    held_list_release(&list);
    return ok;
}

static bool look_at_pause(struct site *site, struct health *health, struct err *err) {
    char *words = NULL;
    bool ok = waits_pause(site->board, &words, err);

    if (words)
        health->facts.paused = health->strings[health->strings_count++] = words;
    return ok;
}

static void add_stuck(struct site *site, struct text *out, int64_t ticket, const char *why) {
    char key[KEY_SIZE];

    site_key(site, ticket, key);
    text_addf(out, "%s%s (%s)", out->len ? ", " : "", key, why);
}

static bool look_at_strange(struct site *site, struct text *out, struct err *err) {
    struct ready_kinds kinds = {0};
    bool ok = ready_kinds(site->board, &kinds, err);

    for (size_t i = 0, said = 0; ok && i < kinds.count && said < WAITING_MOST; i++) {
        const struct ready_kind *kind = &kinds.items[i];
        char *why = waits_strange(site, kind->profile, kind->workspace, "no \"profile\" is configured");

        said += why != NULL;
        if (why)
            add_stuck(site, out, kind->ticket, why);
        free(why);
    }
    ready_kinds_release(&kinds);
    return ok;
}

static bool look_at_stuck(struct site *site, struct health *health, struct err *err) {
    struct stuck_list list = {0};
    struct text out = {0};
    bool ok = stuck_now(site->board, WAITING_MOST + 1, &list, err) && look_at_strange(site, &out, err);

    for (size_t i = 0; ok && i < list.count && i < WAITING_MOST; i++) {
        char *why = waits_need(site, &(struct listing_need){.id = list.items[i].needs, .cancelled = true});

        add_stuck(site, &out, list.items[i].ticket, why);
        free(why);
    }
    if (ok && list.count > WAITING_MOST)
        text_add(&out, ", …");
    health->facts.stuck = keep(health, &out);
    stuck_list_release(&list);
    return ok;
}

static bool look_at_rows(struct site *site, struct health *health, struct err *err) {
    return look_at_all_tickets(site, health, err) && look_at_breakers(site, health, err) &&
           look_at_slots(site, health, err) && look_at_pause(site, health, err) && look_at_stuck(site, health, err) &&
           look_at_pushes(site, health, err) && look_at_held(site, health, err) && look_at_hosts(site, health, err) &&
           counts_untold(site->board, &health->untold, &health->facts.untold_since, err) &&
           claim_agents(site->board, site->config.host, &health->agents, err);
}

/* A file's time as a stamp of the board; 0 stays: it is not there. */
static int64_t by_board(int64_t at) {
    return at ? at - clock_difference() : 0;
}

static void look_at_files(struct site *site, struct health *health) {
    char *last = site_last_pickup(site),
         *wal = site->board_kind == DATABASE_FILE ? xasprintf("%s-wal", site->board_path) : NULL;
    struct volume volume;
    struct text fault = {0};

    health->facts.last_pickup = by_board(files_changed_at(last));
    if (!health->facts.last_pickup)
        health->facts.last_pickup = health->heard;
    health->facts.disk_free = volume_look(site->folder, &volume) ? volume.free_bytes : -1;
    health->facts.wal = wal ? files_size(wal) : -1;
    notify_fails(site, &fault);
    health->facts.notify_fault = keep(health, &fault);
    free(wal);
    free(last);
}

static bool look_at_server(struct site *site, struct health *health, struct err *err) {
    health->server = site->board_label;
    if (!board_facts(site->board, &health->board, err))
        return false;
    if (health->board.standby)
        health->facts.unwritable = "because it only repeats another one";
    else if (health->board.read_only)
        health->facts.unwritable = "because default_transaction_read_only is on there";
    return true;
}

bool health_look(struct site *site, struct health *health, struct err *err) {
    bool ok;

    health->facts.now = clock_now();
    health->facts.cron_interval_s = site->config.cron_interval_s;
    health->facts.wait_warn_s = site->config.wait_warn_s;
    ok = board_begin_read(site->board, err) && look_at_rows(site, health, err);
    board_rollback(site->board);
    look_at_files(site, health);
    return ok && look_at_server(site, health, err);
}

void health_release(struct health *health) {
    for (size_t i = 0; i < health->strings_count; i++)
        free(health->strings[i]);
    breaker_list_release(&health->breakers);
    slot_list_release(&health->slots);
    *health = (struct health){0};
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/age.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "host/files.h"
#include "paint.h"
#include "run/hosts.h"
#include "store/board.h"
#include "store/claim.h"
#include "store/slots.h"
#include "table.h"

struct view {
    struct host_list hosts;
    struct host_load_list loads;
    int64_t now;
};

static void view_release(struct view *view) {
    host_list_release(&view->hosts);
    host_load_list_release(&view->loads);
}

static void name_alone(struct call *call, struct view *view) {
    const struct site *site = &call->site;
    char *last = site_last_pickup(site);
    struct host *host;

    view->hosts.items = xgrow(NULL, 0, &view->hosts.cap, sizeof *view->hosts.items);
    host = &view->hosts.items[view->hosts.count++];
    *host = (struct host){.name = xstrdup(site->config.host),
                          .boot_id = xstrdup(site->self.boot),
                          .version = xstrdup(MC_VERSION),
                          .max_running = site->config.max_running,
                          .seen_at = files_changed_at(last)};
    free(last);
}

/* A board that is a file of this machine's has one host. */
static bool read_alone(struct call *call, struct view *view, struct err *err) {
    const struct site *site = &call->site;
    struct claim_agents agents = {0};
    struct slot_list slots = {0};
    struct host_load *load;
    bool ok = claim_agents(site->board, site->config.host, &agents, err) &&
              slots_list(site->board, site->config.host, &slots, err);

    name_alone(call, view);
    view->loads.items = xgrow(NULL, 0, &view->loads.cap, sizeof *view->loads.items);
    load = &view->loads.items[view->loads.count++];
    *load = (struct host_load){.name = xstrdup(site->config.host),
                               .running = agents.running,
                               .live = agents.live,
                               .slots = (int64_t)slots.count};
    for (size_t i = 0; i < slots.count; i++)
        load->taken += slots.items[i].state != SLOT_FREE;
    slot_list_release(&slots);
    return ok;
}

static bool read_view(struct call *call, struct view *view, struct err *err) {
    struct board *board = call->site.board;

    view->now = clock_now();
    if (!board_is_shared(board))
        return site_know_self(&call->site, err) && read_alone(call, view, err);
    return hosts_list(board, &view->hosts, err) && hosts_load(board, &view->loads, err);
}

/* What is known of it: of one that only rows name, nothing. */
static struct host row_of(const struct view *view, const char *name) {
    const struct host *row = host_list_find(&view->hosts, name);

    return row ? *row : (struct host){0};
}

static enum host_state state_of(const struct call *call, const struct view *view, const struct host *host) {
    return host_state(host, view->now, call->site.config.cron_interval_s);
}

static enum paint paint_of(enum host_state state) {
    switch (state) {
    case HOST_HEARD:
        return PAINT_GOOD;
    case HOST_SILENT:
        return PAINT_BAD;
    case HOST_BACK:
        return PAINT_WARN;
    case HOST_RETIRED:
    case HOST_STATE_COUNT:
        break;
    }
    return PAINT_DIM;
}

static void add_advice(struct table *table, const struct host *host, enum host_state state, const char *name) {
    char *line = NULL;

    if (state == HOST_SILENT && host->machine_id)
        line = xasprintf("look at that machine; if it is gone for good, mc-ticket hosts retire %s gives its tickets to "
                         "the others",
                         name);
    else if (state == HOST_BACK)
        line = xstrdup("it came back after it was retired, and ends what is left of its agents");
    table_note(table, line);
    free(line);
}

static void add_host(const struct call *call, struct table *table, const struct view *view, size_t index) {
    const struct host_load *load = &view->loads.items[index];
    const struct host host = row_of(view, load->name);
    enum host_state state = state_of(call, view, &host);
    char age[AGE_SIZE] = "never";

    if (host.seen_at)
        age_words(view->now - host.seen_at, age);
    table_cell(table, PAINT_BOLD, load->name);
    table_cell(table, paint_of(state), host_state_name(state));
    table_cell(table, PAINT_PLAIN, age);
    table_cellf(table, PAINT_PLAIN, "%lld of %lld", (long long)load->running, (long long)host.max_running);
    table_cellf(table, PAINT_PLAIN, "%lld", (long long)load->live);
    table_cellf(table, PAINT_PLAIN, "%lld of %lld", (long long)load->taken, (long long)load->slots);
    table_cell(table, PAINT_PLAIN, host.version);
    table_cell(table, PAINT_DIM, host.boot_id);
    add_advice(table, &host, state, load->name);
}

static void print_lines(const struct call *call, const struct view *view) {
    static const struct table_column columns[] = {
        {"HOST", TABLE_KEEPS, false},    {"STATE", TABLE_KEEPS, false}, {"SEEN", TABLE_KEEPS, true},
        {"AT WORK", TABLE_KEEPS, true},  {"AGENTS", TABLE_KEEPS, true}, {"SLOTS", TABLE_SPARE, true},
        {"VERSION", TABLE_SPARE, false}, {"BOOT", TABLE_SPARE, false},
    };
    struct table table;

    table_begin(&table, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < view->loads.count; i++)
        add_host(call, &table, view, i);
    table_end(&table);
}

static struct json *host_json(const struct call *call, const struct view *view, const struct host_load *load) {
    const struct host host = row_of(view, load->name);
    struct json *object = json_object();

    json_put_string(object, "host", load->name);
    json_put_string(object, "state", host_state_name(state_of(call, view, &host)));
    json_put_bool(object, "here", text_same(load->name, call->site.config.host));
    json_put_nonzero(object, "seen_at", host.seen_at);
    json_put_nonzero(object, "retired_at", host.retired_at);
    json_put_string(object, "version", host.version);
    json_put_string(object, "boot_id", host.boot_id);
    json_put_nonzero(object, "max_running", host.max_running);
    json_put_int(object, "agents_at_work", load->running);
    json_put_int(object, "agents_live", load->live);
    json_put_int(object, "slots_taken", load->taken);
    json_put_int(object, "slots", load->slots);
    return object;
}

static void print_json(const struct call *call, const struct view *view) {
    struct json *object = json_object(), *hosts = json_array();

    for (size_t i = 0; i < view->loads.count; i++)
        json_push(hosts, host_json(call, view, &view->loads.items[i]));
    json_put_int(object, "schema", 1);
    json_put(object, "hosts", hosts);
    call_print(object);
}

static bool show(struct call *call, struct err *err) {
    struct view view = {0};
    bool ok = call_open(call, true, err) && read_view(call, &view, err);

    if (ok && call->json)
        print_json(call, &view);
    else if (ok)
        print_lines(call, &view);
    view_release(&view);
    return ok;
}

static bool retire(struct call *call, const char *name, struct err *err) {
    const struct desk_host order = {.name = name, .force = option_given(&call->options, OPTION_FORCE)};
    struct desk_result result = {0};
    struct desk desk;
    bool ok = call_open(call, false, err) && call_desk(call, NULL, &desk, err) &&
              desk_retire_host(&desk, &order, &result, err);

    if (ok && call->json) {
        struct json *object = json_object();

        json_put_int(object, "schema", 1);
        json_put_string(object, "host", name);
        json_put_bool(object, "changed", result.changed);
        json_put_int(object, "tickets", result.count);
        json_put_string(object, "message", result.say);
        call_print(object);
    } else if (ok)
        call_say(call, &desk, &result);
    desk_result_release(&result);
    return ok;
}

bool command_hosts(struct call *call, struct err *err) {
    const char *verb = call_word(call, 0), *name = call_word(call, 1);

    if (!verb)
        return option_given(&call->options, OPTION_FORCE)
                   ? err_set(err, MC_USAGE, "hosts takes --force only with retire")
                   : show(call, err);
    if (strcmp(verb, "retire") != 0)
        return err_set(err, MC_USAGE, "hosts %s: the only thing to do with a host is retire", verb);
    if (!name)
        return err_set(err, MC_USAGE, "hosts retire takes a host; mc-ticket hosts lists them");
    return retire(call, name, err);
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/age.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "call.h"
#include "host/proc.h"
#include "host/tmux.h"
#include "paint.h"
#include "run/here.h"
#include "run/socket.h"
#include "run/tried.h"
#include "store/runtimes.h"
#include "store/slots.h"
#include "table.h"

/* What tmux showed, once for all rows. */
struct view {
    struct runtime_list rows;
    struct slot_list slots;
    struct tmux_panes panes;
    enum seen server;
    char *why;     /* it cannot be told */
    bool *unknown; /* of each pane: this board's tag with a run that this board does not have */
    bool *tried;   /* of each pane: by mc-ticket doctor --try, which has none */
};

/* One row beside what is seen of it. */
struct pair {
    const struct runtime *row;
    const struct tmux_pane *pane; /* NULL: none seen */
    const char *slot;             /* that its run has; NULL: none */
    enum seen process, session;
    bool elsewhere;      /* on another machine, which alone can see it */
    const char *differs; /* NULL: both sides agree */
};

static bool is_ours(const struct call *call, const struct tmux_pane *pane) {
    return pane->run[0] != '\0' && (pane->board[0] == '\0' || strcmp(pane->board, call->site.board_name) == 0);
}

static bool read_unknown(struct call *call, struct view *view, struct err *err) {
    view->unknown = xcalloc(view->panes.count + 1, sizeof *view->unknown);
    view->tried = xcalloc(view->panes.count + 1, sizeof *view->tried);
    for (size_t i = 0; i < view->panes.count; i++) {
        const struct tmux_pane *pane = &view->panes.items[i];
        struct run run = {0};

        if (!runs_get(call->site.board, pane->run, &run, err))
            return false;
        view->unknown[i] = pane->board[0] != '\0' && is_ours(call, pane) && run.run_id[0] == '\0';
        view->tried[i] = view->unknown[i] && tried_is(call->site.board, pane->run);
        view->unknown[i] = view->unknown[i] && !view->tried[i];
        run_release(&run);
    }
    return true;
}

static bool view_read(struct call *call, struct view *view, struct err *err) {
    struct err why = {0};

    if (!runtimes_list(call->site.board, NULL, &view->rows, err) ||
        !slots_list(call->site.board, call->site.config.host, &view->slots, err) ||
        !board_name(call->site.board, call->site.board_name, err)) /* a fault of the board is none of tmux */
        return false;
    view->server = SEEN_UNKNOWN;
    if (socket_tmux(&call->site, &why))
        view->server = tmux_list(&call->site.tmux, &view->panes, &why);
    view->why = view->server == SEEN_UNKNOWN ? xstrdup(why.text != NULL ? why.text : "tmux does not answer") : NULL;
    err_release(&why);
    return read_unknown(call, view, err);
}

static void view_release(struct view *view) {
    runtime_list_release(&view->rows);
    slot_list_release(&view->slots);
    tmux_panes_release(&view->panes);
    free(view->why);
    free(view->unknown);
    free(view->tried);
}

static const char *difference(const struct pair *pair) {
    if (pair->row->agent.pid != 0 && pair->process == SEEN_NO)
        return "its process is gone";
    if (pair->session == SEEN_NO)
        return "its session is gone";
    if (pair->pane != NULL && strcmp(pair->pane->run, pair->row->run_id) != 0)
        return "the session is another run's";
    if (pair->pane != NULL && pair->row->agent.pid != 0 && pair->pane->pid != pair->row->agent.pid)
        return "the pane has another process";
    if (pair->process == SEEN_UNKNOWN || pair->session == SEEN_UNKNOWN)
        return "not all of it can be told";
    return NULL;
}

static const char *slot_of(const struct view *view, const char *run_id) {
    for (size_t i = 0; i < view->slots.count; i++)
        if (view->slots.items[i].state == SLOT_CLAIMED && text_same(view->slots.items[i].run_id, run_id))
            return view->slots.items[i].name;
    return NULL;
}

static struct pair pair_of(const struct call *call, const struct view *view, const struct runtime *row) {
    const struct tmux_agent agent = site_agent(&call->site, row);
    struct pair pair = {.row = row, .elsewhere = !site_here(&call->site, row->host)};

    if (pair.elsewhere)
        return pair;
    pair.slot = slot_of(view, row->run_id);
    pair.process = proc_alive(&row->agent);
    pair.pane = tmux_find_session(&view->panes, &agent);
    pair.session = pair.pane != NULL ? SEEN_YES : view->server == SEEN_UNKNOWN ? SEEN_UNKNOWN : SEEN_NO;
    pair.differs = difference(&pair);
    return pair;
}

/* Is there an active row for this session? */
static bool has_row(const struct call *call, const struct view *view, const struct tmux_pane *pane) {
    for (size_t i = 0; i < view->rows.count; i++) {
        const struct tmux_agent agent = site_agent(&call->site, &view->rows.items[i]);
        const struct tmux_pane *found =
            site_here(&call->site, view->rows.items[i].host) ? tmux_find_session(&view->panes, &agent) : NULL;

        if (found != NULL && strcmp(found->session, pane->session) == 0)
            return true;
    }
    return false;
}

static const char *process_word(enum seen seen) {
    return seen == SEEN_YES ? "alive" : seen == SEEN_NO ? "dead" : "unknown";
}

static const char *session_word(enum seen seen) {
    return seen == SEEN_YES ? "there" : seen == SEEN_NO ? "gone" : "unknown";
}

static enum paint paint_of_seen(enum seen seen) {
    return seen == SEEN_YES ? PAINT_GOOD : seen == SEEN_NO ? PAINT_BAD : PAINT_WARN;
}

static void add_pane(struct table *table, const struct tmux_pane *pane) {
    if (pane)
        table_cellf(table, PAINT_PLAIN, "%s, pid %lld%s", pane->pane_id, (long long)pane->pid,
                    pane->dead ? ", ended" : "");
    else
        table_cell(table, PAINT_PLAIN, NULL);
}

static void add_pair(const struct call *call, struct table *table, const struct pair *pair) {
    const struct runtime *row = pair->row;
    char key[KEY_SIZE], age[AGE_SIZE];

    site_key(&call->site, row->ticket_id, key);
    age_words(clock_now() - row->spawned_at, age);
    table_cell(table, PAINT_BOLD, key);
    table_cell(table, PAINT_PLAIN, runtime_status_name(row->status));
    table_cell(table, PAINT_PLAIN, age);
    table_cellf(table, PAINT_PLAIN, "%lld", (long long)row->agent.pid);
    table_cell(table, paint_of_seen(pair->process), process_word(pair->process));
    table_cell(table, PAINT_PLAIN, row->tmux_target);
    table_cell(table, paint_of_seen(pair->session), session_word(pair->session));
    add_pane(table, pair->pane);
    table_cell(table, PAINT_PLAIN, pair->slot);
    if (pair->elsewhere)
        table_cellf(table, PAINT_PLAIN, "on host %s", row->host);
    else if (pair->differs != NULL)
        table_cellf(table, PAINT_BAD, "<- %s", pair->differs);
    else
        table_cell(table, PAINT_PLAIN, NULL);
}

static void print_pairs(const struct call *call, const struct view *view) {
    static const struct table_column columns[] = {
        {"KEY", TABLE_KEEPS, false},     {"BELIEVED", TABLE_KEEPS, false}, {"AGE", TABLE_SPARE, true},
        {"PID", TABLE_KEEPS, true},      {"PROCESS", TABLE_KEEPS, false},  {"SESSION", TABLE_GIVES, false},
        {"SEEN", TABLE_KEEPS, false},    {"PANE", TABLE_SPARE, false},     {"SLOT", TABLE_SPARE, false},
        {"DIFFERS", TABLE_GIVES, false},
    };
    struct table table;

    table_begin(&table, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < view->rows.count; i++) {
        struct pair pair = pair_of(call, view, &view->rows.items[i]);

        add_pair(call, &table, &pair);
    }
    table_end(&table);
}

static const char differs_unknown[] = "its run is not on this board, so no agent is started beside it";

/* What session_taken is about. By the pane: a session's name may be anything. */
static void print_unknown(const struct call *call, const struct tmux_pane *pane) {
    const char *socket = call->site.tmux.socket;

    printf("  <- %s; look at it, then: tmux %s ", differs_unknown, strchr(socket, '/') != NULL ? "-S" : "-L");
    print_line(socket, 0);
    printf(" kill-session -t %s\n", pane->pane_id);
}

static void print_stray(const struct call *call, const struct view *view, size_t index) {
    const struct tmux_pane *pane = &view->panes.items[index];

    printf("%-9s no row   seen session ", "-");
    print_line(pane->session, 0);
    printf(" (%s, pid %lld%s), ", pane->pane_id, (long long)pane->pid, pane->dead ? ", ended" : "");
    if (pane->run[0] == '\0') {
        puts("untagged: not ours, never touched");
        return;
    }
    fputs("tagged ", stdout);
    print_line(pane->ticket, 0);
    fputs(" run ", stdout);
    print_line(pane->run, 0);
    if (view->unknown[index])
        print_unknown(call, pane);
    else if (view->tried[index])
        puts(" of mc-ticket doctor --try");
    else
        puts(is_ours(call, pane) ? "" : " of another board, never touched");
}

static void print_lines(const struct call *call, const struct view *view) {
    print_pairs(call, view);
    for (size_t i = 0; i < view->panes.count; i++)
        if (!has_row(call, view, &view->panes.items[i]))
            print_stray(call, view, i);
    if (view->why != NULL) {
        fputs("tmux cannot be asked: ", stdout);
        print_line(view->why, 0);
        putchar('\n');
    }
}

static struct json *pair_json(const struct call *call, const struct pair *pair) {
    struct json *object = json_object();
    const struct runtime *row = pair->row;
    char key[KEY_SIZE];

    site_key(&call->site, row->ticket_id, key);
    json_put_string(object, "ticket", key);
    json_put_string(object, "run", row->run_id);
    json_put_string(object, "host", row->host);
    json_put_string(object, "status", runtime_status_name(row->status));
    json_put_int(object, "pid", row->agent.pid);
    json_put_string(object, "slot", pair->slot);
    json_put_string(object, "session", row->tmux_target);
    json_put_string(object, "process_seen", process_word(pair->process));
    json_put_string(object, "session_seen", session_word(pair->session));
    json_put_string(object, "pane", pair->pane != NULL ? pair->pane->pane_id : NULL);
    json_put_string(object, "pane_run", pair->pane != NULL ? pair->pane->run : NULL);
    if (pair->pane != NULL)
        json_put_int(object, "pane_pid", pair->pane->pid);
    else
        json_put_null(object, "pane_pid");
    json_put_string(object, "differs", pair->differs);
    return object;
}

static struct json *stray_json(const struct tmux_pane *pane, bool unknown) {
    struct json *object = json_object();

    json_put_string(object, "session", pane->session);
    json_put_string(object, "pane", pane->pane_id);
    json_put_int(object, "pane_pid", pane->pid);
    json_put_bool(object, "ended", pane->dead);
    json_put_string(object, "run", pane->run[0] != '\0' ? pane->run : NULL);
    json_put_string(object, "ticket", pane->ticket[0] != '\0' ? pane->ticket : NULL);
    json_put_string(object, "differs", unknown ? differs_unknown : NULL);
    return object;
}

static void print_json(const struct call *call, const struct view *view) {
    struct json *object = json_object(), *rows = json_array(), *strays = json_array();

    for (size_t i = 0; i < view->rows.count; i++) {
        struct pair pair = pair_of(call, view, &view->rows.items[i]);

        json_push(rows, pair_json(call, &pair));
    }
    for (size_t i = 0; i < view->panes.count; i++)
        if (!has_row(call, view, &view->panes.items[i]))
            json_push(strays, stray_json(&view->panes.items[i], view->unknown[i]));
    json_put_int(object, "schema", 1);
    json_put_string(object, "server", view->server == SEEN_YES ? "yes" : view->server == SEEN_NO ? "no" : "unknown");
    json_put_string(object, "why", view->why);
    json_put(object, "runtimes", rows);
    json_put(object, "strays", strays);
    call_print(object);
}

bool command_runtimes(struct call *call, struct err *err) {
    struct view view = {0};
    bool ok = call_open(call, true, err) && view_read(call, &view, err);

    if (ok && call->json)
        print_json(call, &view);
    else if (ok)
        print_lines(call, &view);
    view_release(&view);
    return ok;
}

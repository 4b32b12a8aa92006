#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/age.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "desk/news.h"
#include "desk/waits.h"
#include "fit.h"
#include "paint.h"
#include "store/tickets.h"
#include "table.h"

/* So many rows are read in one transaction, and printed outside of it: whoever reads them may be slow. */
enum { LOT = 200, LIMIT = 200 };

struct row {
    struct ticket ticket;
    struct beside beside;
    char *branch;
};

/* One list on its way out. */
struct listed {
    struct call *call;
    struct listing listing;
    struct id_list ids; /* as they are printed */
    int64_t total;      /* -1: not counted */
    struct backdrop backdrop;
    struct row rows[LOT];
    size_t count;
    struct table table;
    struct text line;
    size_t printed;
};

static bool add_status(struct listing *listing, const char *word, size_t n, struct err *err) {
    char *name = xstrndup(word, n);
    int status = ticket_status_from(name);

    if (status < 0)
        err_set(err, MC_USAGE,
                "--status %s: give inbox, todo, in_progress, in_review, needs_input, blocked, done or cancelled", name);
    else
        listing->status[status] = true;
    free(name);
    return status >= 0;
}

static bool read_statuses(const struct call *call, struct listing *listing, struct err *err) {
    const struct argv *given = &call->options.values[OPTION_STATUS];
    bool open = option_given(&call->options, OPTION_OPEN);

    if (open && given->count)
        return err_set(err, MC_USAGE, "--open and --status: give one of them");
    for (int i = 0; open && i < TICKET_STATUS_COUNT; i++)
        listing->status[i] = i != TICKET_DONE && i != TICKET_CANCELLED;
    for (size_t i = 0; i < given->count; i++)
        for (const char *word = given->items[i];; word += strcspn(word, ",") + 1) {
            if (!add_status(listing, word, strcspn(word, ","), err))
                return false;
            if (!word[strcspn(word, ",")])
                break;
        }
    return true;
}

static bool read_limit(const struct call *call, struct listing *listing, struct err *err) {
    const char *limit = option_value(&call->options, OPTION_LIMIT);
    long long number = LIMIT;

    if (limit && !text_to_int(limit, 0, INT32_MAX, &number))
        return err_set(err, MC_USAGE, "--limit %s: give a number, 0 for all of them", limit);
    listing->limit = (size_t)number;
    return true;
}

static bool read_order(struct listed *listed, struct err *err) {
    const char *order = option_value(&listed->call->options, OPTION_ORDER);

    if (!order)
        return true;
    if (strcmp(order, "next") != 0)
        return err_set(err, MC_USAGE, "--order %s: the only one is next", order);
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        if (listed->listing.status[i] && i != TICKET_TODO && !option_given(&listed->call->options, OPTION_OPEN))
            return err_set(err, MC_USAGE, "--order next shows todo tickets alone: leave --status out");
    return true;
}

/* What the command line alone tells. */
static bool read_filters(struct listed *listed, struct err *err) {
    const struct options *options = &listed->call->options;
    struct listing *listing = &listed->listing;
    const char *search = option_value(options, OPTION_SEARCH);

    listing->profile = option_value(options, OPTION_PROFILE);
    listing->workspace = option_value(options, OPTION_WORKSPACE);
    listing->labels = &options->values[OPTION_LABEL];
    listing->search = search;
    if (search && !*search)
        return err_set(err, MC_USAGE, "--search: give a text to look for");
    return read_statuses(listed->call, listing, err) && read_limit(listed->call, listing, err) &&
           read_order(listed, err);
}

/* A ticket that names none has the configuration's. */
static void settle_defaults(struct listed *listed) {
    const struct config *config = &listed->call->site.config;
    const struct workspace *everybodys = config_workspace(config, NULL);
    struct listing *listing = &listed->listing;

    listing->nameless = text_same(listing->profile, config->profile);
    listing->placeless = everybodys && text_same(listing->workspace, everybodys->name);
    if (option_given(&listed->call->options, OPTION_ORDER))
        listing->next = &listed->backdrop.wanted.claim;
}

/* The newest change, and who is next, is what people look for: the one stands last, beside the prompt, the other first.
 */
static void arrange(struct listed *listed) {
    struct id_list *ids = &listed->ids;

    for (size_t i = 0; !listed->listing.next && i < ids->count / 2; i++) {
        int64_t id = ids->items[i];

        ids->items[i] = ids->items[ids->count - 1 - i];
        ids->items[ids->count - 1 - i] = id;
    }
    if (!ids->more && listed->total < 0)
        listed->total = (int64_t)ids->count;
}

static bool read_ids(struct listed *listed, struct err *err) {
    struct board *board = listed->call->site.board;
    bool ok = board_begin_read(board, err) && backdrop_read(&listed->call->site, &listed->backdrop, err);

    settle_defaults(listed);
    ok = ok && listing_read(board, &listed->listing, &listed->ids, err) &&
         listing_total(board, &listed->listing, &listed->total, err);
    board_rollback(board);
    arrange(listed);
    return ok;
}

static void rows_release(struct listed *listed) {
    for (size_t i = 0; i < listed->count; i++) {
        ticket_release(&listed->rows[i].ticket);
        free(listed->rows[i].branch);
    }
    listed->count = 0;
}

/* Those of this lot that are still there. */
static bool read_rows(struct listed *listed, size_t from, struct err *err) {
    const struct site *site = &listed->call->site;
    size_t end = listed->ids.count - from < LOT ? listed->ids.count : from + LOT;
    bool ok = board_begin_read(site->board, err);

    for (size_t i = from; ok && i < end; i++) {
        struct row *row = &listed->rows[listed->count];

        *row = (struct row){0};
        ok = tickets_line(site->board, listed->ids.items[i], &row->ticket, err);
        if (!ok || !row->ticket.id)
            continue;
        listed->count++;
        ok = beside_read(site, &row->ticket, &row->beside, err) &&
             (!listed->call->json || listing_branch(site->board, row->ticket.id, &row->branch, err));
    }
    board_rollback(site->board);
    return ok;
}

static void put_waits(struct json *object, const struct listed *listed, const struct row *row) {
    const struct breaker_row *broken = waits_for(&listed->call->site, &row->ticket, &listed->backdrop.breakers);
    char *stuck = news_stuck(&listed->backdrop, &row->ticket, &row->beside);
    char *waits = news_waits(&listed->backdrop, &row->ticket, &row->beside);

    json_put_string(object, "stuck", stuck);
    json_put_string(object, "waits", waits);
    json_put_string(object, "waits_for", broken ? broken->thing : NULL);
    json_put_nonzero(object, "waits_until", broken ? broken->breaker.open_until : 0);
    json_put_nonzero(object, "next_attempt_at", row->ticket.next_attempt_at);
    free(stuck);
    free(waits);
}

static void print_object(struct listed *listed, const struct row *row) {
    const struct ticket *ticket = &row->ticket;
    const struct slot *slot = news_slot(&listed->backdrop, ticket->id);
    int64_t age = listed->backdrop.now - ticket->updated_at;
    struct json *object = json_object();
    char key[KEY_SIZE];

    site_key(&listed->call->site, ticket->id, key);
    json_put_string(object, "ticket", key);
    json_put_string(object, "status", ticket_status_name(ticket->status));
    json_put_string(object, "priority", priority_name(ticket->priority));
    json_put_string(object, "title", ticket->title);
    json_put_string(object, "profile", ticket->profile);
    json_put_string(object, "workspace", ticket->workspace);
    json_put_string(object, "slot", slot ? slot->name : NULL);
    json_put_string(object, "branch", row->branch);
    json_put_string(object, "labels", ticket->labels);
    json_put_string(object, "run", ticket->run_id);
    json_put_nonzero(object, "worker_pid", row->beside.parked ? 0 : ticket->worker.pid);
    json_put_int(object, "attempts", ticket->attempts);
    json_put_string(object, "failure_reason", ticket->failure_reason);
    json_put_string(object, "result", ticket->result);
    json_put_bool(object, "parked", row->beside.parked);
    put_waits(object, listed, row);
    json_put_int(object, "created_at", ticket->created_at);
    json_put_int(object, "updated_at", ticket->updated_at);
    json_put_int(object, "age_ms", age > 0 ? age : 0);
    text_clear(&listed->line);
    json_print(object, &listed->line);
    printf("%s%s", listed->printed++ ? "," : "", text_str(&listed->line));
    json_free(object);
}

static enum paint paint_of_news(const struct row *row, const char *stuck) {
    if (stuck || row->ticket.status == TICKET_BLOCKED)
        return PAINT_BAD;
    return row->ticket.status == TICKET_TODO || row->ticket.status == TICKET_DONE ? PAINT_DIM : PAINT_PLAIN;
}

static void print_row(struct listed *listed, const struct row *row) {
    static const enum paint urgency[PRIORITY_COUNT] = {[PRIORITY_CRITICAL] = PAINT_BAD, [PRIORITY_HIGH] = PAINT_WARN};
    const struct ticket *ticket = &row->ticket;
    char *words = news_words(&listed->backdrop, ticket, &row->beside);
    char *stuck = news_stuck(&listed->backdrop, ticket, &row->beside);
    struct table *table = &listed->table;
    char key[KEY_SIZE], age[AGE_SIZE];

    site_key(&listed->call->site, ticket->id, key);
    age_words(listed->backdrop.now - ticket->updated_at, age);
    table_cell(table, PAINT_BOLD, key);
    table_cell(table, paint_of_status(ticket->status), ticket_status_name(ticket->status));
    table_cell(table, urgency[ticket->priority], priority_name(ticket->priority));
    table_cell(table, PAINT_PLAIN, age);
    table_cell(table, PAINT_PLAIN, ticket->title);
    table_cell(table, paint_of_news(row, stuck), words);
    free(words);
    free(stuck);
}

/* A long list is printed piece by piece, a board may be large; `before` when the first piece was read. */
static bool print_rows(struct listed *listed, const char *before, struct err *err) {
    bool ok = true;

    for (size_t from = 0; ok && (from < listed->ids.count || !from); from += LOT) {
        ok = read_rows(listed, from, err);
        fputs(ok && !from ? before : "", stdout);
        for (size_t i = 0; ok && i < listed->count; i++)
            if (listed->call->json)
                print_object(listed, &listed->rows[i]);
            else
                print_row(listed, &listed->rows[i]);
        rows_release(listed);
    }
    return ok;
}

static bool is_filtered(const struct call *call) {
    static const enum option_id filters[] = {OPTION_STATUS,  OPTION_OPEN,      OPTION_LABEL,
                                             OPTION_PROFILE, OPTION_WORKSPACE, OPTION_SEARCH};
    bool filtered = false;

    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        filtered = filtered || option_given(&call->options, filters[i]);
    return filtered;
}

static void print_more(const struct listed *listed) {
    bool watch = listed->call->command->run == command_watch;

    if (!listed->ids.count && isatty(STDOUT_FILENO))
        puts(is_filtered(listed->call) ? "no tickets like that" : "no tickets");
    if (!listed->ids.more)
        return;
    fputs(paint(PAINT_DIM), stdout);
    if (listed->total < 0)
        fputs("… and more", stdout);
    else
        printf("… and %lld more", (long long)listed->total - (long long)listed->ids.count);
    printf("%s%s\n", watch ? "" : ": --limit 0 shows all", paint_end());
}

static bool print_json(struct listed *listed, struct err *err) {
    if (!print_rows(listed, "{\"schema\":1,\"tickets\":[", err))
        return false;
    if (listed->total < 0)
        fputs("],\"total\":null,", stdout);
    else
        printf("],\"total\":%lld,", (long long)listed->total);
    printf("\"more\":%s}\n", listed->ids.more ? "true" : "false");
    return true;
}

static bool print_table(struct listed *listed, struct err *err) {
    static const struct table_column columns[] = {
        {"KEY", TABLE_KEEPS, false}, {"STATUS", TABLE_KEEPS, false}, {"PRIO", TABLE_SPARE, false},
        {"AGE", TABLE_SPARE, true},  {"TITLE", TABLE_GIVES, false},  {"NEWS", TABLE_GIVES, false},
    };
    bool ok;

    table_begin(&listed->table, columns, sizeof columns / sizeof *columns);
    ok = print_rows(listed, "", err);
    table_end(&listed->table);
    if (ok)
        print_more(listed);
    return ok;
}

/* An empty list of a name that is none looks like one of a name that is. */
static void say_unknown(const struct listed *listed) {
    const struct config *config = &listed->call->site.config;
    const char *profile = listed->listing.profile, *workspace = listed->listing.workspace;
    struct text line = {0};

    if (workspace && !config_workspace_named(config, workspace))
        text_addf(&line, "--workspace %s: no workspace is configured by this name, and no such ticket names it",
                  workspace);
    else if (profile && !config_profile(config, profile))
        text_addf(&line, "--profile %s: no profile is configured by this name, and no such ticket names it", profile);
    if (line.len)
        call_complain(&(struct err){.text = line.data});
    text_release(&line);
}

bool command_list(struct call *call, struct err *err) {
    struct listed *listed = xcalloc(1, sizeof *listed);
    bool ok;

    listed->call = call;
    ok = read_filters(listed, err) && call_open(call, true, err) && read_ids(listed, err) &&
         (call->json ? print_json(listed, err) : print_table(listed, err));
    if (ok && !listed->ids.count && call->command->run == command_list)
        say_unknown(listed);
    rows_release(listed);
    id_list_release(&listed->ids);
    backdrop_release(&listed->backdrop);
    text_release(&listed->line);
    free(listed);
    return ok;
}

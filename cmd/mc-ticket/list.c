#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "fit.h"
#include "rested.h"
#include "run/parked.h"
#include "store/breakers.h"
#include "store/queue.h"
#include "store/runtimes.h"
#include "store/slots.h"
#include "store/tickets.h"
#include "stuck.h"

/* BRACKETS: what "  [" and "]" take; ROOM_LEAST: for title and words on a terminal that is too narrow for them. */
enum { TITLE_COLUMNS = 100, BRACKETS = 4, ROOM_LEAST = 20 };

/* The tickets, why some can never be picked up, and what others wait for. */
struct listing {
    struct ticket_list tickets;
    struct stuck_list stuck;
    struct breaker_list breakers;
    struct branch_list branches;
    struct slot_list slots;
    bool *parked; /* of each ticket */
};

static bool find_parked(struct call *call, struct listing *listing, struct err *err) {
    const struct ticket_list *tickets = &listing->tickets;
    bool ok = true;

    listing->parked = xcalloc(tickets->count + 1, sizeof *listing->parked);
    for (size_t i = 0; ok && i < tickets->count; i++)
        ok = parked_ask(call->site.board, &tickets->items[i], &listing->parked[i], err);
    return ok;
}

/* The one that a ticket has, or has left in quarantine; NULL: none. */
static const struct slot *slot_of(const struct listing *listing, int64_t ticket) {
    const struct slot *found = NULL;

    for (size_t i = 0; i < listing->slots.count; i++)
        if (listing->slots.items[i].ticket_id == ticket && (!found || found->state != SLOT_CLAIMED))
            found = &listing->slots.items[i];
    return found;
}

static char *reason_of(const struct call *call, const struct listing *listing, const struct ticket *ticket) {
    const struct stuck *stuck = stuck_find(&listing->stuck, ticket->id);

    return stuck_reason(&call->site, ticket, stuck ? stuck->needs : 0);
}

static void print_object(const struct call *call, const struct listing *listing, const struct ticket *ticket,
                         struct text *line) {
    const struct breaker_row *broken = waits_for(&call->site, ticket, &listing->breakers);
    const struct slot *slot = slot_of(listing, ticket->id);
    bool parked = listing->parked[ticket - listing->tickets.items];
    char *stuck = reason_of(call, listing, ticket);
    struct json *object = json_object();
    char key[KEY_SIZE];

    site_key(&call->site, ticket->id, key);
    json_put_string(object, "ticket", key);
    json_put_string(object, "status", ticket_status_name(ticket->status));
    json_put_string(object, "priority", priority_name(ticket->priority));
    json_put_string(object, "title", ticket->title);
    json_put_string(object, "profile", ticket->profile);
    json_put_string(object, "workspace", ticket->workspace);
    json_put_string(object, "slot", slot ? slot->name : NULL);
    json_put_string(object, "branch", branch_list_find(&listing->branches, ticket->id));
    json_put_string(object, "labels", ticket->labels);
    json_put_string(object, "run", ticket->run_id);
    json_put_nonzero(object, "worker_pid", parked ? 0 : ticket->worker.pid);
    json_put_int(object, "attempts", ticket->attempts);
    json_put_string(object, "failure_reason", ticket->failure_reason);
    json_put_string(object, "result", ticket->result);
    json_put_bool(object, "parked", parked);
    json_put_string(object, "stuck", stuck);
    json_put_string(object, "waits_for", broken ? broken->thing : NULL);
    json_put_nonzero(object, "waits_until", broken ? broken->breaker.open_until : 0);
    json_put_int(object, "created_at", ticket->created_at);
    json_put_int(object, "updated_at", ticket->updated_at);
    text_clear(line);
    json_print(object, line);
    fputs(text_str(line), stdout);
    json_free(object);
    free(stuck);
}

/* One object for the whole list, printed piece by piece: a board may be large. */
static void print_json(const struct call *call, const struct listing *listing) {
    struct text line = {0};

    fputs("{\"schema\":1,\"tickets\":[", stdout);
    for (size_t i = 0; i < listing->tickets.count; i++) {
        fputs(i > 0 ? "," : "", stdout);
        print_object(call, listing, &listing->tickets.items[i], &line);
    }
    puts("]}");
    text_release(&line);
}

/* What a person wants to know of it at a glance; NULL: nothing. */
static const char *news_of(const struct ticket *ticket) {
    switch (ticket->status) {
    case TICKET_IN_REVIEW:
    case TICKET_DONE:
        return ticket->result;
    case TICKET_NEEDS_INPUT:
        return ticket->failure_reason ? ticket->failure_reason : ticket->result;
    case TICKET_INBOX:
    case TICKET_TODO:
    case TICKET_IN_PROGRESS:
    case TICKET_BLOCKED:
    case TICKET_CANCELLED:
    case TICKET_STATUS_COUNT:
        break;
    }
    return ticket->failure_reason;
}

/* Its agent was ended to make room. New string. */
static char *words_of_parked(const char *key, const char *news) {
    char *reason = rested_reason(key, news);
    char *words = xasprintf("parked%s%s", reason ? "; " : "", reason ? reason : "");

    free(reason);
    return words;
}

/* Both whole where nothing bounds them; on a terminal the title keeps half of the line, and more where the words leave
 * it. */
static void print_tail(const char *title, const char *words, size_t room) {
    size_t most = TITLE_COLUMNS, taken;

    if (room && words) {
        size_t wanted = fit_width(words) + BRACKETS;

        most = wanted < room / 2 ? room - wanted : room / 2;
    } else if (room)
        most = room;
    taken = fit_print(title, most < TITLE_COLUMNS ? most : TITLE_COLUMNS);
    if (words) {
        fputs("  [", stdout);
        fit_print(words, room ? room - taken - BRACKETS : 0);
        putchar(']');
    }
    putchar('\n');
}

static void print_lines(const struct call *call, const struct listing *listing) {
    size_t columns = fit_columns();

    for (size_t i = 0; i < listing->tickets.count; i++) {
        const struct ticket *ticket = &listing->tickets.items[i];
        char *stuck = reason_of(call, listing, ticket);
        char *waits = waits_words(waits_for(&call->site, ticket, &listing->breakers));
        char *parked = NULL;
        char key[KEY_SIZE];
        size_t head;

        site_key(&call->site, ticket->id, key);
        if (listing->parked[i])
            parked = words_of_parked(key, news_of(ticket));
        head = (size_t)printf("%-9s %-11s %-8s ", key, ticket_status_name(ticket->status),
                              priority_name(ticket->priority));
        print_tail(ticket->title,
                   stuck    ? stuck
                   : waits  ? waits
                   : parked ? parked
                            : news_of(ticket),
                   columns ? columns < head + ROOM_LEAST ? ROOM_LEAST : columns - head : 0);
        free(stuck);
        free(waits);
        free(parked);
    }
}

bool command_list(struct call *call, struct err *err) {
    const char *status = option_value(&call->options, OPTION_STATUS);
    int wanted = status != NULL ? ticket_status_from(status) : TICKET_STATUS_COUNT;
    struct listing listing = {0};
    bool ok;

    if (wanted < 0)
        return err_set(err, MC_USAGE,
                       "--status %s: give inbox, todo, in_progress, in_review, needs_input, blocked, done or cancelled",
                       status);
    ok = call_open(call, true, err) &&
         tickets_list(call->site.board, &(struct ticket_filter){.status = (enum ticket_status)wanted}, &listing.tickets,
                      err) &&
         stuck_list(call->site.board, &listing.stuck, err) && breakers_list(call->site.board, &listing.breakers, err) &&
         find_parked(call, &listing, err) && runs_branches(call->site.board, &listing.branches, err) &&
         slots_list(call->site.board, call->site.config.host, &listing.slots, err);
    if (ok && call->json)
        print_json(call, &listing);
    else if (ok)
        print_lines(call, &listing);
    ticket_list_release(&listing.tickets);
    stuck_list_release(&listing.stuck);
    breaker_list_release(&listing.breakers);
    free(listing.parked);
    branch_list_release(&listing.branches);
    slot_list_release(&listing.slots);
    return ok;
}

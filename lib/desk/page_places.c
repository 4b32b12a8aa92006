#include "base/html.h"
#include "base/text.h"
#include "desk/page_board.h"
#include "desk/page_parts.h"
#include "desk/page_words.h"
#include "run/site.h"

enum { SLOTS = 200 };

static void begin_table(struct text *out, const char *name, const char *const *columns) {
    html_add(out,
             "<h3>%s</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">\n<table>\n"
             "<thead><tr>",
             name, name);
    for (; *columns; columns++)
        html_add(out, "<th scope=\"col\">%s</th>", *columns);
    text_add(out, "</tr></thead>\n<tbody>\n");
}

static void end_table(struct text *out) {
    text_add(out, "</tbody>\n</table>\n</div>\n");
}

static void add_slot(struct text *out, const struct page_board *board, const struct slot *slot) {
    html_add(out, "<tr><th scope=\"row\">%s</th><td>%s</td><td>", slot->name, slot_state_name(slot->state));
    if (slot->ticket_id)
        page_name(out, board, slot->ticket_id);
    html_add(out, "</td><td>%s</td><td>", slot->branch ? slot->branch : "");
    if (slot->claimed_at && slot->state != SLOT_FREE)
        page_age(out, board, slot->claimed_at);
    text_add(out, "</td></tr>\n");
}

/* Below the table, which scrolls sideways on a telephone. */
static void add_notes(struct text *out, const struct page_board *board) {
    const struct slot_list *slots = &board->backdrop.slots;

    for (size_t i = 0; i < slots->count && i < SLOTS; i++)
        if (slots->items[i].note && *slots->items[i].note)
            html_add(out, "<p><b>%s</b>: %s</p>\n", slots->items[i].name, slots->items[i].note);
}

static void add_slots(struct text *out, const struct page_board *board) {
    static const char *const columns[] = {"Slot", "State", "Ticket", "Branch", "For", NULL};

    if (!board->backdrop.slots.count) {
        text_add(out, "<h3>Slots</h3>\n<p>None: agents work in private directories, or none has started yet.</p>\n");
        return;
    }
    begin_table(out, "Slots", columns);
    for (size_t i = 0; i < board->backdrop.slots.count && i < SLOTS; i++)
        add_slot(out, board, &board->backdrop.slots.items[i]);
    end_table(out);
    add_notes(out, board);
    if (board->backdrop.slots.count > SLOTS)
        page_more(out, board, (int64_t)board->backdrop.slots.count - SLOTS, "pool");
}

/* As that one's own pickups have said, where several machines share the board. */
static void add_seen(struct text *out, const struct page_board *board, const char *name) {
    const struct host *host = host_list_find(&board->backdrop.hosts, name);
    enum host_state state;

    if (!host) {
        text_add(out, "not known here");
        return;
    }
    if (host->seen_at)
        page_time(out, host->seen_at);
    else
        text_add(out, "never");
    state = host_state(host, board->now, board->site->config.cron_interval_s);
    if (state != HOST_HEARD)
        html_add(out, ", %s", host_state_name(state));
}

static void add_host(struct text *out, const struct page_board *board, const char *host) {
    int live = 0, working = 0;

    for (size_t i = 0; i < board->runtimes.count; i++)
        if (text_same(board->runtimes.items[i].host, host)) {
            live++;
            working += board->runtimes.items[i].status != RUNTIME_IDLE;
        }
    html_add(out, "<tr><th scope=\"row\">%s</th><td>%d</td><td>%d</td><td>", host, live, working);
    if (!text_same(host, board->site->config.host))
        add_seen(out, board, host);
    else if (board->health.facts.last_pickup)
        page_time(out, board->health.facts.last_pickup);
    else
        text_add(out, "none yet");
    text_add(out, "</td></tr>\n");
}

/* The first runtime of its host, and not of one that has its row already. */
static bool is_news(const struct page_board *board, size_t index) {
    const char *host = board->runtimes.items[index].host;

    if (host_list_find(&board->backdrop.hosts, host))
        return false;

    for (size_t i = 0; i < index; i++)
        if (text_same(board->runtimes.items[i].host, host))
            return false;
    return !text_same(host, board->site->config.host);
}

static void add_hosts(struct text *out, const struct page_board *board) {
    static const char *const columns[] = {"Host", "Agents", "At work", "Last pickup", NULL};

    begin_table(out, "Hosts", columns);
    add_host(out, board, board->site->config.host);
    for (size_t i = 0; i < board->backdrop.hosts.count; i++)
        if (!text_same(board->backdrop.hosts.items[i].name, board->site->config.host))
            add_host(out, board, board->backdrop.hosts.items[i].name);
    for (size_t i = 0; i < board->runtimes.count && i < PAGE_AGENTS; i++)
        if (is_news(board, i))
            add_host(out, board, board->runtimes.items[i].host);
    end_table(out);
}

void page_places(struct text *out, const struct page_board *board) {
    text_add(out, "<section id=\"places\" aria-labelledby=\"places-h\">\n"
                  "<h2 id=\"places-h\">Slots and hosts</h2>\n");
    add_slots(out, board);
    add_hosts(out, board);
    text_add(out, "</section>\n");
}

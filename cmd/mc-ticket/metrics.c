#include "metrics.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "desk/health.h"
#include "host/publish.h"

/* A value in quotes: OpenMetrics escapes these three alone. */
static void add_quoted(struct text *out, const char *value) {
    text_addc(out, '"');
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            text_addc(out, '\\');
        if (*value == '\n')
            text_add(out, "\\n");
        else
            text_addc(out, *value);
    }
    text_addc(out, '"');
}

static void begin(struct text *out, const char *name, const char *help) {
    text_addf(out, "# TYPE %s gauge\n# HELP %s %s\n", name, name, help);
}

static void add(struct text *out, const char *name, int64_t value, const char *help) {
    begin(out, name, help);
    text_addf(out, "%s %lld\n", name, (long long)value);
}

/* Milliseconds as seconds, exactly. */
static void add_seconds(struct text *out, int64_t ms) {
    text_addf(out, " %lld.%03lld\n", (long long)(ms / 1000), (long long)(ms % 1000));
}

static void add_tickets(struct text *out, const struct health_facts *facts) {
    begin(out, "mc_tickets", "Tickets on the board.");
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        text_addf(out, "mc_tickets{status=\"%s\"} %lld\n", ticket_status_name((enum ticket_status)i),
                  (long long)facts->tickets[i].count);
    begin(out, "mc_oldest_wait_seconds", "How long the ticket that waits longest has waited.");
    for (int i = 0; i < TICKET_STATUS_COUNT; i++) {
        int64_t since = facts->tickets[i].since;

        if (since) {
            text_addf(out, "mc_oldest_wait_seconds{status=\"%s\"}", ticket_status_name((enum ticket_status)i));
            add_seconds(out, facts->now > since ? facts->now - since : 0);
        }
    }
}

static void add_slots(struct text *out, const struct slot_list *slots) {
    begin(out, "mc_slot", "A worktree of a pool, 1 in the state that it is in.");
    for (size_t i = 0; i < slots->count; i++) {
        text_add(out, "mc_slot{slot=");
        add_quoted(out, slots->items[i].name);
        text_addf(out, ",state=\"%s\"} 1\n", slot_state_name(slots->items[i].state));
    }
}

static void add_breakers(struct text *out, const struct health *health) {
    begin(out, "mc_breaker_open", "1 while what needs it is put off.");
    for (size_t i = 0; i < health->breakers.count; i++) {
        text_add(out, "mc_breaker_open{thing=");
        add_quoted(out, health->breakers.items[i].thing);
        text_addf(out, "} %d\n", breaker_open(&health->breakers.items[i].breaker, health->facts.now));
    }
}

/* Milliseconds, which may be less than none. */
static void add_signed(struct text *out, int64_t ms) {
    text_add(out, ms < 0 ? " -" : " ");
    text_addf(out, "%lld.%03lld\n", (long long)(ms < 0 ? -ms : ms) / 1000, (long long)(ms < 0 ? -ms : ms) % 1000);
}

static void add_server(struct text *out, const struct health *health) {
    const struct board_facts *facts = &health->board;

    begin(out, "mc_board_info", "The server that keeps the board.");
    text_add(out, "mc_board_info{engine=\"PostgreSQL\",version=");
    add_quoted(out, facts->version);
    text_add(out, ",server=");
    add_quoted(out, health->server);
    text_add(out, "} 1\n");
    begin(out, "mc_board_round_trip_seconds", "How long it takes to answer.");
    text_addf(out, "mc_board_round_trip_seconds %lld.%06lld\n", (long long)facts->round_trip_us / 1000000,
              (long long)facts->round_trip_us % 1000000);
    begin(out, "mc_clock_ahead_seconds", "How far this machine's clock is ahead of the board's.");
    text_add(out, "mc_clock_ahead_seconds");
    add_signed(out, facts->ahead_ms);
}

void metrics_text(const struct health *health, size_t faults, struct text *out) {
    const struct health_facts *facts = &health->facts;

    add(out, "mc_faults", (int64_t)faults, "Lines that mc-ticket health prints now.");
    begin(out, "mc_last_pickup_timestamp_seconds", "When mc-pickup ran last.");
    if (facts->last_pickup) {
        text_add(out, "mc_last_pickup_timestamp_seconds");
        add_seconds(out, facts->last_pickup);
    }
    add(out, "mc_paused", facts->paused ? 1 : 0, "1 while no ticket is handed out.");
    add_tickets(out, facts);
    begin(out, "mc_agents", "Agents that live: at work, or at rest for a person.");
    text_addf(out, "mc_agents{at=\"work\"} %lld\nmc_agents{at=\"rest\"} %lld\n", (long long)health->agents.running,
              (long long)(health->agents.live - health->agents.running));
    add_slots(out, &health->slots);
    add_breakers(out, health);
    add(out, "mc_untold_events", health->untold, "Events that notify was not told yet.");
    add(out, "mc_notify_failing", facts->notify_fault ? 1 : 0, "1 when notify failed last.");
    if (facts->disk_free >= 0)
        add(out, "mc_disk_free_bytes", facts->disk_free, "Free on the board's disk.");
    add(out, "mc_wal_bytes", facts->wal > 0 ? facts->wal : 0, "Size of the board's write-ahead log.");
    if (health->board.shared)
        add_server(out, health);
    text_add(out, "# EOF\n");
}

bool metrics_write(const struct health *health, size_t faults, const char *file, struct err *err) {
    struct text out = {0};
    bool ok = true;

    metrics_text(health, faults, &out);
    if (file)
        ok = publish(&(struct publishing){.path = file, .bytes = text_str(&out), .n = out.len, .for_all = true}, err);
    else
        fputs(text_str(&out), stdout);
    text_release(&out);
    return ok;
}

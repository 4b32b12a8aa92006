/* The parts of a page, each by itself, of boards that are made up: what stands at each number, edge and gap. An input
 * names a part and the board; of one with very many what is shown is counted, and its end told. */
#include "samples.h"

#include <time.h>

#include "base/html.h"
#include "desk/page_board.h"
#include "desk/page_parts.h"
#include "desk/page_words.h"
#include "run/site.h"

enum { MIN = 60000, HOUR = 60 * MIN, MANY = 300 };
static const int64_t now = 2000000000000; /* 2033-05-18T03:33:20Z */

#define W(words) ((char[]){words})

static struct site site = {.config = {.host = W("here"), .ticket_prefix = W("MC"), .cron_interval_s = 60}};
static struct page_board board;
static char program[] = "mc-ticket --db '/a b/x'", page[] = "/p", any[] = "t", why[] = "x is not configured";
static char here[] = "here", host_a[] = "a", host_b[] = "b", host_c[] = "c";

static void begin(void) {
    site.config.page = NULL;
    board = (struct page_board){.site = &site, .now = now};
    board.backdrop.program = program;
    board.queue.backdrop = &board.backdrop;
    board.health.facts = (struct health_facts){
        .now = now, .last_pickup = now - MIN, .cron_interval_s = 60, .wait_warn_s = 86400, .disk_free = -1, .wal = -1};
    for (int i = 0; i < PAGE_DAYS; i++)
        board.days[i].from = now - (int64_t)(PAGE_DAYS - 1 - i) * 24 * HOUR;
}

#define COLUMN(status, list)                                                                                           \
    (board.columns[status] = (struct ticket_list){.items = (list), .count = sizeof(list) / sizeof *(list)},            \
     board.counts.of[status] = sizeof(list) / sizeof *(list))

/* What differs from head to head: its paragraphs. */
static void paragraphs(struct text *out) {
    struct text text = {0};

    page_head(&text, &board);
    for (const char *at = strstr(text_str(&text), "\n<p"); at; at = strstr(at + 1, "\n<p"))
        text_addn(out, at + 1, strcspn(at + 1, "\n") + 1);
    text_release(&text);
}

/* The head, but for its style and what never changes. */
static void head(struct text *out) {
    struct text text = {0};
    const char *title;

    page_head(&text, &board);
    title = strstr(text_str(&text), "<title>");
    text_addn(out, title, strcspn(title, "\n") + 1);
    text_add(out, strstr(title, "<header>"));
    text_release(&text);
}

static void of_nothing(struct text *out) {
    head(out);
}

static void of_a_page_that_is_kept(struct text *out) {
    site.config.page = page;
    board.counts.of[TICKET_BLOCKED] = 1;
    board.counts.of[TICKET_NEEDS_INPUT] = 20;
    board.counts.of[TICKET_IN_REVIEW] = 300;
    board.counts.of[TICKET_DONE] = 5000;
    board.queue.stuck = 40000;
    head(out);
}

static void of_no_pickup(struct text *out) {
    board.health.facts.last_pickup = 0;
    paragraphs(out);
}

static void of_late_pickup(struct text *out) {
    board.health.facts.last_pickup = now - 3 * HOUR;
    paragraphs(out);
}

static void of_pauses(struct text *out) {
    static const char *const rows[] = {"{\"at\":1999999000000,\"by\":\"<ada>\",\"reason\":\"a & b\"}",
                                       "{\"by\":\"ada\"}", "{\"at\":1999999000000}", "lunch"};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        board.paused = xstrdup(rows[i]);
        paragraphs(out);
        free(board.paused);
        board.paused = NULL;
    }
}

static struct breaker_row breakers[] = {
    {W("closed"), {.failures = 2, .class = "no_agent"}},
    {W("profile:a<b"),
     {.failures = 3, .openings = 1, .open_until = 2000000060000, .class = "no_agent", .detail = "it & that"}},
    {W("over"), {.failures = 3, .openings = 1, .open_until = 2000000000000, .class = "no_agent"}},
    {W("machine"), {.failures = 3, .openings = 1, .open_until = 2000000060000, .class = "no_tmux"}},
    {W("profile:stopped"), {.class = "awaiting_human"}},
};

static void of_breakers(struct text *out) {
    breaker_stop(&breakers[4].breaker, now);
    board.backdrop.breakers = (struct breaker_list){.items = breakers, .count = sizeof breakers / sizeof *breakers};
    paragraphs(out);
}

static void of_faults(struct text *out) {
    struct health_facts *facts = &board.health.facts;

    facts->hosts = "host there has been silent";
    facts->tickets[TICKET_TODO] = (struct health_tickets){1, now - 90000000, "MC-1", false};
    facts->slots = "pool-1";
    facts->unpushed = "MC-2";
    facts->unpushed_why = "<refused>";
    facts->untold_since = now - 2 * HOUR;
    facts->notify_fault = "exit 1";
    facts->disk_free = 5;
    facts->wal = INT64_C(1) << 40;
    facts->paused = facts->breakers = facts->unwritable = facts->stuck = "told elsewhere";
    paragraphs(out);
}

static void of_a_server(struct text *out) {
    board.health.server = "postgresql://<host>/x";
    board.health.board = (struct board_facts){.shared = true, .version = "15.8", .round_trip_us = 310};
    paragraphs(out);
    board.health.board.ahead_ms = 3601000;
    paragraphs(out);
}

static struct ticket waiting[] = {
    {.id = 3,
     .title = W("Ask <me>"),
     .status = TICKET_NEEDS_INPUT,
     .updated_at = 1999999880000,
     .result = W("Which?\nThis & that")},
    {.id = 4, .title = W("At its turn"), .status = TICKET_NEEDS_INPUT, .updated_at = 1999999880000},
    {.id = 5, .title = W("At rest"), .status = TICKET_NEEDS_INPUT, .updated_at = 1999999880000, .result = W("")},
};
static struct ticket delivered[] = {
    {.id = 6, .title = W("Done"), .status = TICKET_IN_REVIEW, .updated_at = 1999999880000, .result = W("It is.")},
    {.id = 7, .title = W("Quiet"), .status = TICKET_IN_REVIEW, .updated_at = 1999999880000, .result = W("")},
};
static struct ticket blocked[] = {
    {.id = 8,
     .title = W("Held"),
     .status = TICKET_BLOCKED,
     .updated_at = 1999999880000,
     .failure_reason = W("No agent.")},
};
static struct ticket todo[] = {
    {.id = 9,
     .title = W("Next"),
     .status = TICKET_TODO,
     .priority = PRIORITY_HIGH,
     .updated_at = 1999999940000,
     .labels = W("a,<b>,c")},
    {.id = 10, .title = W("Stuck"), .status = TICKET_TODO, .updated_at = 1999999940000, .labels = W("")},
    {.id = 11, .title = W("Stuck by another"), .status = TICKET_TODO, .updated_at = 1999999940000},
    {.id = 12, .title = W("Without news"), .status = TICKET_TODO, .updated_at = 1999999940000},
    {.id = 13, .title = W("With empty news"), .status = TICKET_TODO, .updated_at = 1999999940000},
};
static struct page_news news[] = {
    {W("waits for <MC-3>"), 0, false},
    {W("profile x is not configured"), 0, true},
    {W("waits for MC-2, which was cancelled"), 2, true},
    {NULL, 0, false},
    {W(""), 0, false},
};
static struct ticket closed[] = {{.id = 1, .title = W("Old"), .status = TICKET_CANCELLED, .updated_at = 1999900000000}};

static struct runtime agents[] = {
    {.ticket_id = 3,
     .host = W("here"),
     .status = RUNTIME_RUNNING,
     .spawned_at = 1999990000000,
     .turn_started_at = 1999999000000,
     .profile = W("a<b"),
     .turn_count = 2},
    {.ticket_id = 4, .host = W("here"), .status = RUNTIME_RUNNING, .spawned_at = 1999990000000},
    {.ticket_id = 5,
     .host = W("there"),
     .status = RUNTIME_IDLE,
     .spawned_at = 1999980000000,
     .turn_started_at = 1999999000000,
     .profile = W("p"),
     .turn_count = 7},
    {.ticket_id = 99,
     .host = W("there"),
     .status = RUNTIME_SPAWNING,
     .spawned_at = 1999970000000,
     .turn_started_at = 1999999000000,
     .profile = W("p")},
    {.ticket_id = 8, .host = W("yonder"), .status = RUNTIME_IDLE, .spawned_at = 1999980000000, .profile = W("p")},
};
static struct page_screen screens[] = {
    {.why = NULL}, {.why = "it is <away>"}, {.why = "b"}, {.why = "c"}, {.why = "d"},
};

static void put_all(void) {
    COLUMN(TICKET_NEEDS_INPUT, waiting);
    COLUMN(TICKET_IN_REVIEW, delivered);
    COLUMN(TICKET_BLOCKED, blocked);
    COLUMN(TICKET_TODO, todo);
    COLUMN(TICKET_CANCELLED, closed);
    board.counts.of[TICKET_TODO] += 2;
    board.queue.news = news;
    board.queue.stuck = 2;
    board.runtimes = (struct runtime_list){.items = agents, .count = sizeof agents / sizeof *agents};
    board.screens = screens;
}

static void calls(struct text *out) {
    page_calls(out, &board);
}

static struct push_fail unpushed[] = {{.ticket = 6, .why = W("no <remote>")}, {.ticket = 1, .why = W("x")}};

static void calls_of_all(struct text *out) {
    put_all();
    board.backdrop.unpushed = (struct push_fail_list){.items = unpushed, .count = 2};
    page_calls(out, &board);
}

/* Are any there, of each kind alone? */
static void calls_of_one(struct text *out) {
    static const enum ticket_status kinds[] = {TICKET_NEEDS_INPUT, TICKET_IN_REVIEW, TICKET_BLOCKED, TICKET_TODO};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        begin();
        put_all();
        for (int status = 0; status < TICKET_STATUS_COUNT; status++)
            if (status != (int)kinds[i])
                board.columns[status].count = 0;
        if (kinds[i] != TICKET_TODO)
            board.queue.stuck = 0;
        board.columns[kinds[i]].count = kinds[i] == TICKET_TODO ? 2 : 1;
        page_calls(out, &board);
    }
}

static struct ticket many_tickets[MANY];
static struct page_news many_news[MANY];

static void put_many(enum ticket_status status, size_t count, int64_t all) {
    for (size_t i = 0; i < MANY; i++) {
        many_tickets[i] = (struct ticket){.id = 1000 + (int64_t)i, .title = any, .status = status, .updated_at = now};
        many_news[i] = (struct page_news){why, 0, i % 2};
    }
    board.columns[status] = (struct ticket_list){.items = many_tickets, .count = count};
    board.counts.of[status] = all;
    board.queue.news = many_news;
}

/* How many items there are, and what comes behind the last of them. */
static void brief(struct text *out, void (*part)(struct text *, const struct page_board *), const char *item) {
    struct text text = {0};
    const char *last = NULL;
    int count = 0;

    part(&text, &board);
    for (const char *at = strstr(text_str(&text), item); at; at = strstr(at + 1, item)) {
        last = at;
        count++;
    }
    text_addf(out, "%d of %s, the last is\n%s", count, item, last ? last : "");
    text_release(&text);
}

static void calls_of_many(struct text *out) {
    static const struct {
        size_t count;
        int64_t all;
    } of[] = {{24, 24}, {25, 25}, {30, 1000}};

    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        begin();
        put_many(TICKET_NEEDS_INPUT, of[i].count, of[i].all);
        brief(out, page_calls, "<li class=\"card call\">");
    }
    for (size_t count = 48; count <= 52; count += 2) {
        begin();
        put_many(TICKET_TODO, count, 1000);
        board.queue.stuck = count / 2;
        brief(out, page_calls, "<li class=\"card call\">");
    }
}

static void agents_of_none(struct text *out) {
    page_agents(out, &board);
}

static void agents_of_some(struct text *out) {
    struct text *screen = &screens[0].text;

    put_all();
    for (int line = 1; line <= 20; line++)
        text_addf(screen, "line %d <%0*d>\n", line, line == 19 ? 300 : 1, 0);
    page_agents(out, &board);
    text_release(screen);
}

static struct runtime many_agents[MANY];
static struct page_screen many_screens[MANY];

static void agents_of_many(struct text *out) {
    for (size_t i = 0; i < MANY; i++) {
        many_agents[i] = (struct runtime){
            .ticket_id = 1000 + (int64_t)i, .host = here, .status = RUNTIME_IDLE, .spawned_at = now, .profile = any};
        many_screens[i].why = "x";
    }
    for (size_t count = 40; count <= 42; count++) {
        begin();
        board.runtimes = (struct runtime_list){.items = many_agents, .count = count};
        board.screens = many_screens;
        brief(out, page_agents, "<li class=\"card\">");
    }
}

static void columns_of_all(struct text *out) {
    static struct page_story told[] = {{.ticket = &todo[0]}, {.ticket = &closed[0]}};

    put_all();
    board.stories = told;
    board.story_count = 2;
    board.counts.of[TICKET_INBOX] = 3; /* none of them is shown */
    page_columns(out, &board);
}

static void columns_of_many(struct text *out) {
    for (size_t count = 7; count <= 10; count++) {
        begin();
        put_many(TICKET_TODO, count, count == 10 ? 5000 : (int64_t)count);
        brief(out, page_columns, "<li>");
    }
}

static void days_of_nothing(struct text *out) {
    brief(out, page_plots, "<figure");
}

static void days_of_some(struct text *out) {
    for (int i = 0; i < PAGE_DAYS; i++) {
        struct glimpse_day *day = &board.days[i];

        *day = (struct glimpse_day){.from = day->from,
                                    .started = i % 5,
                                    .finished = i == 6 || i == 8,
                                    .failed = i == 13  ? 1
                                              : i == 0 ? 200
                                                       : 0,
                                    .waits = i % 3};
        if (day->waits) {
            day->median_ms = INT64_C(40000) * (i * i + 1);
            day->longest_ms = INT64_C(3600000) * i * i;
        }
    }
    page_plots(out, &board);
}

static struct host hosts[] = {
    {.name = W("<back>"), .seen_at = 1999999990000, .retired_at = 1999000000000},
    {.name = W("here"), .seen_at = 1999999990000},
    {.name = W("never"), .retired_at = 1999000000000}, /* a name that rows had alone, and that was retired */
    {.name = W("silent"), .seen_at = 1999000000000},
    {.name = W("there"), .seen_at = 1999999990000},
};

static void places(struct text *out) {
    page_places(out, &board);
    board.health.facts.last_pickup = 0;
    page_places(out, &board);
}

static struct slot slots[] = {
    {.name = W("pool-1"),
     .state = SLOT_CLAIMED,
     .ticket_id = 3,
     .branch = W("mc-3-<x>"),
     .claimed_at = 1999999000000,
     .note = W("")},
    {.name = W("pool-2"), .state = SLOT_FREE, .ticket_id = 77, .claimed_at = 1999999000000},
    {.name = W("web/pool-1"), .state = SLOT_QUARANTINED, .branch = W("b"), .note = W("its <note>")},
};

static void places_of_some(struct text *out) {
    put_all();
    board.backdrop.slots = (struct slot_list){.items = slots, .count = sizeof slots / sizeof *slots};
    page_places(out, &board);
    board.backdrop.hosts = (struct host_list){.items = hosts, .count = sizeof hosts / sizeof *hosts};
    page_places(out, &board);
}

static struct slot many_slots[MANY];
static char pool[] = "pool";

static void places_of_many(struct text *out) {
    for (size_t i = 0; i < MANY; i++)
        many_slots[i] = (struct slot){.name = pool, .state = SLOT_FREE, .note = i >= 199 ? any : NULL};
    for (size_t count = 199; count <= 202; count++) {
        begin();
        board.backdrop.slots = (struct slot_list){.items = many_slots, .count = count};
        brief(out, page_places, "<tr><th scope=\"row\">pool");
    }
    for (size_t i = 0; i < MANY; i++)
        many_agents[i] = (struct runtime){.host = i < 39 ? host_a : i == 39 ? host_b : host_c};
    begin();
    board.runtimes = (struct runtime_list){.items = many_agents, .count = 41};
    page_places(out, &board);
}

static void stories_of_none(struct text *out) {
    page_stories(out, &board);
}

static struct run runs[] = {
    {.attempt = 1,
     .started_at = 1999900000000,
     .ended_at = 1999950000000,
     .outcome = W("failed"),
     .class = W("no_agent"),
     .detail = W("it <died>"),
     .branch = W("mc-1-a")},
    {.attempt = 2,
     .started_at = 1999900000000,
     .ended_at = 1999900000001,
     .outcome = W("delivered"),
     .detail = W("well"),
     .branch = W("mc-1-b")},
    {.attempt = 3, .started_at = 1999890000000, .ended_at = 1999950000000, .class = W("busy"), .detail = W("")},
    {.attempt = 4, .started_at = 1999990000000, .class = W("busy")},
};
static struct run at_once = {.attempt = 1, .started_at = 1999900000000, .ended_at = 1999900000000};
static struct activity activity[] = {
    {.author = W("<ada>"), .kind = W("note"), .body = W("One <line>\nand more\n"), .created_at = 1999890000000},
    {.kind = W("spawned"), .body = W("spawned pid 12"), .created_at = 1999890000000},
    {.kind = W("spawned"), .body = W("spawned"), .created_at = 1999890000000},
    {.kind = W("spawned"), .body = W("spawnedly"), .created_at = 1999890000000},
    {.author = W("x"), .kind = W("moved"), .created_at = 1999890000000},
    {.kind = W("moved"), .body = W("\n"), .created_at = 1999890000000},
};
static struct ticket first = {.id = 1,
                              .title = W("<One>"),
                              .status = TICKET_NEEDS_INPUT,
                              .priority = PRIORITY_CRITICAL,
                              .profile = W("p"),
                              .workspace = W("web"),
                              .labels = W("a,b"),
                              .attempts = 2,
                              .created_at = 1999890000000,
                              .next_attempt_at = 2000000060000,
                              .result = W("Which?"),
                              .failure_reason = W("awaiting_human"),
                              .updated_at = 1999999000000};
static struct ticket second = {.id = 2,
                               .title = W("Two"),
                               .status = TICKET_DONE,
                               .created_at = 1999890000000,
                               .result = W(""),
                               .failure_reason = W(""),
                               .profile = W(""),
                               .workspace = W(""),
                               .labels = W("")};

static struct page_story stories[] = {
    {.ticket = &first,
     .body = W("Do <it>.\n"),
     .runs = {.items = runs, .count = 4},
     .activity = {.items = activity, .count = 6},
     .measured = true,
     .commits = 1,
     .stat = {.files = 1, .added = 3, .removed = 4}},
    {.ticket = &second, .body = W(""), .runs = {.items = runs + 2, .count = 2}, .unmeasured = W("it is <gone>")},
    {.ticket = &second, .runs = {.items = &at_once, .count = 1}},
    {.ticket = &second,
     .measured = true,
     .commits = 2,
     .stat = {.files = 3, .added = 1, .removed = 1},
     .runs = {.items = runs, .count = 1}},
};

static void stories_of_some(struct text *out) {
    board.stories = stories;
    board.story_count = sizeof stories / sizeof *stories;
    page_stories(out, &board);
}

static void sample(const char *bytes, size_t n, struct text *out) {
    static const struct sample_part parts[] = {
        {"head", of_nothing},
        {"head of a page that is kept", of_a_page_that_is_kept},
        {"head without a pickup", of_no_pickup},
        {"head with a late pickup", of_late_pickup},
        {"pauses", of_pauses},
        {"head with breakers", of_breakers},
        {"head with faults", of_faults},
        {"head with a server", of_a_server},
        {"calls", calls},
        {"calls of all", calls_of_all},
        {"calls of one kind", calls_of_one},
        {"calls of many", calls_of_many},
        {"agents", agents_of_none},
        {"agents of all", agents_of_some},
        {"agents of many", agents_of_many},
        {"columns of all", columns_of_all},
        {"columns of many", columns_of_many},
        {"days", days_of_nothing},
        {"days of some", days_of_some},
        {"places", places},
        {"places of some", places_of_some},
        {"places of many", places_of_many},
        {"stories", stories_of_none},
        {"stories of some", stories_of_some},
        {NULL, NULL},
    };
    const struct sample_part *part = sample_named(parts, bytes, n);

    begin();
    if (part)
        part->tell(out);
}

int main(int argc, char **argv) {
    setenv("TZ", "UTC0", 1);
    return samples(argc, argv, "page", sample);
}

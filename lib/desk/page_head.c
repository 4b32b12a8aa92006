#include <stdlib.h>

#include "base/age.h"
#include "base/clock.h"
#include "base/html.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/page_board.h"
#include "desk/page_parts.h"
#include "desk/page_style.h"
#include "desk/page_words.h"
#include "rules/page.h"
#include "rules/paused.h"
#include "run/site.h"

static long long calls_of(const struct page_board *board) {
    const int64_t *of = board->counts.of;

    return of[TICKET_NEEDS_INPUT] + of[TICKET_IN_REVIEW] + of[TICKET_BLOCKED] + (long long)board->queue.stuck;
}

static void add_meta(struct text *out, const struct page_board *board) {
    long long calls = calls_of(board);

    text_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
    html_add(out,
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '%s'; "
             "base-uri 'none'; form-action 'none'\"/>\n",
             page_style_hash);
    text_add(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                  "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
                  "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
                  "<meta name=\"generator\" content=\"mc-ticket " MC_VERSION "\"/>\n");
    if (calls)
        html_add(out, "<title>%lld waiting for you: tickets on %s</title>\n", calls, board->site->config.host);
    else
        html_add(out, "<title>Tickets on %s</title>\n", board->site->config.host);
    text_add(out, "<style>");
    for (int i = 0; page_style[i]; i++)
        text_add(out, page_style[i]);
    text_add(out, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n");
}

static void add_pickup(struct text *out, const struct page_board *board) {
    int64_t last = board->health.facts.last_pickup;
    char age[AGE_SIZE];

    if (last && !health_late(board->now, last, board->site->config.cron_interval_s)) {
        text_add(out, "<p class=\"state good\"><b>\xE2\x97\x8F It ran</b> at ");
        page_time(out, last);
        text_add(out, ".</p>\n");
        return;
    }
    age_words(board->now - last, age);
    text_add(out, "<p class=\"state bad\"><b>\xE2\x96\xA0 It does not run.</b> ");
    if (last)
        html_add(out, "The last pickup was %s before this page; ", age);
    else
        text_add(out, "No pickup has run yet; ");
    page_typed(out, board, "doctor");
    text_add(out, " says why.</p>\n");
}

static void add_pause(struct text *out, const struct page_board *board) {
    struct paused paused = {0};

    if (!paused_read(&paused, board->paused))
        return;
    text_add(out, "<p class=\"state bad\"><b>\xE2\x96\xA0 Paused</b>");
    if (paused.by)
        html_add(out, " by %s", paused.by);
    if (paused.at) {
        text_add(out, " since ");
        page_time(out, paused.at);
    }
    if (paused.reason)
        html_add(out, ": %s", paused.reason);
    text_add(out, ". Nothing is handed out; ");
    page_typed(out, board, "resume");
    text_add(out, " goes on.</p>\n");
    paused_release(&paused);
}

static void add_breakers(struct text *out, const struct page_board *board) {
    for (size_t i = 0; i < board->backdrop.breakers.count; i++) {
        const struct breaker_row *row = &board->backdrop.breakers.items[i];
        char *words;

        if (!breaker_open(&row->breaker, board->now))
            continue;
        html_add(out, "<p class=\"state bad\"><b>\xE2\x96\xA0 %s fails:</b> %s%s%s. ", row->thing,
                 breaker_why(&row->breaker), *row->breaker.detail ? ": " : "", row->breaker.detail);
        if (breaker_stopped(&row->breaker))
            text_add(out, "Tickets that need it wait until somebody has acted");
        else {
            text_add(out, "Tickets that need it wait until ");
            page_time(out, row->breaker.open_until);
        }
        text_add(out, "; ");
        words = xasprintf("breaker close %s", row->thing);
        page_typed(out, board, words);
        free(words);
        text_add(out, " lets them try again.</p>\n");
    }
}

/* What else monitoring would be told; the rest of it has its own place on the page. */
static void add_faults(struct text *out, const struct page_board *board) {
    static const enum health_check checks[] = {HEALTH_HOST,   HEALTH_WAITING, HEALTH_SLOT, HEALTH_PUSH,
                                               HEALTH_NOTIFY, HEALTH_DISK,    HEALTH_WAL};

    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        struct text line = {0};

        if (health_judge(&board->health.facts, checks[i], &line))
            html_add(out, "<p class=\"state bad\"><b>\xE2\x96\xA0 %s:</b> %s</p>\n", health_check_name(checks[i]),
                     text_str(&line));
        text_release(&line);
    }
}

static void add_server(struct text *out, const struct page_board *board) {
    const struct board_facts *facts = &board->health.board;
    char words[HEALTH_WORDS_SIZE];

    if (!facts->shared)
        return;
    health_took(facts->round_trip_us, words);
    html_add(out, "<p class=\"soft\">The board is on PostgreSQL %s at %s, which answers in %s.", facts->version,
             board->health.server, words);
    health_ahead(facts->ahead_ms, words);
    if (health_apart(facts->ahead_ms))
        html_add(out, " This machine's clock is %s, by which all times are here.", words);
    text_add(out, "</p>\n");
}

static void add_counts(struct text *out, const struct page_board *board) {
    text_add(out, "<ul class=\"counts\">\n");
    for (int i = 0; i < TICKET_STATUS_COUNT; i++) {
        enum ticket_status status = page_order[i];

        html_add(out, "<li><b>%lld</b> %s</li>\n", (long long)board->counts.of[status], page_status(status));
    }
    text_add(out, "</ul>\n");
}

void page_head(struct text *out, const struct page_board *board) {
    char zoned[CLOCK_STAMP];

    add_meta(out, board);
    html_add(out, "<header>\n<h1>Tickets on %s</h1>\n", board->site->config.host);
    add_pickup(out, board);
    add_pause(out, board);
    add_breakers(out, board);
    add_faults(out, board);
    add_counts(out, board);
    clock_zoned(board->now, zoned);
    html_add(out, "<p class=\"soft\">Written %s; ages are counted to then.", zoned);
    if (board->site->config.page)
        text_add(out, " Every pickup that finds something new on the board writes it again: where this is long ago, "
                      "nothing has happened, or none runs.");
    text_add(out, "</p>\n");
    add_server(out, board);
    text_add(out, "</header>\n<nav aria-label=\"On this page\">\n<ul>\n");
    html_add(out, "<li><a href=\"#calls\">Waiting for you (%lld)</a></li>\n", calls_of(board));
    html_add(out, "<li><a href=\"#agents\">Agents (%zu)</a></li>\n", board->runtimes.count);
    text_add(out, "<li><a href=\"#board\">Board</a></li>\n<li><a href=\"#days\">Last two weeks</a></li>\n"
                  "<li><a href=\"#places\">Slots and hosts</a></li>\n<li><a href=\"#stories\">Stories</a></li>\n"
                  "</ul>\n</nav>\n<main id=\"main\">\n");
}

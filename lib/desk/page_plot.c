#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/age.h"
#include "base/clock.h"
#include "base/html.h"
#include "base/text.h"
#include "desk/page_board.h"
#include "desk/page_parts.h"
#include "rules/page.h"

enum { STEP = 25, BAR = 15, BASE = 74, HIGH = 56, LABEL = 87 };

static const struct plot {
    const char *id, *name;
    size_t at; /* of its number in a struct glimpse_day */
    bool time;
} plots[] = {
    {"started", "Turns started", offsetof(struct glimpse_day, started), false},
    {"finished", "Turns finished", offsetof(struct glimpse_day, finished), false},
    {"failed", "Runs failed", offsetof(struct glimpse_day, failed), false},
    {"median", "Median wait of a ticket", offsetof(struct glimpse_day, median_ms), true},
    {"longest", "Longest wait of a ticket", offsetof(struct glimpse_day, longest_ms), true},
};
enum { PLOT_COUNT = sizeof plots / sizeof plots[0] };

static int64_t value_of(const struct plot *plot, const struct glimpse_day *day) {
    int64_t value;

    memcpy(&value, (const char *)day + plot->at, sizeof value);
    return value;
}

/* "12", "3 min"; above a bar "3m", for there is no room. */
static void say(char out[AGE_SIZE], const struct plot *plot, int64_t value, bool brief) {
    size_t blank;

    if (!plot->time) {
        snprintf(out, AGE_SIZE, "%lld", (long long)value);
        return;
    }
    age_words(value, out);
    if (!brief)
        return;
    blank = strcspn(out, " ");
    out[blank] = out[blank + 1];
    out[blank + 1] = '\0';
}

/* "11-29" */
static void day_name(char out[CLOCK_STAMP], const struct glimpse_day *day) {
    char local[CLOCK_STAMP];

    clock_local(day->from, local);
    snprintf(out, CLOCK_STAMP, "%.5s", local + 5);
}

static void add_bar(struct text *out, const struct page_board *board, const struct plot *plot, int index) {
    const struct glimpse_day *day = &board->days[index];
    int64_t most = 0, value = value_of(plot, day), high;
    long long x = 4 + index * STEP;
    char words[AGE_SIZE], name[CLOCK_STAMP];

    for (int i = 0; i < PAGE_DAYS; i++)
        most = value_of(plot, &board->days[i]) > most ? value_of(plot, &board->days[i]) : most;
    high = page_scale(value, most, HIGH);
    day_name(name, day);
    if (high) {
        say(words, plot, value, true);
        html_add(out, "<rect class=\"bar\" x=\"%lld\" y=\"%lld\" width=\"%d\" height=\"%lld\"/>", x,
                 (long long)(BASE - high), BAR, (long long)high);
        html_add(out, "<text x=\"%lld\" y=\"%lld\" text-anchor=\"middle\">%s</text>", x + BAR / 2,
                 (long long)(BASE - high - 3), words);
    }
    html_add(out, "<text class=\"mute\" x=\"%lld\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", x + BAR / 2, LABEL,
             name + 3);
}

/* The same in words: of counts their sum, of times nothing but the most. */
static void add_sentence(struct text *out, const struct page_board *board, const struct plot *plot) {
    int64_t sum = 0;
    int most = 0;
    char words[AGE_SIZE], name[CLOCK_STAMP];

    for (int i = 0; i < PAGE_DAYS; i++) {
        sum += value_of(plot, &board->days[i]);
        if (value_of(plot, &board->days[i]) > value_of(plot, &board->days[most]))
            most = i;
    }
    if (!sum) {
        text_add(out, "None in 14 days.");
        return;
    }
    say(words, plot, value_of(plot, &board->days[most]), false);
    day_name(name, &board->days[most]);
    if (!plot->time)
        html_add(out, "%lld in 14 days, most on %s: %s.", (long long)sum, name, words);
    else
        html_add(out, "At most %s, on %s.", words, name);
}

static void add_plot(struct text *out, const struct page_board *board, const struct plot *plot) {
    html_add(out,
             "<figure class=\"card\">\n<figcaption id=\"p-%s\">%s</figcaption>\n"
             "<svg viewBox=\"0 0 350 92\" role=\"img\" aria-labelledby=\"p-%s\" aria-describedby=\"d-%s\">\n"
             "<title>%s, each of the last 14 days</title>\n<desc>The numbers stand in the table below.</desc>\n",
             plot->id, plot->name, plot->id, plot->id, plot->name);
    for (int i = 0; i < PAGE_DAYS; i++)
        add_bar(out, board, plot, i);
    html_add(out, "<path class=\"line\" d=\"M0 %d.5H350\"/>\n</svg>\n<p class=\"soft\" id=\"d-%s\">", BASE, plot->id);
    add_sentence(out, board, plot);
    text_add(out, "</p>\n</figure>\n");
}

static void add_table(struct text *out, const struct page_board *board) {
    text_add(out,
             "<details><summary>The same as numbers</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
             "aria-label=\"The last two weeks as numbers\">\n<table>\n"
             "<caption>The last 14 days on this machine\xE2\x80\x99s clock</caption>\n<thead><tr>"
             "<th scope=\"col\">Day</th>");
    for (int i = 0; i < PLOT_COUNT; i++)
        html_add(out, "<th scope=\"col\" class=\"n\">%s</th>", plots[i].name);
    text_add(out, "</tr></thead>\n<tbody>\n");
    for (int i = PAGE_DAYS - 1; i >= 0; i--) {
        char words[AGE_SIZE];

        day_name(words, &board->days[i]);
        html_add(out, "<tr><th scope=\"row\">%s</th>", words);
        for (int j = 0; j < PLOT_COUNT; j++) {
            say(words, &plots[j], value_of(&plots[j], &board->days[i]), false);
            html_add(out, "<td class=\"n\">%s</td>", plots[j].time && !board->days[i].waits ? "-" : words);
        }
        text_add(out, "</tr>\n");
    }
    text_add(out, "</tbody>\n</table>\n</div></details>\n");
}

void page_plots(struct text *out, const struct page_board *board) {
    text_add(out, "<section id=\"days\" aria-labelledby=\"days-h\">\n<h2 id=\"days-h\">Last two weeks</h2>\n"
                  "<div class=\"plots\">\n");
    for (int i = 0; i < PLOT_COUNT; i++)
        add_plot(out, board, &plots[i]);
    text_add(out, "</div>\n");
    add_table(out, board);
    text_add(out, "</section>\n");
}

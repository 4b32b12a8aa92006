#include "desk/page_axis.h"

#include "base/age.h"
#include "base/clock.h"
#include "base/html.h"
#include "base/text.h"
#include "desk/page_board.h"
#include "desk/page_words.h"
#include "rules/page.h"

enum { LEFT = 96, WIDE = 252, ROW = 16, BAR = 9 };

/* From the first beginning to the last end; of a run that goes on, that is now. */
struct span {
    int64_t from, to;
};

static int64_t end_of(const struct page_board *board, const struct run *run) {
    return run->ended_at ? run->ended_at : board->now;
}

static struct span span_of(const struct page_board *board, const struct run_list *runs) {
    struct span span = {.from = runs->items[0].started_at};

    for (size_t i = 0; i < runs->count; i++) {
        if (runs->items[i].started_at < span.from)
            span.from = runs->items[i].started_at;
        if (end_of(board, &runs->items[i]) > span.to)
            span.to = end_of(board, &runs->items[i]);
    }
    return span;
}

static const char *outcome_of(const struct run *run) {
    return run->outcome ? run->outcome : run->ended_at ? "ended" : "under way";
}

static const char *look_of(const struct run *run) {
    if (!run->ended_at)
        return "live";
    return text_same(run->outcome, run_outcome_name(RUN_FAILED)) ? "fail" : "bar";
}

static void add_bar(struct text *out, const struct page_board *board, const struct span *span, const struct run *run) {
    int64_t whole = span->to - span->from;
    int64_t x = page_scale(run->started_at - span->from, whole, WIDE - 3);
    int64_t wide = page_scale(end_of(board, run) - run->started_at, whole, WIDE - x);

    html_add(out, "<rect class=\"%s\" x=\"%lld\" y=\"4\" width=\"%lld\" height=\"%d\" rx=\"1.5\"/>", look_of(run),
             (long long)LEFT + x, (long long)(wide > 3 ? wide : 3), BAR);
}

static void add_svg(struct text *out, const struct page_board *board, const struct page_story *story) {
    const struct run_list *runs = &story->runs;
    const struct span span = span_of(board, runs);
    long long high = (long long)runs->count * ROW + 2;
    char from[CLOCK_STAMP], to[CLOCK_STAMP];

    clock_local(span.from, from);
    clock_local(span.to, to);
    from[16] = to[16] = '\0';
    html_add(out, "<svg class=\"axis\" viewBox=\"0 0 350 %lld\" role=\"img\" aria-label=\"Its runs from %s to %s\">\n",
             high + 15, from, to);
    html_add(out, "<title>Its runs from %s to %s</title>\n<desc>The table below says the same.</desc>\n", from, to);
    for (size_t i = 0; i < runs->count; i++) {
        html_add(out, "<g transform=\"translate(0 %lld)\"><text x=\"0\" y=\"12\">%d %s</text>", (long long)i * ROW,
                 runs->items[i].attempt, outcome_of(&runs->items[i]));
        add_bar(out, board, &span, &runs->items[i]);
        text_add(out, "</g>\n");
    }
    html_add(out, "<path class=\"line\" d=\"M%d %lld.5H350\"/>", LEFT, high);
    html_add(out, "<text class=\"mute\" x=\"%d\" y=\"%lld\">%s</text>", LEFT, high + 12, from);
    html_add(out, "<text class=\"mute\" x=\"350\" y=\"%lld\" text-anchor=\"end\">%s</text>\n</svg>\n", high + 12, to);
}

static void add_row(struct text *out, const struct page_board *board, const struct run *run) {
    char took[AGE_SIZE];

    age_words(end_of(board, run) - run->started_at, took);
    html_add(out, "<tr><th scope=\"row\">%d</th><td>", run->attempt);
    page_time(out, run->started_at);
    html_add(out, "</td><td>%s</td><td>%s</td><td>%s%s%s</td></tr>\n", took, outcome_of(run),
             run->class ? run->class : "", run->class && run->detail && *run->detail ? ": " : "",
             run->detail ? run->detail : "");
}

void page_axis(struct text *out, const struct page_board *board, const struct page_story *story) {
    if (!story->runs.count)
        return;
    text_add(out, "<h4>Runs</h4>\n");
    add_svg(out, board, story);
    text_add(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Runs\">\n<table>\n<thead><tr>"
                  "<th scope=\"col\">Run</th><th scope=\"col\">Began</th><th scope=\"col\">Took</th>"
                  "<th scope=\"col\">Outcome</th><th scope=\"col\">Why</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < story->runs.count; i++)
        add_row(out, board, &story->runs.items[i]);
    text_add(out, "</tbody>\n</table>\n</div>\n");
}

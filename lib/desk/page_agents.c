#include "base/html.h"
#include "base/text.h"
#include "desk/page_board.h"
#include "desk/page_parts.h"
#include "desk/page_words.h"
#include "run/site.h"

enum { SCREEN_LINES = 16, SCREEN_WIDTH = 220 };

static void add_doing(struct text *out, const struct page_board *board, const struct runtime *runtime) {
    switch (runtime->status) {
    case RUNTIME_RUNNING:
        text_add(out, "<b>At work</b> for ");
        page_age(out, board, runtime->turn_started_at ? runtime->turn_started_at : runtime->spawned_at);
        return;
    case RUNTIME_SPAWNING:
        text_add(out, "<b>Starting</b> for ");
        page_age(out, board, runtime->spawned_at);
        return;
    case RUNTIME_IDLE:
    case RUNTIME_DEAD:
    case RUNTIME_CLOSED:
    case RUNTIME_STATUS_COUNT:
        break;
    }
    text_add(out, "<b>At rest</b>, here for ");
    page_age(out, board, runtime->spawned_at);
}

static void add_screen(struct text *out, const struct page_screen *screen, const char *key) {
    if (screen->why) {
        html_add(out, "<p class=\"soft\">Its screen is not shown: %s.</p>\n", screen->why);
        return;
    }
    html_add(out, "<pre tabindex=\"0\" role=\"region\" aria-label=\"Screen of %s\">", key);
    html_block(out, &(struct html_block){text_str(&screen->text), screen->text.len, SCREEN_LINES, SCREEN_WIDTH});
    text_add(out, "</pre>\n");
}

static void add_agent(struct text *out, const struct page_board *board, size_t index) {
    const struct runtime *runtime = &board->runtimes.items[index];
    char key[KEY_SIZE];

    site_key(board->site, runtime->ticket_id, key);
    text_add(out, "<li class=\"card\">\n<h3>");
    page_name(out, board, runtime->ticket_id);
    text_add(out, "</h3>\n<p class=\"soft\">");
    add_doing(out, board, runtime);
    html_add(out, "; %s on %s, turn %d</p>\n", runtime->profile ? runtime->profile : "-", runtime->host,
             runtime->turn_count);
    add_screen(out, &board->screens[index], key);
    page_command(out, board, runtime->ticket_id, "attach");
    text_add(out, "\n</li>\n");
}

static void add_those(struct text *out, const struct page_board *board, bool resting) {
    for (size_t i = 0; i < board->runtimes.count && i < PAGE_AGENTS; i++)
        if (resting == (board->runtimes.items[i].status == RUNTIME_IDLE))
            add_agent(out, board, i);
}

void page_agents(struct text *out, const struct page_board *board) {
    size_t count = board->runtimes.count;

    text_add(out, "<section id=\"agents\" aria-labelledby=\"agents-h\">\n<h2 id=\"agents-h\">Agents</h2>\n");
    if (!count)
        text_add(out, "<p>None lives just now.</p>\n");
    else
        text_add(out, "<ul class=\"cards\">\n");
    add_those(out, board, false);
    add_those(out, board, true);
    if (count)
        text_add(out, "</ul>\n");
    if (count > PAGE_AGENTS)
        page_more(out, board, (int64_t)count - PAGE_AGENTS, "runtimes");
    text_add(out, "</section>\n");
}

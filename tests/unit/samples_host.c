/* What other programs say, as it is read: the first byte says who. Of a git its listings and its status, of tmux its
 * lists and a screen, of the kernel a process, of mc-http a request and a reply, of a run's folder a launch and an
 * event, of an export a line. */
#define SAMPLES_NEAR 1500
#include "samples.h"

#include "base/argv.h"
#include "base/html.h"
#include "host/git_index.h"
#include "host/git_listing.h"
#include "host/http_wire.h"
#include "host/launch.h"
#include "host/proc_table.h"
#include "host/tmux.h"
#include "host/tmux_view.h"
#include "run/ledger.h"
#include "run/told.h"
#include "store/board.h"

static bool record(void *context, const struct git_record *record, struct err *err) {
    (void)err;
    text_addf(context, "%s %s (%s) %s\n", record->mode, record->oid, record->before, record->path);
    return true;
}

static void listing(struct text *out, const char *bytes, size_t n, bool differences) {
    struct text held = {0}, paths = {0};
    struct err err = {0};
    struct git_listing listing = {.differences = differences, .record = record, .context = out, .held = &held};
    bool ok =
        git_listing_take(&listing, bytes, n / 2, &err) && git_listing_take(&listing, bytes + n / 2, n - n / 2, &err);

    ok = ok && git_listing_end(&listing, &err);
    text_addf(out, "whole %d %s\n", ok, sample_word(err.text));
    git_index_intents(bytes, &paths);
    text_addf(out, "intents %zu %s", paths.len, text_str(&paths));
    err_release(&err);
    text_release(&held);
    text_release(&paths);
}

static void panes(struct text *out, const char *s, size_t n) {
    struct tmux_panes panes = {0};
    const struct tmux_agent agent = {.run = "0123456789abcdef0123456789abcdef", .board = "0123456789abcdef"};
    const struct tmux_pane *found;

    text_addf(out, "list %d\n", tmux_panes_read(&panes, s, n));
    for (size_t i = 0; i < panes.count; i++) {
        const struct tmux_pane *one = &panes.items[i];

        text_addf(
            out,
            "%s %s %lld dead %d %d %d mode %d watched %d run %s ticket %s board %s mark %s at %lld %lld visitor %d\n",
            one->session, one->pane_id, (long long)one->pid, one->dead, one->dead_status, one->dead_signal,
            one->in_mode, one->watched, one->run, one->ticket, one->board, one->mark, (long long)one->activity,
            (long long)one->looked, tmux_is_visitor(one));
    }
    found = tmux_find_session(&panes, &agent);
    text_addf(out, "its session %s", found ? found->pane_id : "-");
    tmux_panes_release(&panes);
}

static void view(struct text *out, const char *s, size_t n) {
    struct tmux_view view = {0};

    if (tmux_view_read(&view, s, n))
        text_addf(out, "%lld at %d turn %s title %s screen %s", (long long)view.pid, view.cursor_y, view.turn,
                  text_str(&view.title), text_str(&view.screen));
    tmux_view_release(&view);
}

static void process(struct text *out, const char *s) {
    struct proc_line line = {0};
    struct text file = {0};

    if (proc_line_parse(&line, s))
        text_addf(out, "%s %c %lld %lld %lld %lld %lld %lld %lld lives %d\n", line.comm, line.state,
                  (long long)line.parent, (long long)line.group, (long long)line.session, (long long)line.foreground,
                  (long long)line.threads, (long long)line.start, (long long)line.memory, proc_line_lives(&line));
    memory_group_file(&file, s);
    text_addf(out, "group %s killed %d %d", text_str(&file), memory_record_kills(s, 4711, 0),
              memory_record_kills(s, 4711, 5000000));
    text_release(&file);
}

static void http(struct text *out, char *bytes, size_t n) {
    struct http_request request;
    struct http_reply reply;
    struct argv headers = {0};
    char *again = xcalloc(n + 1, 1);

    memcpy(again, bytes, n);
    if (http_wire_get_request(&request, &headers, bytes, n)) {
        text_addf(out, "%s %s token %s ca %s %lld %lld body %zu\n", request.method, request.url,
                  sample_word(request.token), sample_word(request.ca_file), (long long)request.timeout_ms,
                  (long long)request.connect_timeout_ms, request.body ? request.body_len : 0);
        sample_list(out, "header", &headers);
        http_wire_put_request(out, &request);
    }
    if (http_wire_get_reply(&reply, again, n)) {
        text_addf(out, "transfer %d status %d type %s after %s detail %s body %s\n", reply.transfer, reply.status,
                  sample_word(reply.content_type), sample_word(reply.retry_after), sample_word(reply.detail),
                  text_str(&reply.body));
        http_wire_put_reply(out, &reply);
    }
    http_reply_release(&reply);
    argv_release(&headers);
    free(again);
}

static void launched(struct text *out, const char *bytes, size_t n) {
    struct text file = {0};
    struct launch_order order = {0};
    const char *fault;

    text_add(&file, "");
    text_addn(&file, bytes, n);
    fault = launch_parse(&order, &file);
    text_addf(out, "%s", sample_word(fault));
    if (!fault) {
        text_addf(out, " in %s umask %o limits %d\n", order.cwd, (unsigned)order.umask, (int)order.limits.count);
        sample_list(out, "env", &order.env);
        sample_list(out, "word", &order.argv);
    }
    launch_order_release(&order);
    text_release(&file);
}

static void event(struct text *out, const char *bytes, size_t n) {
    struct told told;
    const struct tick now = {.ms = 900000, .boot = "b1"};

    if (told_parse(&told, bytes, n)) {
        told_print(&told, 0, out);
        text_add(out, "\n");
        told_print(&told, 600, out);
        text_addf(out, "\nuntil %lld strange %s", (long long)told_until(&told),
                  sample_word(told_strange(&told, "0123456789abcdef0123456789abcdef", &now)));
    }
    told_release(&told);
}

static void exported(struct text *out, const char *bytes, size_t n) {
    struct err err = {0};
    struct ledger *line = ledger_read(bytes, n, &err);
    const struct json *at = NULL;
    int64_t needs = 0;

    if (line) {
        text_addf(out, "kind %d ticket %lld closed %d made %lld changed %lld", ledger_kind_of(line),
                  (long long)ledger_ticket(line), ledger_closed(line), (long long)ledger_made_at(line),
                  (long long)ledger_changed_at(line));
        while (ledger_need_next(line, &at, &needs))
            text_addf(out, " needs %lld", (long long)needs);
    }
    text_add(out, sample_word(err.text));
    ledger_free(line);
    err_release(&err);
}

static void page(struct text *out, const char *bytes, size_t n) {
    html_text(out, bytes, n);
    text_add(out, "\nline ");
    html_line(out, bytes);
    text_add(out, "\nblock ");
    html_block(out, &(struct html_block){bytes, n, 3, 10});
}

static void sample(const char *bytes, size_t n, struct text *out) {
    char kind = '\0', *s;

    if (n)
        kind = *bytes++;
    n -= n > 0;
    s = xcalloc(n + 1, 1);
    memcpy(s, bytes, n);
    if (kind == 'l' || kind == 'd')
        listing(out, s, n, kind == 'd');
    else if (kind == 't')
        panes(out, s, strlen(s));
    else if (kind == 'v')
        view(out, s, strlen(s));
    else if (kind == 'p')
        process(out, s);
    else if (kind == 'w')
        http(out, s, n);
    else if (kind == 'o')
        launched(out, s, n);
    else if (kind == 'e')
        event(out, s, n);
    else if (kind == 'j')
        exported(out, s, n);
    else
        page(out, s, n);
    free(s);
}

int main(int argc, char **argv) {
    return samples(argc, argv, "host", sample);
}

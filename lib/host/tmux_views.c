#include "host/tmux_views.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "host/tmux_command.h"
#include "host/tmux_view.h"

enum { TOKEN_DIGITS = 32, AT_ONCE = 250, SECOND = 1000 };

/* One pane's part of the script: a line that no screen can guess, then what tmux_view asks, in the quotes of tmux's own
 * command language. Nothing in it is anybody's but ours: tags and ids are checked words. */
static void add_look(struct text *script, const char *token, const struct tmux_agent *agent) {
    const struct tmux_agent tags = {.run = agent->run, .board = agent->board, .pane_id = agent->pane_id};
    char *not_agents = tmux_not_agents(&tags);

    text_addf(script, "display-message -p %s\n", token);
    text_addf(script, "if-shell -F -t %s '%s' 'display-message -p MC_REFUSED' ", agent->pane_id, not_agents);
    text_addf(script, "\"display-message -p -t %s '%s' ; capture-pane -p -t %s\"\n", agent->pane_id, tmux_view_format,
              agent->pane_id);
    free(not_agents);
}

static bool run_script(struct tmux *tmux, const struct text *script, struct text *output, struct err *err) {
    static const char *const source[] = {"source-file", "-", NULL};
    struct tmux_call call;
    bool ok;

    tmux_call_init(&call, tmux, NULL);
    argv_adds(&call.argv, source);
    call.input = text_str(script);
    call.input_len = script->len;
    ok = tmux_call_run(&call, tmux, err) && (call.status == 0 || tmux_call_refused(&call, err));
    if (output)
        text_addn(output, text_str(&call.output), call.output.len);
    tmux_call_release(&call);
    return ok;
}

static void read_look(struct tmux_look *look, const char *bytes, size_t n) {
    static const char refused[] = "MC_REFUSED\n";

    if (n == sizeof refused - 1 && memcmp(bytes, refused, n) == 0)
        look->seen = SEEN_NO;
    else if (tmux_view_read(&look->view, bytes, n))
        look->seen = SEEN_YES;
}

/* The next line that is the token, at a line's start; NULL: none. */
static const char *find_token(const char *at, const char *end, const char *token) {
    size_t n = strlen(token);

    while (at && at < end) {
        if ((size_t)(end - at) > n && memcmp(at, token, n) == 0 && at[n] == '\n')
            return at;
        at = memchr(at, '\n', (size_t)(end - at));
        at = at ? at + 1 : NULL;
    }
    return NULL;
}

static void read_looks(struct tmux_look *const *looks, size_t count, const struct text *output, const char *token) {
    const char *end = text_str(output) + output->len;
    const char *at = find_token(text_str(output), end, token);

    for (size_t i = 0; i < count && at; i++) {
        const char *from = at + strlen(token) + 1;
        const char *next = find_token(from, end, token);

        read_look(looks[i], from, (size_t)((next ? next : end) - from));
        at = next;
    }
}

static bool look_at(struct tmux *tmux, struct tmux_look *const *looks, size_t count, struct err *err) {
    char token[TOKEN_DIGITS + 1];
    struct text script = {0};
    struct text output = {.max = TMUX_OUTPUT_MAX};
    bool ok;

    random_hex(token, TOKEN_DIGITS);
    for (size_t i = 0; i < count; i++)
        add_look(&script, token, &looks[i]->agent);
    ok = run_script(tmux, &script, &output, err);
    if (ok)
        read_looks(looks, count, &output, token);
    text_release(&script);
    text_release(&output);
    return ok;
}

bool tmux_views(struct tmux *tmux, struct tmux_look *looks, size_t count, struct err *err) {
    struct tmux_look **asked = xcalloc(count, sizeof(struct tmux_look *));
    size_t n = 0;
    bool ok = true;

    for (size_t i = 0; i < count; i++) {
        tmux_view_release(&looks[i].view);
        looks[i].seen = SEEN_NO;
        if (!tmux_agent_ok(&looks[i].agent) || !looks[i].agent.pane_id)
            continue;
        looks[i].seen = SEEN_UNKNOWN;
        asked[n++] = &looks[i];
    }
    for (size_t i = 0; ok && i < n; i += AT_ONCE)
        ok = look_at(tmux, asked + i, n - i < AT_ONCE ? n - i : AT_ONCE, err);
    free(asked);
    return ok;
}

void tmux_note_looked(struct tmux *tmux, const struct tmux_looked *noted, size_t count) {
    struct text script = {0};
    struct err err = {0};

    for (size_t i = 0; i < count; i++)
        text_addf(&script, "set-option -p -t %s @mc_looked %lld\n", noted[i].pane_id,
                  (long long)noted[i].activity / SECOND);
    if (count)
        (void)run_script(tmux, &script, NULL, &err);
    err_release(&err);
    text_release(&script);
}

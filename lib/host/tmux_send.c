#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "host/tmux.h"
#include "host/tmux_command.h"
#include "rules/key.h"

/* What goes into a pane: every act stands inside one server-side condition, so that nothing can change between the
 * look and the act. A paste into a dead pane ends a whole 3.3a server; copy mode swallows keys and says nothing. */

static char *refusal_condition(int64_t pid) {
    return xasprintf("#{||:#{||:#{pane_dead},#{pane_in_mode}},#{!=:#{pane_pid},%lld}}", (long long)pid);
}

/* Adds: if-shell -F -t PANE CONDITION REFUSED-arm ACT-arm. */
static void add_guarded(struct tmux_call *call, const char *pane_id, int64_t pid, const char *refused,
                        const char *act) {
    static const char *const head[] = {"if-shell", "-F", "-t", NULL};
    char *condition = refusal_condition(pid);
    argv_adds(&call->argv, head);
    argv_add(&call->argv, pane_id);
    argv_add(&call->argv, condition);
    argv_add(&call->argv, refused);
    argv_add(&call->argv, act);
    free(condition);
}

static enum tmux_paste verdict(const struct tmux_call *call, bool ran, const struct err *err) {
    const char *said = text_str(&call->output);
    if (!ran)
        return err->code == MC_OSERR ? TMUX_NOT_RUN : TMUX_PASTE_UNKNOWN;
    if (tmux_call_server(call) == SEEN_NO || strcmp(said, "MC_REFUSED\n") == 0)
        return TMUX_REFUSED;
    return call->status == 0 && strcmp(said, "MC_DONE\n") == 0 ? TMUX_PASTED : TMUX_PASTE_UNKNOWN;
}

static void forget_buffer(struct tmux *tmux, const char *buffer) {
    static const char *const delete[] = {"delete-buffer", "-b", NULL};
    struct tmux_call call;
    struct err err = {0};
    tmux_call_init(&call, tmux, NULL);
    argv_adds(&call.argv, delete);
    argv_add(&call.argv, buffer);
    (void)tmux_call_run(&call, tmux, &err);
    err_release(&err);
    tmux_call_release(&call);
}

enum tmux_paste tmux_paste(struct tmux *tmux, const char *pane_id, int64_t pid, const char *bytes, size_t n) {
    static const char *const load[] = {"load-buffer", "-b", NULL}, *const from_input[] = {"-", ";", NULL};
    struct tmux_call call;
    struct err err = {0};
    enum tmux_paste pasted;
    char random[17], *buffer, *refused, *act;
    if (!key_pane_ok(pane_id) || n == 0)
        return TMUX_REFUSED;
    random_hex(random, sizeof random - 1);
    buffer = xasprintf("mc-%s", random);
    refused = xasprintf("display-message -p MC_REFUSED ; delete-buffer -b %s", buffer);
    act = xasprintf("paste-buffer -p -d -b %s -t %s ; display-message -p MC_DONE", buffer, pane_id);
    tmux_call_init(&call, tmux, NULL);
    argv_adds(&call.argv, load);
    argv_add(&call.argv, buffer);
    argv_adds(&call.argv, from_input);
    add_guarded(&call, pane_id, pid, refused, act);
    call.input = bytes;
    call.input_len = n;
    pasted = verdict(&call, tmux_call_run(&call, tmux, &err), &err);
    if (pasted == TMUX_PASTE_UNKNOWN)
        forget_buffer(tmux, buffer);
    err_release(&err);
    tmux_call_release(&call);
    free(buffer);
    free(refused);
    free(act);
    return pasted;
}

bool tmux_key(struct tmux *tmux, const char *pane_id, int64_t pid, const char *key) {
    struct tmux_call call;
    struct err err = {0};
    char *act;
    bool done;
    if (!key_pane_ok(pane_id) || !tmux_word_ok(key))
        return false;
    act = xasprintf("send-keys -t %s %s ; display-message -p MC_DONE", pane_id, key);
    tmux_call_init(&call, tmux, NULL);
    add_guarded(&call, pane_id, pid, "display-message -p MC_REFUSED", act);
    done = verdict(&call, tmux_call_run(&call, tmux, &err), &err) == TMUX_PASTED;
    err_release(&err);
    tmux_call_release(&call);
    free(act);
    return done;
}

/* "12 the title…\n" and then the screen: the length says where the title ends. */
static bool split_title(const struct text *output, struct text *title, const char **screen) {
    const char *said = text_str(output), *blank = strchr(said, ' ');
    char digits[12];
    long long n;
    size_t width = blank == NULL ? sizeof digits : (size_t)(blank - said);
    if (width >= sizeof digits)
        return false;
    memcpy(digits, said, width);
    digits[width] = '\0';
    if (!text_to_int(digits, 0, (long long)output->len, &n) || width + 1 + (size_t)n >= output->len)
        return false;
    if (title != NULL)
        text_addn(title, blank + 1, (size_t)n);
    *screen = blank + 1 + n + 1;
    return true;
}

bool tmux_capture(struct tmux *tmux, const char *pane_id, int history, struct text *screen, struct text *title) {
    static const char *const show[] = {"display-message", "-p", "-t", NULL};
    static const char *const capture[] = {"#{n:pane_title} #{pane_title}", ";", "capture-pane", "-p", "-t", NULL};
    struct tmux_call call;
    struct err err = {0};
    const char *from;
    bool done = false;
    if (!key_pane_ok(pane_id))
        return false;
    tmux_call_init(&call, tmux, NULL);
    argv_adds(&call.argv, show);
    argv_add(&call.argv, pane_id);
    argv_adds(&call.argv, capture);
    argv_add(&call.argv, pane_id);
    if (history > 0) {
        argv_add(&call.argv, "-S");
        argv_addf(&call.argv, "-%d", history);
    }
    if (tmux_call_run(&call, tmux, &err) && call.status == 0 && split_title(&call.output, title, &from))
        done = text_addn(screen, from, call.output.len - (size_t)(from - call.output.data));
    err_release(&err);
    tmux_call_release(&call);
    return done;
}

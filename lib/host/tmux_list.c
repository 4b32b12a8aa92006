#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/tmux.h"
#include "host/tmux_command.h"
#include "host/tmux_view.h"
#include "rules/key.h"

/* Numbers first, then the lengths of the six texts, then the texts: whatever an agent writes into its options or its
 * session's name, it cannot end a field early. Newer releases (3.5a) print what would control a terminal as an escape,
 * which is longer than the text that was measured. */
static const char pane_format[] = "#{pane_id} #{pane_pid} #{pane_dead} #{?#{n:pane_dead_status},#{pane_dead_status},-} "
                                  "#{?pane_dead_signal,#{pane_dead_signal},-} #{pane_in_mode} "
                                  "#{?#{||:#{session_attached},#{window_active_clients}},1,0} #{window_activity} "
                                  "#{n:@mc_run} #{n:@mc_ticket} #{n:@mc_board} #{n:@mc_pane} #{n:@mc_looked} "
                                  "#{n:session_name} "
                                  "#{@mc_run}#{@mc_ticket}#{@mc_board}#{@mc_pane}#{@mc_looked}#{session_name}";

enum { PID, DEAD, STATUS, SIGNAL, MODE, WATCHED, ACTIVITY, RUN, TICKET, BOARD, MARK, LOOKED, SESSION, NUMBER_FIELDS };
enum { STATUS_MAX = 255, ENDING_TRIES = 10, ENDING_MS = 50 };

static bool take_number(const char **at, const char *end, long long *value) {
    char digits[24];
    size_t n = 0;
    while (*at + n < end && (*at)[n] != ' ' && (*at)[n] != '\n')
        n++;
    if (n == 0 || n >= sizeof digits || *at + n >= end)
        return false;
    memcpy(digits, *at, n);
    digits[n] = '\0';
    *at += n + ((*at)[n] == ' ');
    *value = -1;
    return strcmp(digits, "-") == 0 || text_to_int(digits, 0, INT64_MAX / 1000, value);
}

/* Cut to what fits: a longer one is none of ours. */
static void take_text(char *to, size_t size, const char **at, long long n) {
    size_t keep = (size_t)n < size ? (size_t)n : size - 1;
    memcpy(to, *at, keep);
    to[keep] = '\0';
    *at += n;
}

/* One with a backslash in it, of texts that are longer than measured, is none of our tags: it is left out, and those
 * behind it are found from the end of the line. */
static bool take_texts(struct tmux_pane *pane, const char **at, const char *end, const long long n[NUMBER_FIELDS]) {
    char looked[24] = "";
    const struct {
        char *to;
        size_t size;
    } texts[] = {{pane->run, sizeof pane->run},     {pane->ticket, sizeof pane->ticket},
                 {pane->board, sizeof pane->board}, {pane->mark, sizeof pane->mark},
                 {looked, sizeof looked},           {pane->session, sizeof pane->session}};
    long long second = 0, left = 0;
    const char *newline;
    bool longer;

    for (int i = RUN; i <= SESSION; i++) {
        if (n[i] < 0 || n[i] > end - *at)
            return false;
        left += n[i];
    }
    longer = left >= end - *at || (*at)[left] != '\n';
    newline = longer ? memchr(*at, '\n', (size_t)(end - *at)) : *at + left;
    if (!newline || newline - *at < left)
        return false;
    for (int i = 0; i < SESSION - RUN + 1; i++) {
        long long length = n[RUN + i];
        left -= length;
        if (longer && memchr(*at, '\\', (size_t)length)) {
            *at = newline - left;
            longer = false;
        } else {
            take_text(texts[i].to, texts[i].size, at, length);
        }
    }
    pane->looked = text_to_int(looked, 0, INT64_MAX / 1000, &second) ? second * 1000 : 0;
    return true;
}

/* One pane; *at moves behind its newline. */
static bool take_pane(struct tmux_pane *pane, const char **at, const char *end) {
    long long n[NUMBER_FIELDS];
    const char *id = *at;
    size_t width = strcspn(id, " \n");
    if (id[0] != '%' || width >= sizeof pane->pane_id || id[width] != ' ')
        return false;
    memcpy(pane->pane_id, id, width);
    pane->pane_id[width] = '\0';
    *at += width + 1;
    for (int i = 0; i < NUMBER_FIELDS; i++)
        if (!take_number(at, end, &n[i]))
            return false;
    if (n[STATUS] > STATUS_MAX || n[SIGNAL] > STATUS_MAX || !take_texts(pane, at, end, n))
        return false;
    pane->pid = n[PID] > 0 ? n[PID] : 0;
    pane->dead = n[DEAD] == 1;
    pane->dead_status = n[STATUS] < 0 ? -1 : (int)n[STATUS];
    pane->dead_signal = n[SIGNAL] < 0 ? 0 : (int)n[SIGNAL];
    pane->in_mode = n[MODE] > 0;
    pane->watched = n[WATCHED] > 0;
    pane->activity = n[ACTIVITY] < 0 ? 0 : n[ACTIVITY] * 1000;
    return *(*at)++ == '\n';
}

bool tmux_panes_read(struct tmux_panes *panes, const char *bytes, size_t n) {
    const char *at = bytes, *end = at + n;
    while (at < end) {
        struct tmux_pane pane = {0};
        if (!take_pane(&pane, &at, end))
            return false;
        panes->items = xgrow(panes->items, panes->count, &panes->cap, sizeof *panes->items);
        panes->items[panes->count++] = pane;
    }
    return true;
}

static enum seen list_once(struct tmux *tmux, bool reap, struct tmux_panes *panes, struct err *err) {
    static const char *const reaping[] = {"run-shell", "true", ";", NULL};
    static const char *const list[] = {"list-panes", "-a", "-F", pane_format, NULL};
    struct tmux_call call;
    enum seen seen = SEEN_UNKNOWN;
    tmux_call_init(&call, tmux, NULL);
    if (reap)
        argv_adds(&call.argv, reaping);
    argv_adds(&call.argv, list);
    for (int tries = 0; tries < ENDING_TRIES; tries++) {
        if (tries > 0)
            clock_sleep(ENDING_MS);
        if (!tmux_call_run(&call, tmux, err))
            goto out;
        if (!tmux_call_server_ended(&call))
            break;
    }
    seen = tmux_call_no_session(&call) ? SEEN_YES : tmux_call_server(&call);
    if (seen == SEEN_UNKNOWN)
        tmux_call_refused(&call, err);
    if (seen == SEEN_YES && !tmux_panes_read(panes, text_str(&call.output), call.output.len)) {
        seen = SEEN_UNKNOWN;
        err_set(err, MC_UNAVAILABLE, "tmux (%s) on %s lists its panes in a way that is not understood", tmux->program,
                tmux->socket);
    }
out:
    tmux_call_release(&call);
    return seen;
}

static bool status_missing(const struct tmux_panes *panes) {
    for (size_t i = 0; i < panes->count; i++)
        if (panes->items[i].dead && panes->items[i].dead_status < 0 && panes->items[i].dead_signal == 0)
            return true;
    return false;
}

static int by_run(const void *a, const void *b) {
    return strcmp(((const struct tmux_pane *)a)->run, ((const struct tmux_pane *)b)->run);
}

/* What the tags of its session would say, of a pane whose session has none. */
static bool take_mark(struct tmux_pane *pane) {
    char run[sizeof pane->run];

    if (pane->run[0] != '\0' || pane->board[0] != '\0' || pane->mark[0] == '\0')
        return false;
    text_copy(run, sizeof run, pane->mark);
    if (!key_run_ok(run) || pane->mark[sizeof run - 1] != '-')
        return false;
    text_copy(pane->run, sizeof pane->run, run);
    text_copy(pane->board, sizeof pane->board, pane->mark + sizeof run);
    pane->moved = true;
    return true;
}

static bool is_listed(const struct tmux_panes *panes, const struct tmux_pane *pane) {
    for (size_t i = 0; i < panes->count; i++)
        if (strcmp(panes->items[i].pane_id, pane->pane_id) == 0 && strcmp(panes->items[i].run, pane->run) == 0)
            return true;
    return false;
}

/* An agent's pane that was moved into a session of a person's is known by its mark. One that is shown there as well
 * (new-session -t, link-window) is listed for each of the two: once is enough. */
static void heed_marks(struct tmux_panes *panes) {
    struct tmux_panes moved = {0};
    size_t kept = 0;

    for (size_t i = 0; i < panes->count; i++) {
        struct tmux_pane pane = panes->items[i];

        if (!take_mark(&pane)) {
            panes->items[kept++] = pane;
        } else if (!is_listed(&moved, &pane)) {
            moved.items = xgrow(moved.items, moved.count, &moved.cap, sizeof *moved.items);
            moved.items[moved.count++] = pane;
        }
    }
    panes->count = kept;
    for (size_t i = 0; i < moved.count; i++)
        if (!is_listed(panes, &moved.items[i]))
            panes->items[panes->count++] = moved.items[i];
    free(moved.items);
}

enum seen tmux_list(struct tmux *tmux, struct tmux_panes *panes, struct err *err) {
    enum seen seen;
    *panes = (struct tmux_panes){0};
    seen = list_once(tmux, false, panes, err);
    /* 3.3a learns how a pane's process ended only when it reaps another child. */
    if (seen == SEEN_YES && status_missing(panes)) {
        tmux_panes_release(panes);
        seen = list_once(tmux, true, panes, err);
    }
    if (seen != SEEN_YES)
        tmux_panes_release(panes);
    heed_marks(panes);
    if (panes->count > 1)
        qsort(panes->items, panes->count, sizeof *panes->items, by_run);
    return seen;
}

static bool older(const struct tmux_pane *pane, const struct tmux_pane *than) {
    long long a = 0, b = 0;
    return than == NULL || (text_to_int(pane->pane_id + 1, 0, INT32_MAX, &a) &&
                            text_to_int(than->pane_id + 1, 0, INT32_MAX, &b) && a < b);
}

bool tmux_is_visitor(const struct tmux_pane *pane) {
    size_t run = strlen(pane->run);
    bool marked = strncmp(pane->mark, pane->run, run) == 0 && pane->mark[run] == '-';
    if (pane->mark[0] == '\0' || run == 0)
        return false;
    return !marked || (pane->board[0] != '\0' && strcmp(pane->mark + run + 1, pane->board) != 0);
}

/* The agent's before a visitor's; of a session from before they were marked the first. */
static bool better(const struct tmux_pane *pane, const struct tmux_pane *than) {
    if (than != NULL && tmux_is_visitor(pane) != tmux_is_visitor(than))
        return tmux_is_visitor(than);
    return older(pane, than);
}

const struct tmux_pane *tmux_find(const struct tmux_panes *panes, const char *session) {
    const struct tmux_pane *found = NULL;
    for (size_t i = 0; i < panes->count; i++)
        if (strcmp(panes->items[i].session, session) == 0 && better(&panes->items[i], found))
            found = &panes->items[i];
    return found;
}

static bool of_board(const struct tmux_pane *pane, const char *board) {
    return pane->board[0] == '\0' || strcmp(pane->board, board) == 0;
}

static bool tagged(const struct tmux_pane *pane, const struct tmux_agent *agent) {
    return strcmp(pane->run, agent->run) == 0 && of_board(pane, agent->board);
}

/* The list is in the order of the run tags. */
static size_t first_of_run(const struct tmux_panes *panes, const char *run) {
    size_t low = 0, high = panes->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(panes->items[middle].run, run) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct tmux_pane *tmux_find_agent(const struct tmux_panes *panes, const struct tmux_agent *agent) {
    const struct tmux_pane *found = NULL;
    for (size_t i = first_of_run(panes, agent->run); i < panes->count; i++) {
        const struct tmux_pane *pane = &panes->items[i];
        if (strcmp(pane->run, agent->run) != 0)
            break;
        if (tagged(pane, agent) && !tmux_is_visitor(pane) &&
            (agent->pane_id == NULL || strcmp(pane->pane_id, agent->pane_id) == 0) && older(pane, found))
            found = pane;
    }
    return found;
}

const struct tmux_pane *tmux_find_session(const struct tmux_panes *panes, const struct tmux_agent *agent) {
    const struct tmux_agent tags = {.run = agent->run, .board = agent->board};
    const struct tmux_pane *found = tmux_find_agent(panes, &tags);
    if (found != NULL || agent->session == NULL)
        return found;
    found = tmux_find(panes, agent->session);
    return found != NULL && of_board(found, agent->board) ? found : NULL;
}

/* Takes what was found out of the list, and the list's end. */
static enum seen conclude(struct tmux_panes *panes, const struct tmux_pane *found, enum seen server,
                          struct tmux_pane *pane) {
    if (found != NULL)
        *pane = *found;
    tmux_panes_release(panes);
    if (server == SEEN_UNKNOWN)
        return SEEN_UNKNOWN;
    return found != NULL ? SEEN_YES : SEEN_NO;
}

enum seen tmux_look(struct tmux *tmux, const char *session, struct tmux_pane *pane, enum seen *server) {
    struct tmux_panes panes;
    struct err err = {0};
    *server = tmux_list(tmux, &panes, &err);
    err_release(&err);
    return conclude(&panes, tmux_find(&panes, session), *server, pane);
}

enum seen tmux_look_agent(struct tmux *tmux, const struct tmux_agent *agent, struct tmux_pane *pane,
                          enum seen *server) {
    struct tmux_panes panes;
    struct err err = {0};
    *server = tmux_list(tmux, &panes, &err);
    err_release(&err);
    return conclude(&panes, tmux_find_agent(&panes, agent), *server, pane);
}

enum seen tmux_look_session(struct tmux *tmux, const struct tmux_agent *agent, struct tmux_pane *pane,
                            enum seen *server) {
    struct tmux_panes panes;
    struct err err = {0};
    *server = tmux_list(tmux, &panes, &err);
    err_release(&err);
    return conclude(&panes, tmux_find_session(&panes, agent), *server, pane);
}

void tmux_panes_release(struct tmux_panes *panes) {
    free(panes->items);
    *panes = (struct tmux_panes){0};
}

#include "pickup/observe.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/proc.h"
#include "host/spawn.h"
#include "pickup/unknown.h"
#include "rules/awake.h"
#include "rules/heal.h"
#include "run/end.h"
#include "run/here.h"
#include "run/site.h"
#include "run/worker.h"
#include "store/journal.h"
#include "store/snapshot.h"

enum { SECOND = 1000 };

static void set_limits(struct site *site, struct world *world) {
    const struct config *config = &site->config;
    const struct tick now = site_tick(site);

    world->now = clock_now();
    world->ahead = clock_difference();
    world->tick = now.ms;
    text_copy(world->boot_id, sizeof world->boot_id, site->self.boot);
    world->newborn_grace_ms = config->newborn_grace_s * SECOND;
    world->runtime_ttl_ms = config->runtime_ttl_s * SECOND;
    world->linger_ms = config->linger_s * SECOND;
    world->stall_timeout_ms = config->stall_timeout_s * SECOND;
    world->turn_timeout_ms = config->turn_timeout_s * SECOND;
    world->max_runtime_ms = config->max_runtime_s * SECOND;
    world->mass_death_tick = awake_read(world->mass_death_mark, &now);
    world->no_server_tick = awake_read(world->no_server_mark, &now);
    world->socket_beside = !config->tmux.socket || !*config->tmux.socket;
    world->http = config->send.transport == TRANSPORT_HTTP;
    world->send_timeout_ms = world->http ? config->send.timeout_s * SECOND : 0;
}

static const char *run_of(const struct world_case *one) {
    if (one->runtime_exists)
        return one->runtime.run_id;
    return one->run_exists ? one->run.run_id : one->ticket.run_id;
}

static void see_processes(const struct site *site, struct world_case *one) {
    const struct worker_beside beside = {site, one->runtime.run_id, &one->runtime.agent};

    one->pickup = one->run_exists ? proc_alive(&one->run.pickup) : SEEN_UNKNOWN;
    one->process = one->runtime.agent.pid ? proc_alive(&one->runtime.agent) : SEEN_UNKNOWN;
    one->elsewhere = proc_elsewhere(&one->runtime.agent);
    one->other_boot = *one->runtime.agent.boot && strcmp(one->runtime.agent.boot, site->self.boot) != 0;
    one->other_worker = one->runtime_is_tickets ? SEEN_NO : worker_other(&one->ticket, &beside);
}

static void see_pane(struct world_case *one, const struct tmux_pane *pane) {
    one->session = SEEN_YES;
    one->session_ours = text_same(pane->run, run_of(one)) && !tmux_is_visitor(pane);
    one->pane_dead = pane->dead;
    one->pane_pid = pane->pid;
    text_copy(one->pane_id, sizeof one->pane_id, pane->pane_id);
    one->activity = one->session_ours ? pane->activity : 0;
    one->looked = one->session_ours ? pane->looked : 0;
}

/* The session of a case, by its row's name or, where only the claim is known, by the name it would have. */
static void session_name(const struct site *site, const struct world_case *one, char out[SESSION_SIZE]) {
    char key[KEY_SIZE];

    if (one->runtime_exists && *one->runtime.tmux_target) {
        text_copy(out, SESSION_SIZE, one->runtime.tmux_target);
        return;
    }
    site_key(site, one->ticket.id, key);
    key_session(out, site->config.tmux.session_prefix, key);
}

/* Its tags first: a session may have another name than it should, and its name may be another's. */
static struct tmux_agent agent_of(const struct site *site, const struct world_case *one, char name[SESSION_SIZE]) {
    const char *run = run_of(one);

    session_name(site, one, name);
    return (struct tmux_agent){.run = run ? run : "", .board = site->board_name, .session = name};
}

static void see_case(struct site *site, const struct world *world, const struct tmux_panes *panes,
                     struct world_case *one) {
    char name[SESSION_SIZE];
    struct tmux_agent agent = agent_of(site, one, name);
    const struct tmux_pane *pane = tmux_find_session(panes, &agent);

    if (pane)
        see_pane(one, pane);
    else
        one->session = world->server == SEEN_UNKNOWN ? SEEN_UNKNOWN : SEEN_NO;
}

void observe_again(struct site *site, struct world_case *one) {
    char name[SESSION_SIZE];
    struct tmux_agent agent = agent_of(site, one, name);
    struct tmux_pane pane = {0};
    enum seen server;

    see_processes(site, one);
    one->session = tmux_look_session(&site->tmux, &agent, &pane, &server);
    if (one->session == SEEN_YES)
        see_pane(one, &pane);
}

/* The agent's pane of a run of ours, not a person's beside it, and not of another board's? What is from before there
 * were boards' names is told by its run; of panes without a mark the first is the agent's. */
static bool is_ours(const struct site *site, const struct tmux_panes *panes, const struct tmux_pane *pane) {
    const struct tmux_agent agent = {.run = pane->run, .board = site->board_name};

    return key_run_ok(pane->run) && tmux_find_agent(panes, &agent) == pane;
}

static bool has_row(const struct world *world, int64_t ticket) {
    for (size_t i = 0; i < world->case_count; i++)
        if (world->cases[i].runtime_exists && world->cases[i].runtime.ticket_id == ticket)
            return true;
    return false;
}

static bool see_session(struct site *site, struct world *world, const struct tmux_pane *pane, struct err *err) {
    struct world_session session = {.pane_dead = pane->dead, .board_tagged = text_same(pane->board, site->board_name)};

    /* Now, in the look it belongs to: by the time of the repair the number may be another's. */
    end_identify(site, &(struct end_pane){pane->run, pane->pid, pane->dead}, &session.agent);

    text_copy(session.name, sizeof session.name, pane->session);
    text_copy(session.pane_id, sizeof session.pane_id, pane->pane_id);
    text_copy(session.run_tag, sizeof session.run_tag, pane->run);
    text_copy(session.ticket_tag, sizeof session.ticket_tag, pane->ticket);
    if (!key_parse(pane->ticket, site->config.ticket_prefix, &session.ticket_id))
        session.ticket_id = 0;
    if (!snapshot_session(site->board, &session, err))
        return false;
    if (session.run_exists) { /* its run knows whose it is; the tag may be anything by now */
        session.ticket_id = session.run.ticket_id;
        session.elsewhere = !site_here(site, session.run.host); /* another's on one server: not ours to rebuild */
        session.run_is_tickets &= !session.elsewhere;
        session.row_taken = has_row(world, session.ticket_id);
        site_key(site, session.ticket_id, session.ticket_tag);
    }
    world->sessions = xgrow(world->sessions, world->session_count, &world->session_cap, sizeof session);
    world->sessions[world->session_count++] = session;
    return true;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The runs with an active row, in order. */
static const char **active_runs(const struct world *world, size_t *count) {
    const char **runs = xcalloc(world->case_count, sizeof *runs);

    *count = 0;
    for (size_t i = 0; i < world->case_count; i++)
        if (world->cases[i].runtime_exists && world->cases[i].runtime.run_id)
            runs[(*count)++] = world->cases[i].runtime.run_id;
    qsort(runs, *count, sizeof *runs, by_text);
    return runs;
}

/* The sessions of ours whose run has no active row. By the tag: one that a hand has renamed is still that row's. */
static bool see_sessions(struct site *site, struct world *world, const struct tmux_panes *panes, struct err *err) {
    size_t count;
    const char **runs = active_runs(world, &count);
    bool ok = true;

    for (size_t i = 0; ok && i < panes->count; i++) {
        const char *run = panes->items[i].run;

        if (is_ours(site, panes, &panes->items[i]) && !bsearch(&run, runs, count, sizeof *runs, by_text))
            ok = see_session(site, world, &panes->items[i], err);
    }
    free(runs);
    return ok;
}

/* What is looked at while the server puts its list together. */
struct seeing {
    struct site *site;
    struct world *world;
    bool done; /* tmux may be asked twice, or cannot be asked at all */
    bool ok;
    struct err *err;
};

static void see_rows(void *context) {
    struct seeing *seeing = context;
    struct site *site = seeing->site;
    struct world *world = seeing->world;

    if (seeing->done)
        return;
    seeing->done = true;
    seeing->ok = snapshot_cases(site->board, site->config.host, world, seeing->err);
    for (size_t i = 0; i < world->case_count; i++)
        see_processes(site, &world->cases[i]);
}

/* Rows and processes meanwhile: with many agents they take as long as the list. The rows are those of the caller's
 * transaction, which began before. */
static bool list_meanwhile(struct site *site, struct world *world, struct tmux_panes *panes, struct err *err) {
    struct seeing seeing = {.site = site, .world = world, .err = err};
    const struct spawn_meanwhile meanwhile = {.work = see_rows, .context = &seeing};
    struct err own = {0};
    bool may;

    if (!site_named(site, err))
        return false;
    may = site_tmux(site, &own);
    world->server = SEEN_UNKNOWN;
    if (may) {
        site->tmux.meanwhile = &meanwhile;
        world->server = tmux_list(&site->tmux, panes, &own);
        site->tmux.meanwhile = NULL;
    }
    see_rows(&seeing);
    world->short_of = world->server == SEEN_UNKNOWN && own.text && own.code == MC_OSERR;
    if (!may || world->short_of)
        xreplace(&world->unasked, own.text);
    err_release(&own);
    return seeing.ok;
}

static bool see_tmux(struct site *site, struct world *world, struct err *err) {
    struct tmux_panes panes = {0};
    bool ok = list_meanwhile(site, world, &panes, err);

    for (size_t i = 0; ok && i < world->case_count; i++)
        see_case(site, world, &panes, &world->cases[i]);
    ok = ok && see_sessions(site, world, &panes, err);
    tmux_panes_release(&panes);
    return ok;
}

bool observe(struct site *site, struct world *world, struct err *err) {
    *world = (struct world){0};
    if (!snapshot_any(site->board, site->config.host, world, err))
        return false;
    world->back = site->back;
    world->any |= site->back;
    if (!world->any && !unknown_due(site))
        return true;
    if (!site_know_self(site, err))
        return false;
    set_limits(site, world);
    return see_tmux(site, world, err);
}

bool observe_ticket(struct site *site, int64_t ticket, struct world *world, struct err *err) {
    const struct snapshot_key key = {.host = site->config.host, .ticket_id = ticket};
    struct world_case *one;
    bool ok;

    *world = (struct world){0};
    if (!site_know_self(site, err) || !board_begin_read(site->board, err))
        return false;
    world->cases = xgrow(world->cases, 0, &world->case_cap, sizeof *world->cases);
    one = &world->cases[0];
    *one = (struct world_case){0};
    ok = snapshot_again(site->board, &key, one, err);
    board_rollback(site->board);
    if (!ok)
        return false;
    world->case_count = 1;
    set_limits(site, world);
    if (one->runtime_exists && site_tmux(site, err))
        observe_again(site, one);
    world->server = one->session == SEEN_UNKNOWN ? SEEN_UNKNOWN : SEEN_YES;
    return !err->text;
}

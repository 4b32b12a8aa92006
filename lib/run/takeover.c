#include "run/takeover.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/proc.h"
#include "rules/awake.h"
#include "run/end.h"
#include "run/marker.h"
#include "run/site.h"
#include "run/worker.h"
#include "store/adoption.h"
#include "store/runtimes.h"
#include "store/tickets.h"

/* What was seen outside before the transaction, and the rows read inside it. */
struct scene {
    const struct takeover *take;
    struct tmux_pane pane;
    struct identity in_pane; /* its process, identified in the same breath; not known: none */
    enum seen session;
    bool marker_seen;
    struct ticket ticket;
    struct runtime runtime;
    bool confirmed;
};

static void scene_release(struct scene *scene) {
    ticket_release(&scene->ticket);
    runtime_release(&scene->runtime);
}

static void look_outside(struct site *site, struct scene *scene) {
    const struct takeover *take = scene->take;
    struct runtime runtime = {0};
    struct tmux_agent agent;
    struct err err = {0};
    enum seen server;

    if (runtimes_get(site->board, take->session_key, &runtime, &err) && runtime.session_key && site_tmux(site, &err)) {
        agent = site_agent(site, &runtime);
        scene->session = tmux_look_session(&site->tmux, &agent, &scene->pane, &server);
        if (scene->session == SEEN_YES)
            end_identify(site, &(struct end_pane){take->run_id, scene->pane.pid, scene->pane.dead}, &scene->in_pane);
        if (scene->pane.dead)
            scene->session = SEEN_NO; /* what tmux keeps of a dead agent is no live session */
        if (take->nonce)
            scene->marker_seen = marker_look(site, &runtime, take->nonce, 0) == SEEN_YES;
    }
    runtime_release(&runtime);
    err_release(&err);
}

static void read_rows(struct site *site, struct scene *scene) {
    const struct takeover *take = scene->take;
    struct err err = {0};

    scene->confirmed = tickets_find(site->board, take->ticket_id, &scene->ticket, &err) && scene->ticket.id &&
                       runtimes_get(site->board, take->session_key, &scene->runtime, &err);
    err_release(&err);
}

/* A pid of another namespace says nothing here: then its live pane does, which is asked first whose it is. */
static enum seen process_seen(const struct scene *scene) {
    const struct identity *agent = &scene->runtime.agent;

    if (proc_elsewhere(agent) && scene->session == SEEN_YES)
        return SEEN_YES;
    return proc_alive(agent);
}

/* Of a row without a reading of this boot nothing but the wall clock tells, which may have been set since. */
static int64_t age_of(const struct site *site, const struct runtime *runtime) {
    if (awake_known(runtime, site->self.boot))
        return awake_between(runtime->spawned_tick, clock_monotonic());
    return clock_now() - runtime->spawned_at;
}

static struct adopt_facts facts_of(const struct site *site, const struct scene *scene) {
    const struct takeover *take = scene->take;
    const struct runtime *runtime = &scene->runtime;
    const struct worker_beside beside = {site, take->run_id, &runtime->agent};

    return (struct adopt_facts){
        .path = take->path,
        .confirmed = scene->confirmed,
        .status = scene->ticket.status,
        .other_worker_alive = worker_other(&scene->ticket, &beside) != SEEN_NO,
        .runtime_exists = runtime_active(runtime),
        .runtime_is_runs = text_same(runtime->run_id, take->run_id),
        .session_tag_is_runs = scene->session != SEEN_YES || text_same(scene->pane.run, take->run_id),
        .pid_recorded = identity_known(&runtime->agent),
        .process = process_seen(scene),
        .session = scene->session,
        .age_ms = age_of(site, runtime),
        .newborn_grace_ms = site->config.newborn_grace_s * 1000,
    };
}

/* Only an endpoint, or a turn that another holds, says that nothing was delivered; that no marker is seen proves
 * nothing: it may have scrolled away. */
static enum adopted_turn turn_of(const struct scene *scene) {
    if (scene->marker_seen)
        return ADOPTED_TURN_ARRIVED;
    return scene->take->path == ADOPT_SEND ? ADOPTED_TURN_UNDELIVERED : ADOPTED_TURN_UNTOLD;
}

static bool write(struct site *site, const struct scene *scene, struct takeover_done *done, struct err *err) {
    const struct takeover *take = scene->take;
    struct identity agent = scene->runtime.agent;
    char *why;
    bool ok;

    if (done->verdict == ADOPT_NEWBORN)
        agent = scene->in_pane;
    if (!identity_known(&agent)) {
        done->verdict = ADOPT_PROCESS_DEAD;
        return true;
    }
    done->pid = agent.pid;
    why = xasprintf("%s; adopted pid %lld", take->why, (long long)agent.pid);
    ok = adoption_write(site->board,
                        &(struct adoption){
                            .ticket_id = take->ticket_id,
                            .run_id = take->run_id,
                            .session_key = take->session_key,
                            .host = site->config.host,
                            .pane_id = *scene->pane.pane_id ? scene->pane.pane_id : scene->runtime.pane_id,
                            .agent = &agent,
                            .turn = turn_of(scene),
                            .message_due = take->message_due,
                            .why = why,
                            .tick = site_tick(site),
                            .now = clock_now(),
                        },
                        &done->changed, err);
    free(why);
    return ok;
}

bool takeover(struct site *site, const struct takeover *take, struct takeover_done *done, struct err *err) {
    struct scene scene = {.take = take};
    struct adopt_facts facts;
    bool ok = true;

    *done = (struct takeover_done){.verdict = ADOPT_UNCONFIRMED};
    look_outside(site, &scene);
    if (!board_begin(site->board, err)) {
        err_release(err);
        goto out;
    }
    read_rows(site, &scene);
    done->from = scene.ticket.status;
    facts = facts_of(site, &scene);
    done->verdict = adopt_decide(&facts);
    if (adopt_granted(done->verdict))
        ok = write(site, &scene, done, err);
    if (ok && done->changed)
        ok = board_commit(site->board, err);
    else
        board_rollback(site->board);
out:
    scene_release(&scene);
    return ok;
}

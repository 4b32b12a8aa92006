/* One pickup (SPEC section 3), step by step:
 *
 *   hosts           hosts.c      on a board that several machines share: this one among them, and who of them is silent
 *   observe, heal   heal.c       rows, tmux and processes in one picture (observe.c), and once more where agents have
 *                                left word of their turns (spooled.c); the plan (rules/heal_plan.c), one
 *                                transaction per repair (remedy.c; mend.c: rows alone; resolve.c: a send cut short;
 *                                lastword.c: what a dead agent said; remedy_session.c: a session without a row, whose
 *                                turns recall.c knows)
 *   give back       slots.c      the slots that are left (run/pool.c): what is uncommitted in them is kept first
 *   harvest         harvest.c    turns that have ended without a word to us: read off their agents' screens (reading.c)
 *                   after_turns.c  of worktrees: the hook and the push that follow a turn (run/aftermath.c)
 *   deliver         deliver.c    the oldest due message of each runtime that is at rest
 *                                (uprooted.c: whose folder was removed is ended instead)
 *   claim           claim.c      one ticket (look.c: which), in one transaction with its run and runtime
 *                                (stuck.c: those that can never be claimed are said, waiting.c: those behind a breaker;
 *                                room.c, park.c: an agent that rests makes room for one that waits)
 *   prepare         workplace.c  its slot: a worktree on a branch of its own, checked, what was kept put back
 *                                (slot_swap.c: another one, where it is not in order)
 *                   prepare.c    prompt (past.c: what came of the ticket before; a long one is a file:
 *                                host/handout.c), directories, launch file: what the
 *                                agent runs in (run/surroundings.c), how it reports (wiring.c, agent_version.c)
 *   spawn           launch.c     the session and its record (hidden.c: a session that was there already)
 *   send            turn.c       by tmux (glance.c: looks at the agent, at_prompt.c: waits for its prompt, type.c: the
 *                                typing); endpoint.c: by HTTP
 *   settle          settle.c     the rows by the class of what came back (rules/classes.c): sent, adopted
 *                                (run/takeover.c), given back (run/giveback.c), or a person is asked
 *                                (settle_later.c: of a turn after the first)
 *   keep            keeping.c    once a day, by one that has found nothing to do: folders of what is long over
 *                                (keep_folders.c), closed tickets to the archive (keep_tickets.c)
 *   report          report.c     printed in cmd/mc-pickup
 *
 * trial.c, trial_note.c: for mc-ticket doctor --try; what a killed one has left is ended behind heal.
 * work.c is what the steps from claim on hand to each other. For mc-ticket alone: sender.c, a person's text as a turn
 * now, and listen.c, one ticket's turn looked at for somebody who waits for it.
 *
 * Before each outside effect its intent is committed, after it its result; what a dead pickup leaves, heal finds. */
#include "pickup/pickup.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "pickup/after_turns.h"
#include "pickup/claim.h"
#include "pickup/deliver.h"
#include "pickup/endpoint.h"
#include "pickup/harvest.h"
#include "pickup/heal.h"
#include "pickup/hosts.h"
#include "pickup/keeping.h"
#include "pickup/launch.h"
#include "pickup/prepare.h"
#include "pickup/settle.h"
#include "pickup/slots.h"
#include "pickup/trial_note.h"
#include "pickup/turn.h"
#include "pickup/unknown.h"
#include "pickup/work.h"
#include "pickup/workplace.h"
#include "pickup/workplace_plan.h"
#include "rules/workspace.h"
#include "rules/world.h"
#include "run/notify.h"
#include "run/orphans.h"
#include "store/facts.h"

/* mc-ticket health reads its time to notice that cron has stopped, or that each pickup is refused. */
static void touch_last_pickup(const struct site *site) {
    char *path = site_last_pickup(site);

    files_touch(path);
    free(path);
}

static bool send(struct work *work, struct err *err) {
    if (work->site->config.send.transport == TRANSPORT_HTTP)
        return endpoint_send(work, err);
    return work->argv_turn ? turn_watch(work) : turn_paste(work, err);
}

/* The agent is a new one, and what an ended one had to read goes. */
static bool send_first(struct work *work, struct err *err) {
    prepare_tidy(work);
    return send(work, err);
}

/* From the claimed ticket to settled rows. A step that stops has left its verdict; err is for the board alone. */
static bool work_through(struct work *work, struct err *err) {
    bool sent = workplace_prepare(work, err) && prepare_prompt(work, err) && prepare_place(work) &&
                launch_agent(work, err) && send_first(work, err);

    if (!sent && err->text) {
        work_report(work);
        if (work->verdict.class == CLASS_SENT) /* nothing has come back of a send */
            work->report->transport = NULL;
        return err_wrap(err, "%s", work->key);
    }
    return work->over || settle_first(work, err);
}

/* A look at the folder, and no git: what would stop the first step is said before cron meets it. */
static void say_no_repository(struct work *work) {
    const struct workspace *workspace = work->workspace;
    char *git, *head;

    if (!workspace)
        return;
    git = xasprintf("%s/.git", workspace->repo);
    head = xasprintf("%s/HEAD", workspace->repo);
    if (!files_exists(workspace->repo) || (!files_exists(git) && !files_exists(head)))
        report_warn(work->report, "%s: this would fail: %s is no git repository%s; mend \"repo\" of workspace %s",
                    work->key, workspace->repo, files_exists(workspace->repo) ? "" : ", nothing is there",
                    workspace->name);
    free(git);
    free(head);
}

static bool plan_dispatch(struct work *work, struct err *err) {
    struct report *report = work->report;
    bool http = work->site->config.send.transport == TRANSPORT_HTTP;
    char *place = workplace_plan(work, err);

    if (!place)
        return false;
    report_plan(report, "claim", work->key, "the next ticket that may be picked up");
    report_plan(report, "prepare", work->key, place);
    free(place);
    say_no_repository(work);
    report_plan(report, "spawn", work->key, work->profile->name);
    report_plan(report, "send", work->key,
                http              ? "one POST to send.url"
                : work->argv_turn ? "the prompt goes along as an argument"
                                  : "the prompt is pasted when the agent is ready");
    report->outcome = OUTCOME_DISPATCHED;
    report->exit = MC_OK;
    text_copy(report->ticket, sizeof report->ticket, work->key);
    return true;
}

static bool dispatch(struct pickup *pickup, struct err *err) {
    struct work work = {0};
    bool took;
    bool ok = claim_one(pickup, &work, &took, err);

    if (ok && took && pickup->dry)
        ok = plan_dispatch(&work, err);
    else if (ok && took)
        ok = work_through(&work, err) && slots_after(&work, err);
    work_release(&work);
    return ok;
}

static void stop_silent(struct report *report, enum send_class class) {
    report->outcome = OUTCOME_FAILED;
    report->exit = (int)class_rule(class)->exit;
    text_copy(report->reason, sizeof report->reason, send_class_name(class));
    report_fail(report, "tmux does not answer while agents are at work: nothing was done");
    report_hush(report); /* healing says so once */
}

/* Of a doctor that was killed while it tried an agent. What cannot be ended now is tried again by the next pickup. */
static void end_trial(struct pickup *pickup) {
    struct err err = {0};
    bool ended;

    if (!trial_note_left(&pickup->site, &ended, &err))
        report_warn(&pickup->report, "the agent that was tried: %s", err.text);
    else if (ended)
        report_note(&pickup->report, "the agent that was tried, and whoever tried it was killed, is ended");
    err_release(&err);
}

static bool look_after(struct pickup *pickup, struct err *err) {
    struct world world = {0};
    bool ok = heal_observe(pickup, &world, err) && orphans_check(&pickup->site, &world, err);

    if (ok && !pickup->dry)
        touch_last_pickup(&pickup->site);
    ok = ok && heal_step(pickup, &world, err);
    if (ok && world.trial && !pickup->dry && !pickup->tmux_silent)
        end_trial(pickup);
    ok = ok && hosts_after(pickup, &world, err) && unknown_say(pickup, &world, err) &&
         (!world.slots || pickup->tmux_silent || slots_step(pickup, err)) &&
         (pickup->heal_only || (harvest_step(pickup, &world, err) && after_turns_step(pickup, &world, err)));

    world_release(&world);
    return ok;
}

static bool go_through(struct pickup *pickup, struct err *err) {
    if (!look_after(pickup, err))
        return false;
    if (pickup->tmux_silent)
        stop_silent(&pickup->report, pickup->short_of ? CLASS_OS_ERROR : CLASS_NO_TMUX);
    return pickup->tmux_silent || pickup->heal_only || (deliver_step(pickup, err) && dispatch(pickup, err));
}

static bool found_nothing(const struct pickup *pickup) {
    return !pickup->ticket && !pickup->heal_only && pickup->report.outcome == OUTCOME_IDLE &&
           !board_changed(pickup->site.board);
}

/* One deferred transaction around all looks, and nothing else. */
static bool rehearse(struct pickup *pickup, struct err *err) {
    bool ok = board_takes(pickup->site.board, err) && board_begin(pickup->site.board, err) && hosts_step(pickup, err) &&
              go_through(pickup, err);

    board_rollback(pickup->site.board);
    return ok;
}

/* What became of a notify that nobody waited for. */
static void say_fault(struct pickup *pickup) {
    struct text line = {0};

    if (notify_fault(&pickup->site, &line))
        report_warn(&pickup->report, "notify: %s; mend it, or \"notify\" in the configuration", text_str(&line));
    text_release(&line);
}

bool pickup_run(struct pickup *pickup, struct err *err) {
    bool http = pickup->site.config.send.transport == TRANSPORT_HTTP;

    if (pickup->ticket)
        site_key(&pickup->site, pickup->ticket, pickup->report.ticket);
    if (!site_check(&pickup->site, err) || !prepare_check(&pickup->site, err) ||
        (http && !endpoint_check(&pickup->site, err)))
        return false;
    if (pickup->dry)
        return rehearse(pickup, err);
    if (!hosts_step(pickup, err))
        return false;
    say_fault(pickup);
    return go_through(pickup, err) && (!found_nothing(pickup) || keeping_step(pickup, err));
}

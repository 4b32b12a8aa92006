#include "pickup/trial.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "host/files.h"
#include "host/git_tree.h"
#include "host/interrupt.h"
#include "pickup/at_prompt.h"
#include "pickup/glance.h"
#include "pickup/launch.h"
#include "pickup/prepare.h"
#include "pickup/report.h"
#include "pickup/trial_note.h"
#include "pickup/work.h"
#include "rules/profile.h"
#include "rules/record.h"
#include "rules/trust.h"
#include "run/base_own.h"
#include "run/end.h"
#include "run/pool_folder.h"

enum { SLICE_MS = 500, SECOND = 1000, NAME_DIGITS = 6, CONFIG_MAX = 1024 * 1024 };

/* One of them under way. */
struct trying {
    struct site *site;
    struct trial *trial;
    struct work work;
    struct report report;
    struct trial_note note;
    struct glance glance;
};

void trial_release(struct trial *trial) {
    free(trial->place);
    free(trial->detail);
    free(trial->next);
    free(trial->pattern);
    free(trial->screen);
    *trial = (struct trial){0};
}

static void plan(struct trying *trying) {
    struct site *site = trying->site;
    const struct workspace *workspace = config_workspace(&site->config, NULL);
    struct trial_note *note = &trying->note;
    char *pool = workspace ? site_pool(site, workspace) : NULL, *folder;

    random_hex(note->run_id, RUN_ID_DIGITS);
    folder = site_run_dir(site, note->run_id);
    note->session = xasprintf("%sdoctor-%.*s", site->config.tmux.session_prefix, NAME_DIGITS, note->run_id);
    note->path =
        workspace ? xasprintf("%s/doctor-%.*s", pool, NAME_DIGITS, note->run_id) : xasprintf("%s/work", folder);
    note->workspace = workspace ? xstrdup(workspace->name) : NULL;
    note->who = site->self;
    free(folder);
    free(pool);
}

static void fill_work(struct trying *trying) {
    struct site *site = trying->site;
    struct work *work = &trying->work;

    report_init(&trying->report);
    work->site = site;
    work->report = &trying->report;
    work->profile = config_profile(&site->config, trying->trial->profile);
    work->first = true;
    text_copy(work->key, sizeof work->key, "doctor");
    text_copy(work->run_id, sizeof work->run_id, trying->note.run_id);
    text_copy(work->nonce, sizeof work->nonce, "MC_TICKET_TURN:0:0:00000000"); /* which nothing shows */
    work->run_dir = site_run_dir(site, work->run_id);
    work->launch_file = site_launch_file(site, work->run_id);
    work->runtime.run_id = xstrdup(work->run_id);
    work->runtime.tmux_target = xstrdup(trying->note.session);
    work->runtime.cwd = xstrdup(trying->note.path);
    work->runtime.pane_log_path = site_pane_log(site, work->run_id);
}

/* A worktree that looks to the agent as a slot does. */
static bool make_tree(struct trying *trying, struct err *err) {
    struct site *site = trying->site;
    const struct workspace *workspace = config_workspace(&site->config, NULL);
    char *folder = workspace ? site_pool(site, workspace) : NULL;
    struct git git = {0};
    struct base base = {0};
    bool ok = !workspace || (git_open(&git, workspace->repo, err) &&
                             pool_folder_enter(site, &(struct pool_folder){workspace, folder, &git, false}, err) &&
                             base_find(&(struct base_asked){site, &git, workspace}, &base, err) &&
                             git_tree_add(&git, trying->note.path, base.oid, err));

    base_release(&base);
    git_release(&git);
    free(folder);
    return ok;
}

static void not_started(struct trying *trying, const char *detail, const char *next) {
    trying->trial->end = TRIAL_NOT_STARTED;
    trying->trial->detail = xstrdup(detail);
    trying->trial->next = xstrdup(next);
}

static bool start(struct trying *trying) {
    struct work *work = &trying->work;
    struct err err = {0};
    bool ok = files_make_dir(work->run_dir, &err) && make_tree(trying, &err);

    if (!ok) {
        not_started(trying, err.text, NULL);
    } else if (!prepare_place(work)) {
        not_started(trying, work->verdict.detail, work->verdict.next);
        ok = false;
    } else if (launch_session(work, &err) != TMUX_STARTED) {
        not_started(trying, err.text ? err.text : "a session of its name is there already", NULL);
        ok = false;
    } else {
        end_identify(trying->site, &(struct end_pane){.run_id = work->run_id, .pid = work->runtime.agent.pid},
                     &work->runtime.agent);
    }
    err_release(&err);
    return ok;
}

static enum trial_end end_of(const struct work *work) {
    switch ((int)work->verdict.class) {
    case CLASS_AWAITING_HUMAN:
        return TRIAL_ASKS;
    case CLASS_STARTING:
        return TRIAL_SLOW;
    default:
        return TRIAL_ENDED;
    }
}

/* In slices, so that a person who has seen enough need not wait for all of it. */
static void await(struct trying *trying) {
    struct work *work = &trying->work;
    struct trial *trial = trying->trial;
    int64_t begin = clock_monotonic(), until = begin + work->profile->startup_timeout_s * SECOND;
    bool ready = false, over = false;

    while (!ready && !over) {
        glance_release(&trying->glance);
        ready = at_prompt_wait(work, SLICE_MS, &trying->glance);
        over = work->verdict.class != CLASS_STARTING || interrupt_came() || clock_monotonic() >= until;
    }
    trial->took_ms = clock_monotonic() - begin;
    trial->end = ready ? TRIAL_READY : end_of(work);
    if (work->verdict.screen || ready)
        glance_keep(work, &trying->glance);
    trial->detail = xstrdup(ready ? "is ready" : work->verdict.detail);
    trial->screen = xstrdup(work->verdict.screen ? work->verdict.screen : death_output(work->verdict.death));
}

/* What did not match or should not have, and where it stands: one of the two that are to be compared. */
static void tell_pattern(struct trying *trying) {
    const char *file = trying->site->config.file;
    const struct profile *profile = trying->work.profile;
    const struct screen screen = tmux_view_screen(&trying->glance.view);
    struct trial *trial = trying->trial;
    char *key, *last;
    struct text bytes = {0};
    struct err ignored = {0};

    trial->key = screen_key(profile, &screen);
    trial->pattern = xstrdup(text_same(trial->key, "busy")         ? profile->busy
                             : text_same(trial->key, "busy_title") ? profile->busy_title
                                                                   : profile->ready);
    key = xasprintf("profiles.%s.%s", trial->profile, trial->key);
    last = strrchr(key, '.');
    if (file && files_read(&bytes, file, CONFIG_MAX, &ignored))
        trial->line = json_line(text_str(&bytes), bytes.len, key);
    *last = '\0';
    if (!trial->line)
        trial->line = json_line(text_str(&bytes), bytes.len, key); /* where it would stand */
    err_release(&ignored);
    text_release(&bytes);
    free(key);
}

static void advise(struct trying *trying) {
    const struct profile *profile = trying->work.profile;
    const char *how = trust_how(trust_agent(profile));

    if (trying->trial->end == TRIAL_SLOW)
        tell_pattern(trying);
    if (trying->trial->end == TRIAL_ASKS)
        trying->trial->next =
            how ? xasprintf("where it asks for trust, %s; else start it there by hand and answer it", how)
                : xasprintf("start it by hand in %s and answer it",
                            trying->note.workspace ? "the repository" : "a folder");
}

static bool try_it(struct trying *trying, struct err *err) {
    struct err end = {0};
    bool ok = trial_note_put(trying->site, &trying->note, err);

    if (!ok)
        return false;
    if (start(trying)) {
        trying->trial->place = xstrdup(trying->note.path);
        await(trying);
        advise(trying);
    }
    ok =
        trial_note_end(trying->site, &trying->note, &end) ||
        err_set(err, end.code, "%s: it could not be ended, the next pickup will: %s", trying->trial->profile, end.text);
    err_release(&end);
    return ok;
}

/* One at a time; what a killed one has left is ended first. */
static bool make_room(struct site *site, struct err *err) {
    struct trial_note before = {0};
    bool ended;
    bool ok = trial_note_left(site, &ended, err) && trial_note_get(site, &before, err);

    if (ok && *before.run_id)
        ok = err_set(err, MC_TEMPFAIL, "an agent is being tried at this moment by process %lld",
                     (long long)before.who.pid) ||
             err_advise(err, "wait until it has ended");
    trial_note_release(&before);
    return ok;
}

bool trial_run(struct site *site, struct trial *trial, struct err *err) {
    struct trying trying = {.site = site, .trial = trial};
    bool ok;

    if (!config_profile(&site->config, trial->profile))
        return err_set(err, MC_USAGE, "--try %s: there is no such profile", trial->profile) ||
               err_advise(err, "add it to \"profiles\" in the configuration, or name a built-in one");
    interrupt_hold();
    ok = site_know_self(site, err) && site_check(site, err) && site_tmux(site, err) && make_room(site, err);
    if (ok) {
        plan(&trying);
        fill_work(&trying);
        ok = try_it(&trying, err);
        glance_release(&trying.glance);
        work_release(&trying.work);
        report_release(&trying.report);
        trial_note_release(&trying.note);
    }
    interrupt_release();
    return ok;
}

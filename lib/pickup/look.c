#include "pickup/look.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "host/proc.h"
#include "pickup/holders.h"
#include "pickup/state.h"
#include "rules/breaker.h"
#include "rules/paused.h"
#include "run/here.h"
#include "run/wanted.h"
#include "store/breakers.h"
#include "store/claim.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

void look_settle(struct report *report, enum outcome outcome, const char *reason, int exit) {
    report->outcome = outcome;
    report->exit = exit;
    text_copy(report->reason, sizeof report->reason, reason);
}

/* The agents that are there, for the line that says what to add. */
static void say_no_profile(struct pickup *pickup) {
    struct site *site = &pickup->site;
    struct text found = {0};
    bool not_executable;

    for (size_t i = 0; i < profile_builtin_count(); i++) {
        const struct builtin_profile *one = profile_builtin(i);
        char *path = files_find_program(one->command[0], getenv("PATH"), &not_executable);

        if (path)
            text_addf(&found, "%s%s", found.len ? ", " : "", one->name);
        free(path);
    }
    if (!found.len)
        text_add(&found, "none on this PATH");
    report_fail(&pickup->report,
                "configuration %s: no \"profile\" is set and an agent costs money, so none is started by guess; "
                "agents found: %s; add a line such as \"profile\": \"claude\"",
                site->config.file ? site->config.file : "(none; make one with mc-ticket init)", text_str(&found));
    text_release(&found);
    look_settle(&pickup->report, OUTCOME_REFUSED, "no_profile", MC_CONFIG);
}

/* What keeps its tickets back, and until when; `thing` is its key. */
static bool wait_for_thing(struct pickup *pickup, const char *thing, struct err *err) {
    struct breaker breaker = {0};
    char stamp[CLOCK_STAMP], span[BREAKER_SPAN_SIZE];

    if (!breakers_get(pickup->site.board, thing, &breaker, err))
        return false;
    clock_zoned(breaker.open_until, stamp);
    breaker_span(&breaker, stamp, span);
    text_copy(pickup->report.thing, sizeof pickup->report.thing, thing);
    if (pickup->ticket) {
        look_settle(&pickup->report, OUTCOME_DEFERRED, "breaker", MC_TEMPFAIL);
        report_fail(&pickup->report, "%s: it needs %s, and waits %s (%s%s%s); %s", pickup->report.ticket, thing, span,
                    breaker.class, *breaker.detail ? ": " : "", breaker.detail, breaker_advice(&breaker));
        return true;
    }
    look_settle(&pickup->report, OUTCOME_IDLE, "breaker", MC_OK);
    report_note(&pickup->report, "tickets that need %s wait %s (%s); see mc-ticket breaker", thing, span,
                breaker.class);
    return true;
}

static bool name_branch(struct pickup *pickup, const char *run_id, struct err *err) {
    struct run run = {0};
    bool ok = !run_id || runs_get(pickup->site.board, run_id, &run, err);

    xreplace(&pickup->report.branch, run.branch);
    run_release(&run);
    return ok;
}

/* The worker of a ticket that is in progress already: alive is all that --ticket asked for. */
static bool say_working(struct pickup *pickup, struct err *err) {
    struct runtime runtime = {0};
    char session_key[SESSION_KEY_SIZE];
    bool ok;

    key_session_key(session_key, pickup->ticket);
    ok = runtimes_get(pickup->site.board, session_key, &runtime, err);
    if (ok && !site_here(&pickup->site, runtime.host)) {
        look_settle(&pickup->report, OUTCOME_DEFERRED, "not_confirmed", MC_TEMPFAIL);
        report_fail(&pickup->report,
                    "%s: in progress on host %s, whose agents its own pickups alone can see; see "
                    "mc-ticket hosts",
                    pickup->report.ticket, runtime.host);
    } else if (ok && runtime.session_key && proc_alive(&runtime.agent) == SEEN_YES) {
        look_settle(&pickup->report, OUTCOME_IDLE, "working", MC_OK);
        pickup->report.pid = runtime.agent.pid;
        text_copy(pickup->report.session, sizeof pickup->report.session, runtime.tmux_target);
        text_copy(pickup->report.run, sizeof pickup->report.run, runtime.run_id ? runtime.run_id : "");
        xreplace(&pickup->report.worktree, runtime.cwd);
        ok = name_branch(pickup, runtime.run_id, err);
    } else if (ok) {
        look_settle(&pickup->report, OUTCOME_DEFERRED, "not_confirmed", MC_TEMPFAIL);
        report_fail(&pickup->report,
                    "%s: in progress, and its worker could not be confirmed to live; try again in a minute, or look "
                    "with mc-ticket runtimes",
                    pickup->report.ticket);
    }
    runtime_release(&runtime);
    return ok;
}

static bool say_wrong_status(struct pickup *pickup, struct err *err) {
    struct ticket ticket = {0};
    bool ok = tickets_get(pickup->site.board, pickup->ticket, &ticket, err);

    if (ok) {
        look_settle(&pickup->report, OUTCOME_REFUSED, "status", MC_DATAERR);
        report_fail(&pickup->report, "%s: it is %s, and only a todo ticket can be picked up; see mc-ticket show %s",
                    pickup->report.ticket, ticket_status_name(ticket.status), pickup->report.ticket);
    }
    ticket_release(&ticket);
    return ok;
}

/* The ticket names a profile that is not there, or names none and there is no default. */
static bool say_strange_profile(struct pickup *pickup, struct err *err) {
    struct ticket ticket = {0};
    bool ok = tickets_get(pickup->site.board, pickup->ticket, &ticket, err);

    if (ok && ticket.profile) {
        look_settle(&pickup->report, OUTCOME_REFUSED, "no_profile", MC_CONFIG);
        report_fail(&pickup->report, "%s: its profile %s is not configured; add it to \"profiles\" in %s",
                    pickup->report.ticket, ticket.profile,
                    pickup->site.config.file ? pickup->site.config.file : "a configuration (mc-ticket init makes one)");
    } else if (ok) {
        say_no_profile(pickup);
    }
    ticket_release(&ticket);
    return ok;
}

static bool say_strange_workspace(struct pickup *pickup, struct err *err) {
    const struct config *config = &pickup->site.config;
    struct ticket ticket = {0};
    bool ok = tickets_get(pickup->site.board, pickup->ticket, &ticket, err);
    char *why;

    if (ok) {
        why = config_misplaced(config, ticket.workspace);
        look_settle(&pickup->report, OUTCOME_REFUSED, "no_workspace", MC_CONFIG);
        report_fail(&pickup->report, "%s: %s; add it to %s in %s", pickup->report.ticket, why,
                    config_missing_key(ticket.workspace),
                    config->file ? config->file : "a configuration (mc-ticket init makes one)");
        free(why);
    }
    ticket_release(&ticket);
    return ok;
}

static void say_wait(struct pickup *pickup, const char *reason, const char *words) {
    look_settle(&pickup->report, OUTCOME_DEFERRED, reason, MC_TEMPFAIL);
    report_fail(&pickup->report, "%s: %s", pickup->report.ticket, words);
}

static bool say_not_due(struct pickup *pickup, struct err *err) {
    struct ticket ticket = {0};
    bool ok = tickets_get(pickup->site.board, pickup->ticket, &ticket, err);
    char stamp[CLOCK_STAMP];
    char *words;

    if (ok) {
        clock_zoned(ticket.next_attempt_at, stamp);
        words = xasprintf("its next attempt is not due until %s%s%s; mc-ticket retry %s makes it due", stamp,
                          ticket.failure_reason ? ", after " : "", ticket.failure_reason ? ticket.failure_reason : "",
                          pickup->report.ticket);
        say_wait(pickup, "not_due", words);
        free(words);
    }
    ticket_release(&ticket);
    return ok;
}

/* Is an agent of an earlier run still on record, which healing or its own host has to end first? */
static bool is_held(struct pickup *pickup, bool *held, struct err *err) {
    struct runtime runtime = {0};
    char session_key[SESSION_KEY_SIZE];

    key_session_key(session_key, pickup->ticket);
    if (!runtimes_get(pickup->site.board, session_key, &runtime, err))
        return false;
    *held = runtime_active(&runtime) && pickup->freed != pickup->ticket;
    runtime_release(&runtime);
    return true;
}

static bool say_pool_full(struct pickup *pickup, const char *workspace, struct err *err) {
    struct text holders = {0};
    bool ok = holders_add(&pickup->site, workspace, &holders, err);

    if (ok && pickup->ticket) {
        look_settle(&pickup->report, OUTCOME_DEFERRED, "pool", MC_TEMPFAIL);
        report_fail(
            &pickup->report,
            "%s: every slot of workspace %s is taken (%s); it is picked up when one is given back, see mc-ticket "
            "pool",
            pickup->report.ticket, workspace, text_str(&holders));
    } else if (ok) {
        look_settle(&pickup->report, OUTCOME_IDLE, "pool", MC_OK);
        report_note(&pickup->report, "tickets wait for a slot of workspace %s (%s); see mc-ticket pool", workspace,
                    text_str(&holders));
    }
    text_release(&holders);
    return ok;
}

static void say_host_full(struct pickup *pickup) {
    long long most = (long long)config_max_live(&pickup->site.config);

    if (pickup->ticket) {
        look_settle(&pickup->report, OUTCOME_DEFERRED, "capacity", MC_TEMPFAIL);
        report_fail(
            &pickup->report,
            "%s: as many agents live on this host as max_live allows (%lld), at work or waiting for a person; it "
            "is picked up when one of them ends, see mc-ticket runtimes",
            pickup->report.ticket, most);
    } else {
        look_settle(&pickup->report, OUTCOME_IDLE, "capacity", MC_OK);
        report_note(&pickup->report, "as many agents live on this host as max_live allows (%lld)", most);
    }
}

static char *words_of_pause(const char *value) {
    struct paused paused;
    char stamp[CLOCK_STAMP] = "";
    char *words, *line;

    (void)paused_read(&paused, value);
    if (paused.at)
        clock_zoned(paused.at, stamp);
    words = paused_words(&paused, stamp);
    line = xasprintf("the board is %s; mc-ticket resume ends that", words);
    free(words);
    paused_release(&paused);
    return line;
}

static bool say_paused(struct pickup *pickup, struct err *err) {
    char *value = NULL, *words;
    bool ok = settings_get(pickup->site.board, "paused", &value, err);

    words = words_of_pause(value);
    look_settle(&pickup->report, OUTCOME_IDLE, "paused", MC_OK);
    report_note(&pickup->report, "%s", words);
    free(words);
    free(value);
    return ok;
}

/* The named ticket may be taken: is nothing of it at work, is there room for it, and no pause? */
static bool look_room(struct pickup *pickup, const struct claim_want *want, struct claim_look *look, struct err *err) {
    struct board *board = pickup->site.board;
    char *paused = NULL;
    const char *full = look->workspace;
    bool held;
    struct claim_agents agents = {0};

    if (!settings_get(board, "paused", &paused, err) || !claim_agents(board, want->host, &agents, err) ||
        !is_held(pickup, &held, err)) {
        free(paused);
        return false;
    }
    if (held)
        say_wait(pickup, "held", "an agent of an earlier run is not ended yet; mc-ticket runtimes shows where");
    else if (paused) {
        char *words = words_of_pause(paused);

        say_wait(pickup, "paused", words);
        free(words);
    } else if (agents.running >= want->max_running)
        say_wait(pickup, "capacity",
                 "max_running agents are at work on this host; it is taken when one of them is done");
    else if (agents.live >= want->max_live)
        *look = (struct claim_look){.found = CLAIM_LIVE, .workspace = full, .waiting = pickup->ticket};
    else if (full)
        *look = (struct claim_look){.found = CLAIM_POOL, .workspace = full, .waiting = pickup->ticket};
    else
        look->id = pickup->ticket;
    free(paused);
    return true;
}

static void say_blocker(struct pickup *pickup, const struct claim_naming *naming) {
    char key[KEY_SIZE];

    site_key(&pickup->site, naming->blocker, key);
    look_settle(&pickup->report, OUTCOME_DEFERRED, "waits", MC_TEMPFAIL);
    if (naming->blocker_cancelled)
        report_fail(&pickup->report, "%s: it waits for %s, which was cancelled; mc-ticket reopen %s, or cancel it too",
                    pickup->report.ticket, key, key);
    else
        report_fail(&pickup->report, "%s: it waits for %s, which is not done yet", pickup->report.ticket, key);
}

/* May the named ticket be taken now? The report says why not. */
static bool look_named(struct pickup *pickup, const struct claim_want *want, struct claim_look *look, struct err *err) {
    struct claim_naming naming = {.id = pickup->ticket};

    look->found = CLAIM_NONE;
    if (!claim_named(pickup->site.board, want, &naming, err))
        return err_wrap(err, "%s", pickup->report.ticket);
    switch (naming.named) {
    case NAMED_GO:
        break;
    case NAMED_WRONG_STATUS:
        return say_wrong_status(pickup, err);
    case NAMED_WORKING:
        if (pickup->freed == pickup->ticket)
            break;
        return say_working(pickup, err);
    case NAMED_NOT_DUE:
        return say_not_due(pickup, err);
    case NAMED_WAITS_FOR:
        say_blocker(pickup, &naming);
        return true;
    case NAMED_NO_PROFILE:
        return say_strange_profile(pickup, err);
    case NAMED_NO_WORKSPACE:
        return say_strange_workspace(pickup, err);
    case NAMED_POOL:
        look->workspace = naming.workspace;
        break;
    case NAMED_BREAKER:
        return wait_for_thing(pickup, naming.thing, err);
    }
    return look_room(pickup, want, look, err);
}

/* Nothing to claim as the rows are; in a dry run, what healing would leave. */
static void say_none(struct pickup *pickup, const struct claim_look *look, int64_t *id) {
    *id = pickup->freed;
    if (*id)
        return;
    look_settle(&pickup->report, OUTCOME_IDLE, "no_ticket", MC_OK);
    if (look->needs_profile)
        say_no_profile(pickup);
}

static bool look_next(struct pickup *pickup, const struct claim_want *want, struct claim_look *look, struct err *err) {
    if (!claim_next(pickup->site.board, want, look, err))
        return false;
    switch (look->found) {
    case CLAIM_TICKET:
        break;
    case CLAIM_NONE:
        say_none(pickup, look, &look->id);
        break;
    case CLAIM_CAPACITY:
        look_settle(&pickup->report, OUTCOME_IDLE, "capacity", MC_OK);
        break;
    case CLAIM_LIVE:
    case CLAIM_POOL:
        break;
    case CLAIM_BREAKER:
        return wait_for_thing(pickup, look->thing, err);
    case CLAIM_PAUSED:
        return say_paused(pickup, err);
    }
    return true;
}

bool look(struct pickup *pickup, struct claim_look *look, struct err *err) {
    struct wanted want;
    bool ok;

    *look = (struct claim_look){0};
    wanted_read(&pickup->site, &want);
    want.claim.max_running += pickup->rooms;
    want.claim.max_live += pickup->rooms;
    want.claim.left = pickup->dry;
    want.claim.all = pickup->dry;
    want.claim.hopeless = pickup->hopeless;
    ok = pickup->ticket ? look_named(pickup, &want.claim, look, err) : look_next(pickup, &want.claim, look, err);
    wanted_release(&want);
    return ok;
}

bool look_full(struct pickup *pickup, const struct claim_look *look, struct err *err) {
    if (look->found == CLAIM_POOL)
        return say_pool_full(pickup, look->workspace, err);
    if (look->found == CLAIM_LIVE)
        say_host_full(pickup);
    return true;
}

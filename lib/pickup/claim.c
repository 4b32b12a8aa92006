#include "pickup/claim.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "host/files.h"
#include "host/proc.h"
#include "pickup/pickup.h"
#include "pickup/work.h"
#include "store/claim.h"
#include "store/journal.h"
#include "store/runtimes.h"
#include "store/tickets.h"

enum { RACES_MAX = 100 };

static struct claim_want want_of(const struct site *site, const char **profiles) {
    for (size_t i = 0; i < site->config.profile_count; i++)
        profiles[i] = site->config.profiles[i].name;
    return (struct claim_want){
        .host = site->config.host,
        .max_running = site->config.max_running,
        .profiles = profiles,
        .profile_count = site->config.profile_count,
        .have_default_profile = site->config.profile != NULL,
        .now = clock_now(),
    };
}

static void settle_on(struct report *report, enum outcome outcome, const char *reason, int exit) {
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
    report_warn(&pickup->report,
                "configuration %s: no \"profile\" is set and an agent costs money, so none is started by guess; "
                "agents found: %s; add a line such as \"profile\": \"claude\"",
                site->config.file ? site->config.file : "(none; make one with mc-ticket init)", text_str(&found));
    text_release(&found);
    settle_on(&pickup->report, OUTCOME_REFUSED, "no_profile", MC_CONFIG);
}

static void say_breaker(struct pickup *pickup, const struct breaker *breaker) {
    int class = send_class_from(breaker->class);
    char until[CLOCK_STAMP];

    clock_stamp(breaker->open_until, until);
    report_warn(&pickup->report, "%s: claiming stops until %s after repeated failures (%s); %s", pickup->report.ticket,
                until, breaker->class,
                class < 0 ? "mc-ticket list shows where" : class_rule((enum send_class) class)->next_action);
}

static bool breaker_stops(struct pickup *pickup, bool *stops, struct err *err) {
    struct breaker breaker = {0};

    if (!breaker_load(pickup->site.board, &breaker, err))
        return false;
    *stops = breaker_open(&breaker, clock_now());
    if (*stops && pickup->ticket)
        say_breaker(pickup, &breaker);
    if (*stops)
        settle_on(&pickup->report, pickup->ticket ? OUTCOME_DEFERRED : OUTCOME_IDLE, "breaker",
                  pickup->ticket ? MC_TEMPFAIL : MC_OK);
    return true;
}

/* The worker of a ticket that is in progress already: alive is all that --ticket asked for. */
static bool say_working(struct pickup *pickup, struct err *err) {
    struct runtime runtime = {0};
    char session_key[SESSION_KEY_SIZE];
    bool ok;

    key_session_key(session_key, pickup->ticket);
    ok = runtimes_get(pickup->site.board, session_key, &runtime, err);
    if (ok && runtime.session_key && proc_alive(&runtime.agent) == SEEN_YES) {
        settle_on(&pickup->report, OUTCOME_IDLE, "working", MC_OK);
        pickup->report.pid = runtime.agent.pid;
        text_copy(pickup->report.session, sizeof pickup->report.session, runtime.tmux_target);
    } else if (ok) {
        settle_on(&pickup->report, OUTCOME_DEFERRED, "not_confirmed", MC_TEMPFAIL);
        report_warn(&pickup->report,
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
        settle_on(&pickup->report, OUTCOME_REFUSED, "status", MC_DATAERR);
        report_warn(&pickup->report, "%s: it is %s, and only a todo ticket can be picked up; see mc-ticket show %s",
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
        settle_on(&pickup->report, OUTCOME_REFUSED, "no_profile", MC_CONFIG);
        report_warn(&pickup->report, "%s: its profile %s is not configured; add it to \"profiles\" in %s",
                    pickup->report.ticket, ticket.profile,
                    pickup->site.config.file ? pickup->site.config.file : "a configuration (mc-ticket init makes one)");
    } else if (ok) {
        say_no_profile(pickup);
    }
    ticket_release(&ticket);
    return ok;
}

static void say_wait(struct pickup *pickup, const char *reason, const char *words) {
    settle_on(&pickup->report, OUTCOME_DEFERRED, reason, MC_TEMPFAIL);
    report_warn(&pickup->report, "%s: %s", pickup->report.ticket, words);
}

/* Is an agent of an earlier run still on record, which healing or its own host has to end first? */
static bool is_held(struct pickup *pickup, bool *held, struct err *err) {
    struct runtime runtime = {0};
    char session_key[SESSION_KEY_SIZE];

    key_session_key(session_key, pickup->ticket);
    if (!runtimes_get(pickup->site.board, session_key, &runtime, err))
        return false;
    *held = runtime.session_key && runtime.status != RUNTIME_DEAD && runtime.status != RUNTIME_CLOSED;
    runtime_release(&runtime);
    return true;
}

/* The named ticket may be taken: is nothing of it at work, is there room for it, and no pause? */
static bool look_room(struct pickup *pickup, const struct claim_want *want, int64_t *id, struct err *err) {
    struct board *board = pickup->site.board;
    char *paused = NULL;
    bool held = false;
    int64_t running = 0;

    if (!settings_get(board, "paused", &paused, err) || !claim_running(board, want->host, &running, err) ||
        !is_held(pickup, &held, err)) {
        free(paused);
        return false;
    }
    if (held)
        say_wait(pickup, "held", "an agent of an earlier run is not ended yet; mc-ticket runtimes shows where");
    else if (paused)
        say_wait(pickup, "paused", "the board is paused; it is taken when the pause is over");
    else if (running >= want->max_running)
        say_wait(pickup, "capacity",
                 "max_running agents are at work on this host; it is taken when one of them is done");
    else
        *id = pickup->ticket;
    free(paused);
    return true;
}

/* May the named ticket be taken now? The report says why not. */
static bool look_named(struct pickup *pickup, const struct claim_want *want, int64_t *id, struct err *err) {
    struct claim_naming naming = {.id = pickup->ticket};
    char key[KEY_SIZE];

    *id = 0;
    if (!claim_named(pickup->site.board, want, &naming, err))
        return err_wrap(err, "%s", pickup->report.ticket);
    switch (naming.named) {
    case NAMED_GO:
        break;
    case NAMED_WRONG_STATUS:
        return say_wrong_status(pickup, err);
    case NAMED_WORKING:
        return say_working(pickup, err);
    case NAMED_NOT_DUE:
        say_wait(pickup, "not_due",
                 "its next attempt is not due yet; see mc-ticket show; mc-ticket block and then reopen make it due");
        return true;
    case NAMED_WAITS_FOR:
        site_key(&pickup->site, naming.blocker, key);
        settle_on(&pickup->report, OUTCOME_DEFERRED, "waits", MC_TEMPFAIL);
        report_warn(&pickup->report, "%s: it waits for %s, which is not done yet", pickup->report.ticket, key);
        return true;
    case NAMED_NO_PROFILE:
        return say_strange_profile(pickup, err);
    }
    return look_room(pickup, want, id, err);
}

static bool look_next(struct pickup *pickup, const struct claim_want *want, int64_t *id, struct err *err) {
    struct claim_choice choice;

    *id = 0;
    if (!claim_next(pickup->site.board, want, &choice, err))
        return false;
    switch (choice.found) {
    case CLAIM_TICKET:
        *id = choice.id;
        return true;
    case CLAIM_NONE:
        settle_on(&pickup->report, OUTCOME_IDLE, "no_ticket", MC_OK);
        if (choice.needs_profile)
            say_no_profile(pickup);
        break;
    case CLAIM_CAPACITY:
        settle_on(&pickup->report, OUTCOME_IDLE, "capacity", MC_OK);
        break;
    case CLAIM_BREAKER:
        settle_on(&pickup->report, OUTCOME_IDLE, "breaker", MC_OK);
        break;
    case CLAIM_PAUSED:
        settle_on(&pickup->report, OUTCOME_IDLE, "paused", MC_OK);
        break;
    }
    return true;
}

static bool look(struct pickup *pickup, int64_t *id, struct err *err) {
    const char **profiles = xcalloc(pickup->site.config.profile_count + 1, sizeof *profiles);
    struct claim_want want = want_of(&pickup->site, profiles);
    bool stops = false;
    bool ok;

    *id = 0;
    ok = pickup->ticket ? look_named(pickup, &want, id, err) : look_next(pickup, &want, id, err);
    if (ok && *id) {
        ok = breaker_stops(pickup, &stops, err);
        if (stops)
            *id = 0;
    }
    free(profiles);
    return ok;
}

static const struct profile *profile_of(const struct site *site, const struct ticket *ticket) {
    return config_profile(&site->config, ticket->profile ? ticket->profile : site->config.profile);
}

static bool name_work(struct pickup *pickup, struct work *work, int64_t id, struct err *err) {
    struct site *site = &pickup->site;

    *work = (struct work){.site = site, .report = &pickup->report, .first = true};
    if (!tickets_get(site->board, id, &work->ticket, err))
        return false;
    site_key(site, id, work->key);
    random_hex(work->run_id, RUN_ID_DIGITS);
    key_nonce(work->nonce, id, clock_now(), random_number());
    work->run_dir = site_run_dir(site, work->run_id);
    work->launch_file = site_launch_file(site, work->run_id);
    work->profile = profile_of(site, &work->ticket);
    if (!work->profile)
        return err_set(err, MC_CONFIG, "%s: profile %s is not configured", work->key, work->ticket.profile);
    work->argv_turn = work->profile->first_turn == FIRST_TURN_ARGV && site->config.send.transport == TRANSPORT_TMUX;
    return true;
}

static bool write_claim(struct work *work, bool *changed, struct err *err) {
    struct site *site = work->site;
    char session_key[SESSION_KEY_SIZE];
    char session[SESSION_SIZE];
    char *cwd = site_work_dir(site, work->ticket.id);
    char *log = site_pane_log(site, work->run_id);
    bool ok;

    key_session_key(session_key, work->ticket.id);
    key_session(session, site->config.tmux.session_prefix, work->key);
    ok = claim_take(site->board,
                    &(struct claim_taking){
                        .id = work->ticket.id,
                        .run_id = work->run_id,
                        .host = site->config.host,
                        .profile = work->profile->name,
                        .session_key = session_key,
                        .tmux_target = session,
                        .cwd = cwd,
                        .log = log,
                        .nonce = work->nonce,
                        .pickup = &site->self,
                        .argv_turn = work->argv_turn,
                        .tick = site_tick(site),
                        .now = clock_now(),
                    },
                    changed, err);
    if (ok && *changed)
        ok = runtimes_get(site->board, session_key, &work->runtime, err);
    free(cwd);
    free(log);
    return ok;
}

/* One transaction: look again, take. A lost race leaves *took false and is not an error. */
static bool take(struct pickup *pickup, struct work *work, bool *took, struct err *err) {
    struct board *board = pickup->site.board;
    int64_t id = 0;

    *took = false;
    if (!claim_prepare(board, err) || !board_begin(board, err))
        return false;
    if (!look(pickup, &id, err))
        goto undo;
    if (!id) {
        board_rollback(board);
        return true;
    }
    if (!name_work(pickup, work, id, err) || !write_claim(work, took, err))
        goto undo;
    if (*took)
        return board_commit(board, err);
    board_rollback(board);
    work_release(work);
    return true;
undo:
    board_rollback(board);
    *took = false;
    return false;
}

bool claim_one(struct pickup *pickup, struct work *work, bool *took, struct err *err) {
    int64_t id = 0;

    *took = false;
    for (int race = 0; race < RACES_MAX && !*took; race++) {
        if (!look(pickup, &id, err))
            return false;
        if (!id)
            return true;
        if (pickup->dry) {
            *took = true;
            return name_work(pickup, work, id, err);
        }
        if (!take(pickup, work, took, err))
            return false;
    }
    if (!*took)
        settle_on(&pickup->report, OUTCOME_DEFERRED, "contended", MC_TEMPFAIL);
    return true;
}

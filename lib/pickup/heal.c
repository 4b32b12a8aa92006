#include "pickup/heal.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "pickup/observe.h"
#include "pickup/remedy.h"
#include "pickup/state.h"
#include "rules/due.h"
#include "rules/heal.h"
#include "store/journal.h"

/* An event that goes on is said again after so long. */
enum { SAY_AGAIN_MS = 3600 * 1000 };

/* Something that is about the whole host and goes on for a while. */
struct event {
    const char *key; /* in the settings: when it was said */
    bool on;
};

/* Is it new, or over, by the time it was said? */
static bool weigh(struct site *site, const struct event *event, bool *turns, struct err *err) {
    char *said = NULL;
    long long at = 0;
    bool ok = settings_get(site->board, event->key, &said, err);
    bool stale = !said || !text_to_int(said, 0, INT64_MAX, &at) || due_again(at, clock_now(), SAY_AGAIN_MS);

    *turns = ok && (event->on ? stale : said != NULL);
    free(said);
    return ok;
}

/* Over, the time is taken away. */
static bool keep(struct site *site, const struct event *event, struct err *err) {
    char stamp[24];

    snprintf(stamp, sizeof stamp, "%lld", (long long)clock_now());
    return settings_put(site->board, event->key, event->on ? stamp : NULL, err);
}

/* Of several pickups that see it at once, one says it; one that sees nothing new writes nothing. */
static bool event_new(struct site *site, const struct event *event, bool *is_new, struct err *err) {
    bool turns = false;
    bool ok = weigh(site, event, &turns, err);

    *is_new = false;
    if (!ok || !turns)
        return ok;
    ok = board_begin(site->board, err) && weigh(site, event, &turns, err) && (!turns || keep(site, event, err)) &&
         board_commit(site->board, err);
    if (ok)
        *is_new = turns && event->on;
    else
        board_rollback(site->board);
    return ok;
}

/* *on: it is so; afterwards: it is to be said now. */
static bool weigh_event(struct site *site, const char *what, bool *on, struct err *err) {
    struct event event = {.key = what, .on = *on};

    return event_new(site, &event, on, err);
}

/* On a board that fell idle nothing goes on: the next mass death is one of its own. */
static bool forget_events(struct site *site, const struct world *world, struct err *err) {
    bool mass = false;
    bool unreachable = false;

    return (!world->mass_death_said || weigh_event(site, "mass_death", &mass, err)) &&
           (!world->unreachable_said || weigh_event(site, "unreachable", &unreachable, err));
}

static bool say_events(struct pickup *pickup, const struct world *world, const struct heal_plan *plan,
                       struct err *err) {
    struct site *site = &pickup->site;
    bool mass = plan->mass_death;
    bool unreachable = plan->server_unreachable;

    if (!world->case_count)
        return forget_events(site, world, err);
    if (!weigh_event(site, "mass_death", &mass, err) || !weigh_event(site, "unreachable", &unreachable, err))
        return false;
    if (mass)
        report_warn(&pickup->report,
                    "%zu of %zu agents look dead at once; nothing is retired in this pass; if they are dead, the next "
                    "pickup retires them, else mend tmux or /proc now",
                    plan->dead_seen, plan->judged);
    if (unreachable)
        report_warn(&pickup->report,
                    "tmux does not answer on %s while agents are at work; nothing is concluded from that; look whether "
                    "the server hangs",
                    site->tmux.socket ? site->tmux.socket : "its socket");
    return true;
}

static const char *name_of(const struct site *site, const struct world *world, const struct repair *repair,
                           char key[KEY_SIZE]) {
    if (repair->of_session)
        return world->sessions[repair->index].ticket_tag;
    site_key(site, world->cases[repair->index].ticket.id, key);
    return key;
}

/* A repair that could not be done. */
struct stuck {
    const struct world *world;
    const struct repair *repair;
    const char *why;
};

/* It is said once a run, and kept in its ticket's story. */
static bool say_stuck(struct pickup *pickup, const struct stuck *stuck, struct err *err) {
    struct board *board = pickup->site.board;
    const struct world *world = stuck->world;
    const struct repair *repair = stuck->repair;
    int64_t ticket;
    const char *run_id;
    char key[KEY_SIZE];
    bool said = false;

    if (repair->of_session) {
        ticket = world->sessions[repair->index].ticket_id;
        run_id = world->sessions[repair->index].run_tag;
    } else {
        ticket = world->cases[repair->index].ticket.id;
        run_id = world->cases[repair->index].run.run_id;
    }
    if (!journal_said(board, &(struct journal_look){.ticket_id = ticket, .run_id = run_id, .kind = "stuck"}, &said,
                      err) ||
        said)
        return !err->text;
    report_warn(&pickup->report, "healing %s (%s): %s; every pickup tries again",
                name_of(&pickup->site, world, repair, key), heal_rule_name(repair->rule), stuck->why);
    return journal_add(board,
                       &(struct journal_row){.ticket_id = ticket,
                                             .run_id = run_id,
                                             .author = "mc-pickup",
                                             .kind = "stuck",
                                             .body = stuck->why,
                                             .now = clock_now()},
                       err);
}

static bool repair_all(struct pickup *pickup, const struct world *world, const struct heal_plan *plan,
                       struct err *err) {
    char key[KEY_SIZE];

    for (size_t i = 0; i < plan->count; i++) {
        const struct repair *repair = &plan->repairs[i];
        struct err own = {0};

        if (remedy_apply(pickup, world, repair, &own))
            continue;
        /* A survivor or a silent tmux concerns one runtime; a board that fails concerns all of them. */
        if (own.code != MC_OSERR && own.code != MC_UNAVAILABLE) {
            err_set(err, own.code, "healing %s (%s): %s", name_of(&pickup->site, world, repair, key),
                    heal_rule_name(repair->rule), own.text);
            err_release(&own);
            return false;
        }
        bool said = say_stuck(pickup, &(struct stuck){.world = world, .repair = repair, .why = own.text}, err);

        err_release(&own);
        if (!said)
            return false;
    }
    return true;
}

static bool look(struct pickup *pickup, struct world *world, struct err *err) {
    struct site *site = &pickup->site;
    bool ok;

    if (!pickup->dry && !board_begin_read(site->board, err)) /* a dry run holds its one transaction already */
        return false;
    ok = observe(site, world, err);
    if (!pickup->dry)
        board_rollback(site->board);
    return ok;
}

/* Would the ticket be there to claim right after this repair? A death counts, and puts it off. */
static bool frees(const struct pickup *pickup, const struct world_case *one, enum remedy remedy) {
    const struct config *config = &pickup->site.config;

    if (one->ticket.status != TICKET_IN_PROGRESS)
        return false;
    return (remedy == REMEDY_RELEASE && (config->retry.backoff_s == 0 || !one->ticket.world_failures)) ||
           (remedy == REMEDY_RETIRE && config->retry.backoff_s == 0 &&
            one->ticket.attempts + 1 < config->retry.max_attempts);
}

/* What the claim of this dry run finds otherwise than the rows say. */
static void foresee(struct pickup *pickup, const struct world *world, const struct repair *repair) {
    const struct world_case *one = repair->of_session ? NULL : &world->cases[repair->index];
    bool ends = repair->remedy == REMEDY_RETIRE || repair->remedy == REMEDY_RELEASE || repair->remedy == REMEDY_CLOSE;

    if (!one || !ends)
        return;
    if (one->runtime_exists && (one->runtime.status == RUNTIME_SPAWNING || one->runtime.status == RUNTIME_RUNNING))
        pickup->rooms++;
    if (frees(pickup, one, repair->remedy) && (!pickup->freed || one->ticket.id == pickup->ticket))
        pickup->freed = one->ticket.id;
}

static void show_plan(struct pickup *pickup, const struct world *world, const struct heal_plan *plan) {
    char key[KEY_SIZE];

    for (size_t i = 0; i < plan->count; i++) {
        char *reason = xasprintf("%s: %s", remedy_name(plan->repairs[i].remedy), plan->repairs[i].reason);

        report_plan(&pickup->report, heal_rule_name(plan->repairs[i].rule),
                    name_of(&pickup->site, world, &plan->repairs[i], key), reason);
        free(reason);
        foresee(pickup, world, &plan->repairs[i]);
    }
}

bool heal_step(struct pickup *pickup, struct err *err) {
    struct world world = {0};
    struct heal_plan plan = {0};
    bool ok = look(pickup, &world, err);

    if (!ok)
        goto out;
    heal_decide(&plan, &world);
    pickup->tmux_silent = plan.server_unreachable;
    pickup->no_agents = world.case_count == 0;
    if (pickup->dry)
        show_plan(pickup, &world, &plan);
    else
        ok = say_events(pickup, &world, &plan, err) && repair_all(pickup, &world, &plan, err);
out:
    heal_plan_release(&plan);
    world_release(&world);
    return ok;
}

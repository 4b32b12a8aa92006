#include "pickup/heal.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "pickup/observe.h"
#include "pickup/remedy.h"
#include "pickup/spooled.h"
#include "pickup/state.h"
#include "rules/awake.h"
#include "rules/classes.h"
#include "rules/due.h"
#include "rules/heal.h"
#include "run/notify.h"
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
    bool turns;
    bool ok = weigh(site, event, &turns, err);

    *is_new = false;
    if (!ok || !turns)
        return ok;
    ok = board_begin(site->board, err) && weigh(site, event, &turns, err) && (!turns || keep(site, event, err)) &&
         board_commit(site->board, err);
    board_rollback(site->board);
    *is_new = ok && turns && event->on;
    return ok;
}

/* *on: it is so; afterwards: it is to be said now. */
static bool weigh_event(struct site *site, const char *what, bool *on, struct err *err) {
    struct event event = {.key = what, .on = *on};

    return event_new(site, &event, on, err);
}

/* Something that must be seen by two pickups a minute apart; the settings say since when it is so. */
struct since {
    const char *key;
    const char *seen; /* what stood there at this pickup's look; NULL: nothing */
    bool on, stands;  /* it is so; and what stands there tells since when */
};

/* Only what stands there as it was seen is replaced: of several pickups one begins it, and one with an older look ends
 * nothing. */
static bool replace(struct site *site, const struct since *since, bool *done, struct err *err) {
    const struct tick now = site_tick(site);
    char mark[AWAKE_MARK_SIZE];
    char *there = NULL;
    bool ok = settings_get(site->board, since->key, &there, err);

    awake_mark(mark, &now);
    *done = ok && (there && since->seen ? strcmp(there, since->seen) == 0 : !there && !since->seen);
    free(there);
    return ok && (!*done || settings_put(site->board, since->key, since->on ? mark : NULL, err));
}

/* *begins: it is to be said now. */
static bool keep_since(struct site *site, const struct since *since, bool *begins, struct err *err) {
    bool done, ok;

    *begins = false;
    if (since->on ? since->stands : !since->seen)
        return true;
    ok = board_begin(site->board, err) && replace(site, since, &done, err) && board_commit(site->board, err);
    board_rollback(site->board);
    *begins = ok && done && since->on;
    return ok;
}

static struct since since_mass_death(const struct world *world, bool on) {
    return (struct since){
        .key = "mass_death", .seen = world->mass_death_mark, .on = on, .stands = world->mass_death_tick};
}

static struct since since_no_server(const struct world *world, bool on, bool stale) {
    return (struct since){
        .key = "no_server", .seen = world->no_server_mark, .on = on, .stands = world->no_server_tick && !stale};
}

/* What was seen twice and is acted upon in full is over. */
static bool end_marks(struct pickup *pickup, const struct world *world, const struct heal_plan *plan, struct err *err) {
    const struct since many = since_mass_death(world, false);
    const struct since without = since_no_server(world, false, false);
    bool mass = plan->many_dead && !plan->mass_death;
    bool gone = plan->gone_elsewhere > 0 && plan->gone_elsewhere == plan->without_server;
    bool begins;

    if (pickup->unhealed)
        return true;
    return (!mass || keep_since(&pickup->site, &many, &begins, err)) &&
           (!gone || keep_since(&pickup->site, &without, &begins, err));
}

static bool forget_unreachable(struct site *site, const struct world *world, struct err *err) {
    bool unreachable = false;

    return !world->unreachable_said || weigh_event(site, "unreachable", &unreachable, err);
}

/* Whether it hangs is asked of a server that was asked. */
static void say_silent(struct pickup *pickup, const struct world *world) {
    const char *socket = pickup->site.tmux.socket;

    if (world->unasked)
        report_warn(&pickup->report,
                    "tmux cannot be asked while agents are at work; nothing is concluded from that: %s%s%s",
                    world->unasked, world->short_of ? "; " : "",
                    world->short_of ? class_rule(CLASS_OS_ERROR)->next_action : "");
    else
        report_warn(&pickup->report,
                    "tmux does not answer on %s while agents are at work; nothing is concluded from that; look whether "
                    "the server hangs",
                    socket ? socket : "its socket");
}

static bool say_events(struct pickup *pickup, const struct world *world, const struct heal_plan *plan,
                       struct err *err) {
    struct site *site = &pickup->site;
    bool mass, begins;
    bool unreachable = plan->server_unreachable;
    const struct since many = since_mass_death(world, plan->many_dead);
    const struct since without = since_no_server(world, plan->without_server > 0, plan->server_seen_since);

    /* On a board that fell idle nothing goes on: the next mass death is one of its own. */
    if (!keep_since(site, &many, &mass, err))
        return false;
    if (mass) /* it is kept that it is said */
        report_warn(&pickup->report,
                    "%zu of %zu agents look dead at once; nothing is retired in this pass; if they still do in a "
                    "minute, they are retired: if they live, mend tmux or /proc now",
                    plan->dead_seen, plan->judged);
    if (!keep_since(site, &without, &begins, err))
        return false;
    if (!world->case_count)
        return forget_unreachable(site, world, err);
    if (!weigh_event(site, "unreachable", &unreachable, err))
        return false;
    if (unreachable)
        say_silent(pickup, world);
    return true;
}

/* Its row may have been deleted by hand: its runtime knows the number. */
static int64_t case_ticket(const struct world_case *one) {
    return one->ticket_exists ? one->ticket.id : one->runtime.ticket_id;
}

static const char *name_of(const struct site *site, const struct world *world, const struct repair *repair,
                           char key[KEY_SIZE]) {
    if (repair->of_session)
        return world->sessions[repair->index].ticket_tag;
    site_key(site, case_ticket(&world->cases[repair->index]), key);
    return key;
}

/* A line for a person about one run: said once, and kept in its ticket's story. */
static bool say_once(struct board *board, const struct journal_row *row, bool *is_new, struct err *err) {
    const struct journal_look look = {.ticket_id = row->ticket_id, .run_id = row->run_id, .kind = row->kind};
    struct journal_row stamped = *row;
    bool said;
    bool ok = journal_said(board, &look, &said, err);

    *is_new = false;
    if (!ok || said)
        return ok;
    stamped.author = "mc-pickup";
    stamped.now = clock_now();
    ok = board_begin(board, err) && journal_add_once(board, &stamped, is_new, err);
    if (*is_new)
        return board_commit(board, err);
    board_rollback(board);
    return ok;
}

/* A claim whose ticket has an agent of another run: of the two that one is spoken of. */
static bool has_agent_beside(const struct world *world, const struct world_case *one) {
    for (size_t i = 0; !one->runtime_exists && i < world->case_count; i++)
        if (world->cases[i].runtime_exists && world->cases[i].runtime.ticket_id == one->ticket.id)
            return true;
    return false;
}

/* What nobody of ours may ever move. */
static bool say_untold(struct pickup *pickup, const struct world *world, struct err *err) {
    struct site *site = &pickup->site;

    for (size_t i = 0; i < world->case_count; i++) {
        const struct world_case *one = &world->cases[i];
        const char *why = heal_untold(world, one);
        const char *run_id = one->runtime_exists ? one->runtime.run_id : one->run.run_id;
        char key[KEY_SIZE];
        bool is_new;

        if (!why || !one->ticket_exists || has_agent_beside(world, one))
            continue;
        if (!say_once(
                site->board,
                &(struct journal_row){.ticket_id = one->ticket.id, .run_id = run_id, .kind = "untold", .body = why},
                &is_new, err))
            return false;
        site_key(site, one->ticket.id, key);
        if (is_new)
            report_warn(&pickup->report, "%s: its agent is left as it is: %s; see mc-ticket runtimes", key, why);
    }
    return true;
}

/* A repair that could not be done. */
struct stuck {
    const struct world *world;
    const struct repair *repair;
    const char *why;
};

static bool say_stuck(struct pickup *pickup, const struct stuck *stuck, struct err *err) {
    const struct world *world = stuck->world;
    const struct repair *repair = stuck->repair;
    int64_t ticket =
        repair->of_session ? world->sessions[repair->index].ticket_id : case_ticket(&world->cases[repair->index]);
    const char *run_id =
        repair->of_session ? world->sessions[repair->index].run_tag : world->cases[repair->index].run.run_id;
    char key[KEY_SIZE];
    bool is_new;

    if (!say_once(pickup->site.board,
                  &(struct journal_row){.ticket_id = ticket, .run_id = run_id, .kind = "stuck", .body = stuck->why},
                  &is_new, err))
        return false;
    if (is_new)
        report_warn(&pickup->report, "healing %s (%s): %s; every pickup tries again",
                    name_of(&pickup->site, world, repair, key), heal_rule_name(repair->rule), stuck->why);
    return true;
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
        pickup->unhealed = true;
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

    if (pickup->dry) /* it holds its one transaction already */
        return observe(site, world, err);
    ok = board_begin_read(site->board, err) && observe(site, world, err);
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
    if (one->run_exists)
        argv_add(&pickup->ending, one->run.run_id);
    if (frees(pickup, one, repair->remedy) && (!pickup->freed || one->ticket.id == pickup->ticket))
        pickup->freed = one->ticket.id;
}

static void show_plan(struct pickup *pickup, const struct world *world, const struct heal_plan *plan) {
    char key[KEY_SIZE];

    for (size_t i = 0; i < plan->count; i++) {
        char *reason = xasprintf("%s: %s", remedy_name(plan->repairs[i].remedy), plan->repairs[i].reason);

        const char *rule = heal_rule_name(plan->repairs[i].rule);
        const char *whose = name_of(&pickup->site, world, &plan->repairs[i], key);
        char *say = xasprintf("heal %s (%s): %s", whose, rule, reason);

        report_plan_say(&pickup->report, &(struct report_step){rule, whose, reason, say});
        free(say);
        free(reason);
        foresee(pickup, world, &plan->repairs[i]);
    }
}

/* What agents have left for us first: where something was, the picture is another. */
bool heal_observe(struct pickup *pickup, struct world *world, struct err *err) {
    bool taken;

    if (!look(pickup, world, err) || !spooled_take(pickup, world, &taken, err))
        return false;
    if (!taken)
        return true;
    world_release(world);
    return look(pickup, world, err);
}

bool heal_step(struct pickup *pickup, struct world *world, struct err *err) {
    struct heal_plan plan = {0};
    bool ok = true;

    if (world->notices && !pickup->dry)
        notify_left(&pickup->site);
    heal_decide(&plan, world);
    pickup->tmux_silent = plan.server_unreachable;
    pickup->short_of = world->short_of;
    pickup->no_agents = world->case_count == 0;
    if (pickup->dry)
        show_plan(pickup, world, &plan);
    else
        ok = say_events(pickup, world, &plan, err) && say_untold(pickup, world, err) &&
             repair_all(pickup, world, &plan, err) && end_marks(pickup, world, &plan, err);
    heal_plan_release(&plan);
    return ok;
}

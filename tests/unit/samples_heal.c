/* What healing decides of a world. Its cases stand one behind the other with a comma between, each of one letter for
 * each thing that the board or the outside says (below, "a" is the first of its values); then, behind a bar, the
 * sessions without a row; before the first, behind a colon, the world itself. */
#include "heal_model.h"
#define SAMPLES_NEAR 2500
#include "samples.h"

#include "rules/heal.h"
#include "rules/heal_rules.h"

#define BOOT "11111111-1111-1111-1111-111111111111"

enum {
    NOW = 900000000,
    TICK = 800000000,
    GRACE = 300000,
    TTL = 3600000,
    STALL = 600000,
    TURN = 1800000,
    MAX = 7200000
};
enum { AHEAD = 5000, LINGER = 900000, MOST = 8 };

static char own[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", other[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
static const enum seen seen[] = {SEEN_YES, SEEN_NO, SEEN_UNKNOWN};
static const int64_t ages[] = {1000,     GRACE, GRACE + 1, STALL,     STALL + 1,    TTL,          TTL + 1,    TURN,
                               TURN + 1, MAX,   MAX + 1,   STALL * 2, TURN + 60000, TURN + 60001, LINGER + 1, 0};

/* The next letter, as one of so many. */
static int take(const char **at, int count) {
    int value = **at >= 'a' && **at <= 'z' ? **at - 'a' : 0;

    *at += **at != '\0' && !strchr(",|:", **at);
    return value % count;
}

static int64_t take_age(const char **at) {
    return ages[take(at, sizeof ages / sizeof *ages)];
}

static void read_agent(struct world_case *one, const char **at) {
    int which = take(at, 5);

    one->runtime.agent = (struct identity){.pid = which ? 77 : 0, .start = which > 1 ? 7 : 0};
    if (which > 1)
        text_copy(one->runtime.agent.boot, sizeof one->runtime.agent.boot, BOOT);
    one->elsewhere = which == 3;
    one->other_boot = which == 4;
}

static void read_times(struct world_case *one, const char **at) {
    int64_t age = take_age(at), turn = take_age(at), activity = take_age(at);
    int boot = take(at, 3);

    one->runtime.spawned_at = NOW - age;
    one->runtime.spawned_tick = TICK - age;
    one->runtime.turn_started_at = NOW - turn;
    one->runtime.turn_started_tick = one->runtime.idle_tick = TICK - turn;
    one->activity = activity ? NOW + AHEAD - activity : 0;
    one->looked = take(at, 2) ? one->activity : 0;
    one->runtime.stall_tick = take(at, 3) * (TICK - 1000) / 2;
    one->runtime.last_output_at = take(at, 2) ? one->activity : 0;
    text_copy(one->runtime.tick_boot, sizeof one->runtime.tick_boot, boot == 0 ? BOOT : boot == 1 ? "" : "another");
}

static void read_case(struct world_case *one, const char **at) {
    static char *const runs[] = {own, NULL, other};
    static char words[MOST][24];
    int ticket = take(at, TICKET_STATUS_COUNT + 1), run = take(at, 3), runtime = take(at, RUNTIME_DEAD + 1);
    int ended = take(at, RUN_OUTCOME_COUNT + 2), effect;

    *one = (struct world_case){.ticket_exists = ticket < TICKET_STATUS_COUNT,
                               .runtime_exists = runtime < RUNTIME_DEAD,
                               .runtime = {.run_id = own, .status = (enum runtime_status)runtime}};
    one->ticket.status = ticket < TICKET_STATUS_COUNT ? (enum ticket_status)ticket : TICKET_TODO;
    one->ticket.run_id = one->ticket_exists ? runs[run] : NULL;
    one->runtime_is_tickets = one->runtime_exists && one->ticket.run_id == own;
    one->run_exists = ended != 1;
    one->run = (struct run){.ended_at = ended > 1 ? NOW - 5 : 0};
    text_copy(one->run.run_id, sizeof one->run.run_id, own);
    if (ended > 1) {
        char *word = words[ended % MOST];

        text_copy(word, sizeof words[0], run_outcome_name((enum run_outcome)(ended - 2)));
        one->run.outcome = word;
    }
    read_agent(one, at);
    one->pickup = seen[take(at, 3)];
    one->process = seen[take(at, 3)];
    model_session(one, take(at, HEAL_SESSIONS));
    one->other_worker = seen[take(at, 3)];
    one->message.id = take(at, 2) * 5;
    effect = take(at, EFFECT_STATE_COUNT + 1);
    one->spawn_recorded = effect > 0;
    one->spawn = effect > 0 ? (enum effect_state)(effect - 1) : EFFECT_UNKNOWN;
    effect = take(at, EFFECT_STATE_COUNT + 1);
    one->send_recorded = effect > 0;
    one->send = effect > 0 ? (enum effect_state)(effect - 1) : EFFECT_UNKNOWN;
    one->kill_pending = take(at, 2);
    read_times(one, at);
}

static void read_session(struct world_session *one, const char **at) {
    int run = take(at, 3);

    *one = (struct world_session){.ticket_id = take(at, 2) ? 0 : 4629, .run_exists = run > 0};
    text_copy(one->name, sizeof one->name, "mc-MC-4629");
    text_copy(one->run_tag, sizeof one->run_tag, own);
    one->run.ended_at = run > 1 ? NOW - take_age(at) : 0;
    one->run_is_tickets = take(at, 2);
    one->board_tagged = take(at, 2);
    one->pane_dead = take(at, 2);
    one->row_closed_at = take(at, 2) ? NOW - take_age(at) : 0;
}

static void read_world(struct world *world, const char **at) {
    int limits = take(at, 4), mark = take(at, 4);

    world->server = seen[take(at, 3)];
    world->socket_beside = take(at, 2);
    world->no_server_tick = mark == 0 ? 0 : TICK - (mark == 1 ? TTL : mark == 2 ? 60000 : 59999);
    mark = take(at, 4);
    world->mass_death_tick = mark == 0 ? 0 : TICK - (mark == 1 ? TTL : mark == 2 ? 60000 : 59999);
    world->http = take(at, 2);
    world->any = true;
    if (limits == 1)
        world->runtime_ttl_ms = world->stall_timeout_ms = world->turn_timeout_ms = 0;
    if (limits == 2)
        world->max_runtime_ms = MAX;
    if (limits == 3)
        world->stall_timeout_ms = TURN * 2;
}

static void tell(struct text *out, const struct world *world) {
    struct heal_plan plan = {0};

    heal_decide(&plan, world);
    text_addf(out, "dead %zu of %zu many %d mass %d, without server %zu gone %zu since %d, unreachable %d\n",
              plan.dead_seen, plan.judged, plan.many_dead, plan.mass_death, plan.without_server, plan.gone_elsewhere,
              plan.server_seen_since, plan.server_unreachable);
    for (size_t i = 0; i < plan.count; i++) {
        const struct repair *one = &plan.repairs[i];
        const char *cause = heal_cause(one->rule), *next = heal_next(one->rule);

        text_addf(out, "%s %zu: %s, %s: %s", one->of_session ? "session" : "case", one->index,
                  heal_rule_name(one->rule), remedy_name(one->remedy), one->reason);
        if (!one->of_session)
            text_addf(out, ", still %d", heal_still(world, &world->cases[one->index], one));
        text_addf(out, " (%s; %s)\n", sample_word(cause), sample_word(next));
    }
    for (size_t i = 0; i < world->case_count; i++) {
        const char *left = heal_left_because(world, &world->cases[i]), *untold = heal_untold(world, &world->cases[i]);
        const struct heal_view view = heal_look(world, &world->cases[i]);

        text_addf(out, "case %zu %d: %s\n", i, heal_rule_of(&view)->act, heal_rule_of(&view)->reason);
        if (left || untold)
            text_addf(out, "case %zu left: %s, untold: %s\n", i, sample_word(left), sample_word(untold));
    }
    heal_plan_release(&plan);
}

static void sample(const char *bytes, size_t n, struct text *out) {
    struct world_case cases[MOST];
    struct world_session sessions[MOST];
    struct world world = {.now = NOW,
                          .ahead = AHEAD,
                          .tick = TICK,
                          .newborn_grace_ms = GRACE,
                          .runtime_ttl_ms = TTL,
                          .linger_ms = LINGER,
                          .stall_timeout_ms = STALL,
                          .turn_timeout_ms = TURN,
                          .cases = cases,
                          .sessions = sessions};
    char *input = xstrndup(bytes, n);
    const char *at = input;

    text_copy(world.boot_id, sizeof world.boot_id, BOOT);
    read_world(&world, &at);
    at += strcspn(at, ":");
    while (*at && *at != '|' && world.case_count < MOST) {
        at++;
        read_case(&cases[world.case_count++], &at);
        at += strcspn(at, ",|");
    }
    while (*at && world.session_count < MOST) {
        at++;
        read_session(&sessions[world.session_count++], &at);
        at += strcspn(at, ",");
    }
    tell(out, &world);
    free(input);
}

int main(int argc, char **argv) {
    return samples(argc, argv, "heal", sample);
}

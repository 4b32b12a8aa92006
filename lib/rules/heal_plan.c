#include "rules/heal.h"

#include "base/mem.h"
#include "rules/awake.h"
#include "rules/heal_rules.h"
#include "rules/heal_seen.h"

enum { MASS_DEATH_LEAST = 5 };

static void plan_add(struct heal_plan *plan, const struct heal_case_rule *rule, bool of_session, size_t index) {
    plan->repairs = xgrow(plan->repairs, plan->count, &plan->cap, sizeof *plan->repairs);
    plan->repairs[plan->count++] = (struct repair){rule->rule, rule->remedy, of_session, index, rule->reason};
}

static void decide_case(struct heal_plan *plan, const struct world *world, size_t index) {
    struct heal_view view = heal_look(world, &world->cases[index]);
    const struct heal_case_rule *rule = heal_rule_of(&view);
    if (heal_leaves(rule) || (rule->act == HEAL_REPAIR_DEAD && plan->mass_death && !seen_other_boot(world, view.one)))
        return;
    plan_add(plan, rule, false, index);
    if (rule->remedy == REMEDY_RECORD_PID && heal_sent_at_spawn.holds(&view))
        plan_add(plan, &heal_sent_at_spawn, false, index);
}

/* A reboot is known without doubt, an ended namespace was seen twice already, and what was never started has not died:
 * none of them is counted. */
static void count_dead(struct heal_plan *plan, const struct world *world) {
    for (size_t i = 0; i < world->case_count; i++) {
        struct heal_view view = heal_look(world, &world->cases[i]);
        if (!view.one->runtime_exists || view.life == LIFE_UNKNOWN || seen_other_boot(world, view.one) ||
            seen_never_started(world, view.one) || seen_gone_elsewhere(world, view.one))
            continue;
        plan->judged++;
        plan->dead_seen += view.life == LIFE_DEAD;
    }
    plan->many_dead = plan->judged >= MASS_DEATH_LEAST && plan->dead_seen > plan->judged / 2;
    plan->mass_death = plan->many_dead && awake_between(world->mass_death_tick, world->tick) < SECOND_LOOK_MS;
}

static void count_without_server(struct heal_plan *plan, const struct world *world) {
    int64_t newest = 0;
    for (size_t i = 0; i < world->case_count; i++) {
        const struct world_case *one = &world->cases[i];
        if (!seen_without_server(world, one) || seen_other_boot(world, one))
            continue;
        plan->without_server++;
        plan->gone_elsewhere += seen_gone_elsewhere(world, one);
        if (seen_timed(world, one) && one->runtime.spawned_tick > newest)
            newest = one->runtime.spawned_tick;
    }
    plan->server_seen_since = newest > world->no_server_tick;
}

static const struct heal_case_rule lost_row = {NULL, HEAL_REPAIR, HEAL_LOST_ROW, REMEDY_REBUILD,
                                               "a session of the ticket's run, and no runtime row"};
static const struct heal_case_rule orphan = {NULL, HEAL_REPAIR, HEAL_ORPHAN, REMEDY_CLOSE_SESSION,
                                             "a session whose run has ended, for longer than linger_s"};

/* One without a run row on this board is never closed: it may be another board's. */
static void decide_session(struct heal_plan *plan, const struct world *world, size_t index) {
    const struct world_session *session = &world->sessions[index];
    if (seen_session_lost(session) && !session->row_taken)
        plan_add(plan, &lost_row, true, index);
    else if (seen_session_orphan(world, session))
        plan_add(plan, &orphan, true, index);
}

void heal_decide(struct heal_plan *plan, const struct world *world) {
    *plan = (struct heal_plan){.server_unreachable = world->server == SEEN_UNKNOWN && world->case_count > 0};
    count_dead(plan, world);
    count_without_server(plan, world);
    for (size_t i = 0; i < world->case_count; i++)
        decide_case(plan, world, i);
    for (size_t i = 0; i < world->session_count; i++)
        decide_session(plan, world, i);
}

const char *heal_left_because(const struct world *world, const struct world_case *one) {
    struct heal_view view = heal_look(world, one);
    const struct heal_case_rule *rule = heal_rule_of(&view);
    return heal_leaves(rule) ? rule->reason : NULL;
}

const char *heal_untold(const struct world *world, const struct world_case *one) {
    struct heal_view view = heal_look(world, one);
    const struct heal_case_rule *rule = heal_rule_of(&view);
    return rule->act == HEAL_LEAVE_SAID ? rule->reason : NULL;
}

bool heal_still(const struct world *world, const struct world_case *again, const struct repair *repair) {
    struct heal_view view = heal_look(world, again);
    const struct heal_case_rule *rule = heal_rule_of(&view);
    if (rule->remedy == REMEDY_RECORD_PID && heal_sent_at_spawn.holds(&view) &&
        repair->remedy == heal_sent_at_spawn.remedy)
        return true;
    return rule->remedy == repair->remedy;
}

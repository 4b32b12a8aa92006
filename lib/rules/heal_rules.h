#ifndef MC_HEAL_RULES_H
#define MC_HEAL_RULES_H

#include <stdbool.h>

#include "rules/heal.h"
#include "rules/heal_seen.h"

/* Which rule holds for one case: the tables that heal_plan.c makes its plan from. Inner to heal*.c. */

struct heal_view {
    const struct world *world;
    const struct world_case *one;
    enum life life;
};

/* What a rule does with a case. */
enum heal_act {
    HEAL_LEAVE,
    HEAL_LEAVE_SAID, /* nobody of ours may ever move it: that is said once */
    HEAL_REPAIR,
    HEAL_REPAIR_DEAD /* rests on a death: held back when many look dead at once */
};

struct heal_case_rule {
    bool (*holds)(const struct heal_view *view);
    enum heal_act act;
    enum heal_rule rule;
    enum remedy remedy;
    const char *reason;
};

struct heal_view heal_look(const struct world *world, const struct world_case *one);

/* The first that holds; some rule always does. */
const struct heal_case_rule *heal_rule_of(const struct heal_view *view);
bool heal_leaves(const struct heal_case_rule *rule);

/* Goes along with REMEDY_RECORD_PID where it holds. */
extern const struct heal_case_rule heal_sent_at_spawn;

#endif

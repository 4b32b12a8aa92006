#ifndef MC_HEAL_H
#define MC_HEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/world.h"

/* Healing, SPEC section 11: from one snapshot to a list of repairs, as a pure function. The same snapshot gives the
 * same plan; the plan for a healed board is empty. */

enum heal_rule {
    HEAL_HIDDEN_RUNTIME,
    HEAL_WORKER_DIED,
    HEAL_GHOST,
    HEAL_STILLBORN,
    HEAL_LOST_ROW,
    HEAL_ORPHAN,
    HEAL_FINISHED,
    HEAL_EXPIRED,
    HEAL_PARKED, /* of the claim, not in the plan (rules/parking.h) */
    HEAL_STALLED,
    HEAL_OVERTIME,
    HEAL_INTERRUPTED_SEND,
    HEAL_ABANDONED_CLAIM,
    HEAL_UNTIMED,
    HEAL_SLOT_LEAK, /* of slots, not in the plan: each is looked at when its turn comes (run/pool.h) */
    HEAL_HALF_SLOT,
    HEAL_RULE_COUNT
};
const char *heal_rule_name(enum heal_rule rule);

/* For the record of a ticket that goes back: why, and what to do. NULL: as the class of what ended its run says. */
const char *heal_cause(enum heal_rule rule);
const char *heal_next(enum heal_rule rule);

/* What is to be done. Each is safe to repeat and re-checks its premise when it is carried out. */
enum remedy {
    REMEDY_ADOPT,         /* ticket in_progress, runtime running, by the adoption rules (reconcile path) */
    REMEDY_RECORD_PID,    /* a spawn that came off and was not recorded: take pane and identity from tmux */
    REMEDY_RETIRE,        /* end what is left, row dead, death report, ticket todo or blocked, attempt counted */
    REMEDY_RELEASE,       /* the same without a death report or an attempt: nothing was ever started */
    REMEDY_REBUILD,       /* the runtime row from the session's tags */
    REMEDY_CLOSE,         /* session and processes ended, row closed; the ticket is left as it is */
    REMEDY_CLOSE_SESSION, /* the same for a session without an active row */
    REMEDY_NOTE_STALL,    /* one activity row, and the mark beside the turn that it was said */
    REMEDY_START_CLOCK,   /* its lengths of time are counted from now on */
    REMEDY_RESOLVE_SEND,  /* look at the screen: sent, Enter, pending or unknown */
    REMEDY_PARK,          /* a person is asked, and what is left is ended */
    REMEDY_COUNT
};
const char *remedy_name(enum remedy remedy);

struct repair {
    enum heal_rule rule;
    enum remedy remedy;
    bool of_session; /* index is into sessions, else into cases */
    size_t index;
    const char *reason; /* static text: what was seen */
};
struct heal_plan {
    struct repair *repairs;
    size_t count, cap;
    bool many_dead;           /* more than half of at least five look dead */
    bool mass_death;          /* and no pickup has seen that a minute ago: repairs of dead ones are left out */
    size_t dead_seen, judged; /* of this boot's agents that were started once */
    size_t without_server;    /* agents of another pid namespace that have no tmux server, */
    size_t gone_elsewhere;    /* and those that a pickup has seen so a minute ago */
    bool server_seen_since;   /* one of them was started after the mark that says since when */
    bool server_unreachable;  /* tmux does not answer while rows are active */
};

/* A case has at most two repairs, in the order they are to be carried out; a session at most one. */
void heal_decide(struct heal_plan *plan, const struct world *world);

/* Does the case, looked at again, still call for this repair? For the premise inside a repair's own transaction; the
 * healer itself is not counted as the case's live pickup. */
bool heal_still(const struct world *world, const struct world_case *again, const struct repair *repair);

/* Why a case is left as it is; NULL when there is a repair for it. A mass death is not looked at. */
const char *heal_left_because(const struct world *world, const struct world_case *one);

/* Why it is left where nobody of ours may ever move it; NULL where somebody will. */
const char *heal_untold(const struct world *world, const struct world_case *one);

void heal_plan_release(struct heal_plan *plan);

#endif

#ifndef MC_HEAL_MODEL_H
#define MC_HEAL_MODEL_H

/* What each remedy makes of a case, for tests of the plan: a stand-in for the executor that ends what the remedy ends,
 * moves a ticket only from in_progress of its run, and nothing else. `came_to`, below HEAL_WAYS, chooses where a remedy
 * may come to this or that: todo or blocked, sent, pending or unknown. What is no case any more has no ticket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "rules/heal.h"

enum { HEAL_WAYS = 3, HEAL_SESSIONS = 5 };

/* What is seen of its session: own and alive, own and dead, another's, none, unknown. */
static inline void model_session(struct world_case *one, int which) {
    one->session = which <= 2 ? SEEN_YES : which == 3 ? SEEN_NO : SEEN_UNKNOWN;
    one->session_ours = which <= 1;
    one->pane_dead = which == 1;
    one->pane_pid = which <= 1 ? 77 : 0;
}

static inline void model_row_gone(const struct world *world, struct world_case *one) {
    bool ours = one->ticket_exists && one->ticket.status == TICKET_IN_PROGRESS && one->runtime_is_tickets;
    one->runtime = (struct runtime){0};
    one->message.id = 0;
    one->kill_pending = one->runtime_is_tickets = one->other_boot = one->elsewhere = false;
    one->process = SEEN_UNKNOWN;
    if (one->session_ours)
        one->session = SEEN_NO;
    one->session_ours = one->pane_dead = false;
    one->run.ended_at = world->now;
    one->run.outcome = (char *)(uintptr_t)run_outcome_name(RUN_FAILED);
    one->runtime_exists = false;
    one->ticket_exists = ours;
}

static inline void model_give_back(const struct world *world, struct world_case *one, int came_to) {
    bool ours = !one->runtime_exists || one->runtime_is_tickets;
    model_row_gone(world, one);
    if (ours && one->ticket.status == TICKET_IN_PROGRESS)
        one->ticket.status = came_to ? TICKET_TODO : TICKET_BLOCKED;
    one->ticket_exists = false;
}

static inline void model_begin_clock(const struct world *world, struct world_case *one) {
    text_copy(one->runtime.tick_boot, sizeof one->runtime.tick_boot, world->boot_id);
    one->runtime.spawned_tick = one->runtime.turn_started_tick = world->tick;
    one->runtime.stall_tick = 0;
}

static inline void model_adopt(const struct world *world, struct world_case *one) {
    one->ticket.status = TICKET_IN_PROGRESS;
    one->ticket.run_id = one->runtime.run_id;
    one->runtime_is_tickets = true;
    one->runtime.status = RUNTIME_RUNNING;
    one->runtime.turn_started_at = world->now;
    one->runtime.turn_started_tick = world->tick;
    one->runtime.stall_tick = 0;
    one->message.id = 0;
    one->run.ended_at = 0;
    one->run.outcome = NULL;
}

static inline void model_record(const struct world *world, struct world_case *one) {
    if (!identity_known(&one->runtime.agent)) {
        one->runtime.agent = (struct identity){.pid = one->pane_pid, .start = 5};
        text_copy(one->runtime.agent.boot, sizeof one->runtime.agent.boot, world->boot_id);
        one->process = SEEN_YES;
        one->elsewhere = false;
    }
    one->runtime.status = one->message.id ? RUNTIME_RUNNING : RUNTIME_IDLE;
}

static inline void model_resolve(struct world_case *one, int came_to) {
    one->message.id = 0;
    one->runtime.status = came_to ? RUNTIME_RUNNING : RUNTIME_IDLE;
    if (came_to == 2 && one->runtime_is_tickets && one->ticket.status == TICKET_IN_PROGRESS)
        one->ticket.status = TICKET_NEEDS_INPUT;
}

static inline void model_apply(const struct world *world, struct world_case *one, enum remedy remedy, int came_to) {
    switch (remedy) {
    case REMEDY_ADOPT:
        model_adopt(world, one);
        return;
    case REMEDY_RECORD_PID:
        model_record(world, one);
        return;
    case REMEDY_RETIRE:
    case REMEDY_RELEASE:
        model_give_back(world, one, came_to);
        return;
    case REMEDY_PARK:
        one->ticket.status = TICKET_NEEDS_INPUT;
        model_row_gone(world, one);
        return;
    case REMEDY_CLOSE:
        model_row_gone(world, one);
        return;
    case REMEDY_NOTE_STALL:
        one->runtime.stall_tick = world->tick;
        one->runtime.last_output_at = one->activity;
        return;
    case REMEDY_START_CLOCK:
        model_begin_clock(world, one);
        return;
    case REMEDY_RESOLVE_SEND:
        model_resolve(one, came_to);
        return;
    case REMEDY_REBUILD:
    case REMEDY_CLOSE_SESSION:
    case REMEDY_COUNT:
        break;
    }
    fail_msg("%s is not for a case", remedy_name(remedy));
}

/* What became of it is no case any more: neither an active row nor a ticket in progress. */
static inline bool model_is_over(const struct world_case *one) {
    return !one->runtime_exists && !(one->ticket_exists && one->ticket.status == TICKET_IN_PROGRESS);
}

#endif

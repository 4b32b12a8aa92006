/* What the store reads of the whole board, for claims, lists and healing. */
#include <stddef.h>

#include "rules/world.h"
#define STORE_MORE 120
#include "samples_store.h"
#include "store/line.h"
#include "store/listing.h"
#include "store/snapshot.h"

static const char *const profiles[] = {"a", "b"};
static const struct slot_pool pools[] = {{"v", "/p/v", 2}, {"w", "/p/w", 5}, {"default", "/p", 3}};
static const bool hopeless[] = {false, true, false};

static struct claim_want claim_want(void) {
    struct claim_want want = {.host = any_of("host"),
                              .max_running = draw(4) ? 1000 : draw(6),
                              .max_live = draw(3) ? 0 : draw(9),
                              .profiles = profiles,
                              .profile_count = draw(8) ? 2 : draw(2),
                              .default_profile = draw(4) ? profiles[draw(2)] : NULL,
                              .pools = pools,
                              .hopeless = draw(2) ? hopeless : NULL,
                              .pool_count = draw(4) ? 3 : draw(3),
                              .default_pool = draw(2) ? &pools[draw(3)] : NULL,
                              .left = draw(2),
                              .endpoint = draw(2),
                              .now = NOW,
                              .horizon = HORIZON - draw(2) * 2000,
                              .all = draw(2)};

    if (want.default_pool && want.default_pool - pools >= (ptrdiff_t)want.pool_count)
        want.default_pool = NULL;
    return want;
}

VERB(claim_next) {
    const struct claim_want want = claim_want();
    struct claim_look look;
    bool ok;

    dirty(&look, sizeof look);
    ok = claim_next(board, &want, &look, err);
    text_addf(out, " %d %lld [%s] %s %lld: %d%d%d%d%d%d%d", look.found, (long long)look.id, look.thing,
              sample_word(look.workspace), (long long)look.waiting, look.ready, look.due, look.more_due, look.new_stuck,
              look.said, look.untold, look.needs_profile);
    return ok;
}

VERB(claim_eligible) {
    const struct claim_want want = claim_want();

    (void)board;
    (void)err;
    for (int i = 0; i < 3; i++) {
        const char *profile = some("profile");

        tell(out, claim_eligible(&want, profile, some("workspace")));
    }
    return true;
}

VERB(claim_named) {
    const struct claim_want want = claim_want();
    struct claim_naming naming;
    bool ok;

    dirty(&naming, sizeof naming);
    naming.id = 1 + draw(12);
    ok = claim_named(board, &want, &naming, err);
    if (ok)
        text_addf(out, " %lld: %d %lld %d [%s] %s", (long long)naming.id, naming.named, (long long)naming.blocker,
                  naming.blocker_cancelled, naming.thing, sample_word(naming.workspace));
    return ok;
}

VERB(claim_agents) {
    struct claim_agents agents;
    bool ok;

    dirty(&agents, sizeof agents);
    ok = claim_agents(board, any_of("host"), &agents, err);
    text_addf(out, " %lld %lld %d", (long long)agents.running, (long long)agents.live, agents.paused);
    return ok;
}

VERB(line) {
    const struct claim_want want = claim_want();
    struct line line;
    int64_t id = 77;
    bool ok;

    dirty(&line, sizeof line);
    ok = line_open(&line, board, &want, err);
    while (ok && line_next(&line, &id, err))
        tell(out, id);
    ok = ok && !line.failed;
    line_close(&line);
    tell(out, line.count == 0 && !line.sources && !line.board && !line.breakers.items && !line.failed);
    return ok;
}

static void draw_listing(struct listing *listing, struct argv *labels) {
    *listing = (struct listing){.profile = draw(2) ? some("profile") : NULL,
                                .workspace = draw(2) ? some("workspace") : NULL,
                                .nameless = draw(2),
                                .placeless = draw(2),
                                .labels = draw(3) ? NULL : labels,
                                .search = draw(3) ? NULL : some("search"),
                                .limit = draw(5)};
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        listing->status[i] = draw(3) == 0;
    if (draw(3) == 0)
        memset(listing->status, 0, sizeof listing->status);
    if (draw(2))
        argv_add(labels, draw(2) ? "l" : "m");
    if (draw(2))
        argv_add(labels, "m");
}

VERB(listing) {
    const struct claim_want want = claim_want();
    struct argv labels = {0};
    struct id_list list = {0};
    struct listing listing;
    int64_t total = 77;
    bool ok;

    draw_listing(&listing, &labels);
    listing.next = draw(3) ? NULL : &want;
    ok = listing_read(board, &listing, &list, err) && listing_total(board, &listing, &total, err);
    for (size_t i = 0; i < list.count; i++)
        tell(out, list.items[i]);
    text_addf(out, " of %lld, more %d", (long long)total, list.more);
    id_list_release(&list);
    argv_release(&labels);
    return ok;
}

VERB(listing_total) {
    struct listing listing = {0};

    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        listing.status[i] = draw(3) == 0;
    NUMBER(listing_total(board, &listing, &number, err));
}

VERB(listing_need) {
    struct listing_need need;
    bool ok;

    dirty(&need, sizeof need);
    ok = listing_need(board, ticket_id(), &need, err);
    text_addf(out, " %lld %d", (long long)need.id, need.cancelled);
    return ok;
}

VERB(listing_branch) {
    TEXT(listing_branch(board, ticket_id(), &word, err));
}

static void tell_case(struct text *out, const struct world_case *one) {
    text_addf(out, " %d%d%d%d%d%d%d %d %d", one->ticket_exists, one->run_exists, one->runtime_exists,
              one->runtime_is_tickets, one->spawn_recorded, one->send_recorded, one->kill_pending, one->spawn,
              one->send);
    tell_message(out, &one->message);
    tell_run(out, &one->run);
    tell_ticket(out, &one->ticket);
    tell_runtime(out, &one->runtime);
}

VERB(snapshot_again) {
    const struct snapshot_key key = {.host = any_of("host"), .ticket_id = 1 + draw(12)};
    struct world_case one;
    bool ok;

    dirty(&one, sizeof one);
    ok = snapshot_again(board, &key, &one, err);
    tell_case(out, &one);
    ticket_release(&one.ticket);
    run_release(&one.run);
    runtime_release(&one.runtime);
    message_release(&one.message);
    return ok;
}

VERB(snapshot_cases) {
    const char *host = any_of("host");
    struct world world = {0};
    bool ok = snapshot_any(board, host, &world, err) && snapshot_cases(board, host, &world, err);

    text_addf(out, " %d%d%d%d%d%d %s %s", world.any, world.unreachable_said, world.notices, world.slots, world.owing,
              world.trial, sample_word(world.mass_death_mark), sample_word(world.no_server_mark));
    for (size_t i = 0; i < world.case_count; i++)
        tell_case(out, &world.cases[i]);
    world_release(&world);
    return ok;
}

VERB(snapshot_session) {
    struct world_session one;
    bool ok;

    dirty(&one, sizeof one);
    one.run = (struct run){0};
    snprintf(one.run_tag, sizeof one.run_tag, "%s", any_of("run_id"));
    ok = snapshot_session(board, &one, err);
    text_addf(out, " %d%d %lld", one.run_exists, one.run_is_tickets, (long long)one.row_closed_at);
    tell_run(out, &one.run);
    run_release(&one.run);
    return ok;
}

VERB(breakers_get) {
    struct breaker one;
    bool ok;

    dirty(&one, sizeof one);
    ok = breakers_get(board, draw(4) ? things[draw(THINGS)] : "profile:c", &one, err);
    tell_breaker(out, &one);
    return ok;
}

static void tell_thing(struct text *out, const struct breaker_row *row) {
    tell_word(out, row->thing);
    tell_breaker(out, &row->breaker);
}

VERB(breakers_list) {
    bool any = false;

    if (!breakers_any(board, &any, err))
        return false;
    tell(out, any);
    LIST(breaker_list, breakers_list(board, &list, err), tell_thing, breaker_list_release);
}

VERB(breakers_wait) {
    const struct breakers_need need = drawn_need();
    struct breaker open;
    bool ok;

    dirty(&open, sizeof open);
    ok = breakers_wait(board, &need, &open, err);
    tell_breaker(out, &open);
    return ok;
}

VERB(queue_failed_alike) {
    static const char *const classes[] = {"limit", "unreachable", "paused", "foreign"};
    const struct queue_run run = {.ticket = ticket_id(),
                                  .run_id = any_of("run_id"),
                                  .class = classes[draw(4)],
                                  .detail = draw(2) ? some("detail") : NULL};

    YES(queue_failed_alike(board, &run, &yes, err));
}

VERB(stuck_of) {
    LIST(stuck_list, stuck_of(board, 1 + draw(12), &list, err), tell_stuck, stuck_list_release);
}

VERB(stuck_behind) {
    LIST(stuck_list, stuck_behind(board, 1 + draw(12), &list, err), tell_stuck, stuck_list_release);
}

VERB(stuck_now) {
    LIST(stuck_list, stuck_now(board, 1 + draw(4), &list, err), tell_stuck, stuck_list_release);
}

static void tell_kind(struct text *out, const struct ready_kind *kind) {
    tell_word(out, kind->profile);
    tell_word(out, kind->workspace);
    tell(out, kind->ticket);
}

VERB(ready_kinds) {
    LIST(ready_kinds, ready_kinds(board, &list, err), tell_kind, ready_kinds_release);
}

VERB(said_marks) {
    struct argv marks = {0};
    bool ok = said_marks(board, &marks, err);

    tell_words(out, &marks);
    argv_release(&marks);
    return ok;
}

static const struct verb verbs[] = {
    NAMED(claim_next),     NAMED(claim_eligible), NAMED(claim_named),    NAMED(claim_agents),
    NAMED(line),           NAMED(listing),        NAMED(listing_total),  NAMED(listing_need),
    NAMED(listing_branch), NAMED(snapshot_again), NAMED(snapshot_cases), NAMED(snapshot_session),
    NAMED(breakers_get),   NAMED(breakers_list),  NAMED(breakers_wait),  NAMED(queue_failed_alike),
    NAMED(stuck_of),       NAMED(stuck_behind),   NAMED(stuck_now),      NAMED(ready_kinds),
    NAMED(said_marks),     {NULL, NULL},
};

int main(int argc, char **argv) {
    return store_samples(argc, argv, "store_board", verbs);
}

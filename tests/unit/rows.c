#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "rules/rows.h"
#include "rules/world.h"

/* The sanitizers find a string that is not freed. */
static void released_twice_is_harmless(void **state) {
    (void)state;
    struct ticket ticket = {.title = xstrdup("t"),
                            .body = xstrdup("b"),
                            .profile = xstrdup("p"),
                            .labels = xstrdup("l"),
                            .dedupe_key = xstrdup("d"),
                            .run_id = xstrdup("r"),
                            .worker_host = xstrdup("h"),
                            .failure_reason = xstrdup("f"),
                            .status = TICKET_DONE};
    struct run run = {.host = xstrdup("h"), .outcome = xstrdup("o"), .class = xstrdup("c"), .detail = xstrdup("d")};
    struct runtime runtime = {.session_key = xstrdup("s"),
                              .run_id = xstrdup("r"),
                              .host = xstrdup("h"),
                              .tmux_target = xstrdup("t"),
                              .pane_id = xstrdup("%1"),
                              .profile = xstrdup("p"),
                              .cwd = xstrdup("c"),
                              .pane_log_path = xstrdup("l"),
                              .turn_nonce = xstrdup("n"),
                              .last_turn_marker = xstrdup("m"),
                              .failure_reason = xstrdup("f")};
    struct message message = {.author = xstrdup("a"),
                              .body = xstrdup("b"),
                              .nonce = xstrdup("n"),
                              .run_id = xstrdup("r"),
                              .error = xstrdup("e")};
    struct activity activity = {
        .run_id = xstrdup("r"), .author = xstrdup("a"), .kind = xstrdup("k"), .body = xstrdup("b")};
    for (int i = 0; i < 2; i++) {
        ticket_release(&ticket);
        run_release(&run);
        runtime_release(&runtime);
        message_release(&message);
        activity_release(&activity);
    }
    assert_null(ticket.title);
    assert_int_equal(ticket.status, 0);
    assert_null(runtime.turn_nonce);
}

static void null_is_harmless(void **state) {
    (void)state;
    ticket_release(NULL);
    run_release(NULL);
    runtime_release(NULL);
    message_release(NULL);
    activity_release(NULL);
    slot_release(NULL);
    world_release(NULL);
}

static void an_identity_is_known_when_it_is_whole(void **state) {
    struct identity one = {.pid = 1, .start = 1, .boot = "b"}, part = one;
    (void)state;
    assert_true(identity_known(&one));
    part.pid = 0;
    assert_false(identity_known(&part));
    part = one;
    part.start = 0;
    assert_false(identity_known(&part));
    part = one;
    part.boot[0] = '\0';
    assert_false(identity_known(&part));
}

static void a_runtime_is_active_until_it_is_dead_or_closed(void **state) {
    char key[] = "ticket:1:session";
    struct runtime runtime = {.session_key = key};
    (void)state;
    for (int i = 0; i < RUNTIME_STATUS_COUNT; i++) {
        runtime.status = (enum runtime_status)i;
        assert_int_equal(runtime_active(&runtime), i != RUNTIME_DEAD && i != RUNTIME_CLOSED);
    }
    assert_false(runtime_active(&(struct runtime){.status = RUNTIME_IDLE}));
}

static void what_is_new_of_a_ticket(void **state) {
    static char result[] = "result", reason[] = "reason";
    struct ticket ticket = {.result = result, .failure_reason = reason};
    static const char *const news[TICKET_STATUS_COUNT] = {
        [TICKET_INBOX] = reason,     [TICKET_TODO] = reason,        [TICKET_IN_PROGRESS] = reason,
        [TICKET_IN_REVIEW] = result, [TICKET_NEEDS_INPUT] = reason, [TICKET_BLOCKED] = reason,
        [TICKET_DONE] = result,      [TICKET_CANCELLED] = reason};
    (void)state;
    for (int i = 0; i < TICKET_STATUS_COUNT; i++) {
        ticket.status = (enum ticket_status)i;
        assert_ptr_equal(ticket_news(&ticket), news[i]);
    }
    ticket.failure_reason = NULL;
    ticket.status = TICKET_NEEDS_INPUT;
    assert_ptr_equal(ticket_news(&ticket), result);
    ticket.status = TICKET_TODO;
    assert_null(ticket_news(&ticket));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(released_twice_is_harmless),
        cmocka_unit_test(null_is_harmless),
        cmocka_unit_test(what_is_new_of_a_ticket),
        cmocka_unit_test(an_identity_is_known_when_it_is_whole),
        cmocka_unit_test(a_runtime_is_active_until_it_is_dead_or_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "rules/classes.h"

/* SPEC section 9, line by line, and the five rows of the world. */
static void the_table(void **state) {
    (void)state;
    static const struct {
        enum send_class class;
        const char *name;
        enum delivered delivered;
        enum class_move move;
        enum blame blame;
        int exit;
    } expected[] = {
        {CLASS_SENT, "sent", DELIVERED_YES, MOVE_KEEP, BLAME_NOBODY, 0},
        {CLASS_ALREADY_SENT, "already_sent", DELIVERED_YES, MOVE_KEEP, BLAME_NOBODY, 0},
        {CLASS_BUSY, "busy", DELIVERED_NO, MOVE_ADOPT, BLAME_TICKET, 75},
        {CLASS_STARTING, "starting", DELIVERED_NO, MOVE_TODO, BLAME_TICKET, 75},
        {CLASS_PAUSED, "paused", DELIVERED_NO, MOVE_TODO_AFTER_PAUSE, BLAME_NOBODY, 75},
        {CLASS_AWAITING_HUMAN, "awaiting_human", DELIVERED_NO, MOVE_NEEDS_INPUT, BLAME_NOBODY, 75},
        {CLASS_FOREIGN, "foreign", DELIVERED_NO, MOVE_TODO, BLAME_TICKET, 75},
        {CLASS_CONFLICT, "conflict", DELIVERED_NO, MOVE_TODO, BLAME_TICKET, 65},
        {CLASS_DENIED, "denied", DELIVERED_NO, MOVE_TODO, BLAME_WORLD_AT_ONCE, 77},
        {CLASS_REJECTED, "rejected", DELIVERED_NO, MOVE_TODO, BLAME_TICKET, 65},
        {CLASS_SERVER_ERROR, "server_error", DELIVERED_UNKNOWN, MOVE_RESOLVE, BLAME_WORLD, 69},
        {CLASS_UNREACHABLE, "unreachable", DELIVERED_NO, MOVE_TODO, BLAME_WORLD, 69},
        {CLASS_TIMEOUT, "timeout", DELIVERED_UNKNOWN, MOVE_RESOLVE, BLAME_TICKET, 69},
        {CLASS_DROPPED, "dropped", DELIVERED_UNKNOWN, MOVE_RESOLVE, BLAME_TICKET, 69},
        {CLASS_GARBLED, "garbled", DELIVERED_UNKNOWN, MOVE_RESOLVE, BLAME_TICKET, 76},
        {CLASS_WORKER_DIED, "worker_died", DELIVERED_NO, MOVE_TODO, BLAME_TICKET, 69},
        {CLASS_NO_TMUX, "no_tmux", DELIVERED_NO, MOVE_TODO, BLAME_WORLD, 69},
        {CLASS_NO_AGENT, "no_agent", DELIVERED_NO, MOVE_TODO, BLAME_WORLD, 69},
        {CLASS_CANNOT_CREATE, "cannot_create", DELIVERED_NO, MOVE_TODO, BLAME_WORLD, 73},
        {CLASS_DISK_FULL, "disk_full", DELIVERED_NO, MOVE_TODO, BLAME_WORLD, 74},
        {CLASS_OS_ERROR, "os_error", DELIVERED_NO, MOVE_TODO, BLAME_WORLD, 71},
        {CLASS_OUT_OF_REACH, "out_of_reach", DELIVERED_NO, MOVE_TODO, BLAME_NOBODY, 75},
        {CLASS_COPY_MODE, "copy_mode", DELIVERED_NO, MOVE_TODO, BLAME_NOBODY, 75},
        {CLASS_SESSION_TAKEN, "session_taken", DELIVERED_NO, MOVE_TODO, BLAME_NOBODY, 75},
        {CLASS_WORKSPACE_FAILED, "workspace_failed", DELIVERED_NO, MOVE_TODO, BLAME_TICKET, 69},
    };
    assert_int_equal(sizeof expected / sizeof expected[0], CLASS_COUNT);
    for (size_t i = 0; i < CLASS_COUNT; i++) {
        const struct class_rule *rule = class_rule(expected[i].class);
        assert_string_equal(rule->name, expected[i].name);
        assert_string_equal(send_class_name(expected[i].class), expected[i].name);
        assert_int_equal(rule->delivered, expected[i].delivered);
        assert_int_equal(rule->move, expected[i].move);
        assert_int_equal(rule->blame, expected[i].blame);
        assert_int_equal(class_is_world(expected[i].class), rule->blame >= BLAME_WORLD);
        assert_int_equal(rule->exit, expected[i].exit);
        assert_int_equal(send_class_from(rule->name), expected[i].class);
        /* A failure of the world is of some thing; so is the one of a ticket's that three tickets make the profile's,
         * or the workspace's. */
        assert_int_equal(rule->thing != THING_NONE,
                         class_is_world(expected[i].class) || expected[i].class == CLASS_WORKER_DIED ||
                             expected[i].class == CLASS_STARTING || expected[i].class == CLASS_WORKSPACE_FAILED);
    }
}

/* What the terminal-state record says: may it simply be tried again, and is a person needed for it? */
static void who_is_needed(void **state) {
    (void)state;
    static const bool expected[CLASS_COUNT][2] = {
        [CLASS_BUSY] = {true},
        [CLASS_STARTING] = {true},
        [CLASS_PAUSED] = {true},
        [CLASS_AWAITING_HUMAN] = {false, true},
        [CLASS_FOREIGN] = {true},
        [CLASS_CONFLICT] = {false, true},
        [CLASS_DENIED] = {true, true},
        [CLASS_REJECTED] = {false, true},
        [CLASS_UNREACHABLE] = {true},
        [CLASS_WORKER_DIED] = {true},
        [CLASS_NO_TMUX] = {true, true},
        [CLASS_NO_AGENT] = {true, true},
        [CLASS_CANNOT_CREATE] = {true, true},
        [CLASS_DISK_FULL] = {true, true},
        [CLASS_OS_ERROR] = {true},
        [CLASS_OUT_OF_REACH] = {true, true},
        [CLASS_COPY_MODE] = {true, true},
        [CLASS_SESSION_TAKEN] = {true, true},
        [CLASS_WORKSPACE_FAILED] = {true, true},
    };
    for (size_t i = 0; i < CLASS_COUNT; i++) {
        const struct class_rule *rule = class_rule((enum send_class)i);
        if (rule->safe_retry != expected[i][0] || rule->human_input_required != expected[i][1])
            fail_msg("%s: retry %d, a person %d", rule->name, rule->safe_retry, rule->human_input_required);
    }
}

/* What holds for every row, whatever joins the table later. */
static void every_row(void **state) {
    (void)state;
    for (int i = 0; i < CLASS_COUNT; i++) {
        const struct class_rule *rule = class_rule((enum send_class)i);
        assert_true(strlen(rule->why) > 10 && strlen(rule->next_action) > 10);
        assert_null(strchr(rule->why, '\n'));
        /* It stands behind a semicolon, or after "next". */
        assert_null(strpbrk(rule->next_action, "`\n"));
        assert_true(rule->next_action[strlen(rule->next_action) - 1] != '.');
        assert_true(*rule->next_action >= 'a' && *rule->next_action <= 'z');
        assert_null(strstr(rule->next_action, "mc-ticket attach,"));
        assert_non_null(exit_name(rule->exit));
        assert_true(strlen(rule->name) < 24); /* struct breaker keeps it */
        /* Only busy adopts; what may have arrived is looked for, and never sent again unasked. */
        assert_int_equal(rule->move == MOVE_ADOPT, i == CLASS_BUSY);
        assert_int_equal(rule->move == MOVE_RESOLVE, rule->delivered == DELIVERED_UNKNOWN);
        assert_int_equal(rule->move == MOVE_KEEP, rule->delivered == DELIVERED_YES);
        assert_int_equal(rule->exit == MC_OK, rule->delivered == DELIVERED_YES);
        if (rule->safe_retry)
            assert_int_equal(rule->delivered, DELIVERED_NO);
        if (rule->move == MOVE_NEEDS_INPUT)
            assert_true(rule->human_input_required);
    }
    assert_int_equal(send_class_from("nonsense"), -1);
    assert_int_equal(send_class_from(""), -1);
    assert_int_equal(send_class_from(NULL), -1);
}

static void the_ticket_is_named(void **state) {
    (void)state;
    for (int i = 0; i < CLASS_COUNT; i++) {
        char *next = class_next((enum send_class)i, "MC-7", "mine");

        assert_null(strstr(next, "KEY"));
        assert_null(strstr(next, "PROFILE"));
        if (i == CLASS_STARTING || i == CLASS_WORKER_DIED) {
            assert_non_null(strstr(next, "mc-ticket doctor --try mine"));
            assert_non_null(strstr(next, "mc-ticket log MC-7"));
        }
        /* What a person does at a dialog is complete, so that nothing else need be said. */
        if (i == CLASS_AWAITING_HUMAN) {
            assert_non_null(strstr(next, "mc-ticket attach MC-7"));
            assert_non_null(strstr(next, "mc-ticket answer MC-7 TEXT"));
        }
        free(next);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table),
        cmocka_unit_test(who_is_needed),
        cmocka_unit_test(every_row),
        cmocka_unit_test(the_ticket_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

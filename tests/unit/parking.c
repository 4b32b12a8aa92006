#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/parking.h"

static const struct parking_place rests = {.runtime = RUNTIME_IDLE,
                                           .ticket = TICKET_IN_REVIEW,
                                           .owns = true,
                                           .watched = SEEN_NO,
                                           .workspace = "web",
                                           .rest_ms = 1000,
                                           .ticket_id = 1};

/* Each column alone keeps an agent. */
static void only_one_that_rests_for_a_person(void **state) {
    (void)state;
    for (int runtime = 0; runtime < RUNTIME_STATUS_COUNT; runtime++)
        for (int ticket = 0; ticket < TICKET_STATUS_COUNT; ticket++)
            for (int bits = 0; bits < 8; bits++)
                for (int watched = SEEN_UNKNOWN; watched <= SEEN_NO; watched++) {
                    struct parking_place place = rests;
                    place.runtime = (enum runtime_status)runtime;
                    place.ticket = (enum ticket_status)ticket;
                    place.owns = !(bits & 1);
                    place.ending = bits & 2;
                    place.awaited = bits & 4;
                    place.watched = (enum seen)watched;
                    bool may = runtime == RUNTIME_IDLE &&
                               (ticket == TICKET_IN_REVIEW || ticket == TICKET_NEEDS_INPUT) && bits == 0 &&
                               watched == SEEN_NO;
                    assert_int_equal(parking_may(&place, NULL), may);
                    assert_int_equal(parking_may(&place, "web"), may);
                    assert_false(parking_may(&place, "we"));
                }
}

static void one_without_a_slot_frees_none(void **state) {
    (void)state;
    struct parking_place place = rests;
    place.workspace = NULL;
    assert_false(parking_may(&place, "web"));
    assert_true(parking_may(&place, NULL));
    /* One in which a person works could not be given back; to make room on the host it need not be. */
    place = rests;
    place.stays = true;
    assert_false(parking_may(&place, "web"));
    assert_true(parking_may(&place, NULL));
}

static void the_one_at_rest_longest(void **state) {
    (void)state;
    struct parking_place places[5];
    for (int i = 0; i < 5; i++) {
        places[i] = rests;
        places[i].ticket_id = 10 - i;
    }
    places[0].workspace = "api";
    places[0].rest_ms = 9000;
    places[1].rest_ms = 8000;
    places[1].runtime = RUNTIME_RUNNING;
    places[2].rest_ms = 5000;
    places[3].rest_ms = 5000;
    assert_int_equal(parking_choose(places, 5, "web"), 3);
    assert_int_equal(parking_choose(places, 5, NULL), 0);
    assert_int_equal(parking_choose(places, 5, "none"), -1);
    assert_int_equal(parking_choose(places, 0, NULL), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_one_that_rests_for_a_person),
        cmocka_unit_test(one_without_a_slot_frees_none),
        cmocka_unit_test(the_one_at_rest_longest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

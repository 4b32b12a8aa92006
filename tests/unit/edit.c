#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/argv.h"
#include "base/text.h"
#include "rules/edit.h"

static void every_field_in_every_status(void **state) {
    (void)state;
    static const enum edit_when at_work[EDIT_FIELD_COUNT] = {EDIT_READ,     EDIT_READ,     EDIT_NOW,     EDIT_NOW,
                                                             EDIT_NEXT_RUN, EDIT_NEXT_RUN, EDIT_NEXT_RUN};

    for (int field = 0; field < EDIT_FIELD_COUNT; field++)
        for (int status = 0; status < TICKET_STATUS_COUNT; status++) {
            enum edit_when wanted = at_work[field];

            if (status == TICKET_INBOX || status == TICKET_TODO || status == TICKET_BLOCKED)
                wanted = EDIT_NOW;
            if (status == TICKET_DONE || status == TICKET_CANCELLED)
                wanted = EDIT_CLOSED;
            assert_int_equal(edit_when((enum edit_field)field, (enum ticket_status)status), wanted);
        }
    assert_int_equal(edit_when(EDIT_TITLE, TICKET_STATUS_COUNT), EDIT_CLOSED);
    assert_string_equal(edit_field_name(EDIT_NEEDS), "after");
}

static void labels_go_and_come(void **state) {
    (void)state;
    struct argv on = {0}, off = {0};
    struct text out = {0};

    edit_labels(&out, NULL, &on, &off);
    assert_string_equal(text_str(&out), "");
    edit_labels(&out, "a,b,,a", &on, &off);
    assert_string_equal(text_str(&out), "a,b");
    argv_add(&on, "c");
    argv_add(&on, "a");
    argv_add(&off, "b");
    text_clear(&out);
    edit_labels(&out, "a,b", &on, &off);
    assert_string_equal(text_str(&out), "a,c");
    argv_add(&off, "c");
    text_clear(&out);
    edit_labels(&out, "a,b", &on, &off);
    assert_string_equal(text_str(&out), "a");
    text_release(&out);
    argv_release(&on);
    argv_release(&off);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_in_every_status),
        cmocka_unit_test(labels_go_and_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

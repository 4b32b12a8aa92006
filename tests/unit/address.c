#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "rules/address.h"

static void what_may_be_written_down(void **state) {
    (void)state;
    static const char *const addresses[][2] = {
        {"/srv/x.git", "/srv/x.git"},
        {"../x@y.git", "../x@y.git"},
        {"git@host:a/b.git", "git@host:a/b.git"},
        {"https://host/a.git", "https://host/a.git"},
        {"https://token@host/a.git", "https://host/a.git"},
        {"https://user:pa@ss@host:8443/a@b.git", "https://host:8443/a@b.git"},
        {"https://host/a.git?token=1#x", "https://host/a.git"},
        {"https://user:p@host?token=/1", "https://host"},
        {"ssh://git@host:22/a.git", "ssh://git@host:22/a.git"},
        {"ssh://git:secret@host/a.git", "ssh://git@host/a.git"},
        {"http://u:p@", "http://"},
        {"git+ssh://git:secret@host/a.git", "git+ssh://git@host/a.git"},
        {"git://git:secret@host/a.git", "git://host/a.git"},
        {"", ""},
    };

    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct text out = {0};
        address_public(&out, addresses[i][0]);
        assert_string_equal(text_str(&out), addresses[i][1]);
        text_release(&out);
    }
}

static void a_long_one_is_cut(void **state) {
    char address[600];
    struct text out = {0};

    (void)state;
    memset(address, 'a', sizeof address);
    address[sizeof address - 1] = '\0';
    address_public(&out, address);
    assert_int_equal(out.len, 500);
    text_release(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_may_be_written_down), cmocka_unit_test(a_long_one_is_cut)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

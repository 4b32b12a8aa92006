#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/profile.h"
#include "rules/screen.h"

static void every_builtin_is_whole(void **state) {
    (void)state;
    static const char *const names[] = {"claude", "codex", "opencode", "gemini", "qwen", "pi", "demo"};
    assert_int_equal(profile_builtin_count(), sizeof names / sizeof names[0]);
    for (size_t i = 0; i < profile_builtin_count(); i++) {
        const struct builtin_profile *builtin = profile_builtin(i);
        assert_string_equal(builtin->name, names[i]);
        assert_ptr_equal(profile_builtin_find(names[i]), builtin);
        assert_non_null(builtin->command[0]);
        assert_true(builtin->ready && *builtin->ready);
        assert_true(builtin->busy && *builtin->busy);
        assert_null(screen_pattern_error(builtin->ready));
        assert_null(screen_pattern_error(builtin->busy));
        assert_null(screen_pattern_error(builtin->busy_title ? builtin->busy_title : ""));
        assert_null(screen_pattern_error(builtin->dialog ? builtin->dialog : ""));
        assert_null(builtin->command[sizeof builtin->command / sizeof builtin->command[0] - 1]);
        assert_null(builtin->env[sizeof builtin->env / sizeof builtin->env[0] - 1]);
        for (size_t e = 0; builtin->env[e]; e++)
            assert_non_null(strchr(builtin->env[e], '='));
    }
    assert_null(profile_builtin_find("nobody"));
    assert_null(profile_builtin_find(""));
    assert_null(profile_builtin(profile_builtin_count()));
}

static void a_profile_from_one(void **state) {
    (void)state;
    struct profile profile;
    profile_from_builtin(&profile, profile_builtin_find("codex"));
    assert_string_equal(profile.name, "codex");
    assert_int_equal(profile.command.count, 4);
    assert_string_equal(profile.command.items[3], "check_for_update_on_startup=false");
    assert_int_equal(profile.env.count, 0);
    assert_int_equal(profile.prompt_flag.count, 1);
    assert_int_equal(profile.first_turn, FIRST_TURN_ARGV);
    assert_string_equal(profile.submit_key, "Enter");
    assert_int_equal(profile.startup_timeout_s, 60);
    profile_release(&profile);
    profile_release(&profile);
    profile_release(NULL);
    profile_from_builtin(&profile, profile_builtin_find("gemini"));
    assert_string_equal(profile.env.items[0], "GEMINI_CLI_TRUST_WORKSPACE=true");
    assert_string_equal(profile.prompt_flag.items[0], "-i");
    profile_release(&profile);
}

static void first_turns(void **state) {
    (void)state;
    assert_int_equal(profile_builtin_find("qwen")->first_turn, FIRST_TURN_PASTE);
    assert_int_equal(profile_builtin_find("demo")->first_turn, FIRST_TURN_PASTE);
    assert_int_equal(profile_builtin_find("demo")->startup_timeout_s, 10);
    assert_int_equal(profile_builtin_find("pi")->first_turn, FIRST_TURN_ARGV);
    assert_string_equal(profile_builtin_find("opencode")->prompt_flag, "--prompt");
    assert_string_equal(profile_builtin_find("claude")->prompt_flag, "--");
    assert_string_equal(profile_builtin_find("codex")->prompt_flag, "--");
    assert_null(profile_builtin_find("pi")->prompt_flag);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_builtin_is_whole),
        cmocka_unit_test(a_profile_from_one),
        cmocka_unit_test(first_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

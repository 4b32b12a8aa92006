/* Who reads what is typed into an agent's terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/foreground.h"

enum { AGENT = 100 };

/* words: the command line, a blank between two arguments. */
static enum foreground_holder holder(int64_t group, int64_t session, const char *words) {
    struct foreground seen = {.agent = AGENT, .group = group, .session = session};
    enum foreground_holder found;

    text_add(&seen.arguments, words);
    for (size_t i = 0; i < seen.arguments.len; i++)
        if (seen.arguments.data[i] == ' ')
            seen.arguments.data[i] = '\0';
    if (*words)
        text_addn(&seen.arguments, "", 1);
    found = foreground_holder(&seen);
    text_release(&seen.arguments);
    return found;
}

static void a_shell_that_reads_commands_is_no_agent(void **state) {
    static const char *const left[] = {"bash",
                                       "bash -i",
                                       "-bash",
                                       "/bin/bash --login",
                                       "sh",
                                       "/usr/bin/zsh -l",
                                       "bash --norc",
                                       "bash --rcfile /dev/null -i",
                                       "dash -i",
                                       "fish",
                                       "bash -s a b",
                                       "bash -o vi",
                                       "bash -",
                                       "bash +O extglob",
                                       "busybox sh",
                                       "/bin/busybox ash -i",
                                       "-zsh",
                                       "bash --",
                                       "rbash",
                                       "fish -C date",
                                       "ash",
                                       "ksh",
                                       "ksh93",
                                       "mksh",
                                       "lksh",
                                       "yash",
                                       "csh",
                                       "tcsh",
                                       "nu",
                                       "elvish",
                                       "xonsh",
                                       "pwsh",
                                       "bash --init-file /x",
                                       "fish --init-command x",
                                       "fish --features x"};

    (void)state;
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        if (holder(AGENT, AGENT, left[i]) != FOREGROUND_SHELL)
            fail_msg("%s", left[i]);
}

static void an_agent_may_be_a_shell_script(void **state) {
    static const char *const agents[] = {
        "bash /opt/agent --fast", "/bin/sh ./agent",       "sh -c claude",     "bash -lc claude", "bash -ic claude",
        "bash -o vi agent.sh",    "bash -- agent.sh",      "node /opt/claude", "claude",          "bashful",
        "/opt/sh/claude",         "fish --command=claude", "busybox vi",       "python3 -i",      ""};

    (void)state;
    for (size_t i = 0; i < sizeof agents / sizeof *agents; i++)
        if (holder(AGENT, AGENT, agents[i]) != FOREGROUND_AGENT)
            fail_msg("%s", agents[i]);
    assert_int_equal(holder(AGENT + 1, AGENT, "claude"), FOREGROUND_AGENT);
    assert_int_equal(holder(AGENT + 1, AGENT, "bash -i"), FOREGROUND_SHELL);
}

static void what_is_not_the_agents_is_not_typed_into(void **state) {
    (void)state;
    assert_int_equal(holder(AGENT + 1, 0, ""), FOREGROUND_ELSEWHERE);
    assert_int_equal(holder(AGENT + 1, 7, "claude"), FOREGROUND_ELSEWHERE);
    assert_int_equal(holder(0, 0, ""), FOREGROUND_UNTOLD);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shell_that_reads_commands_is_no_agent),
        cmocka_unit_test(an_agent_may_be_a_shell_script),
        cmocka_unit_test(what_is_not_the_agents_is_not_typed_into),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

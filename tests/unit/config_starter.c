#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/config.h"
#include "rules/config_keys.h"
#include "rules/config_read.h"
#include "rules/config_starter.h"

static const char *lookup(const char *name) {
    return strcmp(name, "HOME") == 0 ? "/home/ann" : NULL;
}

static void write_starter(struct text *out, bool found) {
    struct argv agents = {0}, folders = {0};
    if (found) {
        argv_adds(&agents, (const char *const[]){"codex", "/opt/$a \"b\"/codex", "pi", "/usr/local/bin/pi", NULL});
        argv_adds(&folders, (const char *const[]){"/opt/$a \"b\"", "/usr/local/bin", NULL});
    }
    config_starter(out, "/home/a$n/board.db", &folders, &agents);
    argv_release(&agents);
    argv_release(&folders);
}

static void read_ok(struct config *config, const struct text *bytes) {
    struct err err = {0};
    config_defaults(config);
    if (!config_read(config, &(struct config_file){"starter", bytes->data, bytes->len, lookup}, &err))
        fail_msg("%s\n%s", err.text, bytes->data);
}

static void test_it_reads_back(void **state) {
    (void)state;
    for (int found = 0; found < 2; found++) {
        struct text out = {0};
        struct config config;
        write_starter(&out, found == 1);
        read_ok(&config, &out);
        assert_string_equal(config.database, "/home/a$n/board.db");
        assert_null(config.profile); /* never active by itself */
        if (found)                   /* but found, once somebody names it */
            assert_string_equal(config.path, "/opt/$a \"b\":/usr/local/bin");
        else
            assert_null(config.path);
        assert_null(config.send.url);
        config_release(&config);
        text_release(&out);
    }
}

static void test_a_server_is_named_as_it_is(void **state) {
    (void)state;
    struct text out = {0};
    struct config config;
    const struct argv none = {0};
    config_starter(&out, "postgresql://a$n@h/b", &none, &none);
    read_ok(&config, &out);
    assert_string_equal(config.database, "postgresql://a$n@h/b");
    config_release(&config);
    text_release(&out);
}

static void test_the_first_agent_is_a_suggestion(void **state) {
    (void)state;
    struct text out = {0};
    write_starter(&out, true);
    assert_non_null(strstr(out.data, "\n  // \"profile\": \"codex\",\n"));
    assert_non_null(strstr(out.data, "Found: pi, \"/usr/local/bin/pi\""));
    text_release(&out);
}

static void test_every_key_is_named(void **state) {
    (void)state;
    struct text out = {0};
    write_starter(&out, false);
    const char *name;
    for (size_t i = 0; (name = config_key_name(i)) != NULL; i++) {
        if (strstr(name, ".NAME."))
            continue;
        const char *last = strrchr(name, '.');
        char *quoted = xasprintf("\"%s\": ", last ? last + 1 : name);
        if (!strstr(out.data, quoted))
            fail_msg("%s is not in the starter", name);
        free(quoted);
    }
    text_release(&out);
}

/* Every commented key taken in by removing its "// ", as a person would: lines that hold a key or close a group. */
static void take_in(struct text *all, const char *starter) {
    for (const char *line = starter; *line;) {
        size_t n = strcspn(line, "\n");
        const char *inner = text_starts(line, "  // ") ? line + 5 : NULL;
        size_t blanks = inner ? strspn(inner, " ") : 0;
        bool taken = inner && (inner[blanks] == '"' || inner[0] == '}');
        /* one of the two is allowed */
        taken = taken && !text_starts(inner + blanks, "\"token_env\"");
        const char *from = taken ? inner : line;
        text_addn(all, from, (size_t)(line + n - from));
        text_addc(all, '\n');
        line += n + (line[n] == '\n');
    }
}

static void test_every_key_can_be_taken_in(void **state) {
    (void)state;
    for (int found = 0; found < 2; found++) {
        struct text out = {0}, all = {0};
        struct config config, plain;
        config_defaults(&plain);
        write_starter(&out, found == 1);
        take_in(&all, out.data);
        read_ok(&config, &all);
        /* what it shows as default is the default */
        assert_int_equal(config.max_running, plain.max_running);
        assert_int_equal(config.tmux.width, plain.tmux.width);
        assert_int_equal(config.send.transport, plain.send.transport);
        assert_string_equal(config.send.dialect, plain.send.dialect);
        assert_int_equal(config.retry.backoff_max_s, plain.retry.backoff_max_s);
        assert_int_equal(config.done_is_done, plain.done_is_done);
        assert_string_equal(config.profile, found ? "codex" : "demo");
        if (found)
            assert_int_equal(config_profile(&config, "codex")->command.count,
                             config_profile(&plain, "codex")->command.count);
        config_release(&config);
        config_release(&plain);
        text_release(&out);
        text_release(&all);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_reads_back),
        cmocka_unit_test(test_a_server_is_named_as_it_is),
        cmocka_unit_test(test_the_first_agent_is_a_suggestion),
        cmocka_unit_test(test_every_key_is_named),
        cmocka_unit_test(test_every_key_can_be_taken_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/environment.h"
#include "rules/profile.h"

/* Everything that goes to an agent of this caller, one a line. */
static void expect_agent(const char *const *caller, const struct environment *how, const char *wanted) {
    struct argv given = {0}, env = {0};
    struct environment from = *how;
    struct text seen = {0};
    argv_adds(&given, caller);
    from.caller = given.items;
    environment_agent(&env, &from);
    for (size_t i = 0; i < env.count; i++)
        text_addf(&seen, "%s\n", env.items[i]);
    assert_string_equal(text_str(&seen), wanted);
    text_release(&seen);
    argv_release(&env);
    argv_release(&given);
}

#define CALLER(...) ((const char *const[]){__VA_ARGS__, NULL})
static const struct environment plain = {.runtime_dir = true};
static const char tail[] = "TERM=screen-256color\nLANG=C.UTF-8\n";

static char *with_tail(const char *head) {
    static char whole[2000];
    snprintf(whole, sizeof whole, "%s%s", head, tail);
    return whole;
}

static void only_the_list_goes_on(void **state) {
    (void)state;
    expect_agent(CALLER("HOME=/home/ann", "USER=ann", "EDITOR=vi", "AWS_SECRET_ACCESS_KEY=x", "NODE_OPTIONS=--inspect",
                        "VIRTUAL_ENV=/v", "LD_PRELOAD=/x.so", "BASH_ENV=/x", "TZ=UTC", "HTTPS_PROXY=http://p",
                        "no_proxy=a", "NODE_EXTRA_CA_CERTS=/c", "SSH_AUTH_SOCK=/s", "COLORTERM=truecolor",
                        "ANTHROPIC_API_KEY=k", "HOMER=x", "XHOME=x", "LANGUAGE=de:en", "XDG_CONFIG_HOME=/c"),
                 &plain,
                 with_tail("HOME=/home/ann\nUSER=ann\nTZ=UTC\nHTTPS_PROXY=http://p\nno_proxy=a\n"
                           "NODE_EXTRA_CA_CERTS=/c\nSSH_AUTH_SOCK=/s\nCOLORTERM=truecolor\nLANGUAGE=de:en\n"
                           "XDG_CONFIG_HOME=/c\n"));
}

static void whatever_pass_says(void **state) {
    (void)state;
    struct argv pass = {0};
    argv_add(&pass, "*");
    expect_agent(CALLER("EDITOR=vi", "GIT_DIR=/r/.git", "GIT_INDEX_FILE=/r/i", "GIT_AUTHOR_NAME=x", "TMUX=/t,1,0",
                        "TMUX_PANE=%1", "CLAUDECODE=1", "CLAUDE_CODE_ENTRYPOINT=cli", "CLAUDE_CODE_SSE_PORT=1",
                        "CLAUDE_CODE_USE_BEDROCK=1", "CODEX_SANDBOX=seatbelt", "CODEX_SANDBOX_NETWORK_DISABLED=1",
                        "CODEX_HOME=/c", "GEMINI_CLI=1", "OPENCODE=1", "INVOCATION_ID=i", "JOURNAL_STREAM=8:1",
                        "NOTIFY_SOCKET=/n", "MC_RUN=r", "MC_DB=/d", "MC_X=1", "TOKEN=secret", "TOKENS=2", "PWD=/",
                        "OLDPWD=/", "SHLVL=1", "_=/usr/bin/env", "PATH=/bin", "TERM=dumb", "=x", "novalue"),
                 &(struct environment){.secret = "TOKEN", .pass = &pass},
                 with_tail("EDITOR=vi\nCLAUDE_CODE_USE_BEDROCK=1\nCODEX_HOME=/c\nTOKENS=2\n"));
    argv_release(&pass);
}

static void pass_takes_patterns(void **state) {
    (void)state;
    struct argv pass = {0};
    argv_adds(&pass, CALLER("AWS_*", "*_KEY", "ONE", "A*B*C", "EX**"));
    expect_agent(CALLER("AWS_REGION=eu", "AWS=1", "EX=8", "E=9", "MY_KEY=2", "MY_KEYS=3", "ONE=4", "ONES=5", "AxBxBC=6",
                        "AxC=7"),
                 &(struct environment){.pass = &pass}, with_tail("AWS_REGION=eu\nEX=8\nMY_KEY=2\nONE=4\nAxBxBC=6\n"));
    argv_release(&pass);
}

/* What a program behind a proxy, or with certificates of its own, needs goes on unasked. */
static void what_leads_out_goes_on(void **state) {
    (void)state;
    static const char *const names[] = {"HTTP_PROXY",
                                        "HTTPS_PROXY",
                                        "NO_PROXY",
                                        "ALL_PROXY",
                                        "FTP_PROXY",
                                        "http_proxy",
                                        "https_proxy",
                                        "no_proxy",
                                        "all_proxy",
                                        "ftp_proxy",
                                        "SSL_CERT_FILE",
                                        "SSL_CERT_DIR",
                                        "CURL_CA_BUNDLE",
                                        "REQUESTS_CA_BUNDLE",
                                        "PIP_CERT",
                                        "AWS_CA_BUNDLE",
                                        "NIX_SSL_CERT_FILE",
                                        "NODE_EXTRA_CA_CERTS",
                                        "TZ",
                                        "COLORTERM",
                                        "SSH_AUTH_SOCK"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *variable = xasprintf("%s=x", names[i]), *line = xasprintf("%s\n", variable);
        expect_agent(CALLER(variable), &plain, with_tail(line));
        free(line);
        free(variable);
    }
}

static void a_name_of_any_length(void **state) {
    (void)state;
    struct argv pass = {0};
    char variable[258];
    argv_add(&pass, "*");
    memset(variable, 'A', sizeof variable);
    variable[sizeof variable - 2] = '=';
    variable[sizeof variable - 1] = '\0';
    expect_agent(CALLER(variable), &(struct environment){.pass = &pass}, tail);
    char *head = xasprintf("%s\n", variable + 1);
    expect_agent(CALLER(variable + 1), &(struct environment){.pass = &pass}, with_tail(head));
    free(head);
    argv_release(&pass);
}

static void utf8_always(void **state) {
    (void)state;
    expect_agent(CALLER("LANG=de_DE.UTF-8", "LC_TIME=en_DK.utf8", "LC_COLLATE=C"), &plain,
                 "LANG=de_DE.UTF-8\nLC_TIME=en_DK.utf8\nLC_COLLATE=C\nTERM=screen-256color\n");
    expect_agent(CALLER("LANG=de_DE.UTF-8", "LC_ALL=C"), &plain, "LANG=de_DE.UTF-8\nTERM=screen-256color\n");
    expect_agent(CALLER("LANG=C", "LC_ALL=POSIX", "LC_CTYPE=C", "LC_CTYPE=UTF-8"), &plain, tail);
    expect_agent(CALLER("LANG=de_DE", "LC_TIME=de_DE.ISO-8859-1", "LC_NUMERIC=de_DE.UTF-88", "LC_NAME=zh.big5",
                        "LC_PAPER=zh.eucJP"),
                 &plain, tail);
    expect_agent(CALLER("LC_ALL=sr_RS.UTF-8@latin"), &plain, with_tail("LC_ALL=sr_RS.UTF-8@latin\n"));
    expect_agent(CALLER("LANG="), &plain, tail);
    expect_agent(CALLER("LC_TIME=POSIX", "LC_MONETARY=c", "LC_PAPER=de.utf-8", "LC_NAME=de.UTF8"), &plain,
                 with_tail("LC_TIME=POSIX\nLC_PAPER=de.utf-8\nLC_NAME=de.UTF8\n"));
    expect_agent(CALLER("LC_TIME=de.utf", "LC_NAME=UTF-8", "LANGUAGES=C", "LC_NAME=@.UTF-8"), &plain,
                 with_tail("LC_NAME=@.UTF-8\n"));
}

static void folders_that_are_none(void **state) {
    (void)state;
    const char *const *caller = CALLER("XDG_RUNTIME_DIR=/run/user/1000", "XDG_STATE_HOME=state", "XDG_DATA_DIRS=/a:/b");
    expect_agent(caller, &plain, with_tail("XDG_RUNTIME_DIR=/run/user/1000\nXDG_DATA_DIRS=/a:/b\n"));
    expect_agent(caller, &(struct environment){0}, with_tail("XDG_DATA_DIRS=/a:/b\n"));
}

static void what_is_there_stays(void **state) {
    (void)state;
    struct argv env = {0}, caller = {0};
    environment_put_pair(&env, "HOME", "/mine");
    environment_put(&env, "TERM=vt100");
    environment_put(&env, "HOME=/theirs");
    argv_adds(&caller, CALLER("HOME=/home/ann", "HOME=/again", "USER=ann", "USER=bob"));
    environment_agent(&env, &(struct environment){.caller = caller.items});
    assert_string_equal(environment_value(&env, "HOME"), "/mine");
    assert_string_equal(environment_value(&env, "TERM"), "vt100");
    assert_string_equal(environment_value(&env, "USER"), "ann");
    assert_null(environment_value(&env, "HOM"));
    assert_int_equal(env.count, 4);
    argv_release(&env);
    argv_release(&caller);
}

static void children_get_all_but_ours(void **state) {
    (void)state;
    struct argv env = {0}, caller = {0};
    argv_adds(&caller, CALLER("HOME=/h", "GIT_DIR=/r/.git", "TOKEN=secret", "TOKENS=2", "X=1", "GITHUB_TOKEN=t",
                              "MC_DB=/d", "MC_RUN=r", "MC_TICKET=MC-1"));
    argv_add(&env, "MC_TICKET=MC-2");
    environment_child(&env, &(struct environment){.caller = caller.items, .secret = "TOKEN"});
    assert_int_equal(env.count, 6);
    assert_null(environment_value(&env, "MC_RUN"));
    assert_string_equal(environment_value(&env, "MC_TICKET"), "MC-2");
    assert_null(environment_value(&env, "GIT_DIR"));
    assert_null(environment_value(&env, "TOKEN"));
    assert_string_equal(environment_value(&env, "GITHUB_TOKEN"), "t");
    argv_release(&env);
    argv_release(&caller);
}

static void patterns(void **state) {
    (void)state;
    assert_true(environment_pattern_ok("*"));
    assert_true(environment_pattern_ok("AWS_*"));
    assert_false(environment_pattern_ok(""));
    assert_false(environment_pattern_ok("1A"));
    assert_false(environment_pattern_ok("A=B"));
    assert_false(environment_pattern_ok("A?"));
    assert_true(environment_never("GIT_*"));
    assert_true(environment_never("MC_DB"));
    assert_false(environment_never("*"));
    assert_true(environment_never("PATH"));
    for (const char *const *name = CALLER(
             "TMUX", "TMUX_PANE", "STY", "TERM", "COLUMNS", "LINES", "PWD", "OLDPWD", "SHLVL", "_", "INVOCATION_ID",
             "JOURNAL_STREAM", "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "MAINPID", "MANAGERPID",
             "SYSTEMD_EXEC_PID", "WATCHDOG_PID", "WATCHDOG_USEC", "CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT",
             "CLAUDE_CODE_SSE_PORT", "CLAUDE_CODE_SESSION_ID", "CLAUDE_PROJECT_DIR", "CLAUDE_ENV_FILE", "CODEX_SANDBOX",
             "CODEX_SANDBOX_NETWORK_DISABLED", "CODEX_THREAD_ID", "CODEX_MANAGED_BY_NPM", "OPENCODE", "OPENCODE_PID",
             "OPENCODE_CALLER", "GEMINI_CLI", "GEMINI_CLI_IDE_X", "GEMINI_CLI_NO_RELAUNCH", "QWEN_CODE",
             "QWEN_CODE_IDE_X", "QWEN_CODE_NO_RELAUNCH", "PI_CODING_AGENT", "AI_AGENT");
         *name; name++)
        if (!environment_never(*name))
            fail_msg("%s", *name);
    assert_false(environment_never("PATHS"));
    assert_false(environment_never("PAT"));
    assert_false(environment_never("GITHUB_*"));
}

/* A built-in profile's own names are patterns, and none of them is one that never goes on. */
static void builtins_name_what_can_pass(void **state) {
    (void)state;
    for (size_t i = 0; i < profile_builtin_count(); i++) {
        const struct builtin_profile *builtin = profile_builtin(i);
        assert_null(builtin->pass[sizeof builtin->pass / sizeof builtin->pass[0] - 1]);
        for (size_t j = 0; builtin->pass[j]; j++)
            assert_true(environment_pattern_ok(builtin->pass[j]) && !environment_never(builtin->pass[j]));
    }
}

/* A board on a server: what leads there stays, also from those who pass everything; on an embedded one it is theirs. */
static void the_way_to_the_board_stays(void **state) {
    (void)state;
    struct argv pass = {0}, env = {0}, given = {0};
    static const char *const caller[] = {"PGPASSWORD=x", "PGSERVICE=board", "PGSSLROOTCERT=/c", "PGDATA=/d",
                                         "PGP_KEY=k",    "PGREQUIREAUTH=a", "HOME=/h",          NULL};
    struct environment from = {.pass = &pass, .on_server = true};
    argv_add(&pass, "PG*");
    expect_agent(caller, &from, with_tail("PGDATA=/d\nPGP_KEY=k\nHOME=/h\n"));
    from.on_server = false;
    expect_agent(caller, &from,
                 with_tail("PGPASSWORD=x\nPGSERVICE=board\nPGSSLROOTCERT=/c\nPGDATA=/d\nPGP_KEY=k\nPGREQUIREAUTH=a\n"
                           "HOME=/h\n"));
    argv_adds(&given, caller);
    environment_child(&env, &(struct environment){.caller = given.items, .on_server = true});
    assert_int_equal(env.count, 3);
    argv_release(&env);
    environment_child(&env, &(struct environment){.caller = given.items});
    assert_int_equal(env.count, 7);
    argv_release(&env);
    argv_release(&given);
    argv_release(&pass);
}

/* As libpq-fe.h has it. */
struct libpq_option {
    char *keyword, *variable, *compiled, *value, *label, *shown;
    int size;
};

/* Asked of the library that is here: none of what it reads is forgotten. */
static void all_that_libpq_reads(void **state) {
    (void)state;
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    struct libpq_option *(*defaults)(void), *options;
    void (*release)(struct libpq_option *);
    int asked = 0;
    if (library == NULL)
        skip();
    *(void **)&defaults = dlsym(library, "PQconndefaults");
    *(void **)&release = dlsym(library, "PQconninfoFree");
    assert_true(defaults && release);
    options = defaults();
    for (struct libpq_option *option = options; option->keyword != NULL; option++) {
        if (option->variable == NULL)
            continue;
        asked++;
        if (!environment_libpq(option->variable))
            fail_msg("%s goes on to agents", option->variable);
    }
    release(options);
    assert_in_range(asked, 20, 100);
    for (const char *const *one = CALLER("PGSERVICEFILE", "PGSYSCONFDIR", "PGLOCALEDIR", "PGDATESTYLE", "PGTZ",
                                         "PGGEQO", "PGOPTIONS", "PGPASSFILE");
         *one != NULL; one++)
        assert_true(environment_libpq(*one));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_list_goes_on),       cmocka_unit_test(whatever_pass_says),
        cmocka_unit_test(pass_takes_patterns),         cmocka_unit_test(what_leads_out_goes_on),
        cmocka_unit_test(a_name_of_any_length),        cmocka_unit_test(utf8_always),
        cmocka_unit_test(folders_that_are_none),       cmocka_unit_test(what_is_there_stays),
        cmocka_unit_test(children_get_all_but_ours),   cmocka_unit_test(patterns),
        cmocka_unit_test(builtins_name_what_can_pass), cmocka_unit_test(the_way_to_the_board_stays),
        cmocka_unit_test(all_that_libpq_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

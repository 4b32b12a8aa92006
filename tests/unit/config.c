#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/config.h"
#include "rules/config_expand.h"
#include "rules/config_keys.h"
#include "rules/config_read.h"

static const char *lookup(const char *name) {
    if (strcmp(name, "HOME") == 0)
        return "/home/ann";
    if (strcmp(name, "STATE") == 0)
        return "/var/state";
    if (strcmp(name, "NAMED") == 0)
        return "relative";
    return strcmp(name, "EMPTY") == 0 ? "" : NULL;
}

static const char *no_home(const char *name) {
    (void)name;
    return NULL;
}

static const char *empty_home(const char *name) {
    (void)name;
    return "";
}

static void read_ok(struct config *config, const char *bytes) {
    struct err err = {0};
    config_defaults(config);
    if (!config_read(config, &(struct config_file){"/etc/c.json", bytes, strlen(bytes), lookup}, &err))
        fail_msg("%s", err.text);
    assert_null(err.text);
}

static void test_defaults(void **state) {
    (void)state;
    struct config config;
    config_defaults(&config);
    assert_null(config.file);
    assert_null(config.database);
    assert_null(config.host);
    assert_null(config.profile); /* nobody's agent is started by guess */
    assert_string_equal(config.ticket_prefix, "MC");
    assert_int_equal(config.max_running, 4);
    assert_null(config.tmux.socket);
    assert_string_equal(config.tmux.session_prefix, "mc-");
    assert_int_equal(config.tmux.width, 120);
    assert_int_equal(config.tmux.height, 50);
    assert_int_equal(config.send.transport, TRANSPORT_TMUX);
    assert_string_equal(config.send.dialect, "mission-control");
    assert_int_equal(config.send.connect_timeout_s, 5);
    assert_int_equal(config.send.timeout_s, 30);
    assert_int_equal(config.prompt_inline_max, 32768);
    assert_int_equal(config.retry.max_attempts, 3);
    assert_int_equal(config.retry.backoff_s, 60);
    assert_int_equal(config.retry.backoff_max_s, 3600);
    assert_int_equal(config.newborn_grace_s, 300);
    assert_int_equal(config.runtime_ttl_s, 604800);
    assert_int_equal(config.linger_s, 300);
    assert_int_equal(config.stall_timeout_s, 900);
    assert_int_equal(config.turn_timeout_s, 14400);
    assert_int_equal(config.quiet_turns, 2);
    assert_false(config.done_is_done);
    assert_int_equal(config.notify.count, 0);
    assert_int_equal(config.profile_count, profile_builtin_count());
    assert_int_equal(config.send.dialect_count, dialect_builtin_count());
    assert_non_null(config_profile(&config, "demo"));
    assert_null(config_profile(&config, "nobody"));
    assert_null(config_profile(&config, NULL));
    assert_non_null(config_dialect(&config, "gaia"));
    config_release(&config);
    config_release(&config);
}

/* Nothing in it is the configuration's to replace. */
static void test_a_board_on_a_server(void **state) {
    (void)state;
    struct config config;
    read_ok(&config, "{\"database\": \"postgresql://~$STATE@h/b$$\", \"agents_database\": \"service=$STATE\","
                     " \"host_lost_after_s\": 600}");
    assert_string_equal(config.database, "postgresql://~$STATE@h/b$$");
    assert_string_equal(config.agents_database, "service=$STATE");
    assert_int_equal(config.host_lost_after_s, 600);
    config_release(&config);
    read_ok(&config, "{\"database\": null, \"agents_database\": null}");
    assert_null(config.database);
    assert_null(config.agents_database);
    assert_int_equal(config.host_lost_after_s, 0);
    config_release(&config);
}

static void test_every_key_is_taken(void **state) {
    (void)state;
    struct config config;
    read_ok(
        &config,
        "// a comment\n"
        "{\"database\": \"~/b.db\", \"host\": \"h-1.example\", \"ticket_prefix\": \"AB9\", \"max_running\": 1000,\n"
        " \"tmux\": {\"socket\": \"$STATE/t.sock\", \"session_prefix\": \"x_\", \"width\": 80, \"height\": 24},\n"
        " \"profile\": \"mine\", /* another */\n"
        " \"profiles\": {\"mine\": {\"command\": [\"~/bin/agent\", \"-x\", \"\"], \"ready\": \"^> *$\",\n"
        "   \"env\": {\"A\": \"1=2\", \"_b\": \"\"}, \"first_turn\": \"argv\", \"prompt_flag\": [\"-p\"],\n"
        "   \"busy\": \"b\", \"busy_title\": \"t\", \"dialog\": \"d\", \"startup_timeout_s\": 7,\n"
        "   \"submit_key\": \"C-m\", \"reports\": \"codex\", \"exit\": [\"/quit\"]}},\n"
        " \"send\": {\"transport\": \"http\", \"dialect\": \"own\", \"url\": \"https://h/{number}\",\n"
        "   \"token_file\": \"${STATE}/token\", \"ca_file\": \"/ca.pem\", \"connect_timeout_s\": 1, \"timeout_s\": 2,\n"
        "   \"dialects\": {\"own\": {\"method\": \"PUT\", \"path\": \"/p\", \"body\": {\"m\": \"{message}\"},\n"
        "     \"headers\": [\"X-A: {ticket}\"], \"success\": [200, 299], \"success_content\": \"\",\n"
        "     \"idempotent\": true, \"blocking\": true, \"status_path\": \"/s\", \"status_busy\": \"busy\",\n"
        "     \"rules\": [{\"status\": 423, \"class\": \"busy\"},\n"
        "                 {\"status\": [500, 599], \"body\": \"later\", \"class\": \"paused\"}]}}},\n"
        " \"prompt_inline_max\": 10, \"prompt_file\": \"/p.txt\",\n"
        " \"retry\": {\"max_attempts\": 9, \"backoff_s\": 0, \"backoff_max_s\": 1},\n"
        " \"newborn_grace_s\": 1, \"runtime_ttl_s\": 2, \"linger_s\": 0, \"stall_timeout_s\": 3,\n"
        " \"turn_timeout_s\": 4, \"quiet_turns\": 5, \"on_done\": \"done\", \"notify\": [\"tell\", \"me\"]}\n");
    assert_string_equal(config.file, "/etc/c.json");
    assert_string_equal(config.database, "/home/ann/b.db");
    assert_string_equal(config.host, "h-1.example");
    assert_string_equal(config.ticket_prefix, "AB9");
    assert_int_equal(config.max_running, 1000);
    assert_string_equal(config.tmux.socket, "/var/state/t.sock");
    assert_string_equal(config.tmux.session_prefix, "x_");
    assert_int_equal(config.tmux.width, 80);
    assert_int_equal(config.tmux.height, 24);
    const struct profile *profile = config_profile(&config, config.profile);
    assert_non_null(profile);
    assert_int_equal(profile->command.count, 3);
    assert_string_equal(profile->command.items[0], "/home/ann/bin/agent");
    assert_string_equal(profile->env.items[0], "A=1=2");
    assert_string_equal(profile->env.items[1], "_b=");
    assert_int_equal(profile->first_turn, FIRST_TURN_ARGV);
    assert_string_equal(profile->prompt_flag.items[0], "-p");
    assert_string_equal(profile->ready, "^> *$");
    assert_string_equal(profile->busy_title, "t");
    assert_int_equal(profile->startup_timeout_s, 7);
    assert_string_equal(profile->submit_key, "C-m");
    assert_int_equal(config.send.transport, TRANSPORT_HTTP);
    assert_string_equal(config.send.token_file, "/var/state/token");
    assert_string_equal(config.send.ca_file, "/ca.pem");
    assert_int_equal(config.send.timeout_s, 2);
    const struct dialect *dialect = config_dialect(&config, config.send.dialect);
    assert_non_null(dialect);
    assert_string_equal(dialect->method, "PUT");
    assert_string_equal(dialect->path, "/p");
    assert_string_equal(dialect->body, "{\"m\":\"{message}\"}");
    assert_string_equal(dialect->headers[0], "X-A: {ticket}");
    assert_int_equal(dialect->success_count, 2);
    assert_int_equal(dialect->success[1], 299);
    assert_null(dialect->success_content);
    assert_true(dialect->idempotent && dialect->blocking);
    assert_int_equal(dialect->rule_count, 2);
    assert_int_equal(dialect->rules[0].status_high, 423);
    assert_null(dialect->rules[0].body);
    assert_int_equal(dialect->rules[0].class, CLASS_BUSY);
    assert_int_equal(dialect->rules[1].status_high, 599);
    assert_string_equal(dialect->rules[1].body, "later");
    assert_int_equal(config.prompt_inline_max, 10);
    assert_int_equal(config.retry.backoff_s, 0);
    assert_int_equal(config.linger_s, 0);
    assert_int_equal(config.quiet_turns, 5);
    assert_true(config.done_is_done);
    assert_string_equal(config.notify.items[1], "me");
    config_release(&config);
}

static void test_an_empty_text_of_a_dialect_is_none(void **state) {
    (void)state;
    struct config config;
    read_ok(&config, "{\"send\": {\"dialects\": {\"opencode\": {\"body\": \"\", \"success_content\": \"\","
                     " \"status_path\": \"\", \"status_busy\": \"\"}}}}");
    const struct dialect *dialect = config_dialect(&config, "opencode");
    assert_non_null(dialect);
    assert_null(dialect->body);
    assert_null(dialect->success_content);
    assert_null(dialect->status_path);
    assert_null(dialect->status_busy);
    config_release(&config);
}

static void test_overrides_go_key_by_key(void **state) {
    (void)state;
    struct config config, plain;
    config_defaults(&plain);
    read_ok(&config, "{\"profiles\": {\"opencode\": {\"env\": {\"X\": \"1\"}, \"command\": [\"/opt/opencode\"]}},"
                     " \"send\": {\"dialects\": {\"agentapi\": {\"path\": \"/v2/message\"}, \"new\": {}}}}");
    const struct profile *was = config_profile(&plain, "opencode"), *is = config_profile(&config, "opencode");
    assert_int_equal(config.profile_count, plain.profile_count);
    assert_string_equal(is->ready, was->ready);
    assert_int_equal(is->first_turn, was->first_turn);
    assert_int_equal(is->command.count, 1);
    assert_string_equal(is->command.items[0], "/opt/opencode");
    assert_int_equal(is->env.count, was->env.count + 1); /* variables go by name */
    assert_string_equal(is->env.items[is->env.count - 1], "X=1");
    const struct dialect *dialect = config_dialect(&config, "agentapi");
    assert_string_equal(dialect->path, "/v2/message");
    assert_int_equal(dialect->rule_count, 1);
    assert_int_equal(config.send.dialect_count, plain.send.dialect_count + 1);
    assert_string_equal(config_dialect(&config, "new")->body, config_dialect(&plain, "mission-control")->body);
    config_release(&config);

    struct text bytes = {0};
    text_add(&bytes, "{\"profiles\": {\"opencode\": {\"env\": {");
    for (size_t i = 0; i < was->env.count; i++)
        text_addf(&bytes, "%s\"%.*s\": null", i ? ", " : "", (int)strcspn(was->env.items[i], "="), was->env.items[i]);
    text_add(&bytes, "}}}}");
    read_ok(&config, text_str(&bytes));
    assert_int_equal(config_profile(&config, "opencode")->env.count, 0);
    text_release(&bytes);
    config_release(&config);
    config_release(&plain);
}

struct mistake {
    const char *bytes;
    const char *where; /* "LINE: KEY: " the message begins with after the file */
    const char *says;
};

static void check_mistakes(const struct mistake *mistakes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct config config;
        struct err err = {0};
        config_defaults(&config);
        const char *bytes = mistakes[i].bytes;
        if (config_read(&config, &(struct config_file){"/etc/c.json", bytes, strlen(bytes), lookup}, &err))
            fail_msg("taken: %s", mistakes[i].bytes);
        assert_int_equal(err.code, MC_CONFIG);
        if (!text_starts(err.text, "/etc/c.json:") || !text_starts(err.text + 12, mistakes[i].where) ||
            !strstr(err.text, mistakes[i].says))
            fail_msg("%s\n  gives: %s\n  not: %s ... %s", mistakes[i].bytes, err.text, mistakes[i].where,
                     mistakes[i].says);
        assert_null(strchr(err.text, '\n'));
        err_release(&err);
        config_release(&config);
    }
}

static void test_mistakes_in_the_whole(void **state) {
    (void)state;
    static const struct mistake mistakes[] = {
        {"", "1", ""},
        {"[]", "1: ", "object"},
        {"{\n\"max_running\": 4,\n}", "3", ""},
        {"{\n\n\"frobnicate\": 1}", "3: frobnicate: ", "unknown key"},
        {"{\"tmux\": {\n\"colour\": 1}}", "2: tmux.colour: ", "unknown key"},
        {"{\"tmux.width\": 100}", "", "unknown key"},
        {"{\"tmux\": 7}", "1: tmux: ", "object"},
        {"{\"max_running\": 4,\n\"max_running\": 5}", "2: max_running: ", "twice"},
        {"{\n\"workspace\": {}}", "2: workspace: ", "repo: is needed"},
        {"{\"workspace\": null}", "1: workspace: ", "object"},
        {"{\"workspace\": {\n\"repo\": \"r\"}}", "2: workspace.repo: ", "absolute"},
        {"{\"workspace\": {\"repo\": \"/r\",\n\"hooks\": {\"after\": [\"x\"]}}}",
         "2: workspace.hooks.after: ", "unknown"},
        {"{\"workspace\": {\"repo\": \"/r\",\n\"branch_prefix\": \"a..\"}}", "2: workspace.branch_prefix: ", "git"},
        {"{\"workspaces\": {\"a\": {\"repo\": \"/r\",\n\"branch_prefix\": \"-f\"}}}",
         "2: workspaces.a.branch_prefix: ", "git"},
        {"{\"workspaces\": {\n\"default\": {\"repo\": \"/r\"}}, \"workspace\": {\"repo\": \"/r\"}}", "", "default"},
        {"{\"workspaces\": {\"a\": {\"repo\": \"/r\", \"pool\": \"/p\"}, \"b\": {\"repo\": \"/s\", \"pool\": \"/p\"}}}",
         "1: workspaces: ", "one pool"},
        {"{\"workspaces\": {\"a\": {\"repo\": \"/r\", \"pool\": \"/p/pool-1\"}, \"b\": {\"repo\": \"/s\", \"pool\": "
         "\"/p\"}}}",
         "1: workspaces: ", "in one another"},
        {"{\n\"workspace\": {\"repo\": \"/r\", \"pool\": \"/r/pool\"}}", "2: workspace: pool: ", "in its repository"},
        {"{\"workspace\": {\"repo\": \"/r\", \"pool\": \"/r\"}}", "1: workspace: pool: ", "in its repository"},
        {"{\"workspaces\": {\"a\": {\"repo\": \"/r\", \"pool\": \"/p\"}, \"b\": {\"repo\": \"/s\", \"pool\": "
         "\"/p/b\"}}}",
         "1: workspaces: ", "in one another"},
        {"{\"workspace\": {\"repo\": \"/r\"},\n\"workspaces\": {\"default\": {\"repo\": \"/r\"}}}",
         "2: workspaces.default: ", "the key \"workspace\""},
        {"{\"workspaces\": {\"a\": {\"pool\": \"/p\"}}}", "1: workspaces.a: ", "repo: is needed"},
        {"{\"\": 1}", "", "unknown key"},
        {"{\"profiles\": {\"demo\": {\"hooks.x\": 1}}}", "1: profiles.demo.hooks.x: ", "unknown key"},
    };
    check_mistakes(mistakes, sizeof mistakes / sizeof *mistakes);
}

#define TEN_A "aaaaaaaaaa"

static void test_mistakes_in_values(void **state) {
    (void)state;
    static const struct mistake mistakes[] = {
        {"{\"max_running\": 0}", "1: max_running: ", "from 1 to 1000"},
        {"{\"max_running\": -1}", "1: max_running: ", "from 1 to 1000"},
        {"{\"max_running\": 1e300}", "1: max_running: ", "whole number"},
        {"{\"max_running\": 9223372036854775807}", "1: max_running: ", "whole number"},
        {"{\"max_running\": 1.5}", "1: max_running: ", "whole number"},
        {"{\"max_running\": \"4\"}", "1: max_running: ", "whole number"},
        {"{\"max_running\": null}", "1: max_running: ", "whole number"},
        {"{\"runtime_ttl_s\": 99999999999}", "1: runtime_ttl_s: ", "from 1 to"},
        {"{\"retry\": {\n\"backoff_s\": -1}}", "2: retry.backoff_s: ", "from 0 to"},
        {"{\"database\": 7}", "1: database: ", "string"},
        {"{\"database\": \"board.db\"}", "1: database: ", "absolute"},
        {"{\"database\": \"\"}", "1: database: ", "absolute"},
        {"{\"database\": \"$NOT_SET/b\"}", "1: database: ", "$NOT_SET is not set"},
        {"{\"database\": \"$EMPTY/b\"}", "1: database: ", "$EMPTY is not set"},
        {"{\"database\": \"~bob/b\"}", "1: database: ", "~"},
        {"{\"database\": \"/a\\nb\"}", "1: database: ", "control"},
        {"{\"database\": \"host=db1\"}", "1: database: ", "absolute"},
        {"{\"database\": \"spool:/s\"}", "1: database: ", "or a path"},
        {"{\"database\": \"postgresql://u:p@h/b\"}", "1: database: ", "a password in its name"},
        {"{\"database\": \"service=x password=p\"}", "1: database: ", "~/.pgpass"},
        {"{\"database\": \"host=x password=p\"}", "1: database: ", "~/.pgpass"},
        {"{\"agents_database\": \"postgresql://h/b?password=p\"}", "1: agents_database: ", "~/.pgpass"},
        {"{\"agents_database\": \"/board.db\"}", "1: agents_database: ", "on a server"},
        {"{\"agents_database\": \"spool:/s\"}", "1: agents_database: ", "on a server"},
        {"{\"database\": \"service=team word\"}", "1: database: ", "no name of a board on a server"},
        {"{\"agents_database\": \"postgresql:/h\"}", "1: agents_database: ", "no name of a board on a server"},
        {"{\"agents_database\": 1}", "1: agents_database: ", "string"},
        {"{\"host_lost_after_s\": -1}", "1: host_lost_after_s: ", "from 0 to"},
        {"{\"host\": \"\"}", "1: host: ", "letters"},
        {"{\"host\": \"a b\"}", "1: host: ", "letters"},
        {"{\"ticket_prefix\": \"mc\"}", "1: ticket_prefix: ", "capital"},
        {"{\"ticket_prefix\": \"ABCDEFGHIJK\"}", "1: ticket_prefix: ", "at most 10"},
        {"{\"tmux\": {\"session_prefix\": \"a.b\"}}", "1: tmux.session_prefix: ", "letters"},
        {"{\"tmux\": {\"session_prefix\": \"\"}}", "1: tmux.session_prefix: ", "letters"},
        {"{\"tmux\": {\"socket\": \"a b\"}}", "1: tmux.socket: ", "name"},
        {"{\"tmux\": {\"socket\": \"a/b\"}}", "1: tmux.socket: ", "absolute"},
        {"{\"profile\": \"nobody\"}", "1: profile: ", "no profile \"nobody\""},
        {"{\"on_done\": \"closed\"}", "1: on_done: ", "\"in_review\" or \"done\""},
        {"{\"notify\": \"tell\"}", "1: notify: ", "list"},
        {"{\"notify\": [7]}", "1: notify: ", "strings"},
        {"{\"notify\": [\"\"]}", "1: notify: ", "program"},
        {"{\"notify\": [\"bin/tell\"]}", "1: notify: ", "absolute"},
        {"{\"notify_on\": [\"failed\",\n\"fail\"]}", "2: notify_on: ", "needs_input, in_review, blocked, failed, "},
        {"{\"send\": {\"transport\": \"smtp\"}}", "1: send.transport: ", "\"tmux\" or \"http\""},
        {"{\"send\": {\n\"transport\": \"http\"}}", "1: send.url: ", "is needed"},
        {"{\"send\": {\"transport\": \"http\",\n\"url\": \"ftp://h/\"}}", "2: send.url: ", "http://"},
        {"{\"send\": {\"transport\": \"http\", \"url\": \"http://u:p@h/\"}}", "1: send.url: ", "password"},
        {"{\"send\": {\"transport\": \"http\", \"url\": \"http://h/{nummer}\"}}", "1: send.url: ", "{nummer}"},
        {"{\"send\": {\"transport\": \"http\", \"url\": \"http://h/?a=b\", \"dialect\": \"gaia\"}}",
         "1: send.url: ", "query"},
        {"{\"send\": {\"dialect\": \"other\"}}", "1: send.dialect: ", "no dialect \"other\""},
        {"{\"send\": {\"token_file\": \"/t\",\n\"token_env\": \"T\"}}", "2: send.token_env: ", "one of them"},
        {"{\"send\": {\"token_env\": \"A-B\"}}", "1: send.token_env: ", "environment variable"},
        {"{\"send\": {\"timeout_s\": 0}}", "1: send.timeout_s: ", "from 1"},
        {"{\"max_running\": 1001}", "1: max_running: ", "from 1 to 1000"},
        {"{\"database\": \"/a\\u007fb\"}", "1: database: ", "control"},
        {"{\"database\": \"/a\\u001fb\"}", "1: database: ", "control"},
        {"{\"tmux\": {\"socket\": \"\"}}", "1: tmux.socket: ", "name"},
        {"{\"tmux\": {\"socket\": \"a12345678901234567890123456789012\"}}", "1: tmux.socket: ", "1 to 32"},
        {"{\"tmux\": {\"socket\": \"$STATE$STATE$STATE/" TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A "123456789\"}}",
         "1: tmux.socket: ", "longer than a socket's path can be"},
        {"{\"send\": {\"token_env\": \"1A\"}}", "1: send.token_env: ", "environment variable"},
        {"{\"send\": {\"token_env\": \"\"}}", "1: send.token_env: ", "environment variable"},
        {"{\"profiles\": {\"demo\": {\"command\": [\"~ann/x\", \"./y\"]}}}", "1: profiles.demo.command: ", "home"},
        {"{\"notify\": [\"~ann/tell\"]}", "1: notify: ", "no other user's home"},
    };
    check_mistakes(mistakes, sizeof mistakes / sizeof *mistakes);
}

#define TEN "200, 200, 200, 200, 200, 200, 200, 200, 200, 200"

static void test_mistakes_in_rows(void **state) {
    (void)state;
    static const struct mistake mistakes[] = {
        {"{\"profiles\": []}", "1: profiles: ", "object"},
        {"{\"profiles\": {\"a.b\": {}}}", "1: profiles: ", "not a name"},
        {"{\"profiles\": {\n\"mine\": 7}}", "2: profiles.mine: ", "object"},
        {"{\"profiles\": {\n\"mine\": {\"ready\": \"x\"}}}", "2: profiles.mine: ", "command: is needed"},
        {"{\"profiles\": {\n\"mine\": {\"command\": [\"x\"]}}}", "2: profiles.mine: ", "ready: is needed"},
        {"{\"profiles\": {\"demo\": {\"ready\": \"\"}}}", "1: profiles.demo: ", "ready: is needed"},
        {"{\"profiles\": {\"demo\": {\n\"redy\": \"\"}}}", "2: profiles.demo.redy: ", "unknown key"},
        {"{\"profiles\": {\"demo\": {\n\"ready\": \"(\"}}}", "2: profiles.demo.ready: ", "expression"},
        {"{\"profiles\": {\"demo\": {\"busy_title\": \"a[\"}}}", "1: profiles.demo.busy_title: ", "expression"},
        {"{\"profiles\": {\"demo\": {\"command\": []}}}", "1: profiles.demo.command: ", "list of 1 to"},
        {"{\"profiles\": {\"demo\": {\"command\": \"x\"}}}", "1: profiles.demo.command: ", "list"},
        {"{\"profiles\": {\"demo\": {\"command\": [\"./x\"]}}}", "1: profiles.demo.command: ", "absolute"},
        {"{\"profiles\": {\"demo\": {\"env\": [\"A=1\"]}}}", "1: profiles.demo.env: ", "object"},
        {"{\"profiles\": {\"demo\": {\"env\": {\"MC_RUN\": \"1\"}}}}", "1: profiles.demo.env: ", "MC_RUN is refused"},
        {"{\"profiles\": {\"demo\": {\"env\": {\"A-B\": \"1\"}}}}", "1: profiles.demo.env: ", "no name"},
        {"{\"profiles\": {\"demo\": {\"env\": {\"1A\": \"1\"}}}}", "1: profiles.demo.env: ", "no name"},
        {"{\"profiles\": {\"demo\": {\"env\": {\"A\": 1}}}}", "1: profiles.demo.env: ", "A must be a string"},
        {"{\"profiles\": {\"demo\": {\"first_turn\": \"type\"}}}", "1: profiles.demo.first_turn: ", "\"argv\""},
        {"{\"profiles\": {\"demo\": {\"submit_key\": \"a b\"}}}", "1: profiles.demo: ", "submit_key"},
        {"{\"profiles\": {\"demo\": {\"startup_timeout_s\": 0}}}", "1: profiles.demo.startup_timeout_s: ", "from 1"},
        {"{\"profiles\": {\"demo\": {\"exit\": \"x\"}}}", "1: profiles.demo.exit: ", "list"},
        {"{\"send\": {\"dialects\": {\"x\": {\"path\": \"a\"}}}}", "1: send.dialects.x: ", "path"},
        {"{\"send\": {\"dialects\": {\"x\": {\"body\": \"{\"}}}}", "1: send.dialects.x: ", "body: not JSON"},
        {"{\"send\": {\"dialects\": {\"x\": {\"success\": [404]}}}}", "1: send.dialects.x: ", "success"},
        {"{\"send\": {\"dialects\": {\"x\": {\"success\": []}}}}", "1: send.dialects.x: ", "success"},
        {"{\"send\": {\"dialects\": {\"x\": {\"headers\": [\"X-A: a\\r\\nB: c\"]}}}}",
         "1: send.dialects.x: ", "headers"},
        {"{\"send\": {\"dialects\": {\"x\": {\"rules\": [{\"status\": 99, \"class\": \"busy\"}]}}}}",
         "1: send.dialects.x.rules.0: ", "status"},
        {"{\"send\": {\"dialects\": {\"x\": {\"rules\": [{\"status\": [500, 400], \"class\": \"busy\"}]}}}}",
         "1: send.dialects.x.rules.0: ", "status"},
        {"{\"send\": {\"dialects\": {\"x\": {\"rules\": [\n{\"status\": 409, \"class\": \"busy\"},\n{\"status\": 409, "
         "\"class\": \"buzy\"}]}}}}",
         "3: send.dialects.x.rules.1: ", "class"},
        {"{\"send\": {\"dialects\": {\"x\": {\"rules\": [{\"status\": 409, \"class\": \"no_tmux\"}]}}}}",
         "1: send.dialects.x.rules.0: ", "class"},
        {"{\"send\": {\"dialects\": {\"x\": {\"rules\": [{\"status\": 409, \"klass\": \"busy\"}]}}}}",
         "1: send.dialects.x.rules.0: ", "not known"},
        {"{\"send\": {\"dialects\": {\"x\": {\"idempotent\": 1}}}}",
         "1: send.dialects.x.idempotent: ", "true or false"},
        {"{\"send\": {\"dialects\": {\"x\": {\"verb\": 1}}}}", "1: send.dialects.x.verb: ", "unknown key"},
        {"{\"send\": {\"dialects\": {\"x\": {\"headers\": \"A: b\"}}}}", "1: send.dialects.x.headers: ", "a list of"},
        {"{\"send\": {\"dialects\": {\"x\": {\"headers\": {\"A\": \"b\"}}}}}",
         "1: send.dialects.x.headers: ", "a list of"},
        {"{\"send\": {\"dialects\": {\"x\": {\"success\": [" TEN ", " TEN ", " TEN ", 200, 200, 200]}}}}",
         "1: send.dialects.x.success: ", "at most 32"},
        {"{\"send\": {\"dialects\": {\"x\": {\"headers\": [\"A: b\",\n7]}}}}",
         "2: send.dialects.x.headers: ", "list of strings"},
        {"{\"send\": {\"dialects\": {\"x\": {\"success\": [\"200\"]}}}}",
         "1: send.dialects.x.success: ", "from 200 to 299"},
        {"{\"send\": {\"dialects\": {\"x\": {\"success\": [99]}}}}", "1: send.dialects.x.success: ", "200 to 299"},
        {"{\"send\": {\"dialects\": {\"x\": {\"success\": [600]}}}}", "1: send.dialects.x.success: ", "200 to 299"},
        {"{\"send\": {\"dialects\": {\"x\": {\"success\": [199]}}}}", "1: send.dialects.x: ", "success"},
        {"{\"send\": {\"dialects\": {\"x\": {\"success\": [300]}}}}", "1: send.dialects.x: ", "success"},
        {"{\"send\": {\"dialects\": {\"x\": {\"rules\": [7]}}}}", "1: send.dialects.x.rules.0: ", "an object"},
        {"{\"send\": {\"dialects\": {\"x\": {\"rules\": [{\"class\": \"busy\"}]}}}}",
         "1: send.dialects.x.rules.0: ", "status"},
        {"{\"send\": {\"dialects\": {\"x\": {\"rules\": [{\"status\": \"409\", \"class\": \"busy\"}]}}}}",
         "1: send.dialects.x.rules.0: ", "status"},
        {"{\"send\": {\"dialects\": {\"x\": {\"rules\": [{\"status\": [400], \"class\": \"busy\"}]}}}}",
         "1: send.dialects.x.rules.0: ", "status"},
        {"{\"send\": {\"dialects\": {\"x\": {\"rules\": [{\"status\": [400, 404, 409], \"class\": \"busy\"}]}}}}",
         "1: send.dialects.x.rules.0: ", "status"},
        {"{\"send\": {\"dialects\": {\"x\": {\"rules\": [{\"status\": [99, 404], \"class\": \"busy\"}]}}}}",
         "1: send.dialects.x.rules.0: ", "status"},
        {"{\"send\": {\"dialects\": {\"x\": {\"rules\": [{\"status\": [400, 600], \"class\": \"busy\"}]}}}}",
         "1: send.dialects.x.rules.0: ", "status"},
        {"{\"send\": {\"dialects\": {\"x\": {\"rules\": [{\"status\": 409, \"body\": 7, \"class\": \"busy\"}]}}}}",
         "1: send.dialects.x.rules.0: ", "a pattern"},
        {"{\"send\": {\"dialects\": {\"x\": {\"rules\": [{\"status\": 409}]}}}}",
         "1: send.dialects.x.rules.0: ", "class"},
        {"{\"profiles\": {\"a12345678901234567890123456789012\": {}}}", "1: profiles: ", "not a name"},
        {"{\"profiles\": {\"\": {}}}", "1: profiles: ", "not a name"},
        {"{\"profiles\": {\"demo\": {\"submit_key\": \"\"}}}", "1: profiles.demo: ", "submit_key"},
        {"{\"profiles\": {\"demo\": {\"submit_key\": \"-X\"}}}", "1: profiles.demo: ", "submit_key"},
        {"{\"profiles\": {\"mine\": {\"command\": [\"x\"], \"ready\": \"y\", \"reports\": true}}}",
         "1: profiles.mine: ", "cannot be told which agent"},
        {"{\"profiles\": {\"demo\": {\"reports\": 7}}}", "1: profiles.demo.reports: ", "true, false, or the name"},
        {"{\"profiles\": {\"demo\": {\"reports\": \"nobody\"}}}", "1: profiles.demo.reports: ", "true, false"},
        {"{\"profiles\": {\"demo\": {\"env\": {\"\": \"1\"}}}}", "1: profiles.demo.env: ", "no name"},
        {"{\"profiles\": {\"demo\": {\"command\": [\"demo\", 7]}}}", "1: profiles.demo.command: ", "list of strings"},
        {"{\"profiles\": {\"demo\": {\"pass\": \"A\"}}}", "1: profiles.demo.pass: ", "a list of at most"},
    };
    check_mistakes(mistakes, sizeof mistakes / sizeof *mistakes);
}

static void test_paths_expand(void **state) {
    (void)state;
    static const struct {
        const char *path, *wanted;
    } cases[] = {{"/a/b", "/a/b"},
                 {"~", "/home/ann"},
                 {"~/x", "/home/ann/x"},
                 {"$STATE/x", "/var/state/x"},
                 {"${STATE}x/~", "/var/statex/~"},
                 {"/a$$b/$$$STATE", "/a$b/$/var/state"},
                 {"/a/$NAMED/b", "/a/relative/b"}};
    struct err err = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *out = NULL;
        if (!config_expand(&out, cases[i].path, lookup, &err))
            fail_msg("%s", err.text);
        assert_string_equal(out, cases[i].wanted);
        free(out);
    }
    static const char *const wrong[] = {"~ann", "${1A}/a", "",     "a",         "./a",   "../a",
                                        "$",    "/a/$",    "$1/a", "${STATE/a", "${}/a", "$NAMED/a"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *out = NULL;
        if (config_expand(&out, wrong[i], lookup, &err))
            fail_msg("%s gives %s", wrong[i], out);
        assert_int_equal(err.code, MC_CONFIG);
    }
    char *out = NULL;
    assert_false(config_expand(&out, "~/x", no_home, &err));
    assert_non_null(strstr(err.text, "HOME"));
    assert_false(config_expand(&out, "~", empty_home, &err));
    assert_non_null(strstr(err.text, "HOME"));
    err_release(&err);
}

static void fails_for(const char *path, const char *says) {
    struct err err = {0};
    char *out = NULL;
    assert_false(config_expand(&out, path, lookup, &err));
    assert_int_equal(err.code, MC_CONFIG);
    if (!strstr(err.text, says))
        fail_msg("%s: %s", path, err.text);
    err_release(&err);
}

static void test_what_is_wrong_with_a_path(void **state) {
    (void)state;
    fails_for("$A/x", "$A is not set");
    fails_for("$1A/x", "is no $NAME");
    fails_for("$9A/x", "is no $NAME");
    fails_for("${A-B}/x", "is no $NAME");
    fails_for("~ann/x", "no other user's home");
    fails_for("x", "is not an absolute path");
}

static void test_long_paths(void **state) {
    (void)state;
    enum { LONGEST = 4000, NAME = 100 };
    struct err err = {0};
    char path[LONGEST + 2], *out = NULL;
    memset(path, 'a', sizeof path);
    path[0] = '/';
    path[LONGEST] = '\0';
    assert_true(config_expand(&out, path, lookup, &err));
    assert_string_equal(out, path);
    free(out);
    path[LONGEST] = 'a';
    path[LONGEST + 1] = '\0';
    assert_false(config_expand(&out, path, lookup, &err));
    assert_non_null(strstr(err.text, "longer than 4000 bytes"));
    path[0] = '$';
    path[1 + NAME] = '\0';
    assert_false(config_expand(&out, path, lookup, &err));
    assert_non_null(strstr(err.text, "is not set"));
    path[1 + NAME] = 'a';
    path[2 + NAME] = '\0';
    assert_false(config_expand(&out, path, lookup, &err));
    assert_non_null(strstr(err.text, "is no $NAME"));
    err_release(&err);
}

static void says(char *text, const char *wanted) {
    assert_string_equal(text ? text : "nothing", wanted);
    free(text);
}

/* Which workspace a ticket belongs to that names one, or none. */
static void test_workspaces_of_tickets(void **state) {
    (void)state;
    struct config config;
    read_ok(&config, "{}");
    assert_null(config_workspace(&config, NULL));
    says(config_misplaced(&config, NULL), "nothing"); /* an agent works in a private directory */
    says(config_misplaced(&config, "a"), "workspace a is not configured");
    config_release(&config);
    read_ok(&config, "{\"workspaces\": {\"a\": {\"repo\": \"/r\"}}}");
    assert_string_equal(config_workspace(&config, NULL)->name, "a"); /* the only one */
    assert_string_equal(config_workspace(&config, "a")->name, "a");
    assert_null(config_workspace(&config, "b"));
    says(config_misplaced(&config, NULL), "nothing");
    says(config_misplaced(&config, "b"), "workspace b is not configured");
    config_release(&config);
    read_ok(&config, "{\"workspaces\": {\"a\": {\"repo\": \"/r\", \"pool\": \"/p\"}, \"b\": {\"repo\": \"/p\"},"
                     " \"c\": {\"repo\": \"/s\", \"pool\": \"/pp\"}}}");
    assert_null(config_workspace(&config, NULL));
    says(config_misplaced(&config, NULL), "it names no workspace, and none of those configured is the default");
    struct text names = {0};
    config_list_workspaces(&config, &names);
    assert_string_equal(text_str(&names), "a, b, c");
    text_release(&names);
    config_release(&config);
    read_ok(&config, "{\"workspace\": {\"repo\": \"/r\"}, \"workspaces\": {\"b\": {\"repo\": \"/p\"}}}");
    assert_string_equal(config_workspace(&config, NULL)->name, "default");
    config_release(&config);
    assert_string_equal(config_missing_key(NULL), "\"workspace\"");
    assert_string_equal(config_missing_key("default"), "\"workspace\"");
    assert_string_equal(config_missing_key("a"), "\"workspaces\"");
}

static void test_a_long_socket(void **state) {
    (void)state;
    struct config config;
    read_ok(&config,
            "{\"tmux\": {\"socket\": \"$STATE$STATE$STATE/" TEN_A TEN_A TEN_A TEN_A TEN_A TEN_A "12345678\"}}");
    assert_int_equal(strlen(config.tmux.socket), 99);
    config_release(&config);
}

static void test_as_many_as_live(void **state) {
    (void)state;
    struct config config;
    read_ok(&config, "{\"max_running\": 5}");
    assert_int_equal(config_max_live(&config), 15);
    config_release(&config);
    read_ok(&config, "{\"max_running\": 5, \"max_live\": 7}");
    assert_int_equal(config_max_live(&config), 7);
    config_release(&config);
}

static enum report_agent reports(const char *profile) {
    char *bytes = xasprintf("{\"profiles\": {%s}}", profile);
    struct config config;
    read_ok(&config, bytes);
    free(bytes);
    enum report_agent agent = config.profiles[config.profile_count - 1].reports;
    config_release(&config);
    return agent;
}

static void test_whose_reports(void **state) {
    (void)state;
#define MINE(command, reports) "\"mine\": {\"command\": [\"" command "\"], \"ready\": \"x\", \"reports\": " reports "}"
    assert_int_equal(reports(MINE("/opt/claude", "true")), REPORT_CLAUDE);
    assert_int_equal(reports(MINE("codex", "true")), REPORT_CODEX);
    assert_int_equal(reports(MINE("codex", "\"claude\"")), REPORT_CLAUDE);
    assert_int_equal(reports(MINE("codex", "false")), REPORT_NONE);
    struct config config;
    read_ok(&config, "{\"profiles\": {\"claude\": {\"command\": [\"codex\"], \"reports\": true}}}");
    assert_int_equal(config_profile(&config, "claude")->reports, REPORT_CLAUDE); /* its name comes first */
    config_release(&config);
}

/* A row of a dialect is read over what it had. */
static void test_lists_of_a_dialect(void **state) {
    (void)state;
    struct config config;
    read_ok(&config, "{\"send\": {\"dialects\": {\"opencode\": {\"headers\": [\"A: b\"], \"success\": [200, 299],"
                     " \"rules\": [{\"status\": [100, 599], \"body\": \"x\", \"class\": \"busy\"},"
                     " {\"status\": [404, 404], \"class\": \"sent\"}]}}}}");
    const struct dialect *row = config_dialect(&config, "opencode");
    assert_int_equal(row->header_count, 1);
    assert_string_equal(row->headers[0], "A: b");
    assert_int_equal(row->success_count, 2);
    assert_int_equal(row->success[1], 299);
    assert_int_equal(row->rule_count, 2);
    assert_int_equal(row->rules[0].status_low, 100);
    assert_int_equal(row->rules[0].status_high, 599);
    assert_string_equal(row->rules[0].body, "x");
    assert_int_equal(row->rules[1].status_low, 404);
    assert_int_equal(row->rules[1].class, CLASS_SENT);
    assert_null(config_dialect(&config, NULL));
    config_release(&config);
}

static void test_key_names(void **state) {
    (void)state;
    size_t n = 0;
    bool width = false, ready = false, rules = false;
    for (const char *name; (name = config_key_name(n)) != NULL; n++) {
        width = width || strcmp(name, "tmux.width") == 0;
        ready = ready || strcmp(name, "profiles.NAME.ready") == 0;
        rules = rules || strcmp(name, "send.dialects.NAME.rules") == 0;
    }
    assert_true(width && ready && rules);
    assert_in_range(n, 60, 100);
    assert_null(config_key_name(n + 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_every_key_is_taken),
        cmocka_unit_test(test_a_board_on_a_server),
        cmocka_unit_test(test_an_empty_text_of_a_dialect_is_none),
        cmocka_unit_test(test_overrides_go_key_by_key),
        cmocka_unit_test(test_mistakes_in_the_whole),
        cmocka_unit_test(test_mistakes_in_values),
        cmocka_unit_test(test_mistakes_in_rows),
        cmocka_unit_test(test_paths_expand),
        cmocka_unit_test(test_what_is_wrong_with_a_path),
        cmocka_unit_test(test_long_paths),
        cmocka_unit_test(test_workspaces_of_tickets),
        cmocka_unit_test(test_a_long_socket),
        cmocka_unit_test(test_as_many_as_live),
        cmocka_unit_test(test_whose_reports),
        cmocka_unit_test(test_lists_of_a_dialect),
        cmocka_unit_test(test_key_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

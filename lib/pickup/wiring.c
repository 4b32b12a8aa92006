#include "pickup/wiring.h"

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "pickup/agent_version.h"
#include "pickup/report.h"
#include "pickup/work.h"
#include "rules/environment.h"
#include "rules/profile.h"
#include "rules/wiring.h"
#include "store/journal.h"

enum { SETTINGS_MAX = 1024 * 1024 };

/* codex has hooks, and the option that lets ours run without a question, from here on (FACTS). */
enum { CODEX_MAJOR = 0, CODEX_MINOR = 169 };

/* What is being put together for one agent. */
struct wired {
    struct work *work;
    struct wiring wiring;
    struct argv *argv;
    struct argv *env;
    char *why_not; /* it goes without reports */
};

static void go_without(struct wired *wired, const char *what, const char *why) {
    if (!wired->why_not)
        wired->why_not = xasprintf("%s: %s", what, why);
}

static bool write_file(const char *path, const struct text *bytes, struct err *err) {
    files_remove(path);
    return files_create(path, text_str(bytes), bytes->len, err);
}

static void set_variable(struct argv *env, const char *name, const char *value) {
    size_t n = strlen(name);

    for (size_t i = 0; i < env->count; i++) {
        if (strncmp(env->items[i], name, n) == 0 && env->items[i][n] == '=') {
            free(env->items[i]);
            env->items[i] = xasprintf("%s=%s", name, value);
            return;
        }
    }
    environment_put_pair(env, name, value);
}

/* The person's own settings as an object; an empty one for none. NULL: it cannot be read, and why is noted. */
static struct json *settings_of(struct wired *wired, const char *what, const struct text *bytes) {
    struct err err = {0};
    struct json *json = bytes->len > 0 ? json_parse_comments(text_str(bytes), bytes->len, &err) : json_object();

    if (json && json_type(json) != JSON_OBJECT) {
        json_free(json);
        json = NULL;
        go_without(wired, what, "it is no JSON object");
    } else if (!json) {
        go_without(wired, what, err.text);
    }
    err_release(&err);
    return json;
}

static struct json *settings_in(struct wired *wired, const char *path, bool must_be) {
    struct text bytes = {0};
    struct err err = {0};
    struct json *json = NULL;

    if (files_read(&bytes, path, SETTINGS_MAX, &err) || (!must_be && err.code == MC_NOINPUT))
        json = settings_of(wired, path, &bytes);
    else
        go_without(wired, path, err.text);
    err_release(&err);
    text_release(&bytes);
    return json;
}

/* `base` with ours, into a file of the run. Takes base. */
static bool write_settings(const struct wired *wired, struct json *base, const char *path, struct err *err) {
    struct json *ours = wiring_settings(&wired->wiring), *whole = wiring_merge(base, ours);
    struct text bytes = {0};
    bool ok;

    json_print(whole, &bytes);
    text_addc(&bytes, '\n');
    ok = write_file(path, &bytes, err);
    text_release(&bytes);
    json_free(whole);
    json_free(ours);
    json_free(base);
    return ok;
}

static char *run_file(const struct wired *wired, const char *name) {
    return xasprintf("%s/%s", wired->work->run_dir, name);
}

/* A relative path is taken from where the agent works. */
static struct json *given_settings(struct wired *wired, const char *value) {
    struct text bytes = {0};
    struct json *json;
    char *path;

    while (*value == ' ' || *value == '\t' || *value == '\n')
        value++;
    if (*value != '{') {
        path = *value == '/' ? xstrdup(value) : xasprintf("%s/%s", wired->work->runtime.cwd, value);
        json = settings_in(wired, path, true);
        free(path);
        return json;
    }
    text_add(&bytes, value);
    json = settings_of(wired, "--settings", &bytes);
    text_release(&bytes);
    return json;
}

/* claude takes the last --settings only: ours stands in its place, with what it says. */
static bool wire_claude(struct wired *wired, struct err *err) {
    size_t at;
    const char *given = wiring_option(wired->argv, "--settings", &at);
    struct json *base = given ? given_settings(wired, given) : json_object();
    char *path = run_file(wired, "agent-settings.json");
    bool ok = true;

    if (base) {
        wired->wiring.new_hooks =
            agent_version_from(agent_version_find(wired->work, wired->argv->items[0], wired->env), 2, 1);
        ok = write_settings(wired, base, path, err);
    }
    if (base && ok && given) {
        bool apart = strcmp(wired->argv->items[at], "--settings") == 0;

        free(wired->argv->items[at + apart]);
        wired->argv->items[at + apart] = apart ? xstrdup(path) : xasprintf("--settings=%s", path);
    } else if (base && ok) {
        argv_add(wired->argv, "--settings");
        argv_add(wired->argv, path);
    }
    free(path);
    return ok;
}

/* Has the place where codex will work hooks of its own? Nobody has looked at those that an agent wrote there. */
static bool project_has_codex(const struct wired *wired) {
    const char *home = environment_value(wired->env, "HOME");
    char *folder = xstrdup(wired->work->runtime.cwd);
    bool found = false;

    while (!found && strrchr(folder, '/') && !text_same(folder, home)) {
        char *path = xasprintf("%s/.codex", folder);

        found = files_exists(path);
        free(path);
        *strrchr(folder, '/') = '\0';
    }
    free(folder);
    return found;
}

/* notify takes the place of the person's own. */
static bool has_notify(const struct wired *wired) {
    const char *home = environment_value(wired->env, "CODEX_HOME"), *user = environment_value(wired->env, "HOME");
    char *path = home ? xasprintf("%s/config.toml", home) : xasprintf("%s/.codex/config.toml", user ? user : "");
    struct text bytes = {0};
    struct err err = {0};
    bool found = !files_read(&bytes, path, SETTINGS_MAX, &err) && err.code != MC_NOINPUT;

    for (const char *line = text_str(&bytes); line && !found; line = strchr(line, '\n')) {
        line += strspn(line, "\n \t");
        found = text_starts(line, "notify");
        if (*line == '\0')
            break;
    }
    for (size_t i = 1; i < wired->argv->count && !found; i++)
        found = strstr(wired->argv->items[i], "notify=") != NULL;
    err_release(&err);
    text_release(&bytes);
    free(path);
    return found;
}

static bool wire_codex(struct wired *wired, struct err *err) {
    (void)err;
    if (!wiring_has_codex_hooks(wired->argv) && !project_has_codex(wired) &&
        agent_version_from(agent_version_find(wired->work, wired->argv->items[0], wired->env), CODEX_MAJOR,
                           CODEX_MINOR))
        wiring_codex_hooks(&wired->wiring, wired->argv);
    else if (!has_notify(wired))
        wiring_codex_notify(&wired->wiring, wired->argv);
    else
        go_without(wired, "codex", "it has a notify of its own, and hooks cannot be added here");
    return true;
}

/* The machine's own file is not read any more where a variable names another: what it says stands in ours. */
static bool wire_system(struct wired *wired, const char *variable, const char *usual, struct err *err) {
    const char *named = environment_value(wired->env, variable);
    struct json *base = settings_in(wired, named ? named : usual, false);
    char *path = run_file(wired, "agent-settings.json");
    bool ok = true;

    if (base)
        ok = write_settings(wired, base, path, err);
    if (base && ok)
        set_variable(wired->env, variable, path);
    free(path);
    return ok;
}

static bool write_plugin(struct wired *wired, const char *path, struct err *err) {
    struct text bytes = {0};
    bool ok;

    wiring_plugin(&wired->wiring, &bytes);
    ok = write_file(path, &bytes, err);
    text_release(&bytes);
    return ok;
}

static bool wire_pi(struct wired *wired, struct err *err) {
    char *path = run_file(wired, "agent-reports.ts");
    bool ok = write_plugin(wired, path, err);

    argv_add(wired->argv, "-e");
    argv_add(wired->argv, path);
    free(path);
    return ok;
}

static bool wire_opencode(struct wired *wired, struct err *err) {
    static const char variable[] = "OPENCODE_CONFIG_CONTENT";
    const char *given = environment_value(wired->env, variable);
    char *path = run_file(wired, "agent-reports.js");
    struct json *ours = wiring_opencode(path), *base, *whole = NULL;
    struct text bytes = {0};
    bool ok = true;

    if (given)
        text_add(&bytes, given);
    base = settings_of(wired, variable, &bytes);
    text_clear(&bytes);
    if (base && (ok = write_plugin(wired, path, err))) {
        whole = wiring_merge(base, ours);
        json_print(whole, &bytes);
        set_variable(wired->env, variable, text_str(&bytes));
    }
    text_release(&bytes);
    json_free(whole);
    json_free(base);
    json_free(ours);
    free(path);
    return ok;
}

static bool wire_demo(struct wired *wired, struct err *err) {
    (void)err;
    argv_add(wired->argv, "--report");
    argv_add(wired->argv, wired->wiring.program);
    return true;
}

static bool wire(struct wired *wired, struct err *err) {
    switch (wired->wiring.agent) {
    case REPORT_CLAUDE:
        return wire_claude(wired, err);
    case REPORT_CODEX:
        return wire_codex(wired, err);
    case REPORT_GEMINI:
        return wire_system(wired, "GEMINI_CLI_SYSTEM_SETTINGS_PATH", "/etc/gemini-cli/settings.json", err);
    case REPORT_QWEN:
        return wire_system(wired, "QWEN_CODE_SYSTEM_SETTINGS_PATH", "/etc/qwen-code/settings.json", err);
    case REPORT_PI:
        return wire_pi(wired, err);
    case REPORT_OPENCODE:
        return wire_opencode(wired, err);
    case REPORT_DEMO:
        return wire_demo(wired, err);
    case REPORT_NONE:
    case REPORT_OWN:
        break;
    }
    return true;
}

/* Once for a profile and a reason: kept on the board, where a failure is nobody's concern but the next saying's. */
static void say_why_not(struct wired *wired) {
    const char *profile = wired->work->profile->name;
    char *key = xasprintf("no_reports:%s", profile), *said = NULL;
    struct err err = {0};

    if (settings_get(wired->work->site->board, key, &said, &err) && !text_same(said, wired->why_not)) {
        report_warn(wired->work->report,
                    "profile %s: its agent is not told to report its turns: %s; mend that, or set \"reports\" to false",
                    profile, wired->why_not);
        settings_put(wired->work->site->board, key, wired->why_not, &err);
    }
    err_release(&err);
    free(said);
    free(key);
}

bool wiring_apply(struct work *work, struct argv *argv, struct argv *env, struct err *err) {
    char *program = site_ticket_program(), *board = site_agents_board(work->site);
    struct wired wired = {
        .work = work,
        .wiring = {.agent = work->profile->reports, .program = program, .run_id = work->run_id, .board = board},
        .argv = argv,
        .env = env};
    bool ok = wire(&wired, err);

    if (wired.why_not)
        say_why_not(&wired);
    free(wired.why_not);
    free(program);
    free(board);
    return ok;
}

#include "pickup/agent_version.h"

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/spawn.h"
#include "pickup/work.h"

enum { LINKS_MAX = 16, PACKAGE_MAX = 256 * 1024, NOTE_MAX = 8 * 1024, ASK_MS = 10000, DAY_MS = 86400000 };

/* The packages whose version is the agent's; a wrapper of somebody else's has a version of its own. */
static const char *const packages[] = {"@anthropic-ai/claude-code", "@openai/codex"};

static char *folder_of(const char *path) {
    const char *slash = strrchr(path, '/');

    return xstrndup(path, slash ? (size_t)(slash - path) : 0);
}

/* Where the links from a program end, as a new string. */
static char *linked_to(const char *program) {
    char *at = xstrdup(program), *next;

    for (int i = 0; i < LINKS_MAX && (next = files_link(at)); i++) {
        free(at);
        at = next;
    }
    return at;
}

static bool of_an_agent(const char *name) {
    bool found = false;

    for (size_t i = 0; name && i < sizeof packages / sizeof packages[0]; i++)
        found |= text_starts(name, packages[i]); /* "@anthropic-ai/claude-code-linux-x64", too */
    return found;
}

static struct agent_version in_package(const char *folder) {
    struct agent_version version = {0};
    struct text bytes = {0};
    struct err err = {0};
    char *path = xasprintf("%s/package.json", folder);
    struct json *json = NULL;

    if (files_read(&bytes, path, PACKAGE_MAX, &err))
        json = json_parse(text_str(&bytes), bytes.len);
    if (of_an_agent(json_string(json_get(json, "name"))))
        version = agent_version_read(json_string(json_get(json, "version")));
    json_free(json);
    free(path);
    err_release(&err);
    text_release(&bytes);
    return version;
}

/* Beside it, or one folder up, where npm's bin/ scripts stand. */
static struct agent_version by_place(const char *program) {
    char *folder = folder_of(program), *above = folder_of(folder);
    struct agent_version version = agent_version_of_name(text_name(program));

    if (!version.known)
        version = in_package(folder);
    if (!version.known)
        version = in_package(above);
    free(folder);
    free(above);
    return version;
}

static struct agent_version ask(const char *program, const struct argv *env) {
    struct agent_version version = {0};
    struct argv argv = {0};
    struct text output = {0};
    struct spawn_result result = {.output = &output};
    struct err err = {0};

    argv_add(&argv, program);
    argv_add(&argv, "--version");
    if (spawn_run(&(struct spawn){.argv = &argv, .env = env, .timeout_ms = ASK_MS, .output_max = NOTE_MAX}, &result,
                  &err) &&
        result.status == 0 && !result.timed_out)
        version = agent_version_read(text_str(&output));
    err_release(&err);
    text_release(&output);
    argv_release(&argv);
    return version;
}

/* A wrapper stays as it is when what it starts is another version: after a day it is asked again. */
static bool is_fresh(const char *path) {
    int64_t age = clock_here() - files_changed_at(path);

    return age >= 0 && age < DAY_MS;
}

/* One line: "PATH CHANGED SIZE\tMAJOR.MINOR.0", or a version of "?" for a program that does not tell. */
static struct agent_version remembered(const struct work *work, const char *program, const struct argv *env) {
    char *name = xasprintf("version-%s", text_name(program));
    char *path = site_own_file(work->site, name);
    char *head =
        xasprintf("%s %lld %lld\t", program, (long long)files_changed_at(program), (long long)files_size(program));
    struct agent_version version = {0};
    struct text line = {0};
    struct err err = {0};

    if (is_fresh(path) && files_read_trusted(&line, path, NOTE_MAX, &err) && text_starts(text_str(&line), head)) {
        version = agent_version_read(text_str(&line) + strlen(head));
    } else {
        version = ask(program, env);
        text_clear(&line);
        text_add(&line, head);
        if (version.known)
            text_addf(&line, "%d.%d.0\n", version.major, version.minor);
        else
            text_add(&line, "?\n");
        err_release(&err);
        files_write(path, text_str(&line), line.len, &err); /* else it is asked again */
    }
    err_release(&err);
    text_release(&line);
    free(head);
    free(path);
    free(name);
    return version;
}

struct agent_version agent_version_find(const struct work *work, const char *program, const struct argv *env) {
    char *at = linked_to(program);
    struct agent_version version = by_place(at);

    if (!version.known)
        version = remembered(work, at, env);
    free(at);
    return version;
}

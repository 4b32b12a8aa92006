#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "host/files.h"
#include "rules/config_starter.h"

struct made {
    bool board;
    bool config;
    struct argv agents; /* name, path, name, path … */
};

static void find_agents(struct argv *agents) {
    for (size_t i = 0; i < profile_builtin_count(); i++) {
        const struct builtin_profile *profile = profile_builtin(i);
        bool not_executable = false;
        char *path = files_find_program(profile->command[0], getenv("PATH"), &not_executable);

        /* A relative PATH entry names another program tomorrow. */
        if (path != NULL && path[0] == '/') {
            argv_add(agents, profile->name);
            argv_add(agents, path);
        }
        free(path);
    }
}

static bool has(const struct argv *list, const char *s) {
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], s) == 0)
            return true;
    return false;
}

/* A folder that is there, by a name that means the same tomorrow and may stand in a configuration. */
static bool folder_ok(const char *folder) {
    struct text clean = {0};
    char *inside = xasprintf("%s/.", folder); /* /bin may be a link */
    bool ok;

    clean_line(&clean, folder, strlen(folder), 0);
    ok = folder[0] == '/' && strcmp(text_str(&clean), folder) == 0 && files_is_dir(inside);
    free(inside);
    text_release(&clean);
    return ok;
}

/* The members of this shell's PATH, in its order. */
static void find_folders(struct argv *folders) {
    for (const char *at = getenv("PATH"); at != NULL; at = strchr(at, ':')) {
        char *folder;
        at += *at == ':';
        folder = xstrndup(at, strcspn(at, ":"));
        if (folder_ok(folder) && !has(folders, folder))
            argv_add(folders, folder);
        free(folder);
    }
}

static bool make_parent(const char *path, struct err *err) {
    const char *slash = strrchr(path, '/');
    char *folder = xstrndup(path, slash == NULL || slash == path ? 0 : (size_t)(slash - path));
    bool ok = folder[0] == '\0' || files_is_dir(folder) || files_make_dir(folder, err);

    free(folder);
    return ok;
}

/* An existing configuration, a person's or the machine's, is left alone. */
static bool make_config(const struct site *site, struct made *made, struct err *err) {
    struct text bytes = {0};
    struct argv folders = {0};
    bool ok;

    if (site->config.file != NULL || site->config_path == NULL)
        return true;
    find_agents(&made->agents);
    find_folders(&folders);
    config_starter(&bytes, site->board_path, &folders, &made->agents);
    ok = make_parent(site->config_path, err) && files_create(site->config_path, text_str(&bytes), bytes.len, err);
    made->config = ok;
    argv_release(&folders);
    text_release(&bytes);
    return ok;
}

static void say_json(const struct site *site, const struct made *made) {
    struct json *object = json_object();
    struct json *agents = json_array();

    for (size_t i = 0; i + 1 < made->agents.count; i += 2) {
        struct json *agent = json_object();

        json_put_string(agent, "profile", made->agents.items[i]);
        json_put_string(agent, "path", made->agents.items[i + 1]);
        json_push(agents, agent);
    }
    json_put_int(object, "schema", 1);
    json_put_string(object, "board", site->board_path);
    json_put_bool(object, "board_made", made->board);
    json_put_string(object, "config", site->config.file != NULL ? site->config.file : site->config_path);
    json_put_bool(object, "config_made", made->config);
    json_put(object, "agents", agents);
    call_print(object);
}

static void say_agents(const struct made *made) {
    if (made->agents.count == 0) {
        puts("agents         none found on this PATH; name one in the configuration");
        return;
    }
    for (size_t i = 0; i + 1 < made->agents.count; i += 2) {
        printf("agent found    %s ", made->agents.items[i]);
        print_line(made->agents.items[i + 1], 0);
        putchar('\n');
    }
    puts("next           choose a \"profile\" in the configuration, then: mc-ticket add TITLE && mc-pickup -v");
}

static void say(const struct site *site, const struct made *made) {
    printf("board          %s ", made->board ? "made" : "was there, left alone:");
    print_line(site->board_path, 0);
    printf("\nconfiguration  ");
    if (site->config.file != NULL) {
        printf("was there, left alone: ");
        print_line(site->config.file, 0);
    } else if (made->config) {
        printf("made ");
        print_line(site->config_path, 0);
    } else
        printf("not made: HOME is not set; give --config FILE");
    putchar('\n');
    if (made->config)
        say_agents(made);
}

static void say_own(const struct site *site) {
    printf("board          has a name of its own now; what it had in progress is todo: ");
    print_line(site->board_path, 0);
    putchar('\n');
}

bool command_init(struct call *call, struct err *err) {
    struct site_options options = {.config = option_value(&call->options, OPTION_CONFIG),
                                   .db = option_value(&call->options, OPTION_DB),
                                   .no_board = true};
    struct made made = {0};
    bool ok = false;

    if (!site_open(&call->site, &options, err))
        return false;
    if (option_given(&call->options, OPTION_OWN)) {
        ok = board_own(call->site.board_path, err);
        if (ok && call->json)
            say_json(&call->site, &made);
        else if (ok)
            say_own(&call->site);
        goto out;
    }
    if (!files_make_dir(call->site.folder, err) || !board_create(call->site.board_path, &made.board, err))
        goto out;
    if (!make_config(&call->site, &made, err))
        goto out;
    ok = true;
    if (call->json)
        say_json(&call->site, &made);
    else
        say(&call->site, &made);
out:
    argv_release(&made.agents);
    return ok;
}

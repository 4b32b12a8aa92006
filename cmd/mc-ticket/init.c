#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "desk/doctor.h"
#include "host/files.h"
#include "host/flush.h"
#include "init_worker.h"
#include "rules/config_starter.h"
#include "rules/doctor.h"
#include "rules/trust.h"
#include "run/site_command.h"

enum { FEW_FOLDERS = 3, NEW_NAMES = 4 }; /* cron's PATH has two; board.db, mc-pickup, state, .local */

struct made {
    char *path; /* this shell's PATH, NULL: none; opening the site puts the configuration's in its place */
    bool board;
    bool config;
    struct argv folders; /* that were written */
    struct argv agents;  /* on `path`: name, file, name, file … */
    bool own;
    struct board_owned owned;
};

static void find_agents(struct argv *agents, const char *search) {
    for (size_t i = 0; i < profile_builtin_count(); i++) {
        const struct builtin_profile *profile = profile_builtin(i);
        bool not_executable = false;
        char *path = files_find_program(profile->command[0], search, &not_executable);

        /* A relative PATH entry names another program tomorrow. */
        if (path != NULL && path[0] == '/') {
            argv_add(agents, profile->name);
            argv_add(agents, path);
        }
        free(path);
    }
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

/* The members of a PATH, in its order. */
static void find_folders(struct argv *folders, const char *search) {
    for (const char *at = search; at != NULL; at = strchr(at, ':')) {
        char *folder;
        at += *at == ':';
        folder = xstrndup(at, strcspn(at, ":"));
        if (folder_ok(folder) && !argv_has(folders, folder))
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
    bool ok;

    if (site->config.file != NULL || site->config_path == NULL)
        return true;
    find_folders(&made->folders, made->path);
    config_starter(&bytes, site->board_path, &made->folders, &made->agents);
    ok = make_parent(site->config_path, err) && files_create_whole(site->config_path, text_str(&bytes), bytes.len, err);
    made->config = ok;
    text_release(&bytes);
    return ok;
}

static const char *trust_of(const char *profile) {
    int agent = report_agent_from(profile);

    return agent > 0 && trust_asks((enum report_agent)agent) ? trust_how((enum report_agent)agent) : NULL;
}

static struct json *checks_json(const struct doctor_report *report) {
    struct json *checks = json_array();

    for (size_t i = 0; i < report->count; i++)
        if (report->items[i].state != DOCTOR_OK)
            json_push(checks, doctor_line_json(&report->items[i]));
    return checks;
}

static void say_json(const struct site *site, const struct made *made, const struct doctor_report *report) {
    struct json *object = json_object();
    struct json *agents = json_array();

    for (size_t i = 0; i + 1 < made->agents.count; i += 2) {
        struct json *agent = json_object();

        json_put_string(agent, "profile", made->agents.items[i]);
        json_put_string(agent, "path", made->agents.items[i + 1]);
        json_put_string(agent, "trust", trust_of(made->agents.items[i]));
        json_push(agents, agent);
    }
    json_put_int(object, "schema", 1);
    json_put_string(object, "board", site->board_label);
    json_put_bool(object, "board_made", made->board);
    json_put_string(object, "config", site->config.file != NULL ? site->config.file : site->config_path);
    json_put_bool(object, "config_made", made->config);
    json_put(object, "agents", agents);
    json_put(object, "checks", checks_json(report));
    if (made->own) {
        json_put_bool(object, "own_made", made->owned.made);
        json_put_int(object, "released", made->owned.released);
    }
    call_print(object);
}

/* Found in this shell, but will a pickup find it? */
static bool on_path(const char *file) {
    bool not_executable = false;
    char *found = files_find_program(strrchr(file, '/') + 1, getenv("PATH"), &not_executable);
    bool there = found != NULL;

    free(found);
    return there;
}

static void say_path(const struct made *made) {
    if (!made->config || made->folders.count >= FEW_FOLDERS)
        return;
    if (made->folders.count == 0)
        puts("path           not set, because there is no PATH here: add the folders of your agents to \"path\"");
    else
        printf(
            "path           is short (%zu folder%s): take the configuration away and run init in the shell you start "
            "agents from, or add their folders to \"path\"\n",
            made->folders.count, made->folders.count == 1 ? "" : "s");
}

static void say_agents(const struct made *made) {
    if (made->agents.count == 0)
        puts("agents         none found on this PATH");
    for (size_t i = 0; i + 1 < made->agents.count; i += 2) {
        printf("agent found    %s ", made->agents.items[i]);
        print_line(made->agents.items[i + 1], 0);
        puts(made->config || on_path(made->agents.items[i + 1])
                 ? ""
                 : "; its folder is not in \"path\" of the configuration: add it");
    }
}

/* Else each of them stops at its first ticket in a workspace and waits for a person. */
static void say_trust(const struct made *made) {
    for (size_t i = 0; i + 1 < made->agents.count; i += 2) {
        const char *how = trust_of(made->agents.items[i]);

        if (how)
            printf("trust          %s asks once whether it may work in a folder: %s\n", made->agents.items[i], how);
    }
}

/* The main checkout around the working directory; NULL: it stands in none. */
static char *repository_here(void) {
    char *here = getcwd(NULL, 0);

    while (here && *here == '/') {
        char *git = xasprintf("%s/.git", here), *slash = strrchr(here, '/');
        bool found = files_has_dirs(git);

        free(git);
        if (found)
            return here;
        *slash = '\0';
    }
    free(here);
    return NULL;
}

/* Whoever goes straight on to the next line gets agents in empty folders. */
static void say_workspace(const struct site *site) {
    struct json *workspace;
    struct text value = {0};
    char *repo;

    if (site->config.workspace_count)
        return;
    repo = repository_here();
    workspace = json_object();
    json_put_string(workspace, "repo", repo ? repo : "~/src/app");
    json_print(workspace, &value);
    fputs("workspace      none: each agent begins in an empty folder of its own. For work on a repository add to the "
          "configuration: \"workspace\": ",
          stdout);
    print_line(text_str(&value), 0);
    putchar('\n');
    text_release(&value);
    json_free(workspace);
    free(repo);
}

/* As the doctor sees it: what is well is not said here. */
static void say_checks(const struct site *site, const struct doctor_report *report) {
    size_t found = 0;

    for (size_t i = 0; i < report->count; i++) {
        struct text line = {0};

        if (report->items[i].state == DOCTOR_OK)
            continue;
        found++;
        doctor_say(&line, &report->items[i]);
        printf("check          %s\n", text_str(&line));
        text_release(&line);
    }
    printf("check          %zu of %zu are well; mc-ticket doctor says all of it%s%s\n", report->count - found,
           report->count, site->config.profile ? ", and starts an agent to see with --try " : "",
           site->config.profile ? site->config.profile : "");
}

/* As it is typed for the board that was made. */
static void say_command(const struct site *site, const char *words) {
    char *command = site_command(site);

    printf("next           ");
    print_line(command, 0);
    puts(words);
    free(command);
}

static void say_pickup(const struct site *site) {
    char *command = site_command(site), *options = strchr(command, ' ');

    printf("next           mc-pickup -v%s", options ? " " : "");
    print_line(options ? options + 1 : "", 0);
    putchar('\n');
    free(command);
}

static void say_next(const struct site *site, bool made) {
    const char *config = site->config.file ? site->config.file : site->config_path;

    if (made && site->board_kind == DATABASE_SERVER) {
        say_command(site, " init --worker ROLE   lets the role of the machines work there (mc-pickup-hosts(7))");
        return;
    }
    if (site->config.profile == NULL && config != NULL) {
        struct text word = {0};

        text_word(&word, config);
        printf("next           ${EDITOR:-vi} ");
        print_line(text_str(&word), 0);
        puts("   to set \"profile\" (\"demo\" works without an account)");
        text_release(&word);
    }
    say_command(site, " add TITLE");
    say_pickup(site);
    if (site->config.profile != NULL)
        say_command(site, " list");
}

static void say(const struct site *site, const struct made *made, const struct doctor_report *report) {
    printf("board          %s ", made->board ? "made" : "was there, left alone:");
    print_line(site->board_label, 0);
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
    say_path(made);
    say_agents(made);
    say_trust(made);
    say_workspace(site);
    say_checks(site, report);
    say_next(site, made->board);
}

static void say_own(const struct site *site, const struct made *made) {
    long long released = (long long)made->owned.released;

    printf("board          %s: ", made->owned.made ? "has a name of its own now" : "is no copy: left alone");
    print_line(site->board_label, 0);
    putchar('\n');
    if (made->owned.made)
        printf(
            "released       %lld ticket%s that %s in progress; the agents are the first board's and work on for it\n",
            released, released == 1 ? "" : "s", released == 1 ? "was" : "were");
}

/* After a power cut they are there. A folder above that we may not read was not made by us. */
static void keep_names(const struct site *site, const struct made *made) {
    if (made->board)
        (void)flush_names(site->board_path, NEW_NAMES);
    if (made->config)
        (void)flush_names(site->config_path, NEW_NAMES);
}

/* The board and, where there is none, a configuration. */
static bool make(const struct site *site, struct made *made, struct err *err) {
    if (!files_make_dir(site->folder, err))
        return err_advise(err, "name another place with --db");
    if (!board_create(site->board_path, &made->board, err))
        return false;
    find_agents(&made->agents, made->path);
    if (!make_config(site, made, err))
        return false;
    keep_names(site, made);
    return true;
}

static bool init(const struct site *site, struct made *made, struct err *err) {
    return made->own ? board_own(site->board_path, &made->owned, err) : make(site, made, err);
}

/* The doctor, too, is to know which PATH is this shell's. */
static void look(struct doctor_report *report, const struct site_options *options, const char *path) {
    const char *put = getenv("PATH");
    char *configured = xstrdup(put != NULL ? put : "");

    if (path != NULL)
        (void)setenv("PATH", path, 1);
    doctor_look(report, &(struct doctor_asked){options->config, options->db, true});
    (void)setenv("PATH", configured, 1);
    free(configured);
}

/* Whoever makes a board its own lets it start agents. */
static bool may(const struct made *made, struct err *err) {
    return !made->own || init_by_person(OPTION_OWN, err);
}

bool command_init(struct call *call, struct err *err) {
    struct site_options options = {.config = option_value(&call->options, OPTION_CONFIG),
                                   .db = option_value(&call->options, OPTION_DB),
                                   .no_board = true};
    const char *path = getenv("PATH");
    struct made made = {.path = path != NULL ? xstrdup(path) : NULL, .own = option_given(&call->options, OPTION_OWN)};
    struct doctor_report report = {0};
    bool ok;

    if (option_given(&call->options, OPTION_WORKER)) {
        free(made.path);
        return init_worker(call, &options, err);
    }
    ok = may(&made, err) && site_open(&call->site, &options, err) && init(&call->site, &made, err);

    if (ok && !made.own)
        look(&report, &options, made.path);
    if (ok && call->json)
        say_json(&call->site, &made, &report);
    else if (ok && made.own)
        say_own(&call->site, &made);
    else if (ok)
        say(&call->site, &made, &report);
    doctor_report_release(&report);
    argv_release(&made.folders);
    argv_release(&made.agents);
    free(made.path);
    return ok;
}

#include "run/outputs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"
#include "run/site.h"
#include "run/site_board.h"

/* What of ours stands in a board's folder, behind a board's name where it has one before it. */
static const char *const own_names[] = {
    "run",          "work",          "pool",    "archive",   "edit",          "tmux.sock",          "last-pickup",
    "last-keeping", "last-sessions", "keeping", "notifying", "notify-failed", "notify-failed.last", "said-notify",
    "said-page",    "said-refusal",  "host-id",
};
static const char *const board_tails[] = {"", "-wal", "-shm", "-journal"};
static const char sqlite_head[] = "SQLite format 3";

struct output {
    char *place;      /* where that leads, without links but for its own name */
    struct stat seen; /* what is there; st_ino 0: nothing */
    const char *why;  /* what it would replace; NULL: nothing of ours */
};

/* The name itself is not followed: a rename replaces the link. */
static char *place_of(const char *path) {
    char *whole = files_absolute(path), *slash = strrchr(whole, '/'), *folder, *place;

    if (!slash)
        return whole;
    folder = xstrndup(whole, (size_t)(slash - whole));
    place = folder_foreseen(folder);
    free(folder);
    folder = xasprintf("%s%s", place, slash);
    free(place);
    free(whole);
    return folder;
}

static bool is_same(const struct stat *one, const struct stat *other) {
    return one->st_ino == other->st_ino && one->st_dev == other->st_dev;
}

/* By its name, and as the same file under another name: where a link leads, too. */
static void forbid(struct output *output, const char *path, const char *why) {
    struct stat seen;
    char *place;

    if (!path || output->why)
        return;
    place = place_of(path);
    if (strcmp(place, output->place) == 0 || (stat(path, &seen) == 0 && is_same(&seen, &output->seen)))
        output->why = why;
    free(place);
}

static void forbid_within(struct output *output, const char *folder, const char *why) {
    char *place = folder_foreseen(folder);

    if (!output->why && folder_within(output->place, place))
        output->why = why;
    free(place);
}

static void forbid_board(struct output *output, const char *board) {
    for (size_t i = 0; i < sizeof board_tails / sizeof board_tails[0]; i++) {
        char *file = xasprintf("%s%s", board, board_tails[i]);

        forbid(output, file, "the board itself is there");
        free(file);
    }
}

static bool is_own_name(const char *name, size_t n) {
    for (size_t i = 0; i < sizeof own_names / sizeof own_names[0]; i++)
        if (strlen(own_names[i]) == n && strncmp(name, own_names[i], n) == 0)
            return true;
    return false;
}

/* "last-pickup", "NAME.last-pickup", "run/…", "version-claude". */
static bool is_own(const char *rest) {
    size_t n = strcspn(rest, "/");

    for (const char *at = rest; at; at = memchr(at, '.', (size_t)(rest + n - at))) {
        at += *at == '.';
        if (is_own_name(at, (size_t)(rest + n - at)) || text_starts(at, "version-"))
            return true;
    }
    return false;
}

/* One of them may be a link to another disk: then its files have another folder's names. */
static void forbid_own(struct output *output, const char *folder) {
    static const char why[] = "what mc-pickup keeps beside the board is there";
    char *place = folder_foreseen(folder), *inside = xasprintf("%s/", place);
    struct argv there = {0};

    if (!output->why && text_starts(output->place, inside) && is_own(output->place + strlen(inside)))
        output->why = why;
    folder_list(folder, "", SIZE_MAX, &there);
    for (size_t i = 0; i < there.count; i++)
        if (is_own(text_name(there.items[i])))
            forbid_within(output, there.items[i], why);
    argv_release(&there);
    free(inside);
    free(place);
}

/* Beside this board, and in the usual place, whichever is asked for here. */
static void forbid_all_own(struct output *output, const struct site *site) {
    char *usual = site_user_state();

    forbid_own(output, site->folder);
    if (usual)
        forbid_own(output, usual);
    free(usual);
}

static void forbid_pools(struct output *output, const struct site *site) {
    for (size_t i = 0; i < site->config.workspace_count; i++) {
        char *pool = site_pool(site, &site->config.workspaces[i]);

        forbid_within(output, pool, "the agents' slots are there");
        free(pool);
    }
}

/* As git knows one, whatever it is called. */
static bool is_git_folder(const char *folder) {
    static const char *const parts[] = {"HEAD", "objects", "refs"};
    bool all = true;

    for (size_t i = 0; all && i < sizeof parts / sizeof parts[0]; i++) {
        char *part = xasprintf("%s/%s", folder, parts[i]);

        all = files_exists(part);
        free(part);
    }
    return all;
}

/* Anybody's: a .git on its way, which of a worktree is a file, or a folder that is one by what it holds. */
static void forbid_git(struct output *output) {
    char *above = xstrdup(output->place), *end;
    bool found = false;

    for (; !found && (end = strrchr(above, '/')) != NULL; *end = '\0')
        found = strcmp(end, "/.git") == 0 || is_git_folder(above);
    if (found && !output->why)
        output->why = "it is inside a git repository's own folder";
    free(above);
}

/* One that is looked up is not ours to know. */
static void forbid_program(struct output *output, const struct argv *command) {
    if (command->count && strchr(command->items[0], '/'))
        forbid(output, command->items[0], "it is a program that the configuration names");
}

static void forbid_configuration(struct output *output, const struct site *site) {
    const char *why = "it is the configuration";
    char *usual = site_user_config();

    forbid(output, site->config_path, why);
    forbid(output, site->config.file, why);
    forbid(output, usual, why);
    free(usual);
}

static void forbid_named(struct output *output, const struct config *config) {
    forbid(output, config->send.token_file, "it is the token file");
    forbid(output, config->send.ca_file, "it is the ca_file");
    forbid(output, config->prompt_file, "it is the prompt file");
    forbid_program(output, &config->notify);
    for (size_t i = 0; i < config->profile_count; i++)
        forbid_program(output, &config->profiles[i].command);
    for (size_t i = 0; i < config->workspace_count; i++)
        for (int hook = 0; hook < HOOK_COUNT; hook++)
            forbid_program(output, &config->workspaces[i].hooks[hook]);
}

static bool is_database(const char *path) {
    char head[sizeof sqlite_head];
    struct stat seen;

    return lstat(path, &seen) == 0 && S_ISREG(seen.st_mode) && files_head(path, head, sizeof head) == sizeof head &&
           memcmp(head, sqlite_head, sizeof head) == 0;
}

/* Somebody's tickets, whosever they are, or what belongs to them. */
static void forbid_databases(struct output *output) {
    for (size_t i = 0; !output->why && i < sizeof board_tails / sizeof board_tails[0]; i++) {
        char *file = xstrdup(output->place);

        if (text_ends(file, board_tails[i])) {
            file[strlen(file) - strlen(board_tails[i])] = '\0';
            output->why = is_database(file) ? "a database is there" : NULL;
        }
        free(file);
    }
}

bool outputs_may(const struct site *site, const char *path, struct err *err) {
    struct output output = {.place = place_of(path)};

    (void)lstat(path, &output.seen);
    if (site->board_kind == DATABASE_FILE)
        forbid_board(&output, site->board_path);
    forbid_configuration(&output, site);
    forbid_named(&output, &site->config);
    forbid_all_own(&output, site);
    forbid_pools(&output, site);
    forbid_git(&output);
    forbid_databases(&output);
    free(output.place);
    return !output.why || err_set(err, MC_USAGE, "%s: %s, and would be lost; name another place", path, output.why);
}

bool outputs_page_may(const struct site *site, struct err *err) {
    if (!site->config.page || outputs_may(site, site->config.page, err))
        return true;
    err_wrap(err, "\"page\" in the configuration");
    err->code = MC_CONFIG;
    return false;
}

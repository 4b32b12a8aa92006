#include "run/site.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"
#include "host/proc.h"
#include "rules/config_read.h"
#include "run/settings.h"
#include "run/site_board.h"

enum { CONFIG_MAX = 1024 * 1024, SOCKET_PATH_MAX = 100, HOST_NAME_SIZE = 256 };

/* The first of: the named file, $XDG_CONFIG_HOME, ~/.config, the machine's. */
static char *config_file(struct site *site, const char *named) {
    const char *from = named ? named : site_variable("MC_PICKUP_CONFIG");
    char *path = NULL;

    if (from) {
        site->config_path = files_absolute(from);
        return xstrdup(site->config_path);
    }
    path = site_user_config();
    site->config_path = xstrdup(path);
    if (path && files_exists(path))
        return path;
    free(path);
    path = xstrdup(MC_SYSCONFDIR "/mc-pickup/config.json");
    if (files_exists(path))
        return path;
    free(path);
    return NULL;
}

static char *settings_in(const char *folder, const char *run_id) {
    return xasprintf("%s/run/%s/settings.json", folder, run_id);
}

/* The settings kept with a run, by the board that its agent was given. False: the configuration decides. */
static bool read_settings(struct site *site, const struct site_options *options) {
    const char *board = options->db ? options->db : site_variable("MC_DB");
    char *whole, *folder, *file;
    bool ok;

    if (!options->run_id || options->config || !board)
        return false;
    whole = site_board_whole(board);
    folder = site_board_folder(whole);
    file = settings_in(folder ? folder : "", options->run_id);
    ok = settings_read(&site->config, file);
    free(file);
    free(folder);
    free(whole);
    return ok;
}

/* Whoever may write in a folder above it may put another in its place. */
static bool check_above(const char *file, struct err *err) {
    struct folder_open open;

    if (!folder_open_above(file, &open))
        return true;
    err_set(err, MC_NOPERM, "%s: others may write in %s, and so put another in its place", file, open.path);
    return open.ours ? err_advise_words(err, "run: chmod go-w {}", ERR_WORDS(open.path))
                     : err_advise(err, "use a file in a folder of your own");
}

static bool read_bytes(const char *file, struct text *bytes, struct err *err) {
    if (files_read_trusted(bytes, file, CONFIG_MAX, err) && check_above(file, err))
        return true;
    if (files_is_dir(file))
        return err_set(err, MC_NOINPUT, "configuration: %s: is a directory; name a file", file);
    err_wrap(err, "configuration");
    return err->code == MC_NOINPUT &&
           err_advise(err, "name one that is there, or have mc-ticket init --config %s write it", file);
}

/* What is wrong is a fault, where those are asked for, and no failure. */
static bool take_bytes(struct site *site, const struct config_file *file, const struct site_options *options,
                       struct err *err) {
    if (!options->faults)
        return config_read(&site->config, file, err);
    if (config_read_around(&site->config, file, options->faults))
        return true;
    config_release(&site->config);
    config_defaults(&site->config);
    return true;
}

static bool leave_out(const struct site_options *options, struct err *err) {
    if (!options->faults)
        return false;
    argv_add(options->faults, err->text);
    err_release(err);
    return true;
}

static bool read_config(struct site *site, const struct site_options *options, struct err *err) {
    struct text bytes = {0};
    size_t mark; /* of the byte order, as some editors write it */
    char *file = config_file(site, options->config);
    bool ok = false;

    if (!file)
        return true;
    if (options->no_board && !files_exists(file)) {
        ok = true;
        goto out;
    }
    if (!read_bytes(file, &bytes, err)) {
        ok = leave_out(options, err);
        goto out;
    }
    mark = text_starts(text_str(&bytes), "\xEF\xBB\xBF") ? 3 : 0;
    ok = take_bytes(site, &(struct config_file){file, text_str(&bytes) + mark, bytes.len - mark, site_variable},
                    options, err);
out:
    text_release(&bytes);
    free(file);
    return ok;
}

static bool name_host(struct site *site, struct err *err) {
    char name[HOST_NAME_SIZE] = "";

    if (site->config.host)
        return true;
    if (gethostname(name, sizeof name - 1) || !*name)
        return err_errno(err, MC_OSERR, errno, "host name: set \"host\" in the configuration");
    site->config.host = xstrdup(name);
    return true;
}

/* The other programs stand beside this one (a build tree) or in libexec (installed). */
static char *find_libexec(void) {
    char *here = files_program_dir();
    char *beside = xasprintf("%s/mc-launch", here);
    char *found = files_exists(beside) ? xstrdup(here) : xasprintf("%s/../%s", here, MC_LIBEXEC);

    free(beside);
    free(here);
    return found;
}

/* A test of a locked board does not want to wait for the usual limit. */
static void busy_limit(void) {
    const char *value = site_variable("MC_BUSY_MS");
    long long ms;

    if (value && text_to_int(value, 0, 600000, &ms))
        board_busy_limit(ms);
}

/* For all that is looked up and started from here on. */
static bool take_path(const struct site *site, struct err *err) {
    const char *path = site->config.path ? site->config.path : site_variable("PATH");

    return !setenv("PATH", path ? path : "/usr/local/bin:/usr/bin:/bin", 1) ||
           err_errno(err, MC_OSERR, errno, "PATH: cannot be set");
}

static bool find_board(struct site *site, const char *named, struct err *err) {
    struct site_board board = {0};
    bool ok = site_board_find(&board, named, site->config.database, err);

    site->board_path = board.path;
    site->board_label = board.label;
    site->board_kind = board.kind;
    site->folder = board.folder;
    return ok;
}

/* Where the board would be, for what is kept beside it: the configuration could not say. */
static void find_folder(struct site *site, const char *named) {
    struct err ignored = {0};

    find_board(site, named, &ignored);
    err_release(&ignored);
}

/* Of a board on a server: a file's folder is looked at when the file is opened. A look makes nothing. */
static bool make_folder(const struct site *site, struct err *err) {
    return site->board_kind != DATABASE_SERVER || (site->look && !files_exists(site->folder)) ||
           files_make_dir(site->folder, err);
}

/* A server's engine is a module beside our programs, and its rows say whose they are: a file has need of neither. */
static void know_engine(struct site *site) {
    if (site->board_kind != DATABASE_SERVER)
        return;
    if (!site->libexec)
        site->libexec = find_libexec();
    board_modules(site->libexec);
    board_as_host(site->config.host);
}

/* What is behind it only a pickup knows. */
static bool refuse_spool(const struct site *site, struct err *err) {
    return err_set(
        err, MC_NOPERM,
        "board %s: this agent's board is on a server, which agents do not reach: here they say their word "
        "with mc-ticket signal, and the next pickup takes it; \"agents_database\" in the configuration gives "
        "them a door",
        site->board_label);
}

static bool open_board(struct site *site, struct err *err) {
    return board_open(&site->board, site->board_path, site->look ? BOARD_LOOK : BOARD_WRITE, err);
}

bool site_open(struct site *site, const struct site_options *options, struct err *err) {
    *site = (struct site){.look = options->look,
                          .asked_config = options->config ? files_absolute(options->config) : NULL,
                          .asked_db = options->db ? site_board_whole(options->db) : NULL};
    busy_limit();
    config_defaults(&site->config);
    if (!read_settings(site, options) && !read_config(site, options, err)) {
        find_folder(site, options->db);
        return false;
    }
    if (!take_path(site, err) || !find_board(site, options->db, err) || !name_host(site, err))
        return false;
    if (!options->unasked && !site_know_self(site, err))
        return false;
    if (site->board_kind == DATABASE_SPOOL)
        return options->spool || refuse_spool(site, err);
    know_engine(site);
    return options->no_board || (make_folder(site, err) && open_board(site, err));
}

bool site_know_self(struct site *site, struct err *err) {
    if (!site->libexec)
        site->libexec = find_libexec();
    return site->self.pid || proc_self(&site->self, err);
}

void site_close(struct site *site) {
    char *const strings[] = {site->config_path, site->board_path,   site->board_label, site->folder,
                             site->libexec,     site->asked_config, site->asked_db};

    board_free(site->board);
    config_release(&site->config);
    tmux_release(&site->tmux);
    settings_list_release(&site->settings);
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
        free(strings[i]);
    *site = (struct site){0};
}

char *site_socket(const struct site *site, struct err *err) {
    const char *named = site->config.tmux.socket;
    char *socket = named ? xstrdup(named) : xasprintf("%s/tmux.sock", site->folder);

    if (strlen(socket) <= SOCKET_PATH_MAX)
        return socket;
    err_set(err, MC_CONFIG,
            "tmux socket %s: longer than the %d bytes a socket's path may have: set \"tmux.socket\" to a shorter one",
            socket, SOCKET_PATH_MAX);
    free(socket);
    return NULL;
}

bool site_check(const struct site *site, struct err *err) {
    char *socket = site_socket(site, err);
    bool ok = socket != NULL && tmux_socket_check(socket, err);

    free(socket);
    return ok;
}

bool site_named(struct site *site, struct err *err) {
    return !site->board || *site->board_name || board_name(site->board, site->board_name, err);
}

bool site_tmux(struct site *site, struct err *err) {
    char *socket;

    if (site->tmux_found)
        return true;
    socket = site_socket(site, err);
    site->tmux_found = socket && site_named(site, err) && tmux_init(&site->tmux, socket, err);
    free(socket);
    return site->tmux_found;
}

struct tmux_agent site_agent(const struct site *site, const struct runtime *runtime) {
    return (struct tmux_agent){.pane_id = runtime->pane_id && *runtime->pane_id ? runtime->pane_id : NULL,
                               .run = runtime->run_id ? runtime->run_id : "",
                               .board = site->board_name,
                               .session = runtime->tmux_target,
                               .pid = runtime->agent.pid};
}

struct tmux_log site_log(const struct site *site, const char *path) {
    return (struct tmux_log){.path = path, .programs = site->libexec, .mib = site->config.retention.log_mb};
}

const struct profile *site_profile_of(struct site *site, const char *run_id, const char *name) {
    const struct profile *profile = config_profile(&site->config, name);
    char *file;

    if (profile || !name || !run_id)
        return profile;
    file = site_settings(site, run_id);
    profile = settings_profile(&site->settings, file, name);
    free(file);
    return profile;
}

const struct profile *site_profile(struct site *site, const struct runtime *runtime) {
    return site_profile_of(site, runtime->run_id, runtime->profile ? runtime->profile : site->config.profile);
}

char *site_ticket_program(void) {
    char *here = files_program_dir();
    char *program = xasprintf("%s/mc-ticket", here);

    free(here);
    return program;
}

char *site_agents_board(const struct site *site) {
    if (site->board_kind != DATABASE_SERVER)
        return xstrdup(site->board_path);
    return site->config.agents_database ? xstrdup(site->config.agents_database) : xasprintf("spool:%s", site->folder);
}

void site_key(const struct site *site, int64_t ticket, char out[KEY_SIZE]) {
    key_make(out, site->config.ticket_prefix, ticket);
}

struct tick site_tick(const struct site *site) {
    return (struct tick){.ms = clock_monotonic(), .boot = site->self.boot};
}

char *site_run_dir(const struct site *site, const char *run_id) {
    return xasprintf("%s/run/%s", site->folder, run_id);
}

char *site_launch_file(const struct site *site, const char *run_id) {
    return xasprintf("%s/run/%s/launch", site->folder, run_id);
}

char *site_answer_file(const struct site *site, const char *run_id) {
    return xasprintf("%s/run/%s/answer-%lld", site->folder, run_id, (long long)getpid());
}

char *site_settings(const struct site *site, const char *run_id) {
    return settings_in(site->folder, run_id);
}

char *site_pane_log(const struct site *site, const char *run_id) {
    return xasprintf("%s/run/%s/pane.log", site->folder, run_id);
}

/* What is named after a ticket or stands once in the folder is the board's own: NULL where the board is a server's or
 * has the usual name, else what tells it from the others in its folder. */
static const char *own_name(const struct site *site) {
    const char *name = site->board_kind == DATABASE_FILE ? text_name(site->board_path) : "board.db";

    return strcmp(name, "board.db") == 0 ? NULL : name;
}

char *site_own_file(const struct site *site, const char *name) {
    const char *own = own_name(site);

    return own ? xasprintf("%s/%s.%s", site->folder, own, name) : xasprintf("%s/%s", site->folder, name);
}

char *site_last_pickup(const struct site *site) {
    return site_own_file(site, "last-pickup");
}

char *site_pool(const struct site *site, const struct workspace *workspace) {
    char *beside, *pool;

    if (workspace->pool)
        return xstrdup(workspace->pool);
    beside = site_own_file(site, "pool");
    pool = xasprintf("%s/%s", beside, workspace->name);
    free(beside);
    return pool;
}

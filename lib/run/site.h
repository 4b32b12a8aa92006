#ifndef MC_SITE_H
#define MC_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "host/tmux.h"
#include "rules/config.h"
#include "rules/database.h"
#include "rules/key.h"
#include "rules/rows.h"
#include "run/settings.h"
#include "store/board.h"

struct err;

/* Where a program of ours works: the configuration, the board and its folder, this host, this process. */
struct site {
    struct config config;
    char *config_path; /* where a person's configuration is or would be; NULL: no HOME to look in */
    struct board *board;
    char *board_path;              /* its name, as it means the same everywhere: of a file, its path */
    char *board_label;             /* the same for people */
    enum database_kind board_kind; /* by its name */
    char *folder; /* beside the board, of one on a server the user's state folder: work/, run/, tmux.sock stand there */
    char *libexec; /* where mc-launch, mc-log, mc-notify, mc-http, mc-demo-agent are */
    struct identity self;
    struct tmux tmux;
    bool tmux_found;
    char board_name[BOARD_NAME_SIZE]; /* @mc_board of our sessions; known once site_named has succeeded */
    bool look;                        /* nothing may be changed */
    bool back; /* this host is new, or was retired and came back: its sessions are looked for, whatever the rows say */
    struct settings_list settings; /* kept with runs, as far as they were asked for */
    char *asked_config, *asked_db; /* as they were named, absolute; NULL: they were not */
};

struct site_options {
    const char *config; /* --config or NULL */
    const char *db;     /* --db or NULL */
    bool look;
    bool unasked;        /* who we are is left open until there is something to do: site_know_self */
    bool spool;          /* an agent's spool is enough: then there is no board */
    bool no_board;       /* only the configuration, which may be missing, and the board's path (for init) */
    const char *run_id;  /* the settings kept with this run go before any configuration but a named one; NULL: none */
    struct argv *faults; /* what is wrong with the configuration is put there, and left out; NULL: it is a failure */
};

/* Reads the configuration (SPEC section 13's order), finds the board, opens it. 66, 69, 77, 78, 74, 75 by what is
 * wrong; 77, too, for an agent's spool, by which no board is reached. */
bool site_open(struct site *site, const struct site_options *options, struct err *err);
void site_close(struct site *site);

/* Fills site->self and site->libexec; called again it costs nothing. Before anything is judged, claimed or started. */
bool site_know_self(struct site *site, struct err *err);

/* What would keep every agent from being started, found before a ticket is touched: 78, or 77 for a tmux socket that is
 * another user's. */
bool site_check(const struct site *site, struct err *err);

/* The name of its board, which tmux needs: a board that fails is no tmux that fails. */
bool site_named(struct site *site, struct err *err);

/* The tmux socket's path or name: a new string, or NULL with err set. */
char *site_socket(const struct site *site, struct err *err);

/* Finds tmux (69 when there is none); called again it costs nothing. */
bool site_tmux(struct site *site, struct err *err);

/* The agent of a runtime as tmux must know it. Its strings are the runtime's and the site's. */
struct tmux_agent site_agent(const struct site *site, const struct runtime *runtime);

/* How a pane's log is written, for tmux. Its strings are the caller's and the site's. */
struct tmux_log site_log(const struct site *site, const char *path);

/* The profile of a run's agent: as it is configured, else as it was when the run was started. NULL: it is not
 * configured any more and not kept, or the run has none (name NULL). */
const struct profile *site_profile_of(struct site *site, const char *run_id, const char *name);

/* Of a runtime, where its row names none the configuration's. */
const struct profile *site_profile(struct site *site, const struct runtime *runtime);

/* mc-ticket stands beside us, in a build tree and where we are installed, links followed: its path as a new string. */
char *site_ticket_program(void);

/* The board's name as agents are given it: of one on a server, what the configuration has for them, else the spool. New
 * string. */
char *site_agents_board(const struct site *site);

void site_key(const struct site *site, int64_t ticket, char out[KEY_SIZE]);

/* The awake clock now, for a row. */
struct tick site_tick(const struct site *site);

/* "folder/run/RUN_ID", "folder/last-pickup": new strings. For a board that is not called board.db
 * "folder/NAME.last-pickup": several may share a folder. */
char *site_run_dir(const struct site *site, const char *run_id);
char *site_launch_file(const struct site *site, const char *run_id); /* in it, as long as nothing has read it */
char *site_answer_file(const struct site *site, const char *run_id); /* in it: host/there.h, for a moment */
char *site_settings(const struct site *site, const char *run_id);    /* in it: what a signal needs */
char *site_pane_log(const struct site *site, const char *run_id);    /* in it */
char *site_own_file(const struct site *site, const char *name);
char *site_last_pickup(const struct site *site);

/* Where the slots of a workspace are: as configured, else "folder/pool/NAME". New string. */
char *site_pool(const struct site *site, const struct workspace *workspace);

#endif

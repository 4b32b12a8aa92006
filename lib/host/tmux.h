#ifndef MC_TMUX_H
#define MC_TMUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "rules/screen.h"
#include "rules/token.h"
#include "rules/words.h"

struct argv;
struct err;

/* The only code that knows tmux (3.3a measured, FACTS). A `struct tmux` says which server; calls are one-shot. */
struct tmux {
    char *program;                           /* absolute path */
    char *socket;                            /* a path for -S, or a name without slash for -L */
    const struct spawn_meanwhile *meanwhile; /* done while the server works on what it is asked; NULL: nothing */
    int64_t timeout_ms;                      /* per call; 10 s */
};

/* Finds the program on PATH or in /usr/local/bin:/usr/bin:/bin; 69 when there is none, 77 when the socket is another
 * user's: whose server that is sees, and changes, all that is typed. */
bool tmux_init(struct tmux *tmux, const char *socket, struct err *err);
void tmux_release(struct tmux *tmux);

/* "/usr/bin/tmux -S SOCKET", as a person types it before a command. */
void tmux_called(const struct tmux *tmux, struct text *out);

/* What the program says of itself, "tmux 3.3a"; false: nothing, and "tmux" stands there. No server is asked. */
bool tmux_version(const struct tmux *tmux, char *out, size_t size);

/* Where tmux has a socket that is named without a path. New string. */
char *tmux_socket_path(const char *socket);

/* Do both paths lead to one socket? */
bool tmux_is_same(const char *socket, const char *other);

/* 77 when there is a file at the socket's place that is not ours. */
bool tmux_socket_check(const char *socket, struct err *err);

/* Where the server on this socket counts processes: as we do (*server is its pid), in another pid namespace (a
 * container's, which shares the socket with us), or none listens there. Asked of the kernel, not of tmux. */
enum tmux_place { TMUX_NOWHERE, TMUX_HERE, TMUX_ELSEWHERE };
enum tmux_place tmux_place(const struct tmux *tmux, int64_t *server);

/* Has the server run this program of ours, where it is and counts: the words are a path and plain words. True: it ran,
 * and ended with 0. */
bool tmux_runs(const struct tmux *tmux, const struct argv *words, struct err *err);

/* One pane of a tagged or untagged session. */
struct tmux_pane {
    char session[64];
    char pane_id[16];
    int64_t pid;
    bool dead;
    int dead_status; /* -1: not known */
    int dead_signal; /* 0: none */
    bool in_mode;
    bool watched;     /* a client is attached to its session, or has its window before it */
    char run[33];     /* @mc_run, "" when none */
    char ticket[32];  /* @mc_ticket */
    char board[17];   /* @mc_board */
    char mark[64];    /* @mc_pane: an agent's pane has "RUN-BOARD", another pane of its session "-" */
    bool moved;       /* it stands in a session without tags, and has them by its mark */
    int64_t activity; /* Unix ms of the session's window activity */
    int64_t looked;   /* what `activity` was when its screen was last looked at for good (tmux_views.h); 0: never */
};
struct tmux_panes {
    struct tmux_pane *items; /* in the order of their run tags */
    size_t count, cap;
};

/* Is it in a session of an agent's without being the agent's pane: a person's, put there by a split, a new window or a
 * swap? It may be of a session from before panes were marked: then it is not told. */
bool tmux_is_visitor(const struct tmux_pane *pane);

/* All panes in one call. YES: listed; NO: no server on this socket (said by tmux); UNKNOWN: anything else (err says
 * what; the caller decides whether it is said). */
enum seen tmux_list(struct tmux *tmux, struct tmux_panes *panes, struct err *err);
const struct tmux_pane *tmux_find(const struct tmux_panes *panes, const char *session);
void tmux_panes_release(struct tmux_panes *panes);

/* An agent in its pane, as its row knows it. The next server gives the same pane ids out again, and anybody may take a
 * session's name: only the tags say whose a pane is, and only the pid whether the agent is still what runs in it. */
struct tmux_agent {
    const char *pane_id; /* NULL: the first pane of its session */
    const char *run;     /* @mc_run must be this */
    const char *board;   /* @mc_board must be this or, of a session from before there were such tags, nothing */
    const char *session; /* the name that was recorded; may be NULL */
    int64_t pid;
};

/* By its tags, whatever its session is called by now; NULL when there is none. */
const struct tmux_pane *tmux_find_agent(const struct tmux_panes *panes, const struct tmux_agent *agent);

/* The same or else, so that it can be said whose that is, what has the recorded name now and is no other board's. */
const struct tmux_pane *tmux_find_session(const struct tmux_panes *panes, const struct tmux_agent *agent);

/* The pane of a session's exact name; the one of an agent; the one that tmux_find_session finds. NO: the server answers
 * and has none, or there is no server
 * (*server tells). */
enum seen tmux_look(struct tmux *tmux, const char *session, struct tmux_pane *pane, enum seen *server);
enum seen tmux_look_agent(struct tmux *tmux, const struct tmux_agent *agent, struct tmux_pane *pane, enum seen *server);
enum seen tmux_look_session(struct tmux *tmux, const struct tmux_agent *agent, struct tmux_pane *pane,
                            enum seen *server);

/* A pane's log: `programs`/mc-log writes it and keeps its last `mib` MiB (panelog_write.h). Where that is not installed
 * `cat` does, without a limit: an agent is worth more than that. */
struct tmux_log {
    const char *path; /* absolute; NULL: none is written */
    const char *programs;
    int64_t mib;
};
bool tmux_log_is_bounded(const struct tmux_log *log);

enum tmux_start { TMUX_STARTED, TMUX_DUPLICATE, TMUX_START_FAILED };
struct tmux_session {
    const char *name;
    const char *cwd;
    const struct argv *argv;
    const char *run;
    const char *ticket;
    const char *board;
    struct tmux_log log; /* by pipe-pane; the file exists already, 0600 */
    int64_t width, height;
};

struct tmux_started {
    char pane_id[16];
    int64_t pid;
};

/* One call: new-session with remain-on-exit, destroy-unattached off, window-size manual, tags and pipe-pane in place
 * before the agent's first byte and before a setting of the server's can end it; "server exited unexpectedly" is tried
 * once more after 100 ms. A new server starts with -u -f /dev/null, under systemd-run when INVOCATION_ID is set and no
 * server answers (69 with what to do when that cannot be). */
enum tmux_start tmux_start(struct tmux *tmux, const struct tmux_session *session, struct tmux_started *started,
                           struct err *err);

/* One look at a pane: what runs in it, whose turn it is to type (rules/token.h; "" nobody's), what it shows. */
#define TMUX_TURN_OPTION "@mc_turn"
struct tmux_view {
    bool dead, in_mode, cursor_shown;
    bool pipe; /* the pane's log is still being written */
    int64_t pid;
    int cursor_y; /* of the visible screen */
    char turn[TOKEN_SIZE];
    struct text title, screen;
};

/* In one call; zero the view before the first. The visible screen, rendered, or with `history` lines above it. NO: the
 * server answers and no such pane carries the agent's tags, or there is no server: a stranger's screen is never read.
 * Which process is in the pane, the view says. */
enum seen tmux_view(struct tmux *tmux, const struct tmux_agent *agent, int history, struct tmux_view *view);
void tmux_view_release(struct tmux_view *view);
struct screen tmux_view_screen(const struct tmux_view *view); /* for rules/screen.h; one seen without history */

/* Adds the rendered screen alone; false also where another process than the agent's (0: any) is in the pane. */
bool tmux_capture(struct tmux *tmux, const struct tmux_agent *agent, int history, struct text *screen);

/* How an act upon a pane ended. DONE and REFUSED are certain. NOT_RUN: no client could be started. */
enum tmux_act { TMUX_DONE, TMUX_REFUSED, TMUX_ACT_UNKNOWN, TMUX_NOT_RUN };

/* The words at the pane: each act but a key is refused unless `from` stands there, and puts `to` in its place. */
struct tmux_turn {
    const char *from, *to;
    const char *bytes; /* to be pasted under `to` */
    size_t n;
};

/* Takes the right to type from whoever has it. No act of theirs that comes later is carried out. */
enum tmux_act tmux_take(struct tmux *tmux, const struct tmux_agent *agent, const struct tmux_turn *turn);

/* Takes it and loads the text into a buffer of its own. Refused, as the acts below are, for a dead pane, one in copy
 * mode, another process and another's tags. */
enum tmux_act tmux_load(struct tmux *tmux, const struct tmux_agent *agent, const struct tmux_turn *turn);

/* Pastes what was loaded under `from`. */
enum tmux_act tmux_paste(struct tmux *tmux, const struct tmux_agent *agent, const struct tmux_turn *turn);

/* Presses a key while `word` stands at the pane. */
bool tmux_key(struct tmux *tmux, const struct tmux_agent *agent, const char *word, const char *key);

/* Has the agent's pane log written again, where what wrote it has ended (a full disk). True: by this call. */
bool tmux_reopen_log(struct tmux *tmux, const struct tmux_agent *agent, const struct tmux_log *log);

/* Takes a pane out of copy mode, or another, that nobody looks at: no client is attached. */
bool tmux_leave_mode(struct tmux *tmux, const struct tmux_agent *agent);

/* Closes the agent's pane, wherever it was moved, and with it its session if nothing else is in that. True when it is
 * gone; what a person has put into the session stays, and is added to `left` ("pane %5 (pid 123), …"). */
bool tmux_close(struct tmux *tmux, const struct tmux_agent *agent, struct text *left, struct err *err);

#endif

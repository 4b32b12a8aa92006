#ifndef MC_TMUX_COMMAND_H
#define MC_TMUX_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/argv.h"
#include "base/text.h"
#include "rules/words.h"

struct err;
struct tmux;
struct tmux_agent;
struct tmux_log;

enum { TMUX_OUTPUT_MAX = 8 * 1024 * 1024 }; /* bytes that one call may print */

/* One call of the tmux program: how it is put together, run, and how its refusals read. Inner to tmux*.c and replay.c.
 */
struct tmux_call {
    const char *program; /* the tmux that was found; the caller's */
    struct argv argv;
    const char *cwd;
    const char *input;
    size_t input_len;
    struct text output, errors;
    int status; /* of the client; -1: no answer in time, or signalled */
};

/* "tmux -u -f /dev/null -S SOCKET"; with the path of systemd-run in `scope`, inside a scope of its own. */
void tmux_call_init(struct tmux_call *call, const struct tmux *tmux, const char *scope);
void tmux_call_release(struct tmux_call *call);

/* An argument that tmux must not take for the end of a command: a last ; is escaped. */
void tmux_call_add(struct tmux_call *call, const char *argument);

/* True when the client ran to an end, whatever its status; false (err 69 or 71) when it could not or did not. */
bool tmux_call_run(struct tmux_call *call, const struct tmux *tmux, struct err *err);

/* Did the client find no server: NO; YES when it ended well; else UNKNOWN. */
enum seen tmux_call_server(const struct tmux_call *call);

/* Does a server answer that has no session at all: one that is kept, or is just ending after its last? */
bool tmux_call_no_session(const struct tmux_call *call);

/* Did the server end while it was asked? A moment later it answers or is gone. */
bool tmux_call_server_ended(const struct tmux_call *call);

/* err from what the client printed, and which program it was. */
bool tmux_call_refused(const struct tmux_call *call, struct err *err);

/* One word for the shell of a command that tmux expands before; `timed`: as a date, too (pipe-pane). */
void tmux_add_word(struct text *out, const char *word, bool timed);

/* The command that a pipe-pane is given. New string. */
char *tmux_log_command(const struct tmux_log *log);

bool tmux_word_ok(const char *word); /* [A-Za-z0-9_-]+ */

/* Can these tags and this pane stand in a condition? */
bool tmux_agent_ok(const struct tmux_agent *agent);

/* What an agent's own pane is marked with. New string. */
char *tmux_mark(const char *run, const char *board);

/* The server-side condition that its pane is not this agent's: other tags or, where its pid is known, another process.
 * New string. */
char *tmux_not_agents(const struct tmux_agent *agent);

/* The same of a pane that bears the agent's mark, wherever it was moved. New string. */
char *tmux_not_marked(const struct tmux_agent *agent);

#endif

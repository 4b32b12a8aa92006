#ifndef MC_TICKET_CALL_H
#define MC_TICKET_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/exits.h"
#include "base/text.h"
#include "desk/desk.h"
#include "options.h"
#include "run/site.h"

struct err;
struct json;

/* One call of the program: what was asked for, and where it works once it is open. */
struct call {
    struct options options;
    struct text body; /* what --body or --body-file gives */
    const struct command *command;
    const struct command *commands; /* all there are, one without a name behind the last */
    struct site site;
    bool json;
    int status;  /* the exit code of one that printed what it found; 0 but for those whose finding is a failure */
    char *agent; /* "agent MC-1": asked from inside its session; NULL: by a person. Once the board is open */
    int64_t agent_ticket; /* its ticket; 0: not known */
    bool agent_over;      /* its run has ended and waits for no review, or another has its ticket */
};

/* Commands print on success only; a failure is in err and printed by main. */
typedef bool command_run(struct call *call, struct err *err);

struct command {
    const char *name;
    const char *words;  /* for the synopsis: "KEY TEXT" */
    size_t least, most; /* words after the command's name */
    command_run *run;
    uint64_t options; /* beyond --json, --db, --config, --help */
    const char *help;
};

/* The options of every command. */
#define BIT_ALWAYS                                                                                                     \
    (OPTION_BIT(OPTION_JSON) | OPTION_BIT(OPTION_DB) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_HELP) |           \
     OPTION_BIT(OPTION_VERSION))

command_run command_init;
command_run command_doctor;
command_run command_add;
command_run command_import;
command_run command_export;
command_run command_list;
command_run command_watch;
command_run command_show;
command_run command_promote;
command_run command_approve;
command_run command_reject;
command_run command_answer;
command_run command_send;
command_run command_note;
command_run command_reply;
command_run command_screen;
command_run command_block;
command_run command_reopen;
command_run command_cancel;
command_run command_edit;
command_run command_retry;
command_run command_signal;
command_run command_attach;
command_run command_log;
command_run command_runtimes;
command_run command_health;
command_run command_breaker;
command_run command_pause;
command_run command_resume;
command_run command_hosts;
command_run command_pool;
command_run command_diff;
command_run command_page;
command_run command_turn_event;
command_run command_complete;

/* Before turn-event: where memory runs out it ends in the same way. */
void turn_event_begin(const char *agent);

/* After turn-event, whatever has become of it: prints what the agent (its name; NULL: not known) wants to read. The
 * exit code. */
int turn_event_end(const char *agent);

/* The word number `index` after the command's name; NULL when it was not given. */
const char *call_word(const struct call *call, size_t index);

/* Reads the body that the command line names, standard input for "-". Comes before the descriptors are closed: one may
 * be handed over on purpose (--body-file <(…), /dev/fd/3). */
bool body_read(struct call *call, struct err *err);

/* The same for the file that import reads: it is standard input from then on. */
bool import_take(const struct call *call, struct err *err);

/* The text for an agent: the last word behind a key, or the file that is named for it. 64 where there is none, both are
 * given or nothing is in it; 65 for one that is too long. NULL: it is wrong. */
const char *body_text(const struct call *call, struct err *err);

/* Opens configuration and board, for a change or for a look only. 77 for a change that only a person may make, asked
 * for from inside an agent's session. */
bool call_open(struct call *call, bool look, struct err *err);

/* Of a command whose files could not be read: whoever may not give it is told that, and not this. False. */
bool call_refused_first(struct call *call, struct err *err);

/* May it be done to this ticket: by a person, by the ticket's own agent, or by one that agents_may lets. 77. */
bool call_may_on(const struct call *call, int64_t ticket, struct err *err);

/* The 77 of such a change. */
bool call_not_an_agents(const struct call *call, const char *act, struct err *err);

/* The ticket number of a key; 64 for what is none. */
bool call_key(const struct call *call, const char *key, int64_t *id, struct err *err);

/* The same, of a ticket that is on the board; 66 where it is not. */
bool call_ticket(const struct call *call, const char *key, int64_t *id, struct err *err);

/* Who acts and under which request id. `by` is the author when --by is not given; NULL: the agent, else the user's
 * name. An agent speaks for nobody else: 77. */
bool call_names(const struct call *call, struct err *err); /* and that of -o: asked of every command line */
bool call_desk(struct call *call, const char *by, struct desk *desk, struct err *err);

/* Prints what an act came to: its line, or its object with --json. */
void call_say(const struct call *call, const struct desk *desk, const struct desk_result *result);

/* A failure on standard error; as the member "error" of an object. */
void call_complain(const struct err *err);
struct json *call_error_json(const struct err *err);

/* What failed behind an act that is done and said: no failure of the act. Releases err, which may be empty. */
void call_afterthought(struct err *err);

/* A count; below 0, null: it is not known. */
void call_put_known(struct json *object, const char *name, int64_t value);

/* Prints an object on one line and frees it. */
void call_print(struct json *object);

/* What came from the board, safe for a terminal: one line of at most max bytes (0: no limit); or whole, every line
 * after `indent`. NULL prints nothing. */
void print_line(const char *s, size_t max);
void print_block(const char *s, const char *indent);

/* "2026-11-20 09:21:45" on this machine's clock; "-" for 0. */
void print_stamp(int64_t ms);

#endif

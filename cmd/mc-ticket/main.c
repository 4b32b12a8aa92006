/* mc-ticket: the operator's and the agent's side of the board.
 *
 *   options.c    the command line, by a table
 *   main.c       the table of commands; one call; the failure, if any; the exit code
 *   help.c       what there is, and how it is called
 *   call.c       what commands share: open, read keys, print safely
 *   init.c       board and starter configuration
 *   doctor.c     what would make a pickup fail, and what mends it
 *   body.c       a ticket's text from the command line
 *   add.c        a ticket in
 *   import.c     many of them, or an export back
 *   export.c     the whole board out
 *   list.c       tickets, one line each
 *   watch.c      the same, or one ticket, drawn again and again (canvas.c: the terminal)
 *   table.c      columns that fit the terminal (fit.c: how wide it is; paint.c: colours)
 *   show.c       tickets with their stories (facts.c, tale.c: for people; story.c: as an object)
 *   paged.c      what is long, through the pager
 *   each.c       one thing done for each key of the line
 *   move.c       promote, approve, reject, answer, block, reopen, cancel (keys.c: on several tickets at once)
 *   edit.c       what a ticket says, where it stands, what it waits for (placing.c: as for add)
 *   retry.c      another attempt now
 *   send.c       a text to its agent: a turn now, or when that is free; a note for the next one
 *   reply.c      what a turn came to: the last one's, or that of one that is waited for
 *   signal.c     the agent's word on its turn
 *   turn_event.c what the agent's hooks tell of its turns
 *   screen.c     what its agent shows now
 *   attach.c     to the agent's tmux session
 *   log.c        what the agent's pane showed
 *   diff.c       what a ticket has changed
 *   page.c       the board as an HTML file
 *   hosts.c      the machines that share the board
 *   pool.c       the worktrees that agents work in (release.c: gives one back)
 *   runtimes.c   what is believed and what is seen
 *   health.c     what monitoring wants to know (metrics.c: as numbers)
 *   breaker.c    what fails for all who need it
 *   pause.c      pause, resume
 *   stuck.c      a word to whoever made a ticket wait for ever
 *   complete.c   what the last word may become, for the shells (pickup_options.c: of mc-pickup, too)
 *
 * The transactions behind add, move, note and signal are in lib/desk/; a turn is sent as a pickup does it, by
 * lib/pickup/.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/exhausted.h"
#include "base/json.h"
#include "base/text.h"
#include "base/typo.h"
#include "call.h"
#include "help.h"
#include "host/output.h"
#include "host/spawn.h"
#include "rules/database.h"

#define BIT_CHANGE (OPTION_BIT(OPTION_REQUEST_ID) | OPTION_BIT(OPTION_BY))
#define BIT_ADD                                                                                                        \
    (BIT_CHANGE | OPTION_BIT(OPTION_BODY) | OPTION_BIT(OPTION_BODY_FILE) | OPTION_BIT(OPTION_PRIORITY) |               \
     OPTION_BIT(OPTION_PROFILE) | OPTION_BIT(OPTION_WORKSPACE) | OPTION_BIT(OPTION_LABEL) | OPTION_BIT(OPTION_AFTER) | \
     OPTION_BIT(OPTION_INBOX) | OPTION_BIT(OPTION_TODO) | OPTION_BIT(OPTION_DEDUPE_KEY))
#define BIT_IMPORT                                                                                                     \
    (BIT_CHANGE | OPTION_BIT(OPTION_INBOX) | OPTION_BIT(OPTION_TODO) | OPTION_BIT(OPTION_PRIORITY) |                   \
     OPTION_BIT(OPTION_PROFILE) | OPTION_BIT(OPTION_WORKSPACE) | OPTION_BIT(OPTION_LABEL) |                            \
     OPTION_BIT(OPTION_RESTORE) | OPTION_BIT(OPTION_DRY_RUN))
#define BIT_EDIT                                                                                                       \
    (BIT_CHANGE | OPTION_BIT(OPTION_TITLE) | OPTION_BIT(OPTION_BODY) | OPTION_BIT(OPTION_BODY_FILE) |                  \
     OPTION_BIT(OPTION_PRIORITY) | OPTION_BIT(OPTION_LABEL) | OPTION_BIT(OPTION_NO_LABEL) |                            \
     OPTION_BIT(OPTION_PROFILE) | OPTION_BIT(OPTION_WORKSPACE) | OPTION_BIT(OPTION_AFTER) |                            \
     OPTION_BIT(OPTION_NO_AFTER))
#define BIT_LIST                                                                                                       \
    (OPTION_BIT(OPTION_STATUS) | OPTION_BIT(OPTION_OPEN) | OPTION_BIT(OPTION_LABEL) | OPTION_BIT(OPTION_PROFILE) |     \
     OPTION_BIT(OPTION_WORKSPACE) | OPTION_BIT(OPTION_SEARCH) | OPTION_BIT(OPTION_LIMIT) | OPTION_BIT(OPTION_ORDER))
#define BIT_TEXT (BIT_CHANGE | OPTION_BIT(OPTION_BODY_FILE))
#define BIT_SEND (BIT_TEXT | OPTION_BIT(OPTION_WAIT) | OPTION_BIT(OPTION_QUEUE))

#define BIT_SHOW (OPTION_BIT(OPTION_LIMIT) | OPTION_BIT(OPTION_NO_PAGER))

enum { MANY = 10000 }; /* keys */

static const struct command commands[] = {
    {"list", "", 0, 0, command_list, BIT_LIST, "list tickets, the newest change last"},
    {"watch", "[KEY]", 0, 1, command_watch, BIT_LIST | OPTION_BIT(OPTION_EVERY),
     "draw the list, or one ticket, anew until it is stopped"},
    {"show", "KEY...", 1, MANY, command_show, BIT_SHOW, "show tickets, what matters first, and their stories"},
    {"page", "", 0, 0, command_page, OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_LIMIT),
     "write the board as one HTML file and print where"},
    {"health", "", 0, 0, command_health, OPTION_BIT(OPTION_METRICS) | OPTION_BIT(OPTION_OUTPUT),
     "what needs somebody, a line each; for monitoring"},
    {"diff", "KEY", 1, 1, command_diff, OPTION_BIT(OPTION_STAT) | OPTION_BIT(OPTION_NO_PAGER),
     "print what it has changed against its base"},
    {"log", "KEY", 1, 1, command_log,
     OPTION_BIT(OPTION_RUN) | OPTION_BIT(OPTION_FOLLOW) | OPTION_BIT(OPTION_RAW) | OPTION_BIT(OPTION_LINES),
     "print what an agent showed"},
    {"screen", "KEY", 1, 1, command_screen, 0, "print what its agent shows now"},
    {"attach", "KEY", 1, 1, command_attach, OPTION_BIT(OPTION_PRINT) | OPTION_BIT(OPTION_READ_ONLY),
     "attach to the agent's tmux session"},
    {"add", "TITLE", 1, 1, command_add, BIT_ADD, "add a ticket and print its key"},
    {"edit", "KEY", 1, 1, command_edit, BIT_EDIT, "change what it says, where it stands and what it waits for"},
    {"retry", "KEY...", 1, MANY, command_retry, BIT_CHANGE, "try it again now"},
    {"promote", "KEY...", 1, MANY, command_promote, BIT_CHANGE, "release for work"},
    {"approve", "KEY...", 1, MANY, command_approve, BIT_CHANGE, "accept what was delivered: done"},
    {"reject", "KEY... TEXT", 1, MANY, command_reject, BIT_TEXT, "have it done again; the text goes to its agent"},
    {"answer", "KEY... TEXT", 1, MANY, command_answer, BIT_TEXT, "answer the agent's question"},
    {"block", "KEY... [TEXT]", 1, MANY, command_block, BIT_CHANGE, "hold, with a reason"},
    {"reopen", "KEY...", 1, MANY, command_reopen, BIT_CHANGE, "back to todo"},
    {"cancel", "KEY...", 1, MANY, command_cancel, BIT_CHANGE, "close without work"},
    {"send", "KEY TEXT", 1, 2, command_send, BIT_SEND, "say something to its agent at once, as a turn of its own"},
    {"note", "KEY... TEXT", 1, MANY, command_note, BIT_TEXT, "have its agent told with its next turn"},
    {"reply", "KEY", 1, 1, command_reply, 0, "print the reply of its agent's last turn"},
    {"init", "", 0, 0, command_init, BIT_CHANGE | OPTION_BIT(OPTION_OWN) | OPTION_BIT(OPTION_WORKER),
     "make the board and a starter configuration"},
    {"doctor", "", 0, 0, command_doctor, OPTION_BIT(OPTION_CRON) | OPTION_BIT(OPTION_TRY),
     "what would make a pickup fail, and the commands that mend it"},
    {"pause", "[REASON]", 0, 1, command_pause, BIT_CHANGE,
     "hand out nothing until it is resumed; agents at work go on"},
    {"resume", "", 0, 0, command_resume, BIT_CHANGE, "hand out tickets again"},
    {"breaker", "[close [THING]]", 0, 2, command_breaker, BIT_CHANGE,
     "what fails for all who need it; close: try it again now"},
    {"hosts", "[retire NAME]", 0, 2, command_hosts, BIT_CHANGE | OPTION_BIT(OPTION_FORCE),
     "the machines that share the board; retire: give one up"},
    {"pool", "[release SLOT]", 0, 2, command_pool, BIT_CHANGE,
     "the worktrees of each workspace; release: give one back"},
    {"runtimes", "", 0, 0, command_runtimes, 0, "what is believed and what is seen, side by side"},
    {"import", "[FILE]", 0, 1, command_import, BIT_IMPORT, "add tickets, or put an export back, from lines of JSON"},
    {"export", "", 0, 0, command_export, OPTION_BIT(OPTION_OUTPUT), "write the whole board as lines of JSON"},
    {"signal", "DONE|REVIEW|QUESTION [LINE]", 1, 2, command_signal, BIT_CHANGE | OPTION_BIT(OPTION_NONCE),
     "end the turn with a word, from inside its session"},
    {"turn-event", "AGENT [JSON]", 1, 2, command_turn_event, OPTION_BIT(OPTION_RUN), "take what its hooks report"},
    {"complete", "PROGRAM [WORD...]", 1, MANY, command_complete, 0, "what the last word may become, a line each"},
    {NULL, NULL, 0, 0, NULL, 0, NULL},
};
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] - 1 };

static const struct command *command_find(const char *name) {
    for (size_t i = 0; name != NULL && i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static const char *command_meant(const char *typed) {
    const char *meant = NULL;
    int best = TYPO_FAR;

    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        int distance = typo_distance(typed, commands[i].name);

        if (distance < best) {
            best = distance;
            meant = commands[i].name;
        }
    }
    return meant;
}

static bool unknown_command(const char *name, struct err *err) {
    const char *meant = command_meant(name);

    char *said = database_word(name);

    err_set(err, MC_USAGE, "unknown command %s%s%s%s; try mc-ticket --help", said, meant ? " (is " : "",
            meant ? meant : "", meant ? " meant?)" : "");
    free(said);
    return false;
}

/* "try mc-ticket add --help", where the command is known. */
static bool unknown_option(const struct options *options, const struct command *command, struct err *err) {
    const char *meant = options_meant(options->unknown, (command ? command->options : 0) | BIT_ALWAYS);
    char *said = database_word(options->unknown);

    err_set(err, MC_USAGE, "unknown option %s%s%s%s; try mc-ticket %s%s--help, or put -- before a text that begins so",
            said, meant ? " (is " : "", meant ? meant : "", meant ? " meant?)" : "", command ? command->name : "",
            command ? " " : "");
    free(said);
    return false;
}

/* "help" and "help COMMAND" are what --help is. */
static void take_help(struct options *options) {
    struct argv *words = &options->words;

    if (words->count == 0 || strcmp(words->items[0], "help") != 0)
        return;
    free(words->items[0]);
    memmove(words->items, words->items + 1, words->count * sizeof *words->items);
    words->count--;
    argv_add(&options->values[OPTION_HELP], "");
}

/* A word behind --wait that is no number is none of its. */
static const char *too_many(const struct options *options) {
    const char *wait = option_value(options, OPTION_WAIT);

    return wait && !*wait ? ", and more words were given (quote a text; --wait takes whole seconds, or none)"
                          : ", and more words were given (quote a text)";
}

static bool check_words(struct call *call, struct err *err) {
    const struct options *options = &call->options;
    const char *name = options->words.count > 0 ? options->words.items[0] : NULL;
    const char *stranger;
    size_t words = options->words.count - 1;

    call->command = command_find(name);
    if (name != NULL && call->command == NULL)
        return unknown_command(name, err);
    if (options->unknown != NULL)
        return unknown_option(options, call->command, err);
    if (name == NULL)
        return err_set(err, MC_USAGE, "no command is given; try mc-ticket --help");
    stranger = options_stranger(options, call->command->options | BIT_ALWAYS);
    if (stranger != NULL)
        return err_set(err, MC_USAGE, "%s takes no option %s; try mc-ticket %s --help", name, stranger, name);
    if (!option_given(options, OPTION_HELP) && (words < call->command->least || words > call->command->most))
        return err_set(err, MC_USAGE, "%s takes %s%s; try mc-ticket %s --help", name,
                       call->command->most > 0 ? call->command->words : "no words",
                       words > call->command->most ? too_many(options) : "", name);
    return true;
}

static bool run(struct call *call, int argc, char **argv, struct err *err) {
    if (!options_read(&call->options, argc, argv, err))
        return false;
    take_help(&call->options);
    call->json = option_given(&call->options, OPTION_JSON);
    if (option_given(&call->options, OPTION_VERSION) && call->options.unknown == NULL) {
        puts("mc-ticket " MC_VERSION);
        return true;
    }
    if (option_given(&call->options, OPTION_HELP) && call->options.words.count == 0 && call->options.unknown == NULL) {
        help_all(commands);
        return true;
    }
    if (!check_words(call, err))
        return false;
    if (option_given(&call->options, OPTION_HELP)) {
        help_one(call->command);
        return true;
    }
    if (!call_names(call, err))
        return false;
    if (!body_read(call, err) || !import_take(call, err))
        return call_refused_first(call, err);
    spawn_close_descriptors();
    if (call->command->options & OPTION_BIT(OPTION_BY)) /* what was done is no failure for want of a reader */
        signal(SIGPIPE, SIG_IGN);
    return call->command->run(call, err);
}

static void print_failure(const struct call *call, const struct err *err) {
    call_complain(err);
    if (call->json) {
        struct json *object = json_object();

        json_put_int(object, "schema", 1);
        json_put(object, "error", call_error_json(err));
        call_print(object);
    }
}

int main(int argc, char **argv) {
    struct call call = {.commands = commands};
    struct err err = {0};
    int code = MC_OK;
    bool event = argc > 1 && strcmp(argv[1], "turn-event") == 0;

    exhausted_as("mc-ticket", NULL);
    if (event)
        turn_event_begin(argc > 2 ? argv[2] : NULL);
    spawn_fill_streams();
    spawn_note_caller();
    errno = 0;
    if (run(&call, argc, argv, &err))
        (void)output_end(&err);
    if (event && !option_given(&call.options, OPTION_HELP))
        code = turn_event_end(argc > 2 ? argv[2] : NULL);
    else if (err.text != NULL) {
        code = (int)err.code;
        call.json = call.json || (err.code == MC_USAGE && argv_asks(argc, argv, "--json"));
        print_failure(&call, &err);
    } else
        code = call.status;
    site_close(&call.site);
    options_release(&call.options);
    text_release(&call.body);
    free(call.agent);
    err_release(&err);
    return code;
}

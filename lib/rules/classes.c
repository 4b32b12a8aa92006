#include "rules/classes.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"

static const struct class_rule rules[] = {
    [CLASS_SENT] = {"sent", DELIVERED_YES, MOVE_KEEP, BLAME_NOBODY, THING_NONE, MC_OK, false, false,
                    "the agent has the turn", "nothing: the agent is at work"},
    [CLASS_ALREADY_SENT] = {"already_sent", DELIVERED_YES, MOVE_KEEP, BLAME_NOBODY, THING_NONE, MC_OK, false, false,
                            "the endpoint had taken this very turn before, by its idempotency key",
                            "nothing: the agent is at work"},
    [CLASS_BUSY] = {"busy", DELIVERED_NO, MOVE_ADOPT, BLAME_TICKET, THING_NONE, MC_TEMPFAIL, true, false,
                    "a turn is running in this runtime: it is alive, so it is adopted where that can be confirmed",
                    "wait for the next pickup; if it goes on, mc-ticket screen KEY shows what it does"},
    [CLASS_STARTING] =
        {"starting", DELIVERED_NO, MOVE_TODO, BLAME_TICKET, THING_PROFILE, MC_TEMPFAIL, true, false,
         "the agent did not come to its prompt within the start-up limit; nothing was sent to it",
         "mc-ticket doctor --try PROFILE shows its screen and the pattern that is wrong, mc-ticket log KEY "
         "what it showed here; mend that pattern, or raise \"startup_timeout_s\""},
    [CLASS_PAUSED] = {"paused", DELIVERED_NO, MOVE_TODO_AFTER_PAUSE, BLAME_NOBODY, THING_NONE, MC_TEMPFAIL, true, false,
                      "a usage limit or quota was reached; it ends by itself",
                      "nothing: the ticket is due again when the pause is over"},
    [CLASS_AWAITING_HUMAN] =
        {"awaiting_human", DELIVERED_NO, MOVE_NEEDS_INPUT, BLAME_NOBODY, THING_NONE, MC_TEMPFAIL, false, true,
         "the agent shows a question that only a person may answer; Enter would have answered it",
         "answer it in the agent's own session (mc-ticket attach KEY): the ticket goes on by itself; "
         "where it does not, mc-ticket answer KEY TEXT"},
    [CLASS_FOREIGN] = {"foreign", DELIVERED_NO, MOVE_TODO, BLAME_TICKET, THING_NONE, MC_TEMPFAIL, true, false,
                       "the runtime belongs to another ticket or run and was not touched",
                       "mc-ticket runtimes shows whose session it is; close it if nobody needs it"},
    [CLASS_CONFLICT] = {"conflict", DELIVERED_NO, MOVE_TODO, BLAME_TICKET, THING_NONE, MC_DATAERR, false, true,
                        "the endpoint refused this turn with a reason that is not about being busy",
                        "mc-ticket show KEY has the answer's words; clear their cause before the next attempt"},
    [CLASS_DENIED] = {"denied", DELIVERED_NO, MOVE_TODO, BLAME_WORLD_AT_ONCE, THING_ENDPOINT, MC_NOPERM, true, true,
                      "the endpoint does not accept our token: no ticket can be sent until it does",
                      "put a valid token where send.token_file or send.token_env points; mc-ticket doctor looks at it"},
    [CLASS_REJECTED] = {"rejected", DELIVERED_NO, MOVE_TODO, BLAME_TICKET, THING_NONE, MC_DATAERR, false, true,
                        "the endpoint refused the request as it stands; the same again would be refused again",
                        "see whether the ticket's text is too long, and over HTTP to send.url and send.dialect"},
    [CLASS_SERVER_ERROR] = {"server_error", DELIVERED_UNKNOWN, MOVE_RESOLVE, BLAME_WORLD, THING_ENDPOINT,
                            MC_UNAVAILABLE, false, false,
                            "the endpoint failed; it may have typed the text before it did",
                            "look at the endpoint's own log; the runtime's screen is searched for the turn's marker"},
    [CLASS_UNREACHABLE] =
        {"unreachable", DELIVERED_NO, MOVE_TODO, BLAME_WORLD, THING_ENDPOINT, MC_UNAVAILABLE, true, false,
         "no connection to the endpoint was made, so nothing was sent",
         "check that the endpoint of send.url is up, and its name, port and certificate; mc-ticket doctor asks it"},
    [CLASS_TIMEOUT] = {"timeout", DELIVERED_UNKNOWN, MOVE_RESOLVE, BLAME_TICKET, THING_NONE, MC_UNAVAILABLE, false,
                       false, "no answer came in time; the turn may have arrived",
                       "mc-ticket screen KEY shows it now, mc-ticket log KEY what came before"},
    [CLASS_DROPPED] = {"dropped", DELIVERED_UNKNOWN, MOVE_RESOLVE, BLAME_TICKET, THING_NONE, MC_UNAVAILABLE, false,
                       false, "the connection broke before a whole answer; the turn may have arrived",
                       "look at the endpoint's own log for why it hung up"},
    [CLASS_GARBLED] = {"garbled", DELIVERED_UNKNOWN, MOVE_RESOLVE, BLAME_TICKET, THING_NONE, MC_PROTOCOL, false, false,
                       "the answer is not what this dialect promises; the turn may have arrived",
                       "check that send.url names the endpoint itself, not a login or error page, and send.dialect"},
    [CLASS_WORKER_DIED] =
        {"worker_died", DELIVERED_NO, MOVE_TODO, BLAME_TICKET, THING_PROFILE, MC_UNAVAILABLE, true, false,
         "the agent ended, and its work was not done",
         "mc-ticket log KEY shows its last output; mc-ticket doctor --try PROFILE starts its command as a pickup "
         "does, which a shell of yours does not"},
    [CLASS_NO_TMUX] = {"no_tmux", DELIVERED_NO, MOVE_TODO, BLAME_WORLD, THING_MACHINE, MC_UNAVAILABLE, true, true,
                       "no agent can be started without tmux",
                       "mc-ticket doctor, run as the same user, asks the same tmux and says what mends it"},
    [CLASS_NO_AGENT] =
        {"no_agent", DELIVERED_NO, MOVE_TODO, BLAME_WORLD, THING_PROFILE, MC_UNAVAILABLE, true, true,
         "the profile's command, or what runs it, is missing or may not be executed",
         "install the agent, or add its folder to \"path\" in the configuration; mc-ticket doctor looks for it"},
    [CLASS_CANNOT_CREATE] = {"cannot_create", DELIVERED_NO, MOVE_TODO, BLAME_WORLD, THING_MACHINE, MC_CANTCREAT, true,
                             true, "a directory or file that the run needs could not be made",
                             "make the board's folder ours and writable (mode 0700)"},
    [CLASS_DISK_FULL] = {"disk_full", DELIVERED_NO, MOVE_TODO, BLAME_WORLD, THING_MACHINE, MC_IOERR, true, true,
                         "a file of the run could not be written",
                         "free some space on the disk of what is named (df -h PATH), mount it writable where it is "
                         "read-only, or check it for errors"},
    [CLASS_OS_ERROR] = {"os_error", DELIVERED_NO, MOVE_TODO, BLAME_WORLD, THING_MACHINE, MC_OSERR, true, false,
                        "the system gave no process, pipe or memory",
                        "look for what has used up processes, open files or memory on this machine"},
    [CLASS_OUT_OF_REACH] =
        {"out_of_reach", DELIVERED_NO, MOVE_TODO, BLAME_NOBODY, THING_NONE, MC_TEMPFAIL, true, true,
         "the agent lives and its terminal is gone, so nothing can be typed to it; nothing was",
         "wait for its signal, or start anew with mc-ticket block KEY and then mc-ticket reopen KEY: "
         "the old agent is ended then"},
    [CLASS_COPY_MODE] = {"copy_mode", DELIVERED_NO, MOVE_TODO, BLAME_NOBODY, THING_NONE, MC_TEMPFAIL, true, true,
                         "a person who is attached looks back in the agent's terminal, which swallows what is typed",
                         "leave copy mode there (q) or detach: then it is delivered"},
    [CLASS_SESSION_TAKEN] = {"session_taken", DELIVERED_NO, MOVE_TODO, BLAME_NOBODY, THING_NONE, MC_TEMPFAIL, true,
                             true,
                             "a session that this board cannot account for has the ticket's name and was not touched",
                             "mc-ticket runtimes shows it and the command that ends it: no agent is started beside it"},
    [CLASS_WORKSPACE_FAILED] =
        {"workspace_failed", DELIVERED_NO, MOVE_TODO, BLAME_TICKET, THING_WORKSPACE, MC_UNAVAILABLE, true, true,
         "its worktree could not be made ready for it, and no agent was started",
         "mend what is named; mc-ticket pool shows its workspace, mc-ticket doctor what is wrong with it"},
};
static_assert(sizeof rules / sizeof rules[0] == CLASS_COUNT, "a row for every class");

const struct class_rule *class_rule(enum send_class class) {
    return &rules[class];
}

const char *send_class_name(enum send_class class) {
    return rules[class].name;
}

int send_class_from(const char *name) {
    for (int i = 0; name && i < CLASS_COUNT; i++)
        if (strcmp(rules[i].name, name) == 0)
            return i;
    return -1;
}

bool class_has_many_causes(enum send_class class) {
    return class == CLASS_WORKSPACE_FAILED;
}

char *class_next(enum send_class class, const char *key, const char *profile) {
    const struct { const char *name, *value; } words[] = {{"KEY", key}, {"PROFILE", profile}};
    struct text out = {0};

    for (const char *at = rules[class].next_action; *at;) {
        size_t i = 0;

        while (i < sizeof words / sizeof *words && !(words[i].value && text_starts(at, words[i].name)))
            i++;
        if (i < sizeof words / sizeof *words) {
            text_add(&out, words[i].value);
            at += strlen(words[i].name);
        } else {
            text_addc(&out, *at++);
        }
    }
    return text_take(&out);
}

static const char *const things[] = {
    [THING_NONE] = "",           [THING_MACHINE] = "machine",     [THING_ENDPOINT] = "endpoint",
    [THING_PROFILE] = "profile", [THING_WORKSPACE] = "workspace",
};
static_assert(sizeof things / sizeof things[0] == THING_COUNT, "a name for every thing");

const char *thing_name(enum thing thing) {
    return things[thing];
}

bool class_is_reason(enum send_class class, const char *reason) {
    const char *name = class_rule(class)->name;
    size_t n = strlen(name);

    return reason && strncmp(reason, name, n) == 0 && reason[n] == ':';
}

bool class_is_any_reason(const char *reason) {
    int i = 0;

    while (i < CLASS_COUNT && !class_is_reason((enum send_class)i, reason))
        i++;
    return i < CLASS_COUNT;
}

bool class_is_world(enum send_class class) {
    return class_rule(class)->blame == BLAME_WORLD || class_rule(class)->blame == BLAME_WORLD_AT_ONCE;
}

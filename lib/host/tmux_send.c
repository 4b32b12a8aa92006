#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/tmux.h"
#include "host/tmux_command.h"

/* What goes into a pane: every act stands inside one server-side condition, so that nothing can change between the
 * look and the act. A paste into a dead pane ends a whole 3.3a server; copy mode swallows keys and says nothing; and a
 * client of a pickup that has died may reach the server at any later time. So each act needs the word at the pane that
 * its pickup has put there, and no pickup acts before its word is seen to stand:
 * - a late load finds another word than the one it was to replace, and takes its buffer with it;
 * - a late paste or key finds the word of whoever has taken over, or of the next turn;
 * - a word whose pickup is dead lets nobody in but the one who replaces it, and says whether the paste was carried out;
 * - a new server knows neither word nor process; two that take over at once cannot both find the same word. */

enum guard { GUARD_HAND, GUARD_INPUT, GUARD_UNWATCHED, GUARD_UNLOGGED };

static const char *const guards[] = {
    [GUARD_HAND] = "0",
    [GUARD_INPUT] = "#{||:#{pane_dead},#{pane_in_mode}}",
    [GUARD_UNLOGGED] = "#{||:#{pane_dead},#{pane_pipe}}",
    [GUARD_UNWATCHED] = "#{||:#{||:#{session_attached},#{window_active_clients}},#{?pane_in_mode,0,1}}",
};

/* An agent can write anything there: then nobody is known to have the right, and it is taken. */
static bool has_word(const char *from) {
    return from != NULL && (from[0] == '\0' || tmux_word_ok(from));
}

static char *refusal(const struct tmux_agent *agent, const char *from, enum guard guard) {
    char *other = has_word(from) ? xasprintf("#{!=:#{" TMUX_TURN_OPTION "},%s}", from) : xstrdup("0");
    char *not_agents = tmux_not_agents(agent);
    char *condition = xasprintf("#{||:%s,#{||:%s,%s}}", guards[guard], not_agents, other);
    free(not_agents);
    free(other);
    return condition;
}

/* One act inside its condition. */
struct act {
    const struct tmux_agent *agent;
    const char *from; /* the word that must stand there; NULL: any */
    enum guard guard;
    char *refused, *done; /* what the server does; taken over */
};

/* Adds: if-shell -F -t PANE CONDITION REFUSED-arm DONE-arm. */
static void add_act(struct tmux_call *call, const struct act *act) {
    static const char *const head[] = {"if-shell", "-F", "-t", NULL};
    char *condition = refusal(act->agent, act->from, act->guard);
    argv_adds(&call->argv, head);
    argv_add(&call->argv, act->agent->pane_id);
    argv_add(&call->argv, condition);
    argv_add(&call->argv, act->refused);
    argv_add(&call->argv, act->done);
    free(condition);
    free(act->refused);
    free(act->done);
}

/* By what was printed: a buffer that is not there to be deleted makes the status 1. */
static enum tmux_act verdict(const struct tmux_call *call, bool ran, const struct err *err) {
    const char *said = text_str(&call->output);
    if (!ran)
        return err->code == MC_OSERR ? TMUX_NOT_RUN : TMUX_ACT_UNKNOWN;
    if (tmux_call_server(call) == SEEN_NO || strcmp(said, "MC_REFUSED\n") == 0)
        return TMUX_REFUSED;
    return strcmp(said, "MC_DONE\n") == 0 ? TMUX_DONE : TMUX_ACT_UNKNOWN;
}

static enum tmux_act run(struct tmux_call *call, struct tmux *tmux) {
    struct err err = {0};
    enum tmux_act done = verdict(call, tmux_call_run(call, tmux, &err), &err);
    err_release(&err);
    tmux_call_release(call);
    return done;
}

static bool is_known(const struct tmux_agent *agent) {
    return tmux_agent_ok(agent) && agent->pane_id != NULL && agent->pid > 0;
}

static bool may_act(const struct tmux_agent *agent, const struct tmux_turn *turn) {
    return is_known(agent) && tmux_word_ok(turn->to);
}

static char *set_word(const struct tmux_agent *agent, const struct tmux_turn *turn) {
    return xasprintf("set-option -p -t %s " TMUX_TURN_OPTION " %s", agent->pane_id, turn->to);
}

/* Takes the word, and the buffer that its pickup may have loaded. */
static char *take_word(const struct tmux_agent *agent, const struct tmux_turn *turn) {
    char *set = set_word(agent, turn);
    char *act = tmux_word_ok(turn->from)
                    ? xasprintf("%s ; display-message -p MC_DONE ; delete-buffer -b mc-%s", set, turn->from)
                    : xasprintf("%s ; display-message -p MC_DONE", set);
    free(set);
    return act;
}

enum tmux_act tmux_take(struct tmux *tmux, const struct tmux_agent *agent, const struct tmux_turn *turn) {
    struct tmux_call call;
    if (!may_act(agent, turn))
        return TMUX_REFUSED;
    tmux_call_init(&call, tmux, NULL);
    add_act(&call, &(struct act){.agent = agent,
                                 .from = turn->from,
                                 .guard = GUARD_HAND,
                                 .refused = xstrdup("display-message -p MC_REFUSED"),
                                 .done = take_word(agent, turn)});
    return run(&call, tmux);
}

enum tmux_act tmux_load(struct tmux *tmux, const struct tmux_agent *agent, const struct tmux_turn *turn) {
    static const char *const load[] = {"load-buffer", "-b", NULL}, *const from_input[] = {"-", ";", NULL};
    struct tmux_call call;
    if (!may_act(agent, turn) || turn->n == 0)
        return TMUX_REFUSED;
    tmux_call_init(&call, tmux, NULL);
    argv_adds(&call.argv, load);
    argv_addf(&call.argv, "mc-%s", turn->to);
    argv_adds(&call.argv, from_input);
    add_act(&call,
            &(struct act){.agent = agent,
                          .from = turn->from,
                          .guard = GUARD_INPUT,
                          .refused = xasprintf("display-message -p MC_REFUSED ; delete-buffer -b mc-%s", turn->to),
                          .done = take_word(agent, turn)});
    call.input = turn->bytes;
    call.input_len = turn->n;
    return run(&call, tmux);
}

/* Panes that a person has made one with this one get its keys, too: no more those that are ours. The pane's own option
 * goes before its window's; where nothing is to be changed nothing is. */
static char *alone(const struct tmux_agent *agent) {
    return xasprintf("if-shell -F -t %s \"#{pane_synchronized}\" \"set-option -p -t %s synchronize-panes off\"",
                     agent->pane_id, agent->pane_id);
}

enum tmux_act tmux_paste(struct tmux *tmux, const struct tmux_agent *agent, const struct tmux_turn *turn) {
    struct tmux_call call;
    char *set, *first;
    if (!may_act(agent, turn) || !tmux_word_ok(turn->from))
        return TMUX_REFUSED;
    set = set_word(agent, turn);
    first = alone(agent);
    tmux_call_init(&call, tmux, NULL);
    add_act(&call,
            &(struct act){.agent = agent,
                          .from = turn->from,
                          .guard = GUARD_INPUT,
                          .refused = xasprintf("display-message -p MC_REFUSED ; delete-buffer -b mc-%s", turn->from),
                          .done = xasprintf("%s ; paste-buffer -p -d -b mc-%s -t %s ; %s ; display-message -p MC_DONE",
                                            first, turn->from, agent->pane_id, set)});
    free(first);
    free(set);
    return run(&call, tmux);
}

bool tmux_key(struct tmux *tmux, const struct tmux_agent *agent, const char *word, const char *key) {
    struct tmux_call call;
    char *first;
    if (!may_act(agent, &(struct tmux_turn){.to = word}) || !tmux_word_ok(key))
        return false;
    first = alone(agent);
    tmux_call_init(&call, tmux, NULL);
    add_act(&call, &(struct act){.agent = agent,
                                 .from = word,
                                 .guard = GUARD_INPUT,
                                 .refused = xstrdup("display-message -p MC_REFUSED"),
                                 .done = xasprintf("%s ; send-keys -t %s %s ; display-message -p MC_DONE", first,
                                                   agent->pane_id, key)});
    free(first);
    return run(&call, tmux) == TMUX_DONE;
}

bool tmux_leave_mode(struct tmux *tmux, const struct tmux_agent *agent) {
    struct tmux_call call;
    if (!is_known(agent))
        return false;
    tmux_call_init(&call, tmux, NULL);
    add_act(&call, &(struct act){.agent = agent,
                                 .guard = GUARD_UNWATCHED,
                                 .refused = xstrdup("display-message -p MC_REFUSED"),
                                 .done = xasprintf("copy-mode -q -t %s ; display-message -p MC_DONE", agent->pane_id)});
    return run(&call, tmux) == TMUX_DONE;
}

bool tmux_reopen_log(struct tmux *tmux, const struct tmux_agent *agent, const struct tmux_log *log) {
    struct tmux_call call;
    char *command;
    struct text argument = {0}; /* of a command that the server reads once more */
    if (!is_known(agent))
        return false;
    command = tmux_log_command(log);
    text_quote(&argument, command);
    tmux_call_init(&call, tmux, NULL);
    add_act(&call, &(struct act){.agent = agent,
                                 .guard = GUARD_UNLOGGED,
                                 .refused = xstrdup("display-message -p MC_REFUSED"),
                                 .done = xasprintf("pipe-pane -t %s %s ; display-message -p MC_DONE", agent->pane_id,
                                                   text_str(&argument))});
    text_release(&argument);
    free(command);
    return run(&call, tmux) == TMUX_DONE;
}

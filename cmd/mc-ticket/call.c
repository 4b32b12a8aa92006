#include "call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/acts.h"
#include "run/absent.h"
#include "store/runtimes.h"
#include "store/tickets.h"

enum { NAME_LIMIT = 200, PRINT_LIMIT = 256 * 1024 * 1024 };

const char *call_word(const struct call *call, size_t index) {
    return index + 1 < call->options.words.count ? call->options.words.items[index + 1] : NULL;
}

/* While a person looks at what it has done its agent rests, and may have more to say. */
static bool is_over(const struct run *run, const struct ticket *ticket) {
    return !text_same(ticket->run_id, run->run_id) || (run->ended_at && ticket->status != TICKET_IN_REVIEW);
}

/* Whoever has MC_RUN is taken for an agent, also where the board does not know that run: what is wrong with it must not
 * make a person of it, nor another ticket's agent. */
static bool know_agent(struct call *call, struct err *err) {
    const char *run_id = getenv("MC_RUN");
    char own[KEY_SIZE] = "";
    struct ticket ticket = {0};
    struct run run = {0};
    bool ok;

    if (run_id == NULL || run_id[0] == '\0' || call->agent != NULL)
        return true;
    ok = !key_run_ok(run_id) ||
         (runs_get(call->site.board, run_id, &run, err) && tickets_find(call->site.board, run.ticket_id, &ticket, err));
    call->agent_ticket = run.ticket_id;
    call->agent_over = run.ticket_id && is_over(&run, &ticket);
    if (call->agent_ticket)
        site_key(&call->site, call->agent_ticket, own);
    call->agent = xasprintf("agent%s%s", own[0] ? " " : "", own);
    ticket_release(&ticket);
    run_release(&run);
    return ok;
}

static const char *act_of(const struct call *call) {
    return option_given(&call->options, OPTION_RESTORE) ? "restore"
           : option_given(&call->options, OPTION_TRY)   ? "try"
                                                        : call->command->name;
}

static bool may(const struct call *call, struct err *err) {
    const char *act = act_of(call);

    if (call->agent_over && act_whose(act) != ACT_EVERYBODYS)
        return err_set(
            err, MC_NOPERM,
            "%s is refused: this is the session of %s (MC_RUN is set), and its run is over: the ticket is not this "
            "run's any more",
            act, call->agent);
    return call->agent == NULL || act_whose(act) == ACT_OWN || act_open_to_agents(act, &call->site.config.agents_may) ||
           call_not_an_agents(call, act, err);
}

bool call_not_an_agents(const struct call *call, const char *act, struct err *err) {
    return err_set(err, MC_NOPERM,
                   "%s is a person's to say, and this is the session of %s (MC_RUN is set); agents_may in the "
                   "configuration lets agents say it",
                   act, call->agent);
}

bool call_may_on(const struct call *call, int64_t ticket, struct err *err) {
    char act[64];

    if (call->agent == NULL || call->agent_ticket == ticket ||
        argv_has(&call->site.config.agents_may, call->command->name))
        return true;
    snprintf(act, sizeof act, "%s of another ticket", call->command->name);
    return call_not_an_agents(call, act, err);
}

bool call_open(struct call *call, bool look, struct err *err) {
    struct site_options options = {.config = option_value(&call->options, OPTION_CONFIG),
                                   .db = option_value(&call->options, OPTION_DB),
                                   .look = look};
    return site_open(&call->site, &options, err) && know_agent(call, err) && (look || may(call, err));
}

bool call_refused_first(struct call *call, struct err *err) {
    struct err refused = {0};

    if (getenv("MC_RUN") == NULL || act_whose(act_of(call)) != ACT_PERSONS || call_open(call, false, &refused) ||
        refused.code != MC_NOPERM) {
        err_release(&refused);
        return false;
    }
    err_release(err);
    *err = refused;
    return false;
}

bool call_key(const struct call *call, const char *key, int64_t *id, struct err *err) {
    if (key_parse(key, call->site.config.ticket_prefix, id))
        return true;
    return err_set(err, MC_USAGE, "%s is no ticket key; give one like %s-4629", key, call->site.config.ticket_prefix);
}

bool call_ticket(const struct call *call, const char *key, int64_t *id, struct err *err) {
    struct ticket ticket = {0};
    if (!call_key(call, key, id, err) || !tickets_find(call->site.board, *id, &ticket, err))
        return false;
    bool there = ticket.id != 0;
    ticket_release(&ticket);
    return there || absent_ticket(&call->site, key, err);
}

static bool name_ok(const char *option, const char *name, struct err *err) {
    struct text clean = {0};
    clean_line(&clean, name, strlen(name), 0);
    bool ok = name[0] != '\0' && strlen(name) <= NAME_LIMIT && strcmp(text_str(&clean), name) == 0;
    text_release(&clean);
    return ok || err_set(err, MC_USAGE, "%s takes one line of printable text, 1 to %d bytes", option, NAME_LIMIT);
}

/* In the story these are the program's own and its agents'. */
static bool is_ours(const char *name) {
    return text_same(name, MESSAGE_AGENT) || text_starts(name, MESSAGE_AGENT " ") || text_same(name, "mc-pickup");
}

static bool person_ok(const char *name, struct err *err) {
    return name_ok("--by", name, err) &&
           (!is_ours(name) ||
            err_set(err, MC_USAGE, "--by %s: so the program's own rows are named, and no person", name));
}

bool call_names(const struct call *call, struct err *err) {
    const char *by = option_value(&call->options, OPTION_BY);
    const char *request = option_value(&call->options, OPTION_REQUEST_ID);
    const char *output = option_value(&call->options, OPTION_OUTPUT);

    if (output != NULL && output[0] == '\0')
        return err_set(err, MC_USAGE, "-o: name a file, or - for standard output");
    return (by == NULL || person_ok(by, err)) && (request == NULL || name_ok("--request-id", request, err));
}

static const char *user_name(void) {
    const char *name = getenv("LOGNAME");
    if (name == NULL || name[0] == '\0')
        name = getenv("USER");
    return name != NULL && name[0] != '\0' && !is_ours(name) ? name : "operator";
}

bool call_desk(struct call *call, const char *by, struct desk *desk, struct err *err) {
    const char *given = option_value(&call->options, OPTION_BY);
    const char *request = option_value(&call->options, OPTION_REQUEST_ID);
    if (given != NULL && call->agent != NULL)
        return err_set(err, MC_NOPERM,
                       "--by %s: this is the session of %s, which speaks for nobody else (MC_RUN is set)", given,
                       call->agent);
    if (by == NULL)
        by = call->agent != NULL ? call->agent : user_name();
    *desk = (struct desk){.site = &call->site,
                          .by = given != NULL ? given : by,
                          .request = request,
                          .request_id = request,
                          .agent = call->agent != NULL,
                          .now = clock_now()};
    return true;
}

void call_say(const struct call *call, const struct desk *desk, const struct desk_result *result) {
    if (call->json) {
        call_print(desk_result_json(desk, result));
        return;
    }
    print_line(result->say, 0);
    putchar('\n');
}

void call_complain(const struct err *err) {
    struct text line = {0};

    clean_said(&line, err->text);
    fprintf(stderr, "mc-ticket: %s\n", text_str(&line));
    text_release(&line);
}

void call_afterthought(struct err *err) {
    if (err->text) {
        err_wrap(err, "that is done; only what it waits for was not looked up, mc-ticket list shows it");
        call_complain(err);
    }
    err_release(err);
}

struct json *call_error_json(const struct err *err) {
    struct json *error = json_object();

    json_put_int(error, "exit", err->code);
    json_put_string(error, "name", exit_name((int)err->code));
    json_put_string(error, "text", err->text);
    return error;
}

void call_put_known(struct json *object, const char *name, int64_t value) {
    if (value >= 0)
        json_put_int(object, name, value);
    else
        json_put_null(object, name);
}

void call_print(struct json *object) {
    struct text out = {.max = PRINT_LIMIT};
    json_print(object, &out);
    puts(text_str(&out));
    text_release(&out);
    json_free(object);
}

void print_line(const char *s, size_t max) {
    if (s == NULL)
        return;
    struct text clean = {.max = PRINT_LIMIT}, shown = {.max = PRINT_LIMIT};
    clean_line(&clean, s, strlen(s), max);
    clean_shown(&shown, text_str(&clean), clean.len);
    fputs(text_str(&shown), stdout);
    text_release(&clean);
    text_release(&shown);
}

void print_block(const char *s, const char *indent) {
    if (s == NULL)
        return;
    struct text clean = {.max = PRINT_LIMIT}, shown = {.max = PRINT_LIMIT};
    clean_text(&clean, s, strlen(s));
    clean_shown(&shown, text_str(&clean), clean.len);
    for (const char *line = text_str(&shown); *line != '\0';) {
        size_t n = strcspn(line, "\n");
        printf("%s%.*s\n", n > 0 ? indent : "", (int)n, line);
        line += n + (line[n] == '\n' ? 1 : 0);
    }
    text_release(&clean);
    text_release(&shown);
}

void print_stamp(int64_t ms) {
    char stamp[CLOCK_STAMP] = "-";
    if (ms != 0)
        clock_local(ms, stamp);
    fputs(stamp, stdout);
}

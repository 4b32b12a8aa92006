/* Which ticket may be claimed now, and what is said where none may: by what the store answers, which is told by the
 * words of the line.
 *
 * The input: next=N or named=N (enum claim_found, enum claim_named), then how things are. */
#include "asked.h"

#include "host/files.h"
#include "host/proc.h"
#include "pickup/look.h"
#include "pickup/state.h"
#include "run/here.h"
#include "run/wanted.h"
#include "store/breakers.h"
#include "store/claim.h"
#include "store/slots.h"
#include "store/tickets.h"

void __wrap_wanted_read(const struct site *site, struct wanted *wanted);
void __wrap_wanted_read(const struct site *site, struct wanted *wanted) {
    (void)site;
    *wanted = (struct wanted){.claim = {.host = "here", .max_running = 2, .max_live = 6}};
}

static bool ask_want(const char *name, const struct claim_want *want, struct err *err) {
    ASK(name, "%s %lld %lld%s%s%s", want->host, (long long)want->max_running, (long long)want->max_live,
        want->left ? " left" : "", want->all ? " all" : "", want->hopeless ? " hopeless" : "");
    return true;
}

bool __wrap_claim_next(struct board *board, const struct claim_want *want, struct claim_look *look, struct err *err);
bool __wrap_claim_next(struct board *board, const struct claim_want *want, struct claim_look *look, struct err *err) {
    (void)board;
    look->found = (enum claim_found)cue_number("next", 0);
    look->id = look->found == CLAIM_TICKET ? 5 : 0;
    look->workspace = "main";
    look->needs_profile = cue_has("needs");
    text_copy(look->thing, sizeof look->thing, "profile:demo");
    return ask_want("next", want, err);
}

bool __wrap_claim_named(struct board *board, const struct claim_want *want, struct claim_naming *naming,
                        struct err *err);
bool __wrap_claim_named(struct board *board, const struct claim_want *want, struct claim_naming *naming,
                        struct err *err) {
    (void)board;
    naming->named = (enum claim_named)cue_number("named", 0);
    naming->blocker = 7;
    naming->blocker_cancelled = cue_has("cancelled");
    naming->workspace = "main";
    text_copy(naming->thing, sizeof naming->thing, "profile:demo");
    text_addf(&seen.out, "of %lld\n", (long long)naming->id);
    return ask_want("named", want, err);
}

bool __wrap_tickets_get(struct board *board, int64_t id, struct ticket *ticket, struct err *err);
bool __wrap_tickets_get(struct board *board, int64_t id, struct ticket *ticket, struct err *err) {
    (void)board;
    *ticket = (struct ticket){.id = id, .status = TICKET_BLOCKED, .next_attempt_at = INT64_C(1779942600000)};
    ticket->profile = cue_has("profile") ? xstrdup("other") : NULL;
    ticket->workspace = cue_has("web") ? xstrdup("web") : NULL;
    ticket->failure_reason = cue_has("reason") ? xstrdup("starting: seen") : NULL;
    ASK("ticket", "%lld", (long long)id);
    return true;
}

bool __wrap_runs_get(struct board *board, const char *run_id, struct run *run, struct err *err);
bool __wrap_runs_get(struct board *board, const char *run_id, struct run *run, struct err *err) {
    (void)board;
    run->branch = cue_has("branched") ? xstrdup("mc-5-fix") : NULL;
    return ask("run", run_id, err);
}

bool __wrap_runtimes_get(struct board *board, const char *session_key, struct runtime *runtime, struct err *err);
bool __wrap_runtimes_get(struct board *board, const char *session_key, struct runtime *runtime, struct err *err) {
    (void)board;
    *runtime = (struct runtime){.status = cue_has("agent") ? RUNTIME_RUNNING : RUNTIME_CLOSED};
    runtime->session_key = cue_has("rowless") ? NULL : xstrdup(session_key);
    runtime->run_id = cue_has("runless") ? NULL : xstrdup(RUN);
    runtime->host = xstrdup("there");
    runtime->tmux_target = xstrdup("mc-MC-5");
    runtime->cwd = xstrdup("/work");
    runtime->agent.pid = 42;
    return ask("row", session_key, err);
}

bool __wrap_settings_get(struct board *board, const char *key, char **value, struct err *err);
bool __wrap_settings_get(struct board *board, const char *key, char **value, struct err *err) {
    (void)board;
    *value = cue_has("dated")    ? xstrdup("{\"by\":\"ann\",\"at\":1779942000000,\"reason\":\"moving\"}")
             : cue_has("paused") ? xstrdup("tea")
                                 : NULL;
    return ask("setting", key, err);
}

bool __wrap_claim_agents(struct board *board, const char *host, struct claim_agents *agents, struct err *err);
bool __wrap_claim_agents(struct board *board, const char *host, struct claim_agents *agents, struct err *err) {
    (void)board;
    *agents = (struct claim_agents){.running = cue_number("running", 0), .live = cue_number("live", 0)};
    return ask("agents", host, err);
}

bool __wrap_breakers_get(struct board *board, const char *thing, struct breaker *breaker, struct err *err);
bool __wrap_breakers_get(struct board *board, const char *thing, struct breaker *breaker, struct err *err) {
    (void)board;
    *breaker = (struct breaker){.openings = 1, .open_until = INT64_C(1779942600000), .class = "limit"};
    if (cue_has("detail"))
        text_copy(breaker->detail, sizeof breaker->detail, "seen");
    return ask("breaker", thing, err);
}

bool __wrap_slots_list(struct board *board, const char *host, struct slot_list *list, struct err *err);
bool __wrap_slots_list(struct board *board, const char *host, struct slot_list *list, struct err *err) {
    static const enum slot_state states[] = {SLOT_FREE, SLOT_QUARANTINED, SLOT_QUARANTINED, SLOT_CLAIMED};

    (void)board;
    *list = (struct slot_list){0};
    for (int64_t i = 0; i < cue_number("slots", 4); i++) {
        list->items = xgrow(list->items, list->count, &list->cap, sizeof *list->items);
        list->items[list->count++] = (struct slot){.name = xasprintf("pool-%lld", (long long)i),
                                                   .workspace = xstrdup(i == 4 ? "web" : "main"),
                                                   .state = states[i < 3 ? i : 3],
                                                   .ticket_id = i == 1 ? 0 : i + 1};
    }
    return ask("slots", host, err);
}

enum seen __wrap_proc_alive(const struct identity *identity);
enum seen __wrap_proc_alive(const struct identity *identity) {
    return cue_has("dead") ? SEEN_NO : identity->pid == 42 ? SEEN_YES : SEEN_UNKNOWN;
}

bool __wrap_site_here(const struct site *site, const char *host);
bool __wrap_site_here(const struct site *site, const char *host) {
    (void)site;
    return !cue_has("afar") || strcmp(host, "there") != 0;
}

char *__wrap_files_find_program(const char *name, const char *path, bool *not_executable);
char *__wrap_files_find_program(const char *name, const char *path, bool *not_executable) {
    (void)path;
    *not_executable = false;
    return cue_has("agents") && (strcmp(name, "claude") == 0 || strcmp(name, "pi") == 0) ? xstrdup(name) : NULL;
}

static void tell(struct text *out, struct pickup *pickup, const struct claim_look *found, bool ok) {
    text_addf(out, "%s: ticket %lld found %d workspace %s waiting %lld\n", ok ? "yes" : "no", (long long)found->id,
              (int)found->found, sample_word(found->workspace), (long long)found->waiting);
    text_addf(out, "%s%s", text_str(&pickup->report.warnings), text_str(&pickup->report.notes));
    report_line(&pickup->report, out);
    text_addf(out, "; run %s in %s on %s; error %s\n", pickup->report.run, sample_word(pickup->report.worktree),
              sample_word(pickup->report.branch), sample_word(pickup->report.error));
}

static void play(const char *bytes, size_t n, struct text *out) {
    char prefix[] = "MC", file[] = "/config.json";
    bool hopeless = true, ok;
    struct pickup pickup = {.site.config = {.ticket_prefix = prefix, .max_running = 2}};
    struct claim_look found = {0};
    struct err err = {0};

    cue_begin(bytes, n);
    seen.times = 0;
    pickup.site.config.host = prefix;
    pickup.site.config.file = cue_has("bare") ? NULL : file;
    pickup.dry = cue_has("dry");
    pickup.rooms = cue_number("rooms", 0);
    pickup.freed = cue_number("freed", 0);
    pickup.hopeless = cue_has("hopeless") ? &hopeless : NULL;
    report_init(&pickup.report);
    if (cue_has("named")) {
        pickup.ticket = 5;
        site_key(&pickup.site, 5, pickup.report.ticket);
    }
    ok = look(&pickup, &found, &err) && look_full(&pickup, &found, &err);
    text_addf(out, "%s%s\n", text_str(&seen.out), sample_word(err.text));
    tell(out, &pickup, &found, ok);
    text_release(&seen.out);
    report_release(&pickup.report);
    err_release(&err);
    cue_end();
}

int main(int argc, char **argv) {
    setenv("TZ", "UTC", 1);
    return samples(argc, argv, "looking", play);
}

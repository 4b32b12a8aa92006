#include "desk/pane_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "run/here.h"
#include "run/site.h"
#include "store/runtimes.h"

void pane_log_release(struct pane_log *log) {
    free(log->path);
    free(log->run_id);
    *log = (struct pane_log){0};
}

static bool get_runtime(const struct site *site, int64_t ticket, struct runtime *runtime, struct err *err) {
    char session_key[SESSION_KEY_SIZE];

    key_session_key(session_key, ticket);
    return runtimes_get(site->board, session_key, runtime, err);
}

static bool find_last(struct pane_log *log, const struct site *site, const struct pane_log_want *want,
                      struct err *err) {
    struct runtime runtime = {0};
    bool ok = get_runtime(site, want->ticket, &runtime, err);

    if (ok && (!runtime.session_key || !runtime.pane_log_path))
        ok = err_set(err, MC_NOINPUT, "%s has had no agent yet, so there is no log; mc-ticket show %s tells why",
                     want->key, want->key);
    if (ok && !site_here(site, runtime.host))
        ok = here_refuse(want->key, runtime.host, "log", err);
    if (ok) {
        log->path = xstrdup(runtime.pane_log_path);
        log->run_id = xstrdup(runtime.run_id);
    }
    if (ok && !files_exists(log->path) && !runtime.agent.pid)
        ok = err_set(err, MC_NOINPUT,
                     "%s: its last agent never started, so there is no log; mc-ticket show %s tells why", want->key,
                     want->key);
    runtime_release(&runtime);
    return ok;
}

static bool is_run(const struct run *run, const char *named) {
    long long attempt;

    return strcmp(run->run_id, named) == 0 || (text_to_int(named, 1, INT32_MAX, &attempt) && run->attempt == attempt);
}

static bool find_run(struct pane_log *log, const struct site *site, const struct pane_log_want *want, struct err *err) {
    struct run_list list = {0};
    char *host = NULL;
    bool ok = runs_of_ticket(site->board, want->ticket, &list, err);

    /* An attempt that was given back without being counted has its number again: the last one is meant. */
    for (size_t i = 0; ok && i < list.count; i++)
        if (is_run(&list.items[i], want->run)) {
            xreplace(&log->run_id, list.items[i].run_id);
            xreplace(&host, list.items[i].host);
        }
    run_list_release(&list);
    if (ok && !site_here(site, host))
        ok = here_refuse(want->key, host, "log", err);
    free(host);
    if (ok && !log->run_id)
        return err_set(err, MC_NOINPUT, "%s has no run %s; mc-ticket show %s lists its attempts", want->key, want->run,
                       want->key);
    if (ok)
        log->path = site_pane_log(site, log->run_id);
    return ok;
}

bool pane_log_find(struct pane_log *log, const struct site *site, const struct pane_log_want *want, struct err *err) {
    *log = (struct pane_log){.ticket = want->ticket};
    if (!(want->run ? find_run(log, site, want, err) : find_last(log, site, want, err)))
        return false;
    return files_exists(log->path) ||
           err_set(err, MC_NOINPUT, "%s: its log %s is gone (retention.runs_days?)", want->key, log->path);
}

bool pane_log_is_over(const struct pane_log *log, const struct site *site, bool *over, struct err *err) {
    struct runtime runtime = {0};
    bool ok = get_runtime(site, log->ticket, &runtime, err);

    *over = !runtime_active(&runtime) || !text_same(runtime.run_id, log->run_id);
    runtime_release(&runtime);
    return ok;
}

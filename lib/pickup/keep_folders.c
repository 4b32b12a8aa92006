#include "pickup/keep_folders.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "host/files.h"
#include "host/inside.h"
#include "host/proc.h"
#include "host/uproot.h"
#include "pickup/keeping_time.h"
#include "pickup/state.h"
#include "rules/key.h"
#include "run/here.h"
#include "run/site.h"
#include "run/workdir.h"
#include "store/board.h"
#include "store/runtimes.h"
#include "store/tickets.h"

enum { TOKEN_DIGITS = 16 };
static const char gone[] = ".gone-";

/* One folder that may go: what it is named after. */
struct folder {
    struct site *site;
    int64_t before; /* what ended then */
    const char *base, *name;
    char *path;
    const char *run_id; /* NULL: a ticket's work */
    int64_t ticket;
};

/* No agent works for the ticket (or none of this run), and none that did is alive. */
static bool at_rest(const struct folder *folder, bool *rests, struct err *err) {
    struct runtime runtime = {0};
    char session_key[SESSION_KEY_SIZE];
    bool ok, ours;

    key_session_key(session_key, folder->ticket);
    ok = runtimes_get(folder->site->board, session_key, &runtime, err);
    ours = !folder->run_id || text_same(folder->run_id, runtime.run_id);
    ours = ours && site_here(folder->site, runtime.host); /* what another machine's agent works in is there */
    *rests =
        ok && (!ours || (!runtime_active(&runtime) && (!runtime.agent.pid || proc_alive(&runtime.agent) == SEEN_NO)));
    runtime_release(&runtime);
    return ok;
}

static bool run_ended(struct folder *folder, bool *may, struct err *err) {
    struct run run = {0};
    bool ok = runs_get(folder->site->board, folder->run_id, &run, err);

    *may = ok && *run.run_id && run.ended_at && run.ended_at < folder->before;
    folder->ticket = run.ticket_id;
    run_release(&run);
    return ok && (!*may || at_rest(folder, may, err));
}

/* Every run of the ticket has, and at least one was. */
static bool runs_ended(const struct folder *folder, bool *ended, struct err *err) {
    struct run_list list = {0};
    bool ok = runs_of_ticket(folder->site->board, folder->ticket, &list, err);

    *ended = ok && list.count;
    for (size_t i = 0; i < list.count; i++)
        *ended = *ended && list.items[i].ended_at && list.items[i].ended_at < folder->before;
    run_list_release(&list);
    return ok;
}

/* Nothing is in it but the folder in which we hand things out (host/handout.h). */
static bool is_only_ours(const char *path) {
    DIR *dir = opendir(path);
    struct dirent *entry;
    bool ours = dir != NULL;

    while (ours && (entry = readdir(dir)) != NULL)
        ours = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
               strcmp(entry->d_name, ".mc-pickup") == 0;
    if (dir)
        closedir(dir);
    return ours;
}

static bool work_ended(struct folder *folder, bool *may, struct err *err) {
    struct ticket ticket = {0};
    bool closed, ended;
    bool ok = tickets_find(folder->site->board, folder->ticket, &ticket, err) && runs_ended(folder, &ended, err);

    closed = (ticket.status == TICKET_DONE || ticket.status == TICKET_CANCELLED) && ticket.updated_at < folder->before;
    *may = ok && ticket.id && ended && (closed || is_only_ours(folder->path));
    ticket_release(&ticket);
    return ok && (!*may || at_rest(folder, may, err));
}

static bool may_go(struct folder *folder, bool *may, struct err *err) {
    return folder->run_id ? run_ended(folder, may, err) : work_ended(folder, may, err);
}

/* In a transaction: no claim comes between the look and the moving. */
static bool move_aside(struct folder *folder, char **aside, struct err *err) {
    char token[TOKEN_DIGITS + 1];
    bool may = false;
    bool ok = board_begin(folder->site->board, err) && may_go(folder, &may, err);

    random_hex(token, TOKEN_DIGITS);
    *aside = may ? xasprintf("%s/%s%s", folder->base, gone, token) : NULL;
    if (*aside && rename(folder->path, *aside) != 0) {
        free(*aside);
        *aside = NULL;
    }
    board_rollback(folder->site->board);
    return ok;
}

/* What must not lie about is gone as soon as its run is over: the agent's whole environment. */
static void remove_launch(const struct folder *folder) {
    char *launch = site_launch_file(folder->site, folder->run_id);
    struct err unheard = {0};
    struct folder again = *folder;
    bool over;

    again.before = INT64_MAX;
    if (files_exists(launch) && run_ended(&again, &over, &unheard) && over)
        files_remove(launch);
    err_release(&unheard);
    free(launch);
}

static bool take(const struct keeping *keeping, struct folder *folder, struct err *err) {
    char program[32];
    char *aside;
    bool may;
    bool ok;

    if (folder->run_id)
        remove_launch(folder);
    /* What was changed since has not been over for so long. */
    if (files_changed_at(folder->path) >= keeping->runs_before + clock_difference() && folder->run_id)
        return true;
    ok = may_go(folder, &may, err);
    if (!ok || !may || (!folder->run_id && inside_find(folder->path, program)))
        return ok;
    ok = move_aside(folder, &aside, err);
    if (aside)
        (void)uproot(aside, keeping->until);
    free(aside);
    return ok;
}

/* By its name: false where it is none of ours. */
static bool name_folder(struct folder *folder, bool runs) {
    if (!runs)
        return key_parse(folder->name, folder->site->config.ticket_prefix, &folder->ticket);
    folder->run_id = folder->name;
    return key_run_ok(folder->name);
}

static bool keep_in(const struct keeping *keeping, const char *base, bool runs, struct err *err) {
    DIR *dir = opendir(base);
    struct dirent *entry;
    bool ok = true;

    while (ok && dir && !keeping_over(keeping) && (entry = readdir(dir)) != NULL) {
        struct folder folder = {
            .site = &keeping->pickup->site, .before = keeping->runs_before, .base = base, .name = entry->d_name};

        folder.path = xasprintf("%s/%s", base, entry->d_name);
        if (strncmp(entry->d_name, gone, sizeof gone - 1) == 0)
            (void)uproot(folder.path, keeping->until);
        else if (name_folder(&folder, runs) && files_is_dir(folder.path))
            ok = take(keeping, &folder, err);
        free(folder.path);
    }
    if (dir)
        closedir(dir);
    return ok;
}

/* The folder that all private directories of this board are in. */
static char *works_base(const struct site *site, struct err *err) {
    struct site only = *site;
    char *one;

    only.look = true; /* a board that has had no work yet takes no place for it */
    one = workdir_of(&only, 1, err);
    if (one)
        *strrchr(one, '/') = '\0';
    return one;
}

bool keep_folders(const struct keeping *keeping, bool *done, struct err *err) {
    struct site *site = &keeping->pickup->site;
    char *works = works_base(site, err);
    char *runs = xasprintf("%s/run", site->folder);
    bool ok = works && keep_in(keeping, runs, true, err) && keep_in(keeping, works, false, err);

    *done = !keeping_over(keeping);
    free(runs);
    free(works);
    return ok;
}

static bool is_there(char *path) {
    bool there = path && files_is_dir(path);

    free(path);
    return there;
}

bool keep_folders_left(struct site *site, int64_t ticket, bool *left, struct err *err) {
    struct site only = *site;
    struct run_list list = {0};
    char *work;
    bool ok;

    only.look = true;
    work = workdir_of(&only, ticket, err);
    ok = work && runs_of_ticket(site->board, ticket, &list, err);
    *left = is_there(work);
    for (size_t i = 0; ok && !*left && i < list.count; i++)
        *left = is_there(site_run_dir(site, list.items[i].run_id));
    run_list_release(&list);
    return ok;
}

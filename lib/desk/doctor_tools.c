#include "desk/doctor_tools.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/doctor_seen.h"
#include "host/files.h"
#include "host/folder.h"
#include "rules/doctor_judge.h"
#include "rules/key.h"
#include "run/tried.h"
#include "store/board.h"
#include "store/runtimes.h"

/* A person waits. */
enum { VERSION_SIZE = 64, TMUX_MS = 3000 };

static bool check_program(struct doctor *doctor, const char *folder, const char *name) {
    char *path = xasprintf("%s/%s", folder, name);
    bool not_executable;
    char *found = files_find_program(path, NULL, &not_executable);
    bool there = found != NULL;

    if (!there)
        DOCTOR_ADD(doctor->report, files_exists(path) ? FOUND_PROGRAM_CLOSED : FOUND_PROGRAM_MISSING, name, folder);
    free(found);
    free(path);
    return there;
}

static void check_programs(struct doctor *doctor) {
    static const char *const inner[] = {"mc-launch", "mc-log", "mc-notify", "mc-http"};
    const char *named = doctor->site.libexec ? doctor->site.libexec : "";
    char *here = files_program_dir(), *folder = folder_foreseen(named);
    bool all = check_program(doctor, here, "mc-pickup");

    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
        all = check_program(doctor, folder, inner[i]) && all;
    if (all)
        DOCTOR_ADD(doctor->report, FOUND_PROGRAMS, folder, "mc-launch, mc-log, mc-notify, mc-http");
    free(folder);
    free(here);
}

static size_t sessions(const struct tmux_panes *panes, const char *board) {
    size_t n = 0;

    for (size_t i = 0; i < panes->count; i++)
        n += panes->items[i].run[0] != '\0' && text_same(panes->items[i].board, board) &&
             !tmux_is_visitor(&panes->items[i]);
    return n;
}

/* An agent whose claim a board has lost? */
static bool is_unknown(const struct site *site, const struct tmux_pane *pane) {
    struct err err = {0};
    struct run run = {0};
    bool unknown = key_run_ok(pane->run) && text_same(pane->board, site->board_name) && !tmux_is_visitor(pane) &&
                   !pane->dead && runs_get(site->board, pane->run, &run, &err) && !*run.run_id &&
                   !tried_is(site->board, pane->run);

    run_release(&run);
    err_release(&err);
    return unknown;
}

static void say_unknown(struct doctor *doctor, const struct tmux_panes *panes) {
    const struct site *site = &doctor->site;

    for (size_t i = 0; site->board && i < panes->count; i++) {
        const struct tmux_pane *pane = &panes->items[i];
        struct text look = {0};

        if (!is_unknown(site, pane))
            continue;
        text_add(&look, "tmux -S ");
        text_word(&look, site->tmux.socket);
        text_add(&look, " attach -t =");
        text_word(&look, pane->session);
        text_add(&look, ":");
        DOCTOR_ADD(doctor->report, FOUND_TMUX_UNKNOWN, pane->session, pane->run, text_str(&look));
        text_release(&look);
    }
}

/* This machine's own, of a board on a server. */
static bool makes_it(const struct site *site, const char *folder) {
    return site->board_kind == DATABASE_SERVER && text_same(folder, site->folder);
}

/* tmux makes the folder of a named socket itself, and none of a path; the first pickup makes the one that is its own.
 */
static bool folder_will_do(struct doctor *doctor, const char *socket) {
    bool own = !strchr(doctor->site.tmux.socket, '/') || !strchr(socket, '/');
    char *folder = own ? NULL : xstrndup(socket, (size_t)(strrchr(socket, '/') - socket)), *why = NULL, *mend;
    struct text make = {0};

    if (folder && !files_exists(folder) && makes_it(&doctor->site, folder)) {
        free(folder);
        return true;
    }
    if (folder && !files_exists(folder)) {
        text_add(&make, "mkdir -p -m 700 ");
        text_word(&make, folder);
        why = xasprintf("there is no %s; make it, or set another \"tmux.socket\"", folder);
    } else if (folder && (!files_is_dir(folder) || access(folder, W_OK | X_OK) != 0)) {
        mend = doctor_edit(doctor, "tmux.socket");
        text_add(&make, mend);
        free(mend);
        why = xasprintf("%s %s; set another \"tmux.socket\"", folder,
                        files_is_dir(folder) ? "is not writable for you" : "is no directory");
    }
    if (why)
        DOCTOR_ADD(doctor->report, FOUND_TMUX_FOLDER, socket, why, text_str(&make));
    text_release(&make);
    free(folder);
    free(why);
    return !why;
}

static void ask_server(struct doctor *doctor, const char *version) {
    struct site *site = &doctor->site;
    char *socket = tmux_socket_path(site->tmux.socket), *agents;
    size_t count;
    struct tmux_panes panes = {0};
    struct err err = {0};

    switch (tmux_list(&site->tmux, &panes, &err)) {
    case SEEN_YES:
        count = sessions(&panes, site->board_name);
        agents = xasprintf("answers, %zu agent%s in it", count, count == 1 ? "" : "s");
        DOCTOR_ADD(doctor->report, FOUND_TMUX, socket, version, agents);
        say_unknown(doctor, &panes);
        free(agents);
        break;
    case SEEN_NO:
        DOCTOR_ADD(doctor->report, FOUND_TMUX, socket, version, "not running, the first agent starts it");
        break;
    case SEEN_UNKNOWN:
        DOCTOR_ADD(doctor->report, FOUND_TMUX_SILENT, socket, version, err.text);
        break;
    }
    tmux_panes_release(&panes);
    err_release(&err);
    free(socket);
}

static void check_tmux(struct doctor *doctor) {
    bool answers;
    char version[VERSION_SIZE], *socket = NULL, *mend;
    struct err err = {0};

    if (!doctor->site.folder)
        return;
    if (site_tmux(&doctor->site, &err)) {
        doctor->site.tmux.timeout_ms = TMUX_MS;
        answers = tmux_version(&doctor->site.tmux, version, sizeof version);
        socket = tmux_socket_path(doctor->site.tmux.socket);
        if (!answers)
            DOCTOR_ADD(doctor->report, FOUND_TMUX_MUTE, doctor->site.tmux.program);
        else if (!doctor_tmux_ok(version))
            DOCTOR_ADD(doctor->report, FOUND_TMUX_OLD, "", version);
        else if (files_is_dir(socket)) /* it puts its socket in the place of anything else */
            DOCTOR_ADD(doctor->report, FOUND_TMUX_TAKEN, socket);
        else if (files_exists(socket) || folder_will_do(doctor, socket))
            ask_server(doctor, version);
    } else if (err.code == MC_UNAVAILABLE) {
        DOCTOR_ADD(doctor->report, FOUND_TMUX_NONE, "", doctor->path_words);
    } else {
        mend = doctor_edit(doctor, "tmux.socket");
        DOCTOR_ADD(doctor->report, FOUND_TMUX_SOCKET, "", err.text, mend);
        free(mend);
    }
    free(socket);
    err_release(&err);
}

void doctor_tools(struct doctor *doctor) {
    check_programs(doctor);
    check_tmux(doctor);
}

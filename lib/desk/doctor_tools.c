#include "desk/doctor_tools.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "desk/doctor_seen.h"
#include "host/files.h"
#include "rules/doctor_judge.h"

enum { VERSION_SIZE = 64 };

static bool check_program(struct doctor *doctor, const char *folder, const char *name) {
    char *path = xasprintf("%s/%s", folder, name);
    bool not_executable;
    char *found = files_find_program(path, NULL, &not_executable);
    bool there = found != NULL;

    if (!there)
        DOCTOR_ADD(doctor->report, FOUND_PROGRAM_MISSING, name, folder);
    free(found);
    free(path);
    return there;
}

static void check_programs(struct doctor *doctor) {
    static const char *const inner[] = {"mc-launch", "mc-log", "mc-notify", "mc-http"};
    const char *folder = doctor->site.libexec ? doctor->site.libexec : "";
    char *here = files_program_dir();
    bool all = check_program(doctor, here, "mc-pickup");

    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
        all = check_program(doctor, folder, inner[i]) && all;
    if (all)
        DOCTOR_ADD(doctor->report, FOUND_PROGRAMS, folder, "mc-launch, mc-log, mc-notify, mc-http");
    free(here);
}

static size_t sessions(const struct tmux_panes *panes, const char *board) {
    size_t n = 0;

    for (size_t i = 0; i < panes->count; i++)
        n += panes->items[i].run[0] != '\0' && text_same(panes->items[i].board, board) &&
             !tmux_is_visitor(&panes->items[i]);
    return n;
}

static void ask_server(struct doctor *doctor, const char *version) {
    struct site *site = &doctor->site;
    char *socket = tmux_socket_path(site->tmux.socket), *agents;
    struct tmux_panes panes = {0};
    struct err err = {0};

    switch (tmux_list(&site->tmux, &panes, &err)) {
    case SEEN_YES:
        agents = xasprintf("answers, %zu agents in it", sessions(&panes, site->board_name));
        DOCTOR_ADD(doctor->report, FOUND_TMUX, socket, version, agents);
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
    char version[VERSION_SIZE];
    struct err err = {0};

    if (!doctor->site.folder)
        return;
    if (site_tmux(&doctor->site, &err)) {
        tmux_version(&doctor->site.tmux, version, sizeof version);
        if (doctor_tmux_ok(version))
            ask_server(doctor, version);
        else
            DOCTOR_ADD(doctor->report, FOUND_TMUX_OLD, "", version);
    } else if (err.code == MC_UNAVAILABLE) {
        DOCTOR_ADD(doctor->report, FOUND_TMUX_NONE, "", doctor->path_words);
    } else {
        DOCTOR_ADD(doctor->report, FOUND_TMUX_SOCKET, "", err.text, doctor->config);
    }
    err_release(&err);
}

void doctor_tools(struct doctor *doctor) {
    check_programs(doctor);
    check_tmux(doctor);
}

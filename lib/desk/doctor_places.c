#include "desk/doctor_places.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/doctor_seen.h"
#include "host/files.h"
#include "host/folder.h"
#include "rules/key.h"
#include "rules/workspace.h"
#include "run/slot_hold.h"
#include "store/tickets.h"

enum { PRIVATE_MAX = 10000 };
enum kind { KIND_FOLDER, KIND_FILE, KIND_COUNT };
static const char *const kind_names[] = {"folder", "file"};
_Static_assert(sizeof kind_names / sizeof *kind_names == KIND_COUNT, "a name a kind");

/* Kept beside the board, by its name. */
static const struct need {
    const char *name;
    enum kind kind;
} needs[] = {{"archive", KIND_FOLDER}, {"keeping", KIND_FILE}, {"notifying", KIND_FILE}};

/* A folder may be elsewhere; a file is opened through no link, and one of another kind does for a lock. */
static bool serves(const char *path, enum kind kind) {
    char *real = folder_resolved(path);
    bool folder = real && files_is_dir(real), does = folder;
    struct stat seen;

    if (kind == KIND_FILE)
        does = !folder && lstat(path, &seen) == 0 && !S_ISLNK(seen.st_mode);
    free(real);
    return does;
}

/* The path is taken over. */
static void check(struct doctor *doctor, char *path, enum kind kind) {
    if (files_exists(path) && !serves(path, kind))
        DOCTOR_ADD(doctor->report, FOUND_PLACE, path, kind_names[kind]);
    free(path);
}

static void check_locks(struct doctor *doctor, const struct workspace *workspace) {
    char *pool = site_pool(&doctor->site, workspace);

    for (int64_t number = 1; number <= workspace->size; number++)
        check(doctor, slot_lock_file(pool, number), KIND_FILE);
    free(pool);
}

/* Of a ticket that may still need it: a folder of our own, and no link to one. */
static bool is_in_the_way(struct doctor *doctor, const char *path) {
    const struct site *site = &doctor->site;
    struct ticket ticket = {0};
    struct err ignored = {0};
    struct stat seen;
    int64_t number;
    bool is = key_parse(text_name(path), site->config.ticket_prefix, &number) && lstat(path, &seen) == 0 &&
              !S_ISDIR(seen.st_mode) && tickets_find(site->board, number, &ticket, &ignored) && ticket.id &&
              ticket.status != TICKET_DONE && ticket.status != TICKET_CANCELLED;

    ticket_release(&ticket);
    err_release(&ignored);
    return is;
}

static void check_private(struct doctor *doctor, char *work) {
    struct argv paths = {0};

    if (doctor->site.board)
        folder_list(work, "", PRIVATE_MAX, &paths);
    for (size_t i = 0; i < paths.count; i++)
        if (is_in_the_way(doctor, paths.items[i]))
            DOCTOR_ADD(doctor->report, FOUND_PLACE, paths.items[i], kind_names[KIND_FOLDER]);
    argv_release(&paths);
    free(work);
}

void doctor_places(struct doctor *doctor) {
    const struct site *site = &doctor->site;

    if (!site->folder)
        return;
    check(doctor, xasprintf("%s/run", site->folder), KIND_FOLDER); /* of all boards there */
    if (!site->config.workspace_count) {
        check(doctor, site_own_file(site, "work"), KIND_FOLDER);
        check_private(doctor, site_own_file(site, "work"));
    }
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        check(doctor, site_own_file(site, needs[i].name), needs[i].kind);
    for (size_t i = 0; i < site->config.workspace_count; i++)
        check_locks(doctor, &site->config.workspaces[i]);
}

#include "desk/doctor_places.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "desk/doctor_seen.h"
#include "host/files.h"
#include "host/folder.h"
#include "rules/workspace.h"
#include "run/slot_hold.h"

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

void doctor_places(struct doctor *doctor) {
    const struct site *site = &doctor->site;

    if (!site->folder)
        return;
    check(doctor, xasprintf("%s/run", site->folder), KIND_FOLDER); /* of all boards there */
    if (!site->config.workspace_count)
        check(doctor, site_own_file(site, "work"), KIND_FOLDER);
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        check(doctor, site_own_file(site, needs[i].name), needs[i].kind);
    for (size_t i = 0; i < site->config.workspace_count; i++)
        check_locks(doctor, &site->config.workspaces[i]);
}

#include "run/site_board.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "rules/database.h"

const char *site_variable(const char *name) {
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

/* $XDG_…/mc-pickup, or FOLDER/mc-pickup at home; NULL: neither is set. Whatever they say is made absolute at once:
 * agents, and what they start, work elsewhere. */
static char *user_folder(const char *base, const char *folder) {
    const char *home = site_variable("HOME");
    char *path, *whole;

    if (!base && !home)
        return NULL;
    path = base ? xasprintf("%s/mc-pickup", base) : xasprintf("%s/%s/mc-pickup", home, folder);
    whole = files_absolute(path);
    free(path);
    return whole;
}

static char *in_folder(char *folder, const char *name) {
    char *file = folder ? xasprintf("%s/%s", folder, name) : NULL;

    free(folder);
    return file;
}

char *site_user_state(void) {
    return user_folder(site_variable("XDG_STATE_HOME"), ".local/state");
}

char *site_user_config(void) {
    return in_folder(user_folder(site_variable("XDG_CONFIG_HOME"), ".config"), "config.json");
}

char *site_user_board(void) {
    return in_folder(site_user_state(), "board.db");
}

static char *whole_spool(const char *folder) {
    char *whole = *folder ? files_absolute(folder) : xstrdup(""), *name = xasprintf("spool:%s", whole);

    free(whole);
    return name;
}

char *site_board_whole(const char *name) {
    if (database_has_password(name))
        return database_label(name);
    switch (database_kind(name)) {
    case DATABASE_FILE:
        return files_absolute(name);
    case DATABASE_SPOOL:
        return whole_spool(database_spool_folder(name));
    case DATABASE_SERVER:
        break;
    }
    return xstrdup(name);
}

static char *file_folder(const char *path) {
    const char *slash = strrchr(path, '/');

    if (!slash || !slash[1])
        return NULL;
    return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

static char *spool_folder(const char *folder) {
    return *folder == '/' ? xstrdup(folder) : NULL;
}

char *site_board_folder(const char *name) {
    switch (database_kind(name)) {
    case DATABASE_FILE:
        return file_folder(name);
    case DATABASE_SPOOL:
        return spool_folder(database_spool_folder(name));
    case DATABASE_SERVER:
        break;
    }
    return site_user_state();
}

static bool no_folder(const struct site_board *board, struct err *err) {
    if (board->kind == DATABASE_SERVER)
        return err_set(err, MC_CONFIG,
                       "board %s: HOME is not set, so there is no place for what this machine keeps of it: set "
                       "XDG_STATE_HOME",
                       board->label);
    return err_set(err, MC_USAGE, "board %s: this is no file name: give --db FILE", board->label);
}

bool site_board_find(struct site_board *board, const char *named, const char *configured, struct err *err) {
    const char *from = named ? named : site_variable("MC_DB");
    char *own = site_user_board();
    bool ok = false;

    from = from ? from : configured ? configured : own;
    if (!from)
        return err_set(err, MC_CONFIG, "board: HOME is not set, so there is no place to look for it: give --db FILE");
    *board = (struct site_board){.path = site_board_whole(from), .kind = database_kind(from)};
    board->label = database_label(board->path);
    board->folder = site_board_folder(board->path);
    if (database_has_password(from))
        err_set(err, MC_CONFIG, "board: %s", database_no_password);
    else if (!database_is_sound(from))
        err_set(err, MC_USAGE, "board %s: %s", board->label, database_no_server);
    else
        ok = board->folder || no_folder(board, err);
    free(own);
    return ok;
}

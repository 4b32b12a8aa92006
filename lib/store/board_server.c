#include "store/board_server.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "rules/database.h"
#include "store/board.h"
#include "store/board_role.h"
#include "store/db.h"
#include "store/engine.h"
#include "store/facts.h"
#include "store/schema.h"

static char *modules;

void board_modules(const char *folder) {
    xreplace(&modules, folder);
}

/* Of the folder of our own programs, and of no other: what is loaded is run. */
static const struct engine *load(const struct board *board, struct err *err) {
    static const struct engine *loaded;
    char *file;
    void *module;

    if (loaded)
        return loaded;
    file = xasprintf("%s/" MC_POSTGRES_MODULE, modules ? modules : "");
    module = modules ? dlopen(file, RTLD_NOW | RTLD_LOCAL) : NULL;
    loaded = module ? dlsym(module, MC_POSTGRES_ENGINE) : NULL;
    if (!loaded) {
        err_set(err, MC_UNAVAILABLE, "board %s is on a server, and the module for it cannot be loaded: %s: install %s",
                board->path, modules ? dlerror() : "nobody said where it is", "mc-pickup-postgres");
    } else if (strcmp(loaded->version, MC_VERSION) != 0) {
        err_set(err, MC_UNAVAILABLE, "%s is of version %s, these programs are of %s: install both of one version", file,
                loaded->version, MC_VERSION);
        loaded = NULL;
    }
    free(file);
    return loaded;
}

static bool check_name(const struct board *board, struct err *err) {
    if (database_kind(board->name) == DATABASE_SPOOL)
        return err_set(err, MC_NOPERM,
                       "this agent's board is on a server, which agents do not reach: what it may say there is "
                       "mc-ticket signal");
    return !database_has_password(board->name) || err_set(err, MC_CONFIG, "board: %s", database_no_password);
}

static bool connect(struct board *board, struct err *err) {
    board->engine = check_name(board, err) ? load(board, err) : NULL;
    if (!board->engine || !board->engine->open(board, err))
        return false;
    clock_follow(board->now);
    return true;
}

static bool check_version(struct board *board, int64_t version, struct err *err) {
    if (version == 0)
        return err_set(err, MC_NOINPUT,
                       "no board at %s: its server has none yet: let its owner make it with mc-ticket init --db NAME "
                       "(mc-pickup-hosts(7))",
                       board->path);
    if (version < SCHEMA_VERSION)
        return role_refuse_older(board, version, err);
    return version == SCHEMA_VERSION || schema_refuse_newer(board, version, err);
}

bool board_server_open(struct board *board, struct err *err) {
    return connect(board, err) && check_version(board, board->version, err);
}

/* Step by step; each notes what version it has brought the board to. */
static bool migrate(struct board *board, int64_t version, struct err *err) {
    for (int64_t before = -1; version < SCHEMA_VERSION && version > before;) {
        const char *const *texts = board->engine->schema[version];

        before = version;
        if (!texts)
            break;
        if (!db_script(board, texts, err) || !schema_version(board, &version, err))
            return false;
    }
    return version == SCHEMA_VERSION ||
           err_set(err, MC_CONFIG, "board %s says that it is of version %lld, which no program has made: restore it",
                   board->path, (long long)version);
}

static bool make(struct board *board, bool *made, struct err *err) {
    int64_t version = 0;

    if (!schema_version(board, &version, err))
        return false;
    *made = version < SCHEMA_VERSION;
    if (!*made)
        return check_version(board, version, err) && role_works(board, err) && board_whole(board, err);
    return (version || role_makes(board, err)) && migrate(board, version, err);
}

/* Of two that make it at once the second finds it. */
bool board_server_make(struct board *board, bool *made, struct err *err) {
    *made = false;
    if (connect(board, err) && board_begin(board, err) && make(board, made, err) && board_commit(board, err))
        return true;
    board_rollback(board);
    *made = false;
    return false;
}

bool board_server_worker(struct board *board, const char *role, struct err *err) {
    if (board_server_open(board, err) && board_begin(board, err) && role_let_work(board, role, err) &&
        board_commit(board, err))
        return true;
    board_rollback(board);
    return false;
}

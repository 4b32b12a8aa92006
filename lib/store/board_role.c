#include "store/board_role.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/db.h"
#include "store/engine.h"
#include "store/schema.h"

/* Whose a board on a server is, and what the role that we are may do with it. Names are quoted as SQL wants them; NULL:
 * there is none. */
struct role {
    bool there; /* a schema of the board's name */
    char *owner, *me, *database, *encoding, *role;
    bool owns, works;      /* we: the schema's owner; on the board that is there */
    bool makes, role_owns; /* a schema in this database; `role`, the owner too */
};

static void role_release(struct role *role) {
    free(role->owner);
    free(role->me);
    free(role->database);
    free(role->encoding);
    free(role->role);
    *role = (struct role){0};
}

/* `name`: NULL or a role. */
static bool role_look(struct board *board, const char *name, struct role *role, struct err *err) {
    struct query q;

    *role = (struct role){0};
    query_open(&q, board, CALL(SQL_ROLE, bind_text(":role", name)), err);
    if (query_next(&q)) {
        role->there = query_number(&q) != 0;
        role->owner = query_text(&q);
        role->me = query_text(&q);
        role->owns = query_number(&q) != 0;
        role->works = query_number(&q) != 0;
        role->makes = query_number(&q) != 0;
        role->database = query_text(&q);
        role->encoding = query_text(&q);
        role->role = query_text(&q);
        role->role_owns = query_number(&q) != 0;
    }
    return query_close(&q);
}

static bool makes(const struct board *board, const struct role *role, struct err *err) {
    if (role->there)
        return err_set(err, MC_CONFIG,
                       "board %s: its database %s has a schema mc_pickup that is no board: take another database",
                       board->path, role->database);
    if (!text_same(role->encoding, "UTF8"))
        return err_set(err, MC_CONFIG,
                       "board %s: its database %s is in %s: make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE "
                       "template0",
                       board->path, role->database, role->encoding);
    return role->makes || err_set(err, MC_NOPERM,
                                  "board %s: the role %s may make no schema in the database %s: let the board's owner "
                                  "run mc-ticket init and init --worker %s; or, where %s is to be that owner, GRANT "
                                  "CREATE ON DATABASE %s TO %s",
                                  board->path, role->me, role->database, role->me, role->me, role->database, role->me);
}

bool role_makes(struct board *board, struct err *err) {
    struct role role;
    bool ok = role_look(board, NULL, &role, err) && makes(board, &role, err);

    role_release(&role);
    return ok;
}

bool role_works(struct board *board, struct err *err) {
    struct role role;
    bool ok = role_look(board, NULL, &role, err) &&
              (role.works ||
               err_set(err, MC_NOPERM,
                       "board %s is there, and the role %s may not work on it: let its owner, %s, run mc-ticket init "
                       "--worker %s",
                       board->path, role.me, role.owner, role.me));

    role_release(&role);
    return ok;
}

bool role_refuse_older(struct board *board, long long version, struct err *err) {
    struct role role;

    if (role_look(board, NULL, &role, err))
        err_set(err, MC_CONFIG,
                "board %s is of version %lld, this program's is %d: run mc-ticket init as %s, its owner", board->path,
                version, SCHEMA_VERSION, role.owner);
    role_release(&role);
    return false;
}

static bool check(const struct board *board, const char *name, const struct role *role, struct err *err) {
    if (!role->owns)
        return err_set(err, MC_NOPERM, "board %s: it is for its owner, %s, to say who works on it, and this is %s",
                       board->path, role->owner, role->me);
    if (!role->role)
        return err_set(err, MC_USAGE, "board %s: its server has no role %s: make it with CREATE ROLE … LOGIN",
                       board->path, name);
    return !role->role_owns || err_set(err, MC_USAGE,
                                       "board %s: %s may do there whatever its owner %s may: give a role that only "
                                       "works",
                                       board->path, role->role, role->owner);
}

static bool grant(struct board *board, const char *quoted, struct err *err) {
    bool ok = true;

    for (const char *const *text = board->engine->worker; ok && *text; text++) {
        char *whole = xasprintf("%s%s", *text, quoted);

        ok = db_script(board, (const char *const[]){whole, NULL}, err);
        free(whole);
    }
    return ok;
}

bool role_let_work(struct board *board, const char *name, struct err *err) {
    struct role role;
    bool ok = role_look(board, name, &role, err) && check(board, name, &role, err) && grant(board, role.role, err);

    role_release(&role);
    return ok;
}

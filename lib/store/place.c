#include "store/place.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/db.h"
#include "store/journal.h"

static char *absolute(const char *path) {
    char folder[4096];
    if (path[0] == '/' || !getcwd(folder, sizeof folder))
        return xstrdup(path);
    return xasprintf("%s/%s", folder, path);
}

/* "DEVICE:INODE PATH"; NULL when there is no such file. */
static char *place_of(const char *path) {
    struct stat st;
    if (stat(path, &st) != 0)
        return NULL;
    char *whole = absolute(path);
    char *place = xasprintf("%llu:%llu %s", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino, whole);
    free(whole);
    return place;
}

static bool same_file(const char *a, const char *b) {
    size_t length = strcspn(a, " ");
    return strncmp(a, b, length + 1) == 0;
}

/* The recorded place is not this one by its text. Another spelling of the same path is no reason to write. */
static enum place judge(const char *here, const char *was, char **old) {
    const char *path = strchr(was, ' ');
    char *there = path ? place_of(path + 1) : NULL;
    enum place place = PLACE_NEW;
    if (there && same_file(there, here)) {
        place = same_file(was, here) ? PLACE_KEPT : PLACE_NEW;
    } else if (there) {
        place = PLACE_OTHER;
        *old = xstrdup(path + 1);
    }
    free(there);
    return place;
}

bool place_look(struct board *board, enum place *place, char **old, struct err *err) {
    char *was = NULL, *here = place_of(board->path);
    bool ok = settings_get(board, "place", &was, err);
    *old = NULL;
    if (!ok || !here || text_same(was, here))
        *place = PLACE_KEPT;
    else
        *place = was ? judge(here, was, old) : PLACE_NEW;
    free(was);
    free(here);
    return ok;
}

bool place_write(struct board *board, struct err *err) {
    char *here = place_of(board->path);
    bool ok = !here || settings_put(board, "place", here, err);
    free(here);
    return ok;
}

#define AT_WORK "(SELECT run_id FROM tickets WHERE status='in_progress')"

bool place_own(struct board *board, int64_t *released, struct err *err) {
    static const char *const story[] = {
        "INSERT INTO ticket_activity(ticket_id,run_id,author,kind,body,created_at)SELECT id,run_id,'mc-ticket','moved',"
        "'in_progress -> todo (init --own): its run is the work of the board that this one is a copy of',"
        "unixepoch()*1000 FROM tickets WHERE status='in_progress'",
        NULL,
    };
    static const char *const texts[] = {
        "UPDATE ticket_messages SET status='failed_to_inject',error='copied' "
        "WHERE kind='work' AND status<>'sent' AND run_id IN" AT_WORK,
        "UPDATE ticket_messages SET status='pending',run_id=NULL,nonce=NULL,sent_at=NULL,next_attempt_at=NULL "
        "WHERE kind='note' AND run_id IN" AT_WORK,
        "UPDATE effects SET state='unknown' WHERE state='intent'",
        "UPDATE runs SET ended_at=unixepoch()*1000,outcome=COALESCE(outcome,'abandoned')WHERE ended_at IS NULL",
        "UPDATE runtime_sessions SET "
        "status='closed',failure_reason='copied',turn_nonce=NULL,closed_at=unixepoch()*1000 "
        "WHERE status IN('spawning','idle','running')",
        "UPDATE tickets SET "
        "status='todo',run_id=NULL,worker_pid=NULL,worker_start=NULL,worker_boot=NULL,worker_ns=NULL,"
        "worker_host=NULL,updated_at=unixepoch()*1000 WHERE status='in_progress'",
        "DELETE FROM worktree_slots",
        "UPDATE runs SET owes=0 WHERE owes=1",
        "DELETE FROM settings WHERE key IN('place','mass_death','no_server','unreachable')",
        "UPDATE settings SET value=lower(hex(randomblob(8)))WHERE key='board'",
        NULL,
    };
    int64_t before = db_changes(board);
    bool ok = db_script(board, story, err);
    *released = db_changes(board) - before; /* a row of the story for each */
    return ok && db_script(board, texts, err);
}

#include "store/checkup.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "store/db.h"

/* Where SQLite's locks are: of the -shm the one for writing (WAL_WRITE_LOCK); of the file itself those that keep all
 * others out, which a program takes that wants it alone. https://www.sqlite.org/walformat.html, fileformat.html */
enum { SHM_WRITE = 120, FILE_LOCKS = 0x40000000, FILE_LOCKS_SIZE = 512 };

bool checkup_whole(struct board *board, char **damage, struct err *err) {
    struct query query;

    *damage = NULL;
    query_open(&query, board, CALL_BARE(SQL_QUICK_CHECK), err);
    while (query_next(&query)) {
        char *said = query_text(&query);

        if (!*damage && strcmp(said ? said : "", "ok") != 0)
            *damage = xstrdup(said ? said : "nothing was said");
        free(said);
    }
    if (query_close(&query))
        return true;
    if (err->code != MC_IOERR)
        return false;
    xreplace(damage, err->text);
    err_release(err);
    return true;
}

bool checkup_newest(struct board *board, int64_t *ms, struct err *err) {
    return db_number(board, CALL_BARE(SQL_TICKET_NEWEST), ms, err);
}

/* A shared lock there could not be had. */
static int64_t holder_of(const char *path, off_t start, off_t length) {
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    int64_t holder = 0;

    if (fd < 0)
        return 0;
    if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
        holder = lock.l_pid > 0 ? lock.l_pid : -1;
    close(fd);
    return holder;
}

int64_t checkup_holder(const char *path) {
    char *shm = xasprintf("%s-shm", path);
    int64_t holder = holder_of(shm, SHM_WRITE, 1);

    free(shm);
    return holder ? holder : holder_of(path, FILE_LOCKS, FILE_LOCKS_SIZE);
}

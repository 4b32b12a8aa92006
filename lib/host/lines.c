#include "host/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "host/flush.h"
#include "host/lock.h"
#include "host/own.h"
#include "host/whole.h"

enum { BLOCK = 4096, WITH_FOLDER = 2 };

/* Behind the last newline; -1: it cannot be read. */
static off_t whole_lines(int fd, off_t size) {
    char bytes[BLOCK];

    while (size > 0) {
        size_t n = size < BLOCK ? (size_t)size : BLOCK;

        if (whole_read(fd, bytes, n, size - (off_t)n) != (ssize_t)n)
            return -1;
        for (size_t at = n; at > 0; at--)
            if (bytes[at - 1] == '\n')
                return size - (off_t)(n - at);
        size -= (off_t)n;
    }
    return 0;
}

static bool write_at(int fd, const struct lines *lines, off_t at) {
    for (size_t done = 0; done < lines->n;) {
        ssize_t n = pwrite(fd, lines->bytes + done, lines->n - done, at + (off_t)done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return fsync(fd) == 0;
}

bool lines_append(const struct lines *lines, struct err *err) {
    struct stat seen;
    off_t end;
    int fd, error;
    bool done;

    switch (lock_take(lines->path, &fd, err)) {
    case LOCK_BUSY:
        return err_set(err, MC_TEMPFAIL, "%s: another program writes it", lines->path);
    case LOCK_FAILED:
        return false;
    case LOCK_TAKEN:
        break;
    }
    if (!own_opened(fd, &seen)) {
        lock_leave(&fd);
        return err_set(err, MC_NOPERM, "%s: is not a file of our own%s", lines->path,
                       seen.st_nlink > 1 ? ", but another's by a hard link: move it away" : "");
    }
    end = whole_lines(fd, seen.st_size);
    done = end >= 0 && (end == seen.st_size || ftruncate(fd, end) == 0) && write_at(fd, lines, end) &&
           flush_names(lines->path, WITH_FOLDER); /* each time: whoever made the file may have died before */
    error = errno;
    if (!done && end >= 0)
        (void)!ftruncate(fd, end);
    lock_leave(&fd);
    return done || err_errno(err, MC_IOERR, error, "%s: cannot be written", lines->path);
}

#include "host/panelog_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/descriptors.h"
#include "host/hole.h"

bool panelog_reader_open(struct panelog_reader *reader, const char *path, int64_t from, struct err *err) {
    struct stat seen;

    reader->at = from;
    reader->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (reader->fd < 0)
        return err_errno(err, MC_NOINPUT, errno, "%s: cannot be opened", path);
    if (fstat(reader->fd, &seen) != 0 || !S_ISREG(seen.st_mode)) {
        panelog_reader_close(reader);
        return err_set(err, MC_NOPERM, "%s: is not a regular file", path);
    }
    reader->device = seen.st_dev;
    reader->inode = seen.st_ino;
    return true;
}

void panelog_reader_close(struct panelog_reader *reader) {
    descriptor_close(&reader->fd);
}

/* Behind the NULs with which it begins, up to the next one. */
static bool cut(struct panelog_reader *reader, struct panelog_piece *piece, size_t n) {
    size_t begin = 0;
    const char *nul;

    while (begin < n && !reader->bytes[begin])
        begin++;
    piece->gone += (int64_t)begin;
    piece->bytes = reader->bytes + begin;
    nul = memchr(piece->bytes, '\0', n - begin);
    piece->n = nul ? (size_t)(nul - piece->bytes) : n - begin;
    reader->at += (int64_t)(begin + piece->n);
    return piece->n > 0;
}

bool panelog_read(struct panelog_reader *reader, struct panelog_piece *piece, struct err *err) {
    *piece = (struct panelog_piece){.bytes = reader->bytes};
    for (;;) {
        ssize_t n = pread(reader->fd, reader->bytes, sizeof reader->bytes, reader->at);
        int64_t over;

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, MC_IOERR, errno, "the pane log cannot be read");
        if (n == 0 || cut(reader, piece, (size_t)n))
            return true;
        over = hole_end(reader->fd, reader->at);
        piece->gone += over - reader->at;
        reader->at = over;
    }
}

int64_t panelog_gone(const struct panelog_reader *reader, int64_t before) {
    int64_t gone = 0;

    for (int64_t at = hole_begin(reader->fd, 0); at < before;) {
        int64_t end = hole_end(reader->fd, at);

        gone += (end < before ? end : before) - at;
        at = end > at ? hole_begin(reader->fd, end) : before;
    }
    return gone;
}

bool panelog_is_replaced(const struct panelog_reader *reader, const char *path) {
    struct stat seen;

    return stat(path, &seen) == 0 && (seen.st_ino != reader->inode || seen.st_dev != reader->device);
}

bool panelog_part(struct text *out, const char *path, int64_t from, size_t max) {
    struct panelog_reader *reader = xmalloc(sizeof *reader);
    struct panelog_piece piece = {.n = 1};
    struct err err = {0};
    int64_t end = from + (int64_t)max;
    bool whole = panelog_reader_open(reader, path, from > 0 ? from : 0, &err);

    while (reader->fd >= 0 && piece.n && reader->at < end && panelog_read(reader, &piece, &err)) {
        int64_t over = reader->at - end;
        size_t n = over <= 0 ? piece.n : (size_t)over < piece.n ? piece.n - (size_t)over : 0;

        whole = whole && !piece.gone;
        text_addn(out, piece.bytes, n);
    }
    whole = whole && !err.text;
    panelog_reader_close(reader);
    err_release(&err);
    free(reader);
    return whole;
}

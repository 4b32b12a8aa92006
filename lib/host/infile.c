#include "host/infile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/text.h"
#include "host/output.h"
#include "host/unseen.h"
#include "host/volume.h"

enum { ROOM_LEFT = 256 * 1024 * 1024, CHECK_EVERY = 16 * 1024 * 1024 };

static bool is_standard(const char *path) {
    return !path || strcmp(path, "-") == 0;
}

bool infile_take(const char *path, struct err *err) {
    struct stat st;
    int fd;
    bool ok;

    if (is_standard(path))
        return true;
    fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, MC_NOINPUT, errno, "%s: cannot be opened", path);
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
        ok = err_set(err, MC_NOINPUT, "%s: is a directory: name a file", path);
    else
        ok = dup2(fd, STDIN_FILENO) >= 0 || err_errno(err, MC_OSERR, errno, "%s: cannot be opened", path);
    close(fd);
    return ok;
}

void infile_begin(struct infile *in, const char *path) {
    *in = (struct infile){.name = is_standard(path) ? "standard input" : path};
}

static bool fill(struct infile *in, struct err *err) {
    ssize_t n;

    do
        n = read(STDIN_FILENO, in->block, sizeof in->block);
    while (n < 0 && errno == EINTR);
    in->base += (int64_t)in->n;
    in->at = 0;
    in->n = n > 0 ? (size_t)n : 0;
    return n >= 0 || err_errno(err, MC_IOERR, errno, "%s: cannot be read", in->name);
}

/* The board itself is to have room for it. */
static bool has_room(const char *folder, const struct infile *in, struct err *err) {
    struct volume volume;

    return in->base % CHECK_EVERY >= INFILE_BLOCK || !volume_look(folder, &volume) || volume.free_bytes > ROOM_LEFT ||
           err_set(err, MC_IOERR, "%s: there is no room for it on the disk of %s; %d MiB are to stay free", in->name,
                   folder, ROOM_LEFT / 1024 / 1024);
}

static bool copy_all(struct infile *in, const char *folder, int fd, struct err *err) {
    while (fill(in, err) && in->n > 0) {
        if (!output_write(fd, in->block, in->n))
            return err_errno(err, MC_IOERR, errno, "%s: cannot be kept in %s", in->name, folder);
        if (in->base > 0 && !has_room(folder, in, err))
            return false;
    }
    return !err->text;
}

bool infile_spool(struct infile *in, const char *folder, struct err *err) {
    int fd = unseen_scratch(folder);
    bool ok;

    if (fd < 0)
        return err_errno(err, MC_CANTCREAT, errno, "%s: no file can be made there", folder);
    ok = copy_all(in, folder, fd, err) &&
         (dup2(fd, STDIN_FILENO) >= 0 || err_errno(err, MC_OSERR, errno, "%s: cannot be opened", in->name));
    close(fd);
    return ok && infile_go(in, &(struct infile_place){0, 1}, err);
}

bool infile_go(struct infile *in, const struct infile_place *place, struct err *err) {
    in->line = place->line - 1;
    if (in->base + (int64_t)in->at == place->start)
        return true;
    in->base = place->start;
    in->at = in->n = 0;
    return lseek(STDIN_FILENO, (off_t)place->start, SEEK_SET) >= 0 ||
           err_errno(err, MC_IOERR, errno, "%s: cannot be read", in->name);
}

bool infile_wrap(const struct infile *in, struct err *err) {
    return err_wrap(err, "%s:%zu", in->name, in->line);
}

/* One line, also an empty one; false at the end. */
static bool read_line(struct infile *in, struct text *line, struct err *err) {
    bool any = false;

    text_clear(line);
    in->start = in->base + (int64_t)in->at;
    for (;;) {
        if (in->at == in->n && (!fill(in, err) || in->n == 0)) {
            in->line += any;
            return any && !err->text;
        }
        any = true;
        const char *start = in->block + in->at, *end = memchr(start, '\n', in->n - in->at);
        size_t n = end ? (size_t)(end - start) : in->n - in->at;
        text_addn(line, start, n);
        in->at += n + (end != NULL);
        if (end || line->over)
            break;
    }
    in->line++;
    return true;
}

bool infile_next(struct infile *in, struct text *line, struct err *err) {
    static const char mark[] = "\xEF\xBB\xBF";

    while (read_line(in, line, err)) {
        if (in->line == 1 && text_starts(text_str(line), mark)) {
            line->len -= sizeof mark - 1;
            memmove(line->data, line->data + sizeof mark - 1, line->len + 1);
        }
        if (line->over)
            err_set(err, MC_DATAERR, "the line is over %zu bytes", line->max);
        else if (!clean_is_utf8(text_str(line), line->len))
            err_set(err, MC_DATAERR, "the line is not UTF-8");
        else if (strspn(text_str(line), " \t\r") == line->len)
            continue;
        else
            return true;
        return infile_wrap(in, err);
    }
    return false;
}

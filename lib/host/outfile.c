#include "host/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "host/flush.h"
#include "host/output.h"
#include "host/publish.h"

static bool fail(const struct outfile *out, int error, struct err *err) {
    return out->unseen.path ? err_errno(err, MC_IOERR, error, "%s: cannot be written", out->unseen.path)
                            : output_fail(err, error);
}

/* Its stream has a descriptor of its own, which goes with it. */
static bool open_unseen(struct outfile *out, const char *path, struct err *err) {
    int fd;
    if (!unseen_open(&out->unseen, path, err))
        return false;
    fd = fcntl(out->unseen.fd, F_DUPFD_CLOEXEC, 0);
    out->file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (out->file)
        return true;
    err_errno(err, MC_OSERR, errno, "%s: cannot be written", path);
    if (fd >= 0)
        close(fd);
    return false;
}

bool outfile_open(struct outfile *out, const char *path, struct err *err) {
    *out = (struct outfile){0};
    if (!path || strcmp(path, "-") == 0) {
        out->file = stdout;
        return true;
    }
    return publish_may(path, err) && open_unseen(out, path, err);
}

bool outfile_add(struct outfile *out, const struct text *text, struct err *err) {
    errno = 0;
    return fwrite(text_str(text), 1, text->len, out->file) == text->len || fail(out, errno, err);
}

bool outfile_finish(struct outfile *out, struct err *err) {
    if (fflush(out->file) != 0 || (out->unseen.path && fsync(out->unseen.fd) != 0))
        return fail(out, errno, err);
    return !out->unseen.path ||
           (unseen_place(&out->unseen, err) &&
            (flush_name(out->unseen.path) || err_errno(err, MC_IOERR, errno, "%s: cannot be kept", out->unseen.path)));
}

void outfile_close(struct outfile *out) {
    if (out->file && out->file != stdout)
        fclose(out->file);
    unseen_close(&out->unseen);
    *out = (struct outfile){0};
}

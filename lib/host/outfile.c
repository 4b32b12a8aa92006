#include "host/outfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

static const char *name_of(const struct outfile *out) {
    return out->path ? out->path : "standard output";
}

/* A rename would put a file in the place of a device, a link or a pipe. */
static bool check_place(const char *path, struct err *err) {
    struct stat st;
    if (lstat(path, &st) != 0 || S_ISREG(st.st_mode))
        return true;
    return err_set(err, MC_CANTCREAT, "%s: is there and is no file: name another, or use standard output", path);
}

static bool open_beside(struct outfile *out, struct err *err) {
    if (!beside_make(&out->beside, out->path, err))
        return false;
    out->file = fdopen(out->beside.fd, "w");
    return out->file || err_errno(err, MC_OSERR, errno, "%s: cannot be written", out->path);
}

bool outfile_open(struct outfile *out, const char *path, struct err *err) {
    *out = (struct outfile){0};
    if (!path || strcmp(path, "-") == 0) {
        out->file = stdout;
        return true;
    }
    out->path = xstrdup(path);
    return check_place(path, err) && open_beside(out, err);
}

bool outfile_add(struct outfile *out, const struct text *text, struct err *err) {
    errno = 0;
    return fwrite(text_str(text), 1, text->len, out->file) == text->len ||
           err_errno(err, MC_IOERR, errno, "%s: cannot be written", name_of(out));
}

bool outfile_finish(struct outfile *out, struct err *err) {
    if (fflush(out->file) != 0)
        return err_errno(err, MC_IOERR, errno, "%s: cannot be written", name_of(out));
    return !out->path || beside_put(&out->beside) ||
           err_errno(err, MC_CANTCREAT, errno, "%s: cannot be put in its place", out->path);
}

void outfile_close(struct outfile *out) {
    if (out->file && out->file != stdout) {
        fclose(out->file);
        out->beside.fd = -1;
    }
    beside_end(&out->beside);
    free(out->path);
    *out = (struct outfile){0};
}

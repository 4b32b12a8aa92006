#include <errno.h>
#include <unistd.h>

#include "base/err.h"
#include "host/files.h"
#include "host/flush.h"
#include "host/unseen.h"

/* In the place of what is there, or only where nothing is. */
struct putting {
    const char *bytes;
    size_t n;
    bool over, flush;
};
static bool put(const char *path, const struct putting *what, struct err *err) {
    struct unseen file;
    bool done;
    if (!unseen_open(&file, path, err))
        return false;
    done = (unseen_write(&file, what->bytes, what->n) && (!what->flush || fsync(file.fd) == 0)) ||
           err_errno(err, MC_IOERR, errno, "%s: cannot be written", path);
    done = done && (what->over ? unseen_place : unseen_create)(&file, err) &&
           (!what->flush || flush_name(path) || err_errno(err, MC_IOERR, errno, "%s: cannot be kept", path));
    unseen_close(&file);
    return done;
}

bool files_write(const char *path, const char *bytes, size_t n, struct err *err) {
    return put(path, &(struct putting){.bytes = bytes, .n = n, .over = true, .flush = true}, err);
}

bool files_put(const char *path, const char *bytes, size_t n, struct err *err) {
    return put(path, &(struct putting){.bytes = bytes, .n = n, .over = true}, err);
}

bool files_create(const char *path, const char *bytes, size_t n, struct err *err) {
    return put(path, &(struct putting){.bytes = bytes, .n = n}, err);
}

bool files_create_whole(const char *path, const char *bytes, size_t n, struct err *err) {
    return put(path, &(struct putting){.bytes = bytes, .n = n, .flush = true}, err);
}

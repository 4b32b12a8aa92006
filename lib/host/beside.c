#include "host/beside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"

bool beside_make(struct beside *beside, const char *place, struct err *err) {
    char suffix[13];

    random_hex(suffix, sizeof suffix - 1);
    *beside = (struct beside){.place = place, .path = xasprintf("%s.%s", place, suffix)};
    beside->fd = open(beside->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (beside->fd >= 0)
        return true;
    err_errno(err, MC_CANTCREAT, errno, "%s: cannot be made", place);
    free(beside->path);
    beside->path = NULL;
    return false;
}

bool beside_put(struct beside *beside) {
    if (fsync(beside->fd) != 0 || rename(beside->path, beside->place) != 0)
        return false;
    free(beside->path);
    beside->path = NULL;
    return true;
}

void beside_end(struct beside *beside) {
    if (beside->place && beside->fd >= 0)
        close(beside->fd);
    if (beside->path)
        (void)unlink(beside->path);
    free(beside->path);
    *beside = (struct beside){0};
}

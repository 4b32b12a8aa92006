#include <errno.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/git_tree.h"

enum { TRIES = 100 };

/* Nothing that was moved aside before is overwritten. */
static bool move_aside(const char *lock, const char *why) {
    for (int i = 0; i < TRIES; i++) {
        char *aside = i ? xasprintf("%s.%s.%d", lock, why, i) : xasprintf("%s.%s", lock, why);
        bool moved = link(lock, aside) == 0 && unlink(lock) == 0;
        int error = errno;

        free(aside);
        if (moved || error != EEXIST) {
            errno = error;
            return moved;
        }
    }
    return false;
}

bool git_tree_unlock(const struct git_tree *tree, const char *why, struct err *err) {
    static const char *const names[] = {"index.lock", "HEAD.lock"};
    bool ok = true;

    for (size_t i = 0; ok && i < sizeof names / sizeof *names; i++) {
        char *lock = xasprintf("%s/%s", tree->admin, names[i]);

        if (!move_aside(lock, why) && errno != ENOENT)
            ok = err_errno(err, MC_UNAVAILABLE, errno, "%s: cannot be moved aside", lock);
        free(lock);
    }
    return ok;
}

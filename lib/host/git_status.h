#ifndef MC_GIT_STATUS_H
#define MC_GIT_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "host/git_tree.h"
#include "host/spawn.h"

/* Git's own listing of what differs from HEAD, taken apart byte by byte. */
struct git_listing {
    struct git_changes changes;
    struct git_changes converted; /* what git calls changed and is not: each as it was `seen` before it was compared */
    char head[OID_SIZE];          /* "": no commit */
    size_t unreadable;            /* folders that git could not look into */
};
void git_listing_release(struct git_listing *listing);

/* One record of it, without its NUL; `listing` is the listing: a git_records's. */
bool git_status_note(void *listing, const char *record, struct err *err);

struct git_asking {
    const struct spawn_meanwhile *meanwhile; /* done beside it; NULL: nothing */
    int64_t timeout_ms;                      /* 0: git_run's own */
};
bool git_status_read(struct git_listing *listing, const struct git_tree *tree, const struct git_asking *asking,
                     struct err *err);

#endif

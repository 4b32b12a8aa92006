#include "host/git_compare.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/descriptors.h"
#include "host/git_batch.h"
#include "host/whole.h"

struct compare {
    struct beneath *beneath;
    struct git_comparisons *all;
    size_t at;
    int fd;         /* of a file; -1: none */
    char *link;     /* where a link leads */
    size_t link_at; /* how much of it is compared */
};

/* Only what is as long can be the same. */
static bool begin(void *context, int64_t size, struct err *err) {
    struct compare *compare = context;
    struct git_comparison *one = &compare->all->items[compare->at];
    if (!beneath_look(compare->beneath, one->path, &one->seen, err))
        return false;
    if (one->seen.size != size)
        return true;
    if (one->seen.kind == BENEATH_LINK) {
        compare->link = beneath_link(compare->beneath, one->path, err);
        compare->link_at = 0;
        one->same = compare->link != NULL;
        return one->same;
    }
    if (one->seen.kind == BENEATH_FILE) {
        struct beneath_seen looked = one->seen;
        compare->fd = beneath_read(compare->beneath, one->path, &one->seen, err);
        one->same = beneath_same(&looked, &one->seen);
        return compare->fd >= 0;
    }
    return true;
}

static bool link_has(struct compare *compare, const char *bytes, size_t n) {
    const char *rest = compare->link + compare->link_at;
    compare->link_at += n;
    return strlen(rest) >= n && memcmp(rest, bytes, n) == 0;
}

static bool bytes_come(void *context, const char *bytes, size_t n, struct err *err) {
    struct compare *compare = context;
    struct git_comparison *one = &compare->all->items[compare->at];
    (void)err;
    if (one->same)
        one->same = compare->link != NULL ? link_has(compare, bytes, n) : whole_has(compare->fd, bytes, n);
    return true;
}

static void leave(struct compare *compare) {
    descriptor_close(&compare->fd);
    free(compare->link);
    compare->link = NULL;
}

/* It is over, and it is the same that it was when we began, so nothing more is in it. */
static bool finish(void *context, struct err *err) {
    struct compare *compare = context;
    struct git_comparison *one = &compare->all->items[compare->at++];
    struct beneath_seen now;
    leave(compare);
    if (!beneath_look(compare->beneath, one->path, &now, err))
        return false;
    one->same = one->same && beneath_same(&one->seen, &now);
    return true;
}

bool git_compare(const struct git_tree *tree, struct beneath *beneath, struct git_comparisons *comparisons,
                 struct err *err) {
    struct compare compare = {.beneath = beneath, .all = comparisons, .fd = -1};
    const char **oids = xcalloc(comparisons->count, sizeof *oids);
    struct git_batch batch = {.oids = oids,
                              .count = comparisons->count,
                              .begin = begin,
                              .bytes = bytes_come,
                              .end = finish,
                              .context = &compare};
    bool done;
    for (size_t i = 0; i < comparisons->count; i++)
        oids[i] = comparisons->items[i].oid;
    done = git_batch(tree, &batch, err);
    leave(&compare);
    free(oids);
    return done;
}

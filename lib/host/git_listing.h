#ifndef MC_GIT_LISTING_H
#define MC_GIT_LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include "host/git_tree.h"

struct err;
struct git_part;
struct text;

/* What `git ls-tree -z` and `git diff-tree -z --no-renames` print, record by record, as it comes. */
struct git_record {
    char mode[8]; /* after: "100644"; "000000": it is not there */
    char oid[OID_SIZE];
    char before[8]; /* diff-tree: the mode on the other side */
    const char *path;
};
struct git_listing {
    bool differences; /* diff-tree's form */
    bool (*record)(void *context, const struct git_record *record, struct err *err);
    void *context;
    struct text *held; /* the beginning of a record that is not all there yet */
};
/* Takes the next bytes; 69 where they are no such listing. `context` is the listing: a git_sink's. */
bool git_listing_take(void *context, const char *bytes, size_t n, struct err *err);
/* False where it broke off inside a record. */
bool git_listing_end(const struct git_listing *listing, struct err *err);

/* All that this one prints; `held` is seen to. */
bool git_listing_read(const struct git_tree *tree, const struct git_part *part, struct git_listing listing,
                      struct err *err);

/* Every file that differs between two commits or trees. */
struct git_differing {
    const char *from, *to;
    bool (*record)(void *context, const struct git_record *record, struct err *err);
    void *context;
};
bool git_differences(const struct git_tree *tree, const struct git_differing *differing, struct err *err);

/* The paths of a list of changes, each once, in the order of their bytes. One that the index and the tree each list
 * stands there as the tracked one. */
struct git_paths {
    struct git_change **items;
    size_t count;
};
void git_paths_of(struct git_paths *paths, const struct git_changes *changes);
void git_paths_release(struct git_paths *paths);
/* Where in items it is; count where it is not. */
size_t git_paths_find(const struct git_paths *paths, const char *path);

#endif

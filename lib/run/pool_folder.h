#ifndef MC_POOL_FOLDER_H
#define MC_POOL_FOLDER_H

#include <stdbool.h>

struct err;
struct git;
struct site;
struct workspace;

/* The folder of a workspace's slots, as a row of the board has it. */
struct pool_folder {
    const struct workspace *workspace;
    const char *path;
    const struct git *git; /* its repository */
    bool deleted;          /* a person has said that what was there is gone */
};

/* Made, ours alone, this board's. Refused before anything is written there: 78 where it lies in a checkout of the
 * repository or its git directory, or in another workspace's pool; 77 where others may write in it or above it, or it
 * is another board's; 69 it is lost (pool_folder_lost); 73, 74 it cannot be made. */
bool pool_folder_enter(struct site *site, const struct pool_folder *pool, struct err *err);

/* Are its mark and a slot gone that the repository still knows of? Perhaps its disk is not mounted: err says so, or
 * that the board failed. */
bool pool_folder_lost(struct site *site, const struct pool_folder *pool, struct err *err);

/* Where it lies and whose it is, judged alike, and nothing is made; without a board it is nobody's. */
bool pool_folder_look(struct site *site, const struct pool_folder *pool, struct err *err);

#endif

#ifndef MC_BENEATH_H
#define MC_BENEATH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct err;

/* Files below one directory, reached step by step from its descriptor: no symbolic link leads out of it, also none that
 * is put there meanwhile. Paths are relative, as git lists them; one with an empty, "." , ".." or ".git" part is
 * refused (65). What lies behind a link or a file that stands where a directory should is not there. */
struct beneath {
    int root;
    int fd;            /* the directory of the path last asked for; -1: none */
    char *parent;      /* its path */
    const char *where; /* the root's, for messages */
};
bool beneath_path_is_good(const char *path);
bool beneath_open(struct beneath *beneath, const char *root, struct err *err);
void beneath_release(struct beneath *beneath); /* zeroed by `beneath_open` alone */

enum beneath_kind { BENEATH_NOTHING, BENEATH_FILE, BENEATH_LINK, BENEATH_DIR, BENEATH_OTHER };
struct beneath_seen {
    enum beneath_kind kind;
    bool executable;
    int64_t device, inode, size, changed_ns, status_ns, mode;
};
/* The same file, untouched since. */
bool beneath_same(const struct beneath_seen *a, const struct beneath_seen *b);

/* Whether the directory above a path lets its names go: 77 where not. */
bool beneath_may_remove(struct beneath *beneath, const char *path, struct err *err);

bool beneath_look(struct beneath *beneath, const char *path, struct beneath_seen *seen, struct err *err);

/* What is wrong with a path, as err (65), and that it has changed meanwhile; false. */
bool beneath_refuse(const struct beneath *beneath, const char *path, const char *what, struct err *err);
bool beneath_changed(const struct beneath *beneath, const char *path, struct err *err);

/* A descriptor of a regular file, and what fstat says of it; -1: 77 where it cannot be read, 65 where it is none. */
int beneath_read(struct beneath *beneath, const char *path, struct beneath_seen *seen, struct err *err);

/* Where a symbolic link leads, as a new string; NULL with err. */
char *beneath_link(struct beneath *beneath, const char *path, struct err *err);

/* Unlinks a file or link, where it is still the one that was seen (65 where not; nothing there is fine). */
bool beneath_remove(struct beneath *beneath, const char *path, const struct beneath_seen *seen, struct err *err);

/* Removes the directories above a path that hold nothing, from below. */
void beneath_prune(struct beneath *beneath, const char *path);

/* Holds a directory, at any depth, nothing but directories and files that `goes` says yes of, by their paths? */
struct beneath_ask {
    bool (*goes)(const void *context, const char *path);
    const void *context;
};
bool beneath_holds_only(struct beneath *beneath, const char *path, const struct beneath_ask *ask);

/* Removes a directory that holds nothing but such directories; true where it is gone, or never was. */
bool beneath_hollow(struct beneath *beneath, const char *path);

/* A new file or link by the name `temporary` in the root, then by its own; what is at `path` is replaced. Missing
 * directories are made. 73, 74. */
int beneath_begin(struct beneath *beneath, const char *temporary, struct err *err);
bool beneath_begin_link(struct beneath *beneath, const char *temporary, const char *to, struct err *err);
bool beneath_place(struct beneath *beneath, const char *temporary, const char *path, struct err *err);
/* The same of what is below another directory, by the same path there: in no other's place (73). */
bool beneath_adopt(struct beneath *beneath, struct beneath *from, const char *path, struct err *err);
void beneath_discard(struct beneath *beneath, const char *temporary);

#endif

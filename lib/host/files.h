#ifndef MC_FILES_H
#define MC_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct text;

/* Files and directories of ours: 0600 and 0700, symbolic links not followed where we create, owner checked. */

/* Makes the directory and its missing parents 0700. An existing last one must be a directory of ours, not a link,
 * not writable by others (77); a parent is only walked through. 73 when it cannot be made. */
bool files_make_dir(const char *path, struct err *err);

/* The same for a directory inside one that nobody else may enter: who may write into it is its user's business. */
bool files_make_inner_dir(const char *path, struct err *err);

/* Whole file, at most max bytes; 66 when it is not there. */
bool files_read(struct text *out, const char *path, size_t max, struct err *err);

/* The same for a file that commands or secrets come from: ours or root's, a regular file, not writable by group or
 * others (77). */
bool files_read_trusted(struct text *out, const char *path, size_t max, struct err *err);

/* The same for one that others may not read either. */
bool files_read_secret(struct text *out, const char *path, size_t max, struct err *err);

/* Written whole beside it (0600, O_EXCL, fsync), then renamed, and on the disk by that name. */
bool files_write(const char *path, const char *bytes, size_t n, struct err *err);

/* The same without the flush: whole for every reader, but perhaps not there after a power cut. */
bool files_put(const char *path, const char *bytes, size_t n, struct err *err);

/* A new 0600 file; false with 73 when something is there already. */
bool files_create(const char *path, const char *bytes, size_t n, struct err *err);

/* The same, written whole (fsync) before it has its name, and on the disk by it: nobody ever reads half of it. */
bool files_create_whole(const char *path, const char *bytes, size_t n, struct err *err);

/* The last max bytes of a file, at a line's border; empty when it is not there. */
void files_tail(struct text *out, const char *path, size_t max);
void files_end(struct text *out, const char *path, size_t max); /* wherever they begin */

/* The first bytes of a file, at most max; 0 when it cannot be read. */
size_t files_head(const char *path, char *bytes, size_t max);

/* Where a symbolic link leads, one step, as a new string; NULL: it is none. */
char *files_link(const char *path);

/* The same place by an absolute path, as a new string: a relative one is taken from where we are, its folder without
 * links; the last name is not followed and need not be there. */
char *files_absolute(const char *path);

bool files_exists(const char *path);
bool files_is_dir(const char *path);
bool files_is_at(int fd, const char *path);        /* is this open file what stands there, and no link to it? */
bool files_has_dirs(const char *path);             /* is there a directory in it? false, too, where it cannot be read */
void files_touch(const char *path);                /* makes or stamps it, 0600, no flush; failures are left alone */
void files_remove(const char *path);               /* missing is fine */
void files_move(const char *path, const char *to); /* whatever it is, also a link; what cannot be stays */
bool files_take(const char *path);                 /* removes it; of several callers one is told true */
int64_t files_size(const char *path);              /* -1: not there */
int64_t files_changed_at(const char *path);        /* Unix ms of last change; 0: not there */

/* An executable regular file: by its path when it has a slash, else on `path` (a PATH). New string or NULL; *found_not
 * executable says that a file is there without the right to run it. */
char *files_find_program(const char *name, const char *path, bool *not_executable);

/* The directory of the running program (for libexec neighbours), as a new string. */
char *files_program_dir(void);

#endif

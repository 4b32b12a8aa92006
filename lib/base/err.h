#ifndef MC_ERR_H
#define MC_ERR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/exits.h"

/* One failure: composed once where it happens, wrapped on the way up, printed once in cmd/.
 * Zeroed means "no failure". The text names the object, what happened and what to do; it is one line.
 * Functions that can fail return bool (true: done) and take `struct err *` last, never NULL. */
struct err {
    enum mc_exit code;
    char *text;    /* owned; NULL while there is no failure */
    size_t advice; /* where in it what to do begins, behind "; "; 0: nowhere of its own */
};

/* Sets the failure and returns false, so that `return err_set(...)` reads well. An earlier one is replaced. */
bool err_set(struct err *err, enum mc_exit code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same with ": strerror(error_number)" appended; the code follows from the errno:
 * ENOSPC, EDQUOT, EIO, EROFS, EFBIG 74 · EACCES, EPERM 77 · ENOMEM, EAGAIN, EMFILE, ENFILE 71 · else `code`. */
bool err_errno(struct err *err, enum mc_exit code, int error_number, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Is it want of memory, of open files or of processes, which says nothing of what was asked for? */
bool err_is_want(int error_number);

/* Puts "context: " before the text of a failure; returns false. */
bool err_wrap(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "; " and what to do behind the text of a failure; returns false. */
bool err_advise(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same with a word for a shell in the place of each {}, in quotes where it needs them; the last one as often as it
 * takes. */
bool err_advise_words(struct err *err, const char *advice, const char *const *words);
#define ERR_WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

void err_release(struct err *err);

#endif

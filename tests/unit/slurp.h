#ifndef MC_SLURP_H
#define MC_SLURP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"

/* A file's bytes, behind what stands there; of one that is not there, none. */
static inline void slurp(const char *path, struct text *out) {
    char bytes[4096];
    int fd = open(path, O_RDONLY);
    for (ssize_t n; fd >= 0 && (n = read(fd, bytes, sizeof bytes)) > 0;)
        text_addn(out, bytes, (size_t)n);
    if (fd >= 0)
        close(fd);
}

/* In place of what was in it. */
static inline void spill(const char *path, const char *bytes, size_t n) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), (ssize_t)n);
    close(fd);
}

static inline void same(const struct text *a, const struct text *b) {
    assert_int_equal(a->len, b->len);
    assert_memory_equal(text_str(a), text_str(b), a->len);
}

#endif

#ifndef MC_SHEBANG_H
#define MC_SHEBANG_H

#include <stdbool.h>
#include <stddef.h>

/* What the kernel looks at to see whether a program is a script (BINPRM_BUF_SIZE). */
enum { SHEBANG_BYTES = 256 };

/* The first line of a script: what runs it. */
struct shebang {
    char *interpreter; /* an absolute path */
    char
        *wanted; /* what env(1) is told to look up, a name or an absolute path; NULL: it is no env, or cannot be told */
};

/* Reads the first bytes of a program. False when it is no script, or its line says nothing that can be judged without
 * running it: then it is for the kernel to find out. */
bool shebang_read(struct shebang *line, const char *head, size_t n);
void shebang_release(struct shebang *line);

#endif

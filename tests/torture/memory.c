/* A machine that has no more memory, for one program that knows nothing of it:
 *
 *     LD_PRELOAD=$MC_MEMORY_SHIM MC_MEMORY_OF=mc-pickup MC_MEMORY_COUNT=FILE [MC_MEMORY_AT=N [MC_MEMORY_ON=1]] …
 *
 * The N-th allocation of the program of that name fails, with MC_MEMORY_ON that and all behind it. FILE, which is made,
 * has how many there were, as 4 bytes, and of a run in which none fails 4 for each of them, the same for those that the
 * same functions of the program have asked for. Counted from its main on; SQLite's are among them. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "callers.h"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

enum { MANY = 1 << 20 };

static uint32_t *count; /* with MANY behind it */
static __thread bool asking;
static uint32_t at;
static bool on;

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("MC_MEMORY_OF"), *file = getenv("MC_MEMORY_COUNT"), *number = getenv("MC_MEMORY_AT");
    int fd;
    if (!name || !file || strcmp(name, program_invocation_short_name) != 0)
        return;
    at = number ? (uint32_t)strtoul(number, NULL, 10) : 0;
    on = getenv("MC_MEMORY_ON") != NULL;
    callers_begin();
    fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, (MANY + 1) * sizeof *count) != 0)
        abort();
    void *shared = mmap(NULL, (MANY + 1) * sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    count = shared == MAP_FAILED ? NULL : shared;
}

static bool fails(void) {
    if (!count || asking)
        return false;
    *count += 1;
    if (!at && *count <= MANY) {
        asking = true;
        count[*count] = callers();
        asking = false;
    }
    if (!at || *count < at || (!on && *count > at))
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size) {
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    return fails() ? NULL : __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    return fails() ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return fails() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    void *memory = fails() ? NULL : __libc_memalign(alignment, size);
    *out = memory;
    return memory ? 0 : ENOMEM;
}

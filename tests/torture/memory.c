/* A machine that has no more memory, for one program that knows nothing of it:
 *
 *     LD_PRELOAD=$MC_MEMORY_SHIM MC_MEMORY_OF=mc-pickup MC_MEMORY_COUNT=FILE [MC_MEMORY_AT=N [MC_MEMORY_ON=1]] …
 *
 * The N-th allocation of the program of that name fails, with MC_MEMORY_ON that and all behind it. FILE, which is made,
 * has how many there were, as 4 bytes, and of a run in which none fails 4 for each of them, the same for those that the
 * same functions of the program have asked for. Counted from its main on; SQLite's are among them. */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

enum { MANY = 1 << 20, DEPTH = 64 };

static uint32_t *count; /* with MANY behind it */
static __thread bool asking;
static uintptr_t first, last; /* of the program's own text and data */
static uint32_t at;
static bool on;

/* The first that is told is the program itself. */
static int find_program(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size;
    (void)context;
    first = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD)
            last = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;
    return 1;
}

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("MC_MEMORY_OF"), *file = getenv("MC_MEMORY_COUNT"), *number = getenv("MC_MEMORY_AT");
    int fd;
    if (!name || !file || strcmp(name, program_invocation_short_name) != 0)
        return;
    at = number ? (uint32_t)strtoul(number, NULL, 10) : 0;
    on = getenv("MC_MEMORY_ON") != NULL;
    void *frames[1];
    dl_iterate_phdr(find_program, NULL);
    (void)backtrace(frames, 1); /* which asks for memory the first time */
    fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, (MANY + 1) * sizeof *count) != 0)
        abort();
    void *shared = mmap(NULL, (MANY + 1) * sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    count = shared == MAP_FAILED ? NULL : shared;
}

/* Of the program's functions that ask, by themselves or by what they call (FNV-1a). */
static uint32_t callers(void) {
    void *frames[DEPTH];
    uint32_t hash = 2166136261U;
    int depth = backtrace(frames, DEPTH);
    for (int i = 0; i < depth; i++) {
        uintptr_t frame = (uintptr_t)frames[i];
        if (frame >= first && frame < last)
            hash = (hash ^ (uint32_t)(frame - first)) * 16777619U;
    }
    return hash;
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

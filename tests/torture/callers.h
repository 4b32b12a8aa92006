#ifndef MC_TEST_CALLERS_H
#define MC_TEST_CALLERS_H

#include <execinfo.h>
#include <link.h>
#include <stdint.h>

/* Which functions of the program are under way, whatever libraries they have called: a number that is the same in every
 * run of it. */
static uintptr_t callers_first, callers_end; /* of the program's own text and data */

/* The first that is told is the program itself. */
static int callers_find(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size;
    (void)context;
    callers_first = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD)
            callers_end = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;
    return 1;
}

/* Asks for memory, which the rest does not. */
static void callers_begin(void) {
    void *frames[1];
    dl_iterate_phdr(callers_find, NULL);
    (void)backtrace(frames, 1);
}

/* FNV-1a */
static uint32_t callers(void) {
    enum { DEPTH = 64 };
    void *frames[DEPTH];
    uint32_t hash = 2166136261U;
    int depth = backtrace(frames, DEPTH);
    for (int i = 0; i < depth; i++) {
        uintptr_t frame = (uintptr_t)frames[i];
        if (frame >= callers_first && frame < callers_end)
            hash = (hash ^ (uint32_t)(frame - callers_first)) * 16777619U;
    }
    return hash;
}

#endif

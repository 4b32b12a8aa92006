/* Which of the mutants woven into a build (weave.py) this process is: the number that the link NUMBER in the fence's
 * folder leads to, 0 without one. Not the environment: programs clean theirs. Where there is a map SEEN, each place
 * that is asked about leaves a mark: so a plain run says which places a test reaches. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int mc_mutant;
unsigned char *mc_mutant_seen;
void mc_mutant_patch(const void *at, const void *row, unsigned long size);
int mc_mutant_row(int sql);

__attribute__((constructor(101))) static void choose(void) {
    char number[16] = "";
    if (readlink(MC_MUTANT_FOLDER "/number", number, sizeof number - 1) <= 0) {
        return;
    }
    mc_mutant = (int)strtol(number, NULL, 10);
    int seen = mc_mutant == 0 ? open(MC_MUTANT_FOLDER "/seen", O_RDWR | O_CLOEXEC) : -1;
    struct stat st;
    if (seen >= 0 && fstat(seen, &st) == 0) {
        void *map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, seen, 0);
        mc_mutant_seen = map == MAP_FAILED ? NULL : map;
    }
    if (seen >= 0) {
        close(seen);
    }
}

/* Puts a row in the place of a table's row, be it const or not. */
void mc_mutant_patch(const void *at, const void *row, unsigned long size) {
    unsigned long page = (unsigned long)sysconf(_SC_PAGESIZE);
    unsigned long first = (unsigned long)at / page * page;
    mprotect((void *)first, (unsigned long)at + size - first, PROT_READ | PROT_WRITE);
    memcpy((void *)(unsigned long)at, row, size);
}

/* Marks the SQL statement of that number. */
int mc_mutant_row(int sql) {
    if (mc_mutant_seen) {
        mc_mutant_seen[MC_MUTANT_ROWS + sql] = 1;
    }
    return sql;
}

#ifndef MC_TEST_FOLDER_H
#define MC_TEST_FOLDER_H

/* A test in an empty folder of its own, in which what it has written is called "file"; anything else that is left there
 * fails it. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/mc-unit-XXXXXX";

static inline int folder_enter(void **state) {
    (void)state;
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : 1;
}

static inline int folder_leave(void **state) {
    (void)state;
    unlink("file");
    return chdir("/") || rmdir(folder);
}

/* How many stand in it, hidden ones aside. */
static inline int folder_names(void) {
    DIR *dir = opendir(".");
    int count = 0;

    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

#endif

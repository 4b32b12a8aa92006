#ifndef MC_BESIDE_H
#define MC_BESIDE_H

#include <stdbool.h>

struct err;

/* A new file (0600) beside the place that it is for, and put there when it is whole: nobody ever sees half of it, and
 * what was there stays where that fails. Zeroed it is none. */
struct beside {
    const char *place; /* borrowed */
    char *path;        /* its own name meanwhile; NULL: none */
    int fd;            /* whoever takes it over sets -1 */
};
bool beside_make(struct beside *beside, const char *place, struct err *err); /* 73 */
bool beside_put(struct beside *beside); /* flushed to the disk and renamed; false: errno says why not */
void beside_end(struct beside *beside); /* closed, and taken away where it was not put */

#endif

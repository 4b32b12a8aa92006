#ifndef MC_TEST_SHARE_H
#define MC_TEST_SHARE_H

#include <stdbool.h>
#include <stdlib.h>

/* Of what is alike and many the suite tries a share; unit_NAME_long, which there is for each program that includes this
 * one, has MC_WHOLE in its environment and tries all. */
static inline bool share_is_whole(void) {
    return getenv("MC_WHOLE") != NULL;
}

/* Each so many. */
static inline int share(int each) {
    return share_is_whole() ? 1 : each;
}

#endif

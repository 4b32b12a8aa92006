#ifndef MC_RAZE_H
#define MC_RAZE_H

#include <stdbool.h>

/* Removes a folder of ours with everything in it: no link is followed, no other file system entered. False: something
 * is left. Nothing there is true. */
bool raze_folder(const char *path);

#endif

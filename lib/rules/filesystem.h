#ifndef MC_FILESYSTEM_H
#define MC_FILESYSTEM_H

#include <stdbool.h>
#include <stdint.h>

/* What statfs(2) says of a file system in f_type (SPEC section 16: an embedded board is for one machine). */

/* Its name for people, where other machines may write to it; NULL: a disk of this machine, as far as is known. */
const char *filesystem_network(uint32_t type);

/* A program's own (FUSE): sshfs and a local one look alike. */
bool filesystem_untold(uint32_t type);

#endif

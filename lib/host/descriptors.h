#ifndef MC_DESCRIPTORS_H
#define MC_DESCRIPTORS_H

#include <stdbool.h>
#include <stddef.h>

enum { DESCRIPTOR_NONE = 2 };

/* Closes every one from 3 up but these two; DESCRIPTOR_NONE: no such one. */
void descriptors_close(int keep, int inherit);

/* What is open is closed, and -1 from then on. */
void descriptor_close(int *fd);

/* The reading and the writing end, both from 3 up and close-on-exec, so that dup2 onto 0 to 2 never meets one of them.
 */
bool descriptor_pipe(int ends[2]);

/* So many bytes can be read from it now; `unknown` where it does not say. */
size_t descriptor_holds(int fd, size_t unknown);

#endif

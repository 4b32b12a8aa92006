#ifndef MC_DESCRIPTORS_H
#define MC_DESCRIPTORS_H

enum { DESCRIPTOR_NONE = 2 };

/* Closes every one from 3 up but these two; DESCRIPTOR_NONE: no such one. */
void descriptors_close(int keep, int inherit);

#endif

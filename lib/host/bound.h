#ifndef MC_BOUND_H
#define MC_BOUND_H

#include <stdbool.h>
#include <sys/types.h>

/* In a child: the kernel ends it as soon as its parent has ended. False: the parent has ended already. */
bool bound_to(pid_t parent);

#endif

#ifndef MC_HOST_ID_H
#define MC_HOST_ID_H

#include <stdbool.h>

struct err;
struct site;

/* What tells this machine, with this state folder, from every other: "/etc/machine-id-128 bits", of which the bits
 * stand in `host-id` in the folder, made once (0600) by whoever asks first. So a copy of the folder on another machine,
 * and a second folder on this one, are machines of their own. New string; NULL with err: 78 where the file is none of
 * ours. Without `make`, one that is not there yet gives NULL and no error. */
char *host_id(const struct site *site, bool make, struct err *err);

#endif

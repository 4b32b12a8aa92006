#ifndef MC_HTTP_H
#define MC_HTTP_H

#include <stdbool.h>

#include "host/http_wire.h"

struct err;

/* One HTTP exchange, done by the program mc-http (libexec): an idle pickup does not load libcurl, the token goes
 * through a pipe, and time and memory are bounded from outside as well. */

/* False only when mc-http itself could not be run (69/71); everything the network does is in the reply. */
bool http_exchange(const struct http_request *request, struct http_reply *reply, struct err *err);

#endif

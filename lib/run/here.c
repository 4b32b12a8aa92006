#include "run/here.h"

#include "base/err.h"
#include "base/text.h"
#include "run/site.h"

bool site_here(const struct site *site, const char *host) {
    return !host || !site->board || !board_is_shared(site->board) || text_same(host, site->config.host);
}

bool here_refuse(const char *key, const char *host, const char *what, struct err *err) {
    return err_set(err, MC_UNAVAILABLE, "%s: its agent is on host %s; run mc-ticket %s %s there", key, host, what, key);
}

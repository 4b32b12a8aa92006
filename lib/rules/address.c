#include "rules/address.h"

#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/text.h"

enum { ADDRESS_LONGEST = 500 };

/* Of ssh the name is one to log in with; elsewhere it may be a token. */
static void put_host(struct text *out, const char *host, bool ssh) {
    size_t n = strcspn(host, "/?#");
    const char *at = NULL;

    for (size_t i = 0; i < n; i++)
        if (host[i] == '@')
            at = host + i;
    if (at && ssh) {
        text_addn(out, host, strcspn(host, ":@"));
        text_add(out, "@");
    }
    host = at ? at + 1 : host;
    text_addn(out, host, strcspn(host, "?#"));
}

void address_public(struct text *out, const char *address) {
    const char *host = strstr(address, "://");
    struct text open = {0};

    if (host) {
        text_addn(&open, address, (size_t)(host - address) + strlen("://"));
        put_host(&open, host + strlen("://"), text_starts(address, "ssh") || text_starts(address, "git+ssh"));
    } else {
        text_add(&open, address);
    }
    clean_line(out, text_str(&open), open.len, ADDRESS_LONGEST);
    text_release(&open);
}

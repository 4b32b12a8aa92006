#include "run/hosts.h"

#include <stdlib.h>
#include <string.h>

#include "base/age.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "run/host_id.h"
#include "run/site.h"

/* What stands, or should stand, in this machine's row. Its strings are the site's, but the id. */
static void describe(const struct site *site, char *machine_id, struct host *self) {
    static char version[] = MC_VERSION;

    *self = (struct host){.name = site->config.host,
                          .machine_id = machine_id,
                          .boot_id = xstrdup(site->self.boot),
                          .version = version,
                          .max_running = site->config.max_running,
                          .seen_at = clock_now()};
}

/* What the next person does who reads it: two machines with one name, or one that was installed anew. */
static bool clash(const struct site *site, const struct host *row, struct err *err) {
    const char *name = site->config.host;
    char age[AGE_SIZE];

    age_words(clock_now() - row->seen_at, age);
    return err_set(err, MC_CONFIG,
                   "host %s: another machine has this name on the board, and was seen %s ago; set \"host\" in the "
                   "configuration of one of them; if that machine is no more, or was this one before it was installed "
                   "anew, mc-ticket hosts retire %s gives the name free",
                   name, age, name);
}

static bool read_id(struct site *site, bool make, char **id, struct err *err) {
    *id = host_id(site, make, err);
    return !err->text;
}

static bool judge(struct site *site, const struct host_list *list, const char *id, struct err *err) {
    const struct host *row = host_list_find(list, site->config.host);

    return host_meet(row, id) != HOST_MEETS_ANOTHER || clash(site, row, err);
}

bool hosts_check(struct site *site, struct err *err) {
    struct host_list list = {0};
    char *id = NULL;
    bool ok;

    if (!board_is_shared(site->board))
        return true;
    ok = read_id(site, false, &id, err) && hosts_list(site->board, &list, err) && judge(site, &list, id, err);
    host_list_release(&list);
    free(id);
    return ok;
}

/* Another may have been first with the name since the look. */
static bool note(struct site *site, struct host_list *list, const struct host *self, struct err *err) {
    bool noted = false;

    if (!hosts_note(site->board, self, &noted, err))
        return false;
    if (noted)
        return true;
    host_list_release(list);
    return hosts_list(site->board, list, err) && judge(site, list, self->machine_id, err);
}

bool hosts_enter(struct site *site, struct host_list *list, struct err *err) {
    const struct host *row;
    struct host self;
    char *id = NULL;
    bool ok;

    if (!board_is_shared(site->board))
        return true;
    ok = site_know_self(site, err) && read_id(site, !site->look, &id, err) && hosts_list(site->board, list, err) &&
         judge(site, list, id, err);
    if (ok) {
        row = host_list_find(list, site->config.host);
        site->back = row && row->retired_at;
        describe(site, id, &self);
        ok = site->look || !host_due(row, &self, self.seen_at) || note(site, list, &self, err);
        free(self.boot_id);
    }
    free(id);
    return ok;
}

bool hosts_settle(struct site *site, struct err *err) {
    return !site->back || hosts_settled(site->board, site->config.host, err);
}

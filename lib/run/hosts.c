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

/* This machine, its row, and what else says that it is no machine of its own. */
struct meeting {
    struct site *site;
    struct host self; /* as its row stands, or should; its strings are the site's, but the id and the boot */
    const struct host_list *list;
};

static void meeting_release(struct meeting *meeting) {
    free(meeting->self.machine_id);
    free(meeting->self.boot_id);
}

static bool describe(struct meeting *meeting, struct site *site, bool make, struct err *err) {
    static char version[] = MC_VERSION;
    struct host *self = &meeting->self;

    meeting->site = site;
    if (!site_know_self(site, err))
        return false;
    *self = (struct host){.name = site->config.host,
                          .machine_id = host_id(site, make, err),
                          .boot_id = xstrdup(site->self.boot),
                          .version = version,
                          .max_running = site->config.max_running,
                          .seen_at = clock_now()};
    self->started_at = self->seen_at - clock_up();
    return !err->text;
}

/* What the next person does who reads it: two machines with one name, or one that was installed anew. */
static bool clash(const struct meeting *meeting, const struct host *row, struct err *err) {
    char age[AGE_SIZE];

    age_words(meeting->self.seen_at - row->seen_at, age);
    return err_set(err, MC_CONFIG,
                   "host %s: another machine has this name on the board, and was seen %s ago; set \"host\" in the "
                   "configuration of one of them; if that machine is no more, or was this one before it was installed "
                   "anew, mc-ticket hosts retire %s gives the name free",
                   row->name, age, row->name);
}

/* Which of the two is the copy, a person knows alone. */
static bool copied(const struct meeting *meeting, const struct host *row, struct err *err) {
    return err_set(
        err, MC_CONFIG,
        "host %s: two machines are at work with this name and one host-id (this is boot %s): one is a copy of "
        "the other, and neither does anything; on the copy, remove %s/host-id and set \"host\" in its "
        "configuration to a name of its own (what it has of agents in that folder is a copy, too, and not at "
        "work); or stop its cron, and the other goes on within minutes",
        row->name, meeting->self.boot_id, meeting->site->folder);
}

static bool renamed(const struct host *self, const struct host_load *old, struct err *err) {
    return err_set(
        err, MC_CONFIG,
        "host %s: this machine is host %s on the board, where its agents (%lld), tickets in progress (%lld) "
        "and worktrees in use (%lld) stand under that name; put \"host\": \"%s\" into the configuration until "
        "they are done; or mc-ticket hosts retire %s gives it up: what is in progress is to be done again, "
        "and the next pickup ends its agents",
        self->name, old->name, (long long)old->live, (long long)old->tickets, (long long)old->taken, old->name,
        old->name);
}

/* Nobody would look after what stands under the name that it had. */
static bool judge_former(const struct meeting *meeting, const struct host *former, struct err *err) {
    struct host_load_list loads = {0};
    const struct host_load *load;
    bool ok = hosts_load(meeting->site->board, &loads, err);

    load = host_load_list_find(&loads, former->name);
    if (ok && load && (load->live || load->tickets || load->taken))
        ok = renamed(&meeting->self, load, err);
    host_load_list_release(&loads);
    return ok;
}

static int64_t patience(const struct meeting *meeting) {
    return host_patience(meeting->site->config.cron_interval_s);
}

static const struct host *own_row(const struct meeting *meeting) {
    return host_list_find(meeting->list, meeting->self.name);
}

static bool is_ours(const struct meeting *meeting, const struct host *row) {
    return host_meet(row, meeting->self.machine_id) == HOST_MEETS_ITSELF;
}

static bool judge(const struct meeting *meeting, struct err *err) {
    const struct host *self = &meeting->self, *row = own_row(meeting);
    const struct host *former = host_list_former(meeting->list, self);

    if (host_meet(row, self->machine_id) == HOST_MEETS_ANOTHER)
        return clash(meeting, row, err);
    if (is_ours(meeting, row) &&
        (host_is_copy(row, self, patience(meeting)) || host_has_copy(row, self, patience(meeting))))
        return copied(meeting, row, err);
    if (former && host_is_copy(former, self, patience(meeting)))
        return copied(meeting, former, err);
    return !former || judge_former(meeting, former, err);
}

bool hosts_check(struct site *site, struct err *err) {
    struct host_list list = {0};
    struct meeting meeting = {.list = &list};
    bool ok;

    if (!board_is_shared(site->board))
        return true;
    ok = describe(&meeting, site, false, err) && hosts_list(site->board, &list, err) && judge(&meeting, err);
    host_list_release(&list);
    meeting_release(&meeting);
    return ok;
}

/* Another may have been first with the name since the look. */
static bool note(struct meeting *meeting, struct host_list *list, struct err *err) {
    struct board *board = meeting->site->board;
    bool former = host_list_former(list, &meeting->self), noted = false;

    if (!hosts_note(board, &meeting->self, &noted, err))
        return false;
    if (noted)
        return !former || hosts_renamed(board, &meeting->self, err);
    host_list_release(list);
    return hosts_list(board, list, err) && judge(meeting, err);
}

/* Of two copies each tells the other that it is there; nothing else of the refused is written. */
static void tell_copy(struct meeting *meeting) {
    const struct host *row = own_row(meeting), *self = &meeting->self;
    struct board *board = meeting->site->board;
    struct err err = {0};
    bool noted;

    if (is_ours(meeting, row) && host_is_copy(row, self, patience(meeting)))
        (void)hosts_copy(board, self, &err);
    else if (is_ours(meeting, row) && text_same(row->boot_id, self->boot_id) &&
             host_has_copy(row, self, patience(meeting)))
        (void)hosts_note(board, self, &noted, &err);
    err_release(&err);
}

static bool enter(struct meeting *meeting, struct host_list *list, struct err *err) {
    struct site *site = meeting->site;
    struct host *self = &meeting->self;
    const struct host *row = own_row(meeting);

    self->heard_since = host_heard_since(row, self->seen_at, site->config.cron_interval_s);
    if (!judge(meeting, err)) {
        if (!site->look)
            tell_copy(meeting);
        return false;
    }
    site->back = !row || row->retired_at;
    return site->look || !host_due(row, self, self->seen_at) || note(meeting, list, err);
}

bool hosts_enter(struct site *site, struct host_list *list, struct err *err) {
    struct meeting meeting = {.list = list};
    bool ok;

    if (!board_is_shared(site->board))
        return true;
    ok = describe(&meeting, site, !site->look, err) && hosts_list(site->board, list, err) && enter(&meeting, list, err);
    meeting_release(&meeting);
    return ok;
}

bool hosts_settle(struct site *site, struct err *err) {
    return !site->back || hosts_settled(site->board, site->config.host, err);
}

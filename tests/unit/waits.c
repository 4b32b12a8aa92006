/* Which open breaker a ticket is said to wait for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "desk/waits.h"
#include "rules/rows.h"
#include "rules/workspace.h"
#include "run/site.h"
#include "store/breakers.h"

enum { MINUTE = 60000 };

static char machine[] = "machine", endpoint[] = "endpoint", codex[] = "profile:codex", claude[] = "profile:claude";
static char web[] = "workspace:web", own[] = "codex", other[] = "claude", place[] = "web";

/* The thing that it waits for, where these are open for so many minutes; "": for none. */
static const char *waits(const struct site *site, const struct ticket *ticket, const int *minutes) {
    static char *const things[] = {endpoint, machine, claude, codex, web};
    struct breaker_row rows[5] = {{0}};
    struct breaker_list list = {.items = rows, .count = 5};
    const struct breaker_row *row;

    for (size_t i = 0; i < 5; i++) {
        rows[i].thing = things[i];
        rows[i].breaker.open_until = minutes[i] ? clock_now() + minutes[i] * MINUTE : 0;
    }
    row = waits_for(site, ticket, &list);
    return row ? row->thing : "";
}

static const struct {
    enum transport transport;
    enum ticket_status status;
    char *profile, *workspace;
    int minutes[5]; /* of endpoint, machine, claude, codex, web */
    const char *thing;
} cases[] = {
    {TRANSPORT_TMUX, TICKET_TODO, NULL, NULL, {0, 0, 0, 0, 0}, ""},
    {TRANSPORT_TMUX, TICKET_TODO, NULL, NULL, {5, 0, 5, 0, 0}, ""},
    {TRANSPORT_HTTP, TICKET_TODO, NULL, NULL, {5, 0, 5, 0, 0}, "endpoint"},
    {TRANSPORT_TMUX, TICKET_TODO, NULL, NULL, {5, 4, 5, 3, 0}, "machine"},
    {TRANSPORT_TMUX, TICKET_TODO, NULL, NULL, {5, 3, 5, 4, 0}, "profile:codex"},
    {TRANSPORT_HTTP, TICKET_TODO, NULL, NULL, {2, 3, 5, 1, 0}, "machine"},
    {TRANSPORT_TMUX, TICKET_TODO, other, NULL, {5, 0, 4, 5, 0}, "profile:claude"},
    {TRANSPORT_TMUX, TICKET_TODO, NULL, place, {5, 0, 5, 3, 4}, "workspace:web"},
    {TRANSPORT_TMUX, TICKET_TODO, NULL, place, {5, 0, 5, 4, 3}, "profile:codex"},
    {TRANSPORT_HTTP, TICKET_IN_PROGRESS, NULL, place, {5, 5, 5, 5, 5}, ""},
    {TRANSPORT_TMUX, TICKET_TODO, NULL, NULL, {0, -5, 0, 1, 0}, "profile:codex"},
    {TRANSPORT_TMUX, TICKET_TODO, NULL, NULL, {0, -5, 0, 0, 0}, ""},
};

static void for_the_one_that_lasts_longest(void **state) {
    struct workspace workspaces[] = {{.name = place}, {.name = own}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct site site = {.config = {.profile = own, .workspaces = workspaces, .workspace_count = 2}};
        const struct ticket ticket = {
            .status = cases[i].status, .profile = cases[i].profile, .workspace = cases[i].workspace};
        const char *thing;

        site.config.send.transport = cases[i].transport;
        thing = waits(&site, &ticket, cases[i].minutes);
        if (strcmp(thing, cases[i].thing) != 0)
            fail_msg("case %zu: waits for \"%s\"", i, thing);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(for_the_one_that_lasts_longest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

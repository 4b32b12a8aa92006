#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "call.h"
#include "desk/page.h"
#include "host/files.h"
#include "run/outputs.h"

static bool read_limit(const struct call *call, long long *limit, struct err *err) {
    const char *given = option_value(&call->options, OPTION_LIMIT);

    *limit = PAGE_TICKETS;
    return !given || text_to_int(given, 0, PAGE_TICKETS_MAX, limit) ||
           err_set(err, MC_USAGE, "--limit %s: give how many tickets are to be shown, 0 to %d", given,
                   PAGE_TICKETS_MAX);
}

static bool print_page(struct call *call, int64_t limit, struct err *err) {
    struct text page = {0};
    bool ok = page_compose(&call->site, limit, &page, err);

    if (ok)
        fwrite(text_str(&page), 1, page.len, stdout);
    text_release(&page);
    return ok;
}

static void say_where(const struct call *call, const char *path) {
    if (call->json) {
        struct json *object = json_object();

        json_put_int(object, "schema", 1);
        json_put_string(object, "page", path);
        call_print(object);
        return;
    }
    print_line(path, 0);
    putchar('\n');
}

bool command_page(struct call *call, struct err *err) {
    const char *to = option_value(&call->options, OPTION_OUTPUT);
    bool standard = to && strcmp(to, "-") == 0, ok;
    long long limit;
    char *path;

    if (!read_limit(call, &limit, err))
        return false;
    if (standard && call->json)
        return err_set(err, MC_USAGE, "-o -: the page itself goes to standard output; leave --json away");
    if (!call_open(call, true, err))
        return false;
    if (standard)
        return print_page(call, limit, err);
    path = to ? files_absolute(to) : page_place(&call->site);
    ok =
        (!to || outputs_may(&call->site, path, err)) && page_write(&call->site, &(struct page_order){path, limit}, err);
    if (ok)
        say_where(call, path);
    free(path);
    return ok;
}

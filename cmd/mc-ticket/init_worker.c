#include "init_worker.h"

#include <stdio.h>

#include "base/err.h"
#include "base/json.h"
#include "call.h"
#include "run/site_board.h"
#include "store/board.h"

bool init_by_person(enum option_id option, struct err *err) {
    return site_variable("MC_RUN") == NULL ||
           err_set(err, MC_NOPERM, "init %s is a person's to say, and this is an agent's session (MC_RUN is set)",
                   options_row(option)->name);
}

static void say(const struct call *call, const char *role) {
    struct json *object;

    if (!call->json) {
        printf("worker         ");
        print_line(role, 0);
        printf(" may work on ");
        print_line(call->site.board_label, 0);
        puts(", and do nothing else there");
        return;
    }
    object = json_object();
    json_put_int(object, "schema", 1);
    json_put_string(object, "board", call->site.board_label);
    json_put_string(object, "worker", role);
    call_print(object);
}

bool init_worker(struct call *call, const struct site_options *options, struct err *err) {
    const char *role = option_value(&call->options, OPTION_WORKER);

    if (option_given(&call->options, OPTION_OWN))
        return err_set(err, MC_USAGE, "init takes --own, for a board that is a file, or --worker, for one on a server");
    if (!init_by_person(OPTION_WORKER, err) || !site_open(&call->site, options, err) ||
        !board_worker(call->site.board_path, role, err))
        return false;
    say(call, role);
    return true;
}

#include <stdio.h>

#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "call.h"
#include "store/tickets.h"

static void print_object(const struct call *call, const struct ticket *ticket, struct text *line) {
    struct json *object = json_object();
    char key[KEY_SIZE];

    site_key(&call->site, ticket->id, key);
    json_put_string(object, "ticket", key);
    json_put_string(object, "status", ticket_status_name(ticket->status));
    json_put_string(object, "priority", priority_name(ticket->priority));
    json_put_string(object, "title", ticket->title);
    json_put_string(object, "profile", ticket->profile);
    json_put_string(object, "labels", ticket->labels);
    json_put_string(object, "run", ticket->run_id);
    if (ticket->worker.pid != 0)
        json_put_int(object, "worker_pid", ticket->worker.pid);
    else
        json_put_null(object, "worker_pid");
    json_put_int(object, "attempts", ticket->attempts);
    json_put_string(object, "failure_reason", ticket->failure_reason);
    json_put_int(object, "created_at", ticket->created_at);
    json_put_int(object, "updated_at", ticket->updated_at);
    text_clear(line);
    json_print(object, line);
    fputs(text_str(line), stdout);
    json_free(object);
}

/* One object for the whole list, printed piece by piece: a board may be large. */
static void print_json(const struct call *call, const struct ticket_list *list) {
    struct text line = {0};

    fputs("{\"schema\":1,\"tickets\":[", stdout);
    for (size_t i = 0; i < list->count; i++) {
        fputs(i > 0 ? "," : "", stdout);
        print_object(call, &list->items[i], &line);
    }
    puts("]}");
    text_release(&line);
}

static void print_lines(const struct call *call, const struct ticket_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        const struct ticket *ticket = &list->items[i];
        char key[KEY_SIZE];

        site_key(&call->site, ticket->id, key);
        printf("%-9s %-11s %-8s ", key, ticket_status_name(ticket->status), priority_name(ticket->priority));
        print_line(ticket->title, 100);
        if (ticket->failure_reason != NULL) {
            fputs("  [", stdout);
            print_line(ticket->failure_reason, 60);
            putchar(']');
        }
        putchar('\n');
    }
}

bool command_list(struct call *call, struct err *err) {
    const char *status = option_value(&call->options, OPTION_STATUS);
    int wanted = status != NULL ? ticket_status_from(status) : TICKET_STATUS_COUNT;
    struct ticket_list list = {0};
    bool ok;

    if (wanted < 0)
        return err_set(err, MC_USAGE,
                       "--status %s: give inbox, todo, in_progress, in_review, needs_input, blocked, done or cancelled",
                       status);
    ok = call_open(call, true, err) &&
         tickets_list(call->site.board, &(struct ticket_filter){.status = (enum ticket_status)wanted}, &list, err);
    if (ok && call->json)
        print_json(call, &list);
    else if (ok)
        print_lines(call, &list);
    ticket_list_release(&list);
    return ok;
}

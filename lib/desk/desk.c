#include "desk/desk.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "run/site.h"

void desk_result_release(struct desk_result *result) {
    free(result->say);
    *result = (struct desk_result){0};
}

struct json *desk_result_json(const struct desk *desk, const struct desk_result *result) {
    struct json *object = json_object();
    char key[KEY_SIZE];

    json_put_int(object, "schema", 1);
    if (result->ticket) {
        site_key(desk->site, result->ticket, key);
        json_put_string(object, "ticket", key);
        json_put_string(object, "from", result->from < TICKET_STATUS_COUNT ? ticket_status_name(result->from) : NULL);
        json_put_string(object, "to", ticket_status_name(result->to));
    }
    json_put_bool(object, "changed", result->changed);
    json_put_string(object, "message", result->say);
    if (result->count)
        json_put_int(object, "count", result->count);
    if (result->message)
        json_put_int(object, "message_id", result->message);
    return object;
}

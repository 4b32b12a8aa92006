#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "call.h"
#include "desk/export.h"

bool command_export(struct call *call, struct err *err) {
    const char *path = option_value(&call->options, OPTION_OUTPUT);
    struct json *object;
    int64_t tickets = 0;

    if (!call_open(call, true, err) || !desk_export(&call->site, path, &tickets, err))
        return false;
    if (!path || strcmp(path, "-") == 0)
        return true; /* it is JSON, and nothing stands between its lines */
    if (!call->json) {
        printf("%lld ticket%s written to %s\n", (long long)tickets, tickets == 1 ? "" : "s", path);
        return true;
    }
    object = json_object();
    json_put_int(object, "schema", 1);
    json_put_string(object, "file", path);
    json_put_int(object, "tickets", tickets);
    call_print(object);
    return true;
}

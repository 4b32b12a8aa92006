#include "results.h"

#include "base/err.h"
#include "base/json.h"
#include "call.h"

void results_fail(struct call *call, struct json *results, const char *key, const struct err *err) {
    struct json *object;

    call_complain(err);
    call->status = (int)exit_worse((enum mc_exit)call->status, err->code);
    if (!results)
        return;
    object = json_object();
    json_put_string(object, "ticket", key);
    json_put(object, "error", call_error_json(err));
    json_push(results, object);
}

void results_print(const struct call *call, struct json *results) {
    struct json *object;

    if (!call->json) {
        json_free(results);
        return;
    }
    object = json_object();
    json_put_int(object, "schema", 1);
    json_put(object, "results", results);
    call_print(object);
}

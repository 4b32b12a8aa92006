#include "each.h"

#include <stdio.h>
#include <string.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "call.h"

static struct json *failure_json(const char *key, const struct err *err) {
    struct json *object = json_object();

    json_put_string(object, "ticket", key);
    json_put(object, "error", call_error_json(err));
    return object;
}

static bool each_single(struct call *call, each_one *one, struct err *err) {
    struct json *object = NULL;
    bool ok = one(call, call_word(call, 0), &object, err);

    if (ok && object)
        call_print(object);
    return ok;
}

static bool all_are_keys(const struct call *call, struct err *err) {
    const char *key;
    int64_t id;

    for (size_t i = 0; (key = call_word(call, i)) != NULL; i++)
        if (!call_key(call, key, &id, err))
            return false;
    return true;
}

bool each_key(struct call *call, each_one *one, struct err *err) {
    struct json *objects = NULL;
    const char *key;

    if (!all_are_keys(call, err))
        return false;
    if (!call_word(call, 1))
        return each_single(call, one, err);
    objects = json_array();
    for (size_t i = 0; (key = call_word(call, i)) != NULL; i++) {
        struct err failed = {0};
        struct json *object = NULL;

        if (!one(call, key, &object, &failed)) {
            call_complain(&failed);
            object = failure_json(key, &failed);
            call->status = (int)exit_worse((enum mc_exit)call->status, failed.code);
        }
        if (object)
            json_push(objects, object);
        err_release(&failed);
    }
    if (call->json) {
        struct json *all = json_object();

        json_put_int(all, "schema", 1);
        json_put(all, "results", objects);
        call_print(all);
    } else {
        json_free(objects);
    }
    return true;
}

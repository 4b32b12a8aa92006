#include "each.h"

#include "base/err.h"
#include "base/json.h"
#include "call.h"
#include "results.h"

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
    struct json *results = NULL;
    const char *key;

    if (!all_are_keys(call, err))
        return false;
    if (!call_word(call, 1))
        return each_single(call, one, err);
    results = json_array();
    for (size_t i = 0; (key = call_word(call, i)) != NULL; i++) {
        struct err failed = {0};
        struct json *object = NULL;

        if (!one(call, key, &object, &failed))
            results_fail(call, results, key, &failed);
        if (object)
            json_push(results, object);
        err_release(&failed);
    }
    results_print(call, results);
    return true;
}

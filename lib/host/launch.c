#include "host/launch.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"

enum { LAUNCH_MAX = 8 * 1024 * 1024, RECORDS_MAX = 65536, UMASK_MAX = 0777 };
static const char launch_head[] = "mc-launch 2";

static void put(struct text *out, const char *s) {
    text_addn(out, s, strlen(s) + 1);
}

static void put_list(struct text *out, const struct argv *list) {
    text_addf(out, "%zu", list->count);
    text_addc(out, '\0');
    for (size_t i = 0; i < list->count; i++)
        put(out, list->items[i]);
}

static void put_int(struct text *out, int64_t number) {
    text_addf(out, "%lld", (long long)number);
    text_addc(out, '\0');
}

static void put_limits(struct text *out, const struct limits *limits) {
    put_int(out, limits->count);
    for (int i = 0; i < limits->count; i++) {
        put_int(out, limits->of[i].soft);
        put_int(out, limits->of[i].hard);
    }
}

static bool env_ok(const struct argv *env) {
    for (size_t i = 0; i < env->count; i++)
        if (strchr(env->items[i], '=') == NULL || env->items[i][0] == '=')
            return false;
    return true;
}

/* NULL when it can be launched, else what is wrong with it. */
static const char *launch_fault(const char *cwd, const struct argv *env, const struct argv *argv) {
    if (cwd[0] != '/')
        return "its directory is not an absolute path";
    if (argv->count == 0 || argv->items[0][0] != '/')
        return "its program is not an absolute path";
    if (!env_ok(env))
        return "its environment has an entry without a name";
    return NULL;
}

bool launch_write(const char *path, const struct launch *launch, struct err *err) {
    struct text bytes = {.max = LAUNCH_MAX};
    const char *fault = launch_fault(launch->cwd, launch->env, launch->argv);
    bool done = false;
    if (fault != NULL)
        return err_set(err, MC_DATAERR, "%s: cannot be written: %s", path, fault);
    put(&bytes, launch_head);
    put(&bytes, launch->cwd);
    put_int(&bytes, (int64_t)launch->umask);
    put_limits(&bytes, &launch->limits);
    put_list(&bytes, launch->env);
    put_list(&bytes, launch->argv);
    if (bytes.over)
        err_set(err, MC_DATAERR, "%s: the command and its environment are over %d bytes", path, LAUNCH_MAX);
    else
        done = files_create(path, bytes.data, bytes.len, err);
    text_release(&bytes);
    return done;
}

struct taking {
    const struct text *bytes;
    size_t at;
};

/* The next record, or NULL when there is no whole one. */
static const char *take(struct taking *from) {
    const char *start = from->bytes->data + from->at;
    const char *end = from->at < from->bytes->len ? memchr(start, '\0', from->bytes->len - from->at) : NULL;
    if (end == NULL)
        return NULL;
    from->at += (size_t)(end - start) + 1;
    return start;
}

static bool take_int(struct taking *from, int64_t low, int64_t high, int64_t *value) {
    const char *record = take(from);
    long long number;
    if (record == NULL || !text_to_int(record, low, high, &number))
        return false;
    *value = number;
    return true;
}

static bool take_umask(struct taking *from, mode_t *value) {
    int64_t number = 0;
    bool ok = take_int(from, 0, UMASK_MAX, &number);
    *value = (mode_t)number;
    return ok;
}

static bool take_limits(struct taking *from, struct limits *limits) {
    int64_t count = 0;
    bool ok = take_int(from, 0, LIMITS_COUNT, &count);
    for (int i = 0; ok && i < count; i++)
        ok = take_int(from, -1, INT64_MAX, &limits->of[i].soft) && take_int(from, -1, INT64_MAX, &limits->of[i].hard);
    limits->count = (int)count;
    return ok;
}

static bool take_list(struct taking *from, struct argv *list) {
    const char *record;
    int64_t count;
    if (!take_int(from, 0, RECORDS_MAX, &count))
        return false;
    for (int64_t i = 0; i < count; i++) {
        if ((record = take(from)) == NULL)
            return false;
        argv_add(list, record);
    }
    return true;
}

const char *launch_parse(struct launch_order *order, const struct text *bytes) {
    struct taking from = {.bytes = bytes};
    const char *record = take(&from);
    if (record == NULL || strcmp(record, launch_head) != 0)
        return "it does not begin as one";
    if ((record = take(&from)) == NULL)
        return "it is cut";
    order->cwd = xstrdup(record);
    if (!take_umask(&from, &order->umask) || !take_limits(&from, &order->limits) || !take_list(&from, &order->env) ||
        !take_list(&from, &order->argv))
        return "it is cut";
    if (from.at != bytes->len)
        return "something follows its end";
    return launch_fault(order->cwd, &order->env, &order->argv);
}

bool launch_read(struct launch_order *order, const char *path, struct err *err) {
    struct text bytes = {.max = LAUNCH_MAX};
    struct stat seen;
    const char *fault;
    bool done = false;
    *order = (struct launch_order){0};
    if (lstat(path, &seen) == 0 && S_ISLNK(seen.st_mode))
        return err_set(err, MC_NOPERM, "%s: a symbolic link is not read", path);
    if (!files_read_secret(&bytes, path, LAUNCH_MAX, err))
        goto out;
    fault = launch_parse(order, &bytes);
    if (fault != NULL)
        err_set(err, MC_DATAERR, "%s: not a launch file: %s", path, fault);
    else
        done = true;
out:
    text_release(&bytes);
    if (!done)
        launch_order_release(order);
    return done;
}

void launch_order_release(struct launch_order *order) {
    free(order->cwd);
    argv_release(&order->env);
    argv_release(&order->argv);
    *order = (struct launch_order){0};
}

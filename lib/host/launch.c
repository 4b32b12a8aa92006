#include "host/launch.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"

enum { LAUNCH_MAX = 8 * 1024 * 1024, RECORDS_MAX = 65536 };
static const char launch_head[] = "mc-launch 1";

static void put(struct text *out, const char *s) {
    text_addn(out, s, strlen(s) + 1);
}

static void put_list(struct text *out, const struct argv *list) {
    text_addf(out, "%zu", list->count);
    text_addc(out, '\0');
    for (size_t i = 0; i < list->count; i++)
        put(out, list->items[i]);
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
    put_list(&bytes, launch->env);
    put_list(&bytes, launch->argv);
    if (bytes.over)
        err_set(err, MC_DATAERR, "%s: the command and its environment are over %d bytes", path, LAUNCH_MAX);
    else
        done = files_create(path, bytes.data, bytes.len, err);
    text_release(&bytes);
    return done;
}

/* The next record, or NULL when there is no whole one. */
static const char *take(const struct text *bytes, size_t *at) {
    const char *start = bytes->data + *at;
    const char *end = *at < bytes->len ? memchr(start, '\0', bytes->len - *at) : NULL;
    if (end == NULL)
        return NULL;
    *at += (size_t)(end - start) + 1;
    return start;
}

static bool take_list(struct argv *list, const struct text *bytes, size_t *at) {
    const char *record = take(bytes, at);
    long long count;
    if (record == NULL || !text_to_int(record, 0, RECORDS_MAX, &count))
        return false;
    for (long long i = 0; i < count; i++) {
        if ((record = take(bytes, at)) == NULL)
            return false;
        argv_add(list, record);
    }
    return true;
}

static const char *parse(struct launch_order *order, const struct text *bytes) {
    size_t at = 0;
    const char *record = take(bytes, &at);
    if (record == NULL || strcmp(record, launch_head) != 0)
        return "it does not begin as one";
    if ((record = take(bytes, &at)) == NULL)
        return "it is cut";
    order->cwd = xstrdup(record);
    if (!take_list(&order->env, bytes, &at) || !take_list(&order->argv, bytes, &at))
        return "it is cut";
    if (at != bytes->len)
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
    if (!files_read_trusted(&bytes, path, LAUNCH_MAX, true, err))
        goto out;
    fault = parse(order, &bytes);
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

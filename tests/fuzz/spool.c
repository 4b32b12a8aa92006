/* Events and launches in files of a run's folder, where its agent can write. */
#include "base/clean.h"
#include "fuzz.h"
#include "host/launch.h"
#include "run/told.h"

const struct fuzz_shape fuzz_shape = {"mc-launch 2", "", "", false};

enum { LITTLE = 600 };

/* What was read is printed, and reads as the same; where there is no room, at least its end is kept. */
static void prints(const struct told *told) {
    struct text printed = {0};
    struct told again;

    told_print(told, 0, &printed);
    fuzz_is_line(text_str(&printed));
    HOLDS(told_parse(&again, printed.data, printed.len));
    HOLDS(told->kind == again.kind && told->fault == again.fault && told->at == again.at);
    HOLDS(told->until == again.until && told->tick == again.tick && told->begun == again.begun);
    HOLDS(fuzz_same(told->reply, again.reply) && fuzz_same(told->detail, again.detail));
    HOLDS(strcmp(told->run, again.run) == 0 && strcmp(told->boot, again.boot) == 0);
    HOLDS(told->nonces.count == again.nonces.count && told->last.count == again.last.count);
    told_release(&again);
    told_print(told, LITTLE, &printed);
    HOLDS(told_parse(&again, printed.data, printed.len));
    told_release(&again);
    text_release(&printed);
}

static void events(const char *bytes, size_t n) {
    struct told told;

    if (told_parse(&told, bytes, n)) {
        HOLDS(told.kind < TELL_KIND_COUNT && told.fault < FAULT_COUNT);
        HOLDS(told.kind != TELL_SIGNAL || (told.word < SIGNAL_WORD_COUNT && told.detail));
        HOLDS(!told.reply || clean_is_utf8(told.reply, strlen(told.reply)));
        prints(&told);
    }
    told_release(&told);
}

static void launches(const char *bytes, size_t n) {
    struct text file = {0};
    struct launch_order order = {0};

    text_add(&file, "");
    text_addn(&file, bytes, n);
    if (!launch_parse(&order, &file)) {
        HOLDS(order.cwd[0] == '/' && order.argv.count > 0 && order.argv.items[0][0] == '/');
        HOLDS(order.umask <= 0777 && order.limits.count >= 0 && order.limits.count <= LIMITS_COUNT);
        for (size_t i = 0; i < order.env.count; i++)
            HOLDS(strchr(order.env.items[i], '=') > order.env.items[i]);
    }
    launch_order_release(&order);
    text_release(&file);
}

void fuzz_one(const char *bytes, size_t n) {
    events(bytes, n);
    launches(bytes, n);
}

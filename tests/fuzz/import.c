/* Lines of JSON that tickets are made of. */
#include "base/clean.h"
#include "base/err.h"
#include "fuzz.h"
#include "rules/config.h"
#include "rules/config_read.h"
#include "rules/intake_list.h"
#include "rules/ticket_text.h"

const struct fuzz_shape fuzz_shape = {"", "\n", "", false};

static void is_sound(const struct intake *one) {
    HOLDS(one->title && *one->title && strlen(one->title) <= 1000);
    fuzz_is_line(one->title);
    HOLDS(!one->body || (strlen(one->body) <= TICKET_TEXT_MAX && clean_is_utf8(one->body, strlen(one->body))));
    if (one->labels)
        fuzz_is_line(one->labels);
    if (one->dedupe_key)
        fuzz_is_line(one->dedupe_key);
    HOLDS(one->priority <= PRIORITY_COUNT);
    HOLDS(one->status == TICKET_STATUS_COUNT || one->status == TICKET_INBOX || one->status == TICKET_TODO);
}

static void place(struct intake *one) {
    static const struct intake_fill fill = {.profile = "demo", .priority = PRIORITY_LOW, .status = TICKET_TODO};
    struct config config;
    struct err err = {0};

    HOLDS(intake_fill(one, &fill, &err));
    HOLDS(one->profile && one->priority < PRIORITY_COUNT && one->status < TICKET_STATUS_COUNT);
    config_defaults(&config);
    HOLDS(intake_placed(one, &config, &err) || err.code == MC_DATAERR);
    config_release(&config);
    err_release(&err);
}

/* One that waits for itself is found, and no other way round it ends nowhere. */
static void order(struct intake_list *list) {
    const struct intake *circle;

    intake_list_sort(list);
    circle = intake_list_circle(list, "MC");
    HOLDS(!circle || (circle >= list->items && circle < list->items + list->count && circle->after.count > 0));
    for (size_t i = 0; i < list->count; i++) {
        const struct intake *one = &list->items[i];

        HOLDS(!one->dedupe_key || intake_list_find(list, one->dedupe_key));
        for (size_t k = 0; k < one->after.count; k++)
            HOLDS(intake_list_after(list, one->after.items[k], "MC") != one || circle || intake_list_again(list, one));
    }
}

void fuzz_one(const char *bytes, size_t n) {
    struct intake_list list = {0};
    const char *end = bytes + n;

    for (const char *at = bytes; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at)), *to = newline ? newline : end;
        struct intake one;
        struct err err = {0};

        if (intake_read(&one, at, (size_t)(to - at), &err)) {
            is_sound(&one);
            if (!list.count)
                place(&one);
            intake_list_add(&list, &one);
        } else {
            HOLDS(err.code == MC_DATAERR && err.text);
        }
        err_release(&err);
        at = to + 1;
    }
    order(&list);
    intake_list_release(&list);
}

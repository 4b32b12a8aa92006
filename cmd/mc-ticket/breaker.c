#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "call.h"
#include "store/breakers.h"

static struct json *tickets_json(const struct call *call, const struct breaker *breaker) {
    struct json *array = json_array();

    for (size_t i = 0; i < BREAKER_TICKETS && breaker->shares[i].ticket; i++) {
        char key[KEY_SIZE];

        site_key(&call->site, breaker->shares[i].ticket, key);
        json_push_string(array, key);
    }
    return array;
}

static struct json *row_json(const struct call *call, const struct breaker_row *row, int64_t now) {
    const struct breaker *breaker = &row->breaker;
    struct json *object = json_object();

    json_put_string(object, "thing", row->thing);
    json_put_int(object, "failures", breaker->failures);
    json_put_bool(object, "open", breaker_open(breaker, now));
    json_put_nonzero(object, "open_until", breaker->openings ? breaker->open_until : 0);
    json_put_string(object, "class", breaker->class);
    json_put_string(object, "detail", breaker->detail);
    json_put_string(object, "why", breaker_why(breaker));
    json_put_string(object, "next_action", breaker_advice(breaker));
    json_put(object, "tickets", tickets_json(call, breaker));
    return object;
}

static void print_json(const struct call *call, const struct breaker_list *list) {
    struct json *object = json_object(), *array = json_array();

    for (size_t i = 0; i < list->count; i++)
        json_push(array, row_json(call, &list->items[i], clock_now()));
    json_put_int(object, "schema", 1);
    json_put(object, "breakers", array);
    call_print(object);
}

static void print_row(const struct call *call, const struct breaker_row *row) {
    const struct breaker *breaker = &row->breaker;

    print_line(row->thing, 0);
    printf("  %d failure%s, ", breaker->failures, breaker->failures == 1 ? " that counts" : "s that count");
    if (breaker_open(breaker, clock_now())) {
        fputs("open until ", stdout);
        print_stamp(breaker->open_until);
    } else {
        fputs(breaker->openings ? "one ticket may try now" : "not open", stdout);
    }
    printf("\n  last    %s", breaker->class);
    for (size_t i = 0; i < BREAKER_TICKETS && breaker->shares[i].ticket; i++) {
        char key[KEY_SIZE];

        site_key(&call->site, breaker->shares[i].ticket, key);
        printf("%s %s", i ? "," : ", of", key);
    }
    if (*breaker->detail) {
        fputs("\n  seen    ", stdout);
        print_line(breaker->detail, 0);
    }
    printf("\n  why     %s\n  next    ", breaker_why(breaker));
    print_line(breaker_advice(breaker), 0);
    putchar('\n');
}

static bool show(struct call *call, struct err *err) {
    struct breaker_list list = {0};
    bool ok = call_open(call, true, err) && breakers_list(call->site.board, &list, err);

    if (ok && call->json)
        print_json(call, &list);
    for (size_t i = 0; ok && !call->json && i < list.count; i++)
        print_row(call, &list.items[i]);
    if (ok && !call->json && !list.count)
        puts("no breaker: nothing has failed since its last success");
    breaker_list_release(&list);
    return ok;
}

/* Is it a thing of this configuration, or does it stand on the board? The known ones go into `names`. */
static bool is_thing(const struct call *call, const struct breaker_list *list, const char *thing, struct text *names) {
    const struct config *config = &call->site.config;
    bool known = breaker_list_find(list, thing) != NULL;
    char key[BREAKER_THING_SIZE];

    text_addf(names, "%s, %s", thing_name(THING_MACHINE), thing_name(THING_ENDPOINT));
    known |= strcmp(thing, thing_name(THING_MACHINE)) == 0 || strcmp(thing, thing_name(THING_ENDPOINT)) == 0;
    for (size_t i = 0; i < config->profile_count; i++) {
        breaker_thing(key, THING_PROFILE, config->profiles[i].name);
        text_addf(names, ", %s", key);
        known |= strcmp(thing, key) == 0;
    }
    for (size_t i = 0; i < config->workspace_count; i++) {
        breaker_thing(key, THING_WORKSPACE, config->workspaces[i].name);
        text_addf(names, ", %s", key);
        known |= strcmp(thing, key) == 0;
    }
    for (size_t i = 0; i < list->count; i++)
        if (!strstr(text_str(names), list->items[i].thing))
            text_addf(names, ", %s", list->items[i].thing);
    return known;
}

static bool check_thing(const struct call *call, const char *thing, struct err *err) {
    struct breaker_list list = {0};
    struct text names = {0};
    bool ok = breakers_list(call->site.board, &list, err);

    if (ok && !is_thing(call, &list, thing, &names))
        ok = err_set(err, MC_NOINPUT, "%s: there is no such thing with a breaker; known: %s", thing, text_str(&names));
    text_release(&names);
    breaker_list_release(&list);
    return ok;
}

static bool close(struct call *call, const char *thing, struct err *err) {
    struct desk_result result = {0};
    struct desk desk;
    bool ok;

    if (!call_open(call, false, err) || (thing && !check_thing(call, thing, err)) || !call_desk(call, NULL, &desk, err))
        return false;
    ok = desk_breaker_close(&desk, thing, &result, err);
    if (ok && call->json) {
        struct json *object = json_object();

        json_put_int(object, "schema", 1);
        json_put_int(object, "closed", result.count);
        call_print(object);
    } else if (ok)
        call_say(call, &desk, &result);
    desk_result_release(&result);
    return ok;
}

bool command_breaker(struct call *call, struct err *err) {
    const char *verb = call_word(call, 0);

    if (!verb)
        return show(call, err);
    if (strcmp(verb, "close") != 0)
        return err_set(err, MC_USAGE, "breaker %s: the only thing to do with one is close", verb);
    return close(call, call_word(call, 1), err);
}

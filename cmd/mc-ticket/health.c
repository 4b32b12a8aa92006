#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/age.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "desk/health.h"
#include "metrics.h"
#include "paint.h"
#include "run/outputs.h"

struct fault {
    enum health_check check;
    char *line;
};

struct fault_list {
    struct fault items[HEALTH_COUNT];
    size_t count;
};

static void judge(const struct health_facts *facts, struct fault_list *list) {
    for (int i = 0; i < HEALTH_COUNT; i++) {
        struct text line = {0};

        if (health_judge(facts, (enum health_check)i, &line))
            list->items[list->count++] = (struct fault){(enum health_check)i, xstrdup(text_str(&line))};
        text_release(&line);
    }
}

static void release(struct fault_list *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].line);
}

static struct json *server_json(const struct health *health) {
    const struct board_facts *facts = &health->board;
    struct json *object = json_object();

    json_put_string(object, "engine", "PostgreSQL");
    json_put_string(object, "version", facts->version);
    json_put_string(object, "server", health->server);
    json_put_string(object, "role", facts->role);
    json_put_bool(object, "tls", facts->encrypted);
    json_put_int(object, "round_trip_us", facts->round_trip_us);
    json_put_int(object, "clock_ahead_ms", facts->ahead_ms);
    return object;
}

static void print_json(const struct health *health, const struct fault_list *list) {
    struct json *object = json_object(), *faults = json_array(), *tickets = json_object();

    for (size_t i = 0; i < list->count; i++) {
        struct json *fault = json_object();

        json_put_string(fault, "check", health_check_name(list->items[i].check));
        json_put_string(fault, "text", list->items[i].line);
        json_push(faults, fault);
    }
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        json_put_int(tickets, ticket_status_name((enum ticket_status)i), health->facts.tickets[i].count);
    json_put_int(object, "schema", 1);
    json_put_bool(object, "ok", !list->count);
    json_put(object, "faults", faults);
    json_put_nonzero(object, "last_pickup_at", health->facts.last_pickup);
    json_put(object, "tickets", tickets);
    json_put_int(object, "agents_live", health->agents.live);
    json_put_int(object, "agents_at_work", health->agents.running);
    json_put_bool(object, "paused", health->facts.paused);
    json_put_int(object, "untold_events", health->untold);
    call_put_known(object, "disk_free_bytes", health->facts.disk_free);
    json_put_int(object, "wal_bytes", health->facts.wal > 0 ? health->facts.wal : 0);
    if (health->board.shared)
        json_put(object, "board", server_json(health));
    call_print(object);
}

static void print_server(const struct health *health) {
    const struct board_facts *facts = &health->board;
    char words[HEALTH_WORDS_SIZE];

    health_took(facts->round_trip_us, words);
    printf("; PostgreSQL %s answers in %s", facts->version, words);
    health_ahead(facts->ahead_ms, words);
    if (health_apart(facts->ahead_ms))
        printf("; this machine's clock is %s", words);
}

static void print_lines(const struct health *health, const struct fault_list *list) {
    const struct health_facts *facts = &health->facts;
    char age[AGE_SIZE];

    for (size_t i = 0; i < list->count; i++) {
        printf("%s%-11s%s ", paint(PAINT_BAD), health_check_name(list->items[i].check), paint_end());
        print_line(list->items[i].line, 0);
        putchar('\n');
    }
    if (list->count)
        return;
    age_words(facts->now - facts->last_pickup, age);
    printf("%sok%s          the last pickup was %s ago; %lld in progress, %lld to do, %lld in review",
           paint(PAINT_GOOD), paint_end(), age, (long long)facts->tickets[TICKET_IN_PROGRESS].count,
           (long long)facts->tickets[TICKET_TODO].count, (long long)facts->tickets[TICKET_IN_REVIEW].count);
    if (health->board.shared)
        print_server(health);
    putchar('\n');
}

static void print_metrics_json(const struct health *health, size_t faults) {
    struct json *object = json_object();
    struct text metrics = {0};

    metrics_text(health, faults, &metrics);
    json_put_int(object, "schema", 1);
    json_put_string(object, "metrics", text_str(&metrics));
    call_print(object);
    text_release(&metrics);
}

static void print_file_json(const char *file) {
    struct json *object = json_object();

    json_put_int(object, "schema", 1);
    json_put_string(object, "file", file);
    call_print(object);
}

static bool write_metrics(struct call *call, const struct health *health, size_t faults, struct err *err) {
    const char *file = option_value(&call->options, OPTION_OUTPUT);

    if (file && strcmp(file, "-") == 0)
        file = NULL;
    if (!file && call->json) {
        print_metrics_json(health, faults);
        return true;
    }
    if (file && (!outputs_may(&call->site, file, err) || !metrics_write(health, faults, file, err)))
        return false;
    if (file && call->json)
        print_file_json(file);
    return file || metrics_write(health, faults, NULL, err);
}

static bool print(struct call *call, const struct health *health, struct err *err) {
    struct fault_list list = {0};
    bool ok = true;

    judge(&health->facts, &list);
    if (option_given(&call->options, OPTION_METRICS))
        ok = write_metrics(call, health, list.count, err);
    else if (call->json)
        print_json(health, &list);
    else
        print_lines(health, &list);
    if (list.count && !option_given(&call->options, OPTION_METRICS))
        call->status = MC_UNAVAILABLE;
    release(&list);
    return ok;
}

bool command_health(struct call *call, struct err *err) {
    struct health health = {0};
    bool ok;

    if (option_given(&call->options, OPTION_OUTPUT) && !option_given(&call->options, OPTION_METRICS))
        return err_set(err, MC_USAGE, "health takes --output only with --metrics");
    ok = call_open(call, true, err) && health_look(&call->site, &health, err) && print(call, &health, err);
    health_release(&health);
    return ok;
}

#include "desk/doctor_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/doctor_seen.h"
#include "desk/drafts.h"
#include "desk/waits.h"
#include "host/files.h"
#include "rules/doctor_judge.h"
#include "rules/world.h"
#include "run/hosts.h"
#include "run/orphans.h"
#include "store/board.h"
#include "store/breakers.h"
#include "store/checkup.h"
#include "store/hosts.h"
#include "store/push_fails.h"
#include "store/queue.h"
#include "store/runtimes.h"
#include "store/snapshot.h"

enum { STUCK_MOST = 5, PUSHES_SAID = 5 };

/* This machine's own, against what was stamped last: a ticket, or the note of the last pickup. */
static bool check_clock(struct doctor *doctor, struct err *err) {
    struct site *site = &doctor->site;
    char now[CLOCK_STAMP], then[CLOCK_STAMP], *file = site->folder ? site_last_pickup(site) : NULL;
    int64_t newest = 0, last = file ? files_changed_at(file) : 0, here = clock_here();
    bool ok = !site->board || checkup_newest(site->board, &newest, err);

    newest += newest ? clock_difference() : 0;
    newest = last > newest ? last : newest;
    clock_local(here, now);
    clock_local(newest, then);
    if (ok)
        DOCTOR_ADD(doctor->report, doctor_clock(here, newest), "", now, then);
    free(file);
    return ok;
}

static void say_silent(struct doctor *doctor, const struct host *host) {
    struct text words = {0};

    host_silence(&words, host, doctor->now);
    DOCTOR_ADD(doctor->report, FOUND_HOST_SILENT, host->name, text_str(&words), NULL, doctor->ticket);
    text_release(&words);
}

/* Those that share the board with this one. */
static bool check_others(struct doctor *doctor, struct err *err) {
    const struct config *config = &doctor->site.config;
    struct host_list list = {0};
    struct text names = {0};
    bool ok = hosts_list(doctor->site.board, &list, err);

    for (size_t i = 0; i < list.count; i++) {
        const struct host *host = &list.items[i];

        if (text_same(host->name, config->host))
            continue;
        text_addf(&names, "%s%s", names.len ? ", " : "", host->name);
        if (host_state(host, doctor->now, config->cron_interval_s) == HOST_SILENT)
            say_silent(doctor, host);
    }
    if (ok)
        DOCTOR_ADD(doctor->report, FOUND_HOST_SHARED, config->host, names.len ? text_str(&names) : "none yet");
    if (ok && !hosts_check(&doctor->site, err))
        doctor_add_err(doctor, FOUND_HOST_CLASH, config->host, err);
    text_release(&names);
    host_list_release(&list);
    return ok;
}

static bool check_hosts(struct doctor *doctor, struct err *err) {
    const char *host = doctor->site.config.host, *other = NULL;
    struct runtime_list list = {0};
    bool ok = runtimes_list(doctor->site.board, NULL, &list, err);
    char *number;
    size_t others = 0;

    for (size_t i = 0; i < list.count; i++) {
        if (strcmp(list.items[i].host, host) == 0)
            continue;
        others++;
        other = list.items[i].host;
    }
    number = xasprintf("%zu", others);
    if (ok)
        DOCTOR_ADD(doctor->report, others ? FOUND_HOST_OTHER : FOUND_HOST, host, number, other);
    free(number);
    runtime_list_release(&list);
    return ok;
}

static bool check_pause(struct doctor *doctor, struct err *err) {
    char *words = NULL;
    bool ok = waits_pause(doctor->site.board, &words, err);

    if (words)
        DOCTOR_ADD(doctor->report, FOUND_PAUSED, "", words, NULL, doctor->ticket);
    free(words);
    return ok;
}

static void say_breaker(struct doctor *doctor, const struct breaker_row *row) {
    char stamp[CLOCK_STAMP], span[BREAKER_SPAN_SIZE], *words;

    clock_local(row->breaker.open_until, stamp);
    breaker_span(&row->breaker, stamp, span);
    words =
        xasprintf("open %s: %s: %s; %s", span, row->breaker.class, row->breaker.detail, breaker_advice(&row->breaker));
    DOCTOR_ADD(doctor->report, FOUND_BREAKER, row->thing, words, NULL, doctor->ticket);
    free(words);
}

static bool check_breakers(struct doctor *doctor, struct err *err) {
    struct breaker_list list = {0};
    bool ok = breakers_list(doctor->site.board, &list, err);

    for (size_t i = 0; i < list.count; i++)
        if (breaker_open(&list.items[i].breaker, doctor->now))
            say_breaker(doctor, &list.items[i]);
    breaker_list_release(&list);
    return ok;
}

/* Those that name what is not configured are told by the profiles and the workspaces. */
static bool check_stuck(struct doctor *doctor, struct err *err) {
    struct stuck_list list = {0};
    bool ok = stuck_now(doctor->site.board, STUCK_MOST, &list, err);

    for (size_t i = 0; ok && i < list.count; i++) {
        char key[KEY_SIZE], needs[KEY_SIZE];

        site_key(&doctor->site, list.items[i].ticket, key);
        site_key(&doctor->site, list.items[i].needs, needs);
        DOCTOR_ADD(doctor->report, FOUND_TICKET_STUCK, key, needs, doctor->ticket);
    }
    stuck_list_release(&list);
    return ok;
}

static bool check_pushes(struct doctor *doctor, struct err *err) {
    struct push_fail_list list = {0};
    bool ok = push_fails_list(doctor->site.board, doctor->now, &list, err);

    for (size_t i = 0; i < list.count && i < PUSHES_SAID; i++) {
        char key[KEY_SIZE];

        site_key(&doctor->site, list.items[i].ticket, key);
        DOCTOR_ADD(doctor->report, FOUND_WORKSPACE_UNPUSHED, key, list.items[i].why, NULL, doctor->ticket);
    }
    push_fail_list_release(&list);
    return ok;
}

/* Where some of it was left out, that is no change. */
static bool check_orphans(struct doctor *doctor, struct err *err) {
    struct world world = {0};
    bool ok = doctor->config_wrong || doctor->copied ||
              (snapshot_any(doctor->site.board, doctor->site.config.host, &world, err) &&
               orphans_check(&doctor->site, &world, err));

    if (!ok && err->code == MC_CONFIG) {
        doctor_add_err(doctor, strstr(err->text, "; run: ") ? FOUND_CONFIG_UNREAD : FOUND_CONFIG_OTHER, doctor->config,
                       err);
        doctor->orphaned = ok = true;
    }
    world_release(&world);
    return ok;
}

static void check_drafts(struct doctor *doctor) {
    struct argv drafts = {0};

    if (doctor->site.folder)
        drafts_find(&doctor->site, NULL, &drafts);
    for (size_t i = 0; i < drafts.count; i++) {
        char *words = drafts_words(drafts.items[i]);

        DOCTOR_ADD(doctor->report, FOUND_BOARD_DRAFT, doctor->site.board_label, words);
        free(words);
    }
    argv_release(&drafts);
}

void doctor_rows(struct doctor *doctor) {
    struct err err = {0};

    if (!check_clock(doctor, &err) ||
        (doctor->site.board &&
         (!(board_is_shared(doctor->site.board) ? check_others(doctor, &err) : check_hosts(doctor, &err)) ||
          !check_pause(doctor, &err) || !check_breakers(doctor, &err) || !check_stuck(doctor, &err) ||
          !check_pushes(doctor, &err) || !check_orphans(doctor, &err))))
        doctor_lose_board(doctor, &err);
    check_drafts(doctor);
}

#ifndef MC_SPOOL_FIXTURE_H
#define MC_SPOOL_FIXTURE_H

/* A board with one run, and what its agent leaves where no board can hear it. */
#include "store_fixture.h"

#include <string.h>

#include "base/argv.h"
#include "base/clock.h"
#include "base/text.h"
#include "host/files.h"
#include "host/folder.h"
#include "pickup/spooled.h"
#include "rules/config_read.h"
#include "rules/rows.h"
#include "run/site.h"
#include "run/spool.h"
#include "run/told.h"
#include "store/runtimes.h"

#define KEY "ticket:1:session"
#define BOOT "boot-1"
#define NONCE_B "MC_TICKET_TURN:1:2000:00000002"

static struct site site;
static char *events;

static inline int taken(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;
    events = xasprintf("%s/run/" RUN_A "/events", f->folder);
    must(files_make_dir(events, &f->err));
    site = (struct site){.board = f->board,
                         .board_path = f->path,
                         .folder = f->folder,
                         .self = {.pid = 1, .boot = BOOT},
                         .libexec = events};
    config_defaults(&site.config);
    return fixture_take(f, fixture_add(f, "a", PRIORITY_LOW, 1), RUN_A, true) ? 0 : 1;
}

static inline int swept(void **state) {
    free(events);
    config_release(&site.config);
    return fixture_end(state);
}

static inline void begin(struct fixture *f, const char *nonce) {
    fixture_turn(f, nonce, clock_monotonic(), clock_now());
}

static inline struct told word(enum signal_word word, const char *nonce, const char *line) {
    struct told told = {.kind = TELL_SIGNAL,
                        .at = clock_here(),
                        .tick = clock_monotonic(),
                        .ticket = 1,
                        .word = word,
                        .detail = xstrdup(line)};

    if (nonce) {
        text_copy(told.nonces.all[0], NONCE_SIZE, nonce);
        told.nonces.count = 1;
    }
    told_stamp(&told, &site, RUN_A);
    return told;
}

static inline void leave(struct fixture *f, struct told told) {
    must(spool_leave(&site, RUN_A, &told, &f->err));
    told_release(&told);
}

static inline void lie_there(struct fixture *f, size_t wanted) {
    struct argv paths = {0};

    spool_list(&site, RUN_A, &paths);
    assert_int_equal(paths.count, wanted);
    argv_release(&paths);
    (void)f;
}

#endif

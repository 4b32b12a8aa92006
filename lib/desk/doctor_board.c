#include "desk/doctor_board.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/size.h"
#include "desk/doctor_seen.h"
#include "desk/doctor_server.h"
#include "host/files.h"
#include "host/folder.h"
#include "host/volume.h"
#include "rules/doctor_judge.h"
#include "run/site_board.h"
#include "store/board.h"
#include "store/checkup.h"
#include "store/place.h"

/* WHOLE_MAX: a second or two to read. HELD: longer than any transaction of ours. */
enum { WHOLE_MAX = 256 * 1024 * 1024, HELD_MS = 2000, AGAIN_MS = 50, BUSY_MS = 1000, COMM_SIZE = 64 };

/* Of a board on a server it is this machine's folder, which is its own. */
static void check_network(struct doctor *doctor, const struct volume *volume) {
    const struct site *site = &doctor->site;

    if (site->board_kind != DATABASE_FILE) {
        if (volume->network)
            DOCTOR_ADD(doctor->report, FOUND_DISK_SHARED, site->folder, volume->network);
        return;
    }
    if (volume->network)
        DOCTOR_ADD(doctor->report, FOUND_BOARD_NETWORK, site->board_path, volume->network);
    if (volume->untold)
        DOCTOR_ADD(doctor->report, FOUND_BOARD_FUSE, site->board_path);
}

/* Of the folder nearest to the board that is there. */
static void check_disk(struct doctor *doctor) {
    char *at = folder_nearest(doctor->site.folder), room[SIZE_SIZE];
    struct volume volume;

    if (volume_look(at, &volume)) {
        size_words(volume.free_bytes, room);
        if (volume.read_only)
            DOCTOR_ADD(doctor->report, FOUND_DISK_READONLY, at, at);
        else
            DOCTOR_ADD(doctor->report, doctor_disk(volume.free_bytes), at, room);
        check_network(doctor, &volume);
    }
    free(at);
}

/* The same one at every look for so long: no transaction of ours. */
static int64_t holder(const char *path) {
    int64_t until = clock_monotonic() + HELD_MS, held = checkup_holder(path), again = held;

    while (held && again == held && clock_monotonic() < until) {
        clock_sleep(AGAIN_MS);
        again = checkup_holder(path);
    }
    return again == held ? held : 0;
}

static void say_holder(struct doctor *doctor, const char *path, int64_t pid) {
    char *file = xasprintf("/proc/%lld/comm", (long long)pid), *number = xasprintf("%lld", (long long)pid);
    char name[COMM_SIZE] = "";
    size_t n = files_head(file, name, sizeof name - 1);

    name[n] = '\0';
    name[strcspn(name, "\n")] = '\0';
    if (pid > 0 && *name)
        DOCTOR_ADD(doctor->report, FOUND_BOARD_HELD, path, number, name);
    else
        DOCTOR_ADD(doctor->report, FOUND_BOARD_HELD_UNTOLD, path);
    free(number);
    free(file);
}

static bool open_to_others(const char *path) {
    struct stat seen;

    return lstat(path, &seen) == 0 && S_ISREG(seen.st_mode) && (seen.st_mode & (S_IRGRP | S_IROTH)) != 0 &&
           (seen.st_mode & (S_IWGRP | S_IWOTH)) == 0; /* which its opening refuses */
}

static bool look_copy(struct doctor *doctor, const char *path, bool *copy, struct err *err) {
    enum place place = PLACE_KEPT;
    char *old = NULL;
    bool ok = place_look(doctor->site.board, &place, &old, err);

    doctor->copied = *copy = ok && place == PLACE_OTHER;
    if (*copy)
        DOCTOR_ADD(doctor->report, FOUND_BOARD_COPY, path, old, NULL, doctor->ticket);
    free(old);
    return ok;
}

static bool look_whole(struct doctor *doctor, const char *path, char **damage, struct err *err) {
    int64_t size = files_size(path);
    char words[SIZE_SIZE], *said;

    *damage = NULL;
    if (size <= WHOLE_MAX && !checkup_whole(doctor->site.board, damage, err))
        return false;
    if (*damage) {
        DOCTOR_ADD(doctor->report, FOUND_BOARD_DAMAGED, path, *damage, NULL, doctor->ticket);
        return true;
    }
    size_words(size, words);
    said = xasprintf("%s, %s", words,
                     size <= WHOLE_MAX ? "whole"
                                       : "too large to be looked through here: sqlite3 FILE 'PRAGMA quick_check'");
    DOCTOR_ADD(doctor->report, FOUND_BOARD, path, said);
    free(said);
    return true;
}

/* What cannot be relied on is not asked for rows. */
static void give_up(struct doctor *doctor) {
    board_free(doctor->site.board);
    doctor->site.board = NULL;
}

static void look_inside(struct doctor *doctor, const char *path) {
    char *wal = xasprintf("%s-wal", path), *damage = NULL, size[SIZE_SIZE];
    struct err err = {0};
    bool copy = false;
    int64_t bytes = files_size(wal);

    size_words(bytes > 0 ? bytes : 0, size);
    DOCTOR_ADD(doctor->report, doctor_wal(bytes), wal, size);
    if (!look_copy(doctor, path, &copy, &err) || (!copy && !look_whole(doctor, path, &damage, &err)))
        doctor_lose_board(doctor, &err);
    else if (damage)
        give_up(doctor);
    free(damage);
    free(wal);
}

static void not_opened(struct doctor *doctor, const char *path, struct err *err) {
    if (err->code == MC_NOINPUT && !files_exists(path))
        DOCTOR_ADD(doctor->report, FOUND_BOARD_NONE, path, NULL, NULL, doctor->ticket);
    else if (err->code == MC_CONFIG && strstr(err->text, "run mc-pickup once"))
        DOCTOR_ADD(doctor->report, FOUND_BOARD_OLD, path, err->text, NULL, doctor->pickup);
    else if (strstr(err->text, "not a database"))
        DOCTOR_ADD(doctor->report, FOUND_BOARD_BROKEN, path);
    else if (strstr(err->text, " is empty; where"))
        DOCTOR_ADD(doctor->report, FOUND_BOARD_EMPTY, path, NULL, NULL, doctor->ticket);
    else
        DOCTOR_ADD(doctor->report, FOUND_BOARD_UNUSABLE, path, err->text);
    err_release(err);
    give_up(doctor);
}

static void look_server(struct doctor *doctor) {
    const struct site *site = &doctor->site;
    struct err err = {0};

    if (board_open(&doctor->site.board, site->board_path, BOARD_LOOK, &err)) {
        doctor_server(doctor);
    } else {
        doctor_lose_board(doctor, &err);
    }
}

static void look_file(struct doctor *doctor) {
    const char *path = doctor->site.board_path;
    struct err err = {0};
    int64_t held;

    held = holder(path);
    if (held)
        say_holder(doctor, path, held);
    if (open_to_others(path))
        DOCTOR_ADD(doctor->report, FOUND_BOARD_OPEN, path);
    board_busy_limit(BUSY_MS);
    if (board_open(&doctor->site.board, path, BOARD_LOOK, &err))
        look_inside(doctor, path);
    else
        not_opened(doctor, path, &err);
}

void doctor_board(struct doctor *doctor) {
    const struct site *site = &doctor->site;
    bool guessed = doctor->config_wrong && !doctor->asked_db && !site_variable("MC_DB") && !site->config.database;

    if (doctor->refused)
        return;
    if (guessed && !files_exists(site->board_path)) {
        DOCTOR_ADD(doctor->report, FOUND_BOARD_UNTOLD, "");
        return;
    }
    check_disk(doctor);
    if (site->board_kind == DATABASE_SERVER)
        look_server(doctor);
    else
        look_file(doctor);
}

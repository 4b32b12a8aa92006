#include "desk/doctor_seen.h"

#include <string.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/json.h"
#include "host/files.h"
#include "host/spawn.h"
#include "rules/config_reading.h"
#include "store/board.h"

enum { ASK_MS = 3000, OUTPUT_MAX = 256 * 1024 };

void doctor_add_err(struct doctor *doctor, enum doctor_finding finding, const char *object, struct err *err) {
    DOCTOR_ADD(doctor->report, finding, object, err->text);
    err_release(err);
}

void doctor_lose_board(struct doctor *doctor, struct err *err) {
    const char *label = doctor->site.board_label;

    if (strstr(err->text, "the file is damaged"))
        DOCTOR_ADD(doctor->report, FOUND_BOARD_DAMAGED, label, "so that it cannot be read", NULL, doctor->ticket);
    else
        DOCTOR_ADD(doctor->report, FOUND_BOARD_UNUSABLE, label, err->text);
    err_release(err);
    board_free(doctor->site.board);
    doctor->site.board = NULL;
}

bool doctor_names(const struct doctor *doctor, const char *key) {
    return json_line(text_str(&doctor->bytes), doctor->bytes.len, key) != 0;
}

char *doctor_edit(const struct doctor *doctor, const char *key) {
    int line = config_line(text_str(&doctor->bytes), doctor->bytes.len, key);
    struct text out = {0};

    text_add(&out, "${EDITOR:-vi} ");
    if (line)
        text_addf(&out, "+%d ", line);
    text_word(&out, doctor->config);
    return text_take(&out);
}

char *doctor_find(const struct doctor *doctor, const char *name) {
    bool not_executable;
    char *found = files_find_program(name, doctor->shell_path, &not_executable);

    return found ? found : files_find_program(name, "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", &not_executable);
}

int doctor_ask(const struct argv *argv, struct text *out) {
    const struct spawn spawn = {
        .argv = argv, .cwd = "/", .bound = true, .timeout_ms = ASK_MS, .output_max = OUTPUT_MAX};
    struct spawn_result result = {.output = out};
    struct err err = {0};
    bool ok = spawn_run(&spawn, &result, &err) && !result.timed_out && !result.signal;

    err_release(&err);
    return ok ? result.status : -1;
}

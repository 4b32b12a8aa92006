#include "desk/doctor_notify.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "desk/doctor_seen.h"
#include "host/files.h"
#include "rules/shebang.h"
#include "run/notify.h"
#include "store/notices.h"

enum { MANY = 20 };

/* It is there, and what its first line says runs it is too. */
static bool check_script(struct doctor *doctor, const char *program) {
    char head[SHEBANG_BYTES], *found, *why, *mend;
    struct shebang line;
    struct text quoted = {0};
    bool not_executable, fine = true;

    if (!shebang_read(&line, head, files_head(program, head, sizeof head)))
        return true;
    found = files_find_program(line.wanted ? line.wanted : line.interpreter, doctor->path, &not_executable);
    if (!found) {
        text_word(&quoted, program);
        why = xasprintf("%s is run by %s, says its first line, and that is not found", program,
                        line.wanted ? line.wanted : line.interpreter);
        mend = xasprintf("${EDITOR:-vi} +1 %s", text_str(&quoted));
        DOCTOR_ADD(doctor->report, FOUND_NOTIFY_MISSING, "", why, mend);
        free(mend);
        free(why);
        fine = false;
    }
    text_release(&quoted);
    free(found);
    shebang_release(&line);
    return fine;
}

static bool check_command(struct doctor *doctor, const char *command) {
    bool not_executable = false, elsewhere, fine = false;
    char *found = files_find_program(command, doctor->path, &not_executable);
    char *there = found ? NULL : files_find_program(command, doctor->shell_path, &elsewhere);
    struct text mend = {0};
    char *edit = doctor_edit(doctor, "notify");
    char *why = xasprintf(not_executable ? "%s is there and not executable" : "%s is not there", command);

    if (found) {
        fine = check_script(doctor, found);
    } else if (there) {
        DOCTOR_ADD(doctor->report, FOUND_NOTIFY_OFF_PATH, "", command, edit, doctor->path_words);
    } else {
        text_add(&mend, not_executable ? "chmod +x " : edit);
        if (not_executable)
            text_word(&mend, command);
        DOCTOR_ADD(doctor->report, FOUND_NOTIFY_MISSING, "", why, text_str(&mend));
    }
    text_release(&mend);
    free(edit);
    free(why);
    free(there);
    free(found);
    return fine;
}

/* True: none that failed, or one went well since. */
static bool check_fault(struct doctor *doctor) {
    char *last = site_own_file(&doctor->site, "notify-failed.last"),
         *file = site_own_file(&doctor->site, "notify-failed");
    struct text line = {0};
    bool failed = notify_fails(&doctor->site, &line);

    if (failed)
        DOCTOR_ADD(doctor->report, FOUND_NOTIFY_FAILED, "", text_str(&line), last, file);
    text_release(&line);
    free(file);
    free(last);
    return !failed;
}

static bool check_waiting(struct doctor *doctor) {
    struct notice_list list = {0};
    struct err err = {0};
    bool ok = !doctor->site.board || notices_list(doctor->site.board, MANY, &list, &err);
    char *number = xasprintf("%zu", list.count);

    if (!ok)
        doctor_lose_board(doctor, &err);
    else if (list.count)
        DOCTOR_ADD(doctor->report, FOUND_NOTIFY_WAITS, "", number, NULL, doctor->pickup);
    ok = ok && !list.count;
    notice_list_release(&list);
    free(number);
    return ok;
}

void doctor_notify(struct doctor *doctor) {
    const struct argv *notify = &doctor->site.config.notify;
    bool fine;

    if (!notify->count || !doctor->site.folder)
        return;
    fine = check_command(doctor, notify->items[0]);
    fine = check_fault(doctor) && fine;
    fine = check_waiting(doctor) && fine;
    if (fine)
        DOCTOR_ADD(doctor->report, FOUND_NOTIFY, "", notify->items[0]);
}

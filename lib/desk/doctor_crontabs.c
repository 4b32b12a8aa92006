#include "desk/doctor_crontabs.h"

#include <stdlib.h>
#include <string.h>

#include "base/age.h"
#include "base/argv.h"
#include "base/err.h"
#include "base/mem.h"
#include "desk/doctor_seen.h"
#include "host/files.h"
#include "host/folder.h"
#include "host/proc.h"
#include "rules/crontab.h"
#include "rules/database.h"

/* DAY: the most that "cron_interval_s" can be. */
enum { TABLES = 200, TABLE_MAX = 256 * 1024, SECOND = 1000, DAY = 86400 };

static const char own_table[] = "crontab -l", cron_path[] = "/usr/bin:/bin";

/* A line under judgement, and what is said of it. */
struct judged {
    const struct doctor *doctor;
    const struct crontab_call *call;
    const char *where;
    char *why;
    bool by_program; /* its program's name alone is wrong */
};

/* cron begins in the home folder. New string. */
static char *as_cron_finds(const char *path) {
    const char *home = getenv("HOME");

    return *path == '/' ? xstrdup(path) : xasprintf("%s/%s", home ? home : "", path);
}

static bool same_place(const char *a, const char *b) {
    char *whole = as_cron_finds(a), *first = folder_foreseen(whole), *second = folder_foreseen(b);
    bool same = text_same(first, second);

    free(whole);
    free(first);
    free(second);
    return same;
}

/* What a pickup reads that is given none, in cron's environment. New string. */
static char *default_config(void) {
    static const char machine[] = "/etc/mc-pickup/config.json";
    char *own = as_cron_finds(".config/mc-pickup/config.json");

    if (files_exists(own) || !files_exists(machine))
        return own;
    free(own);
    return xstrdup(machine);
}

static bool has_our_config(const struct judged *judged) {
    char *standing = judged->call->config ? xstrdup(judged->call->config) : default_config();
    bool same = !*judged->doctor->config || same_place(standing, judged->doctor->config);

    free(standing);
    return same;
}

static bool has_our_board(const struct judged *judged) {
    const struct site *site = &judged->doctor->site;
    const char *named = judged->call->db ? judged->call->db : site->config.database;

    if (!site->board_path)
        return true;
    if (named && database_kind(named) != DATABASE_FILE)
        return strcmp(named, site->board_path) == 0;
    return site->board_kind == DATABASE_FILE &&
           same_place(named ? named : ".local/state/mc-pickup/board.db", site->board_path);
}

/* "root", where no column is for a user: cron has the shell run that. */
static char *user_named(const struct judged *judged) {
    const char *command = crontab_command(judged->call->line), *logname = getenv("LOGNAME");
    char *word = xstrndup(command, strcspn(command, " \t"));
    const char *behind = command + strlen(word) + strspn(command + strlen(word), " \t");

    if (strcmp(judged->where, own_table) == 0 && text_starts(behind, judged->call->program) &&
        (strcmp(word, "root") == 0 || text_same(word, logname)))
        return word;
    free(word);
    return NULL;
}

/* Does it come, and for what comes next? Else why not. */
static bool hands_out(struct judged *judged) {
    const struct crontab_call *call = judged->call;
    char *user = user_named(judged);

    if (!call->every_s)
        judged->why = xstrdup(*call->line == '@' ? "it comes when the machine starts, and not again"
                                                 : "cron knows no such times, so nothing is started");
    else if (user)
        judged->why = xasprintf("a line here names no user, and %s is no program, so nothing is started", user);
    else if (call->only)
        judged->why = xasprintf("with %s it does not hand out what comes next", call->only);
    free(user);
    return !judged->why;
}

/* Will this line start a pickup? Else why not. */
static bool starts(struct judged *judged) {
    const struct crontab_call *call = judged->call;
    const char *path = call->path ? call->path : cron_path;
    char *config = call->config ? as_cron_finds(call->config) : NULL, *found;
    bool not_executable = false;

    if (call->unclear) {
        free(config);
        return true;
    }
    found = files_find_program(call->program, path, &not_executable);
    judged->by_program = !found;
    if (!found && not_executable)
        judged->why = xasprintf("%s is there and not executable, so nothing is started", call->program);
    else if (!found && strchr(call->program, '/'))
        judged->why = xasprintf("there is no %s, so nothing is started", call->program);
    else if (!found)
        judged->why = xasprintf("%s is not on the PATH it has there (%s), so nothing is started", call->program, path);
    else if (config && !files_exists(config))
        judged->why = xasprintf("there is no %s, so every pickup fails", config);
    free(found);
    free(config);
    return !judged->why;
}

/* One whose configuration is nowhere is a mistake, and nobody else's line. */
static bool is_ours(struct judged *judged) {
    char *config = judged->call->config ? as_cron_finds(judged->call->config) : NULL;
    bool ours =
        judged->call->unclear || (config && !files_exists(config)) || (has_our_config(judged) && has_our_board(judged));

    if (!ours)
        judged->why = xstrdup("that is for another configuration or board, and nothing calls this one");
    free(config);
    return ours;
}

static char *edit_table(const char *where) {
    struct text out = {0};

    if (strcmp(where, own_table) == 0)
        return xstrdup("crontab -e");
    text_add(&out, "${EDITOR:-vi} ");
    text_word(&out, where);
    return text_take(&out);
}

/* The line with its program's whole name, in the place of the old one; of the system's table: to be edited. */
static char *command_for(const struct judged *judged) {
    const struct crontab_call *call = judged->call;
    char *here, *named, *line;
    struct text out = {0};

    if (strcmp(judged->where, own_table) != 0)
        return edit_table(judged->where);
    here = files_program_dir();
    named = xasprintf("%s/mc-pickup", here);
    line =
        judged->by_program ? xasprintf("%s%s%s", call->before, named, call->after) : xstrdup(judged->doctor->cron_line);
    text_add(&out, "(crontab -l | grep -vxF -- ");
    text_word(&out, call->line);
    text_add(&out, "; echo ");
    text_word(&out, line);
    text_add(&out, ") | crontab -");
    free(line);
    free(named);
    free(here);
    return text_take(&out);
}

/* What will be said where nothing better is found. */
static void keep_wrong(struct doctor_calling *calling, struct judged *judged, bool other) {
    if (calling->wrong && (other || !calling->other))
        return;
    doctor_calling_release(calling);
    calling->wrong = true;
    calling->other = other;
    calling->path = xstrdup(judged->call->path);
    calling->where = xstrdup(judged->where);
    calling->line = xstrdup(judged->call->line);
    calling->why = xstrdup(judged->why);
    calling->mend = command_for(judged);
}

static void say_slow(struct doctor *doctor, const struct judged *judged) {
    const char *where = judged->where;
    int64_t every = judged->call->every_s;
    bool settable = every <= DAY;
    char *set = settable ? xasprintf("set it to %lld, or ", (long long)every) : xstrdup(""), *why;
    char *mend = settable ? doctor_edit(doctor, "cron_interval_s") : edit_table(where), age[AGE_SIZE],
         expected[AGE_SIZE];

    age_words(every * SECOND, age);
    age_words(doctor->site.config.cron_interval_s * SECOND, expected);
    why = xasprintf("up to %s pass between two calls, and \"cron_interval_s\" says %s; %scall it more often", age,
                    expected, set);
    DOCTOR_ADD(doctor->report, FOUND_CALLER_SLOW, where, judged->call->line, why, mend);
    free(mend);
    free(why);
    free(set);
}

static void say_called(struct doctor *doctor, const struct judged *judged) {
    static const char *const daemons[] = {"cron", "crond", "fcron", "bcron-sched", NULL};

    if (judged->call->every_s > doctor->site.config.cron_interval_s)
        say_slow(doctor, judged);
    else
        DOCTOR_ADD(doctor->report, FOUND_CALLER_CRON, judged->where, judged->call->line);
    if (!proc_runs(daemons))
        DOCTOR_ADD(doctor->report, FOUND_CRON_OFF, "");
}

/* Who wrote a password there is not shown it again, nor is whoever reads this. */
static void hide_password(struct crontab_call *call) {
    if (!call->db || !database_has_password(call->db))
        return;
    free(call->line);
    call->line = xasprintf("%s%s …", call->before, call->program);
}

static void take_table(struct doctor *doctor, struct doctor_calling *calling, const char *bytes, const char *where) {
    struct crontab table = {.at = bytes, .program = "mc-pickup"};
    struct crontab_call call = {0};

    while (!calling->found && crontab_next(&table, &call)) {
        struct judged judged = {.doctor = doctor, .call = &call, .where = where};

        hide_password(&call);
        if (!is_ours(&judged)) {
            keep_wrong(calling, &judged, true);
        } else if (!hands_out(&judged) || !starts(&judged)) {
            keep_wrong(calling, &judged, false);
        } else {
            calling->found = true;
            xreplace(&calling->path, call.path);
            say_called(doctor, &judged);
        }
        free(judged.why);
    }
    crontab_call_release(&call);
    crontab_release(&table);
}

static void look_own(struct doctor *doctor, struct doctor_calling *calling) {
    char *program = doctor_find(doctor, "crontab");
    struct argv argv = {0};
    struct text out = {0};

    if (!program)
        return;
    argv_add(&argv, program);
    argv_add(&argv, "-l");
    if (doctor_ask(&argv, &out) >= 0) {
        calling->told = true;
        take_table(doctor, calling, text_str(&out), own_table);
    }
    argv_release(&argv);
    text_release(&out);
    free(program);
}

static void look_table(struct doctor *doctor, struct doctor_calling *calling, const char *file) {
    struct text bytes = {0};
    struct err ignored = {0};

    if (!calling->found && files_read(&bytes, file, TABLE_MAX, &ignored))
        take_table(doctor, calling, text_str(&bytes), file);
    err_release(&ignored);
    text_release(&bytes);
}

void doctor_crontabs(struct doctor *doctor, struct doctor_calling *calling) {
    struct argv files = {0};

    look_own(doctor, calling);
    look_table(doctor, calling, "/etc/crontab");
    folder_list("/etc/cron.d", "", TABLES, &files);
    for (size_t i = 0; i < files.count; i++)
        look_table(doctor, calling, files.items[i]);
    argv_release(&files);
}

void doctor_crontabs_complain(struct doctor *doctor, const struct doctor_calling *calling) {
    DOCTOR_ADD(doctor->report, calling->other ? FOUND_CALLER_OTHER : FOUND_CALLER_LOST, calling->where, calling->line,
               calling->why, calling->other ? doctor->cron_line : calling->mend);
}

void doctor_calling_release(struct doctor_calling *calling) {
    bool told = calling->told;

    free(calling->path);
    free(calling->where);
    free(calling->line);
    free(calling->why);
    free(calling->mend);
    *calling = (struct doctor_calling){.told = told};
}

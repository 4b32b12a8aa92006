#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "desk/import.h"
#include "desk/restore.h"
#include "desk/restored.h"
#include "host/infile.h"
#include "placing.h"
#include "rules/ticket_text.h"
#include "store/queue.h"
#include "stuck.h"

bool import_take(const struct call *call, struct err *err) {
    return call->command->run != command_import || infile_take(call_word(call, 0), err);
}

static void say_restored(const struct call *call, const struct restore *restore) {
    struct json *object;

    if (!call->json) {
        printf("%zu %s, %zu were there already\n", restore->tickets,
               restore->dry_run ? "would be restored" : "restored", restore->there);
        return;
    }
    object = json_object();
    json_put_int(object, "schema", 1);
    json_put_int(object, "restored", (int64_t)restore->tickets);
    json_put_int(object, "there", (int64_t)restore->there);
    json_put_bool(object, "whole", restore->whole);
    json_put_bool(object, "dry_run", restore->dry_run);
    call_print(object);
}

static bool restore(struct call *call, struct infile *in, struct err *err) {
    struct restore restore = {.in = in, .dry_run = option_given(&call->options, OPTION_DRY_RUN)};
    static const enum option_id strange[] = {OPTION_INBOX,   OPTION_TODO,     OPTION_BY,    OPTION_REQUEST_ID,
                                             OPTION_PROFILE, OPTION_PRIORITY, OPTION_LABEL, OPTION_WORKSPACE};

    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
        if (option_given(&call->options, strange[i]))
            return err_set(err, MC_USAGE, "import --restore puts back what was: give it without %s",
                           options_row(strange[i])->name);
    if (!call_open(call, false, err) || !desk_restore(&call->site, &restore, err))
        return false;
    say_restored(call, &restore);
    if (restore.altered)
        fprintf(
            stderr,
            "mc-ticket: texts that were not UTF-8: %zu: a server takes no other: what was none in them is U+FFFD %s\n",
            restore.altered, restore.dry_run ? "there" : "now");
    return true;
}

static struct json *row_json(const struct call *call, const struct import *import, const struct import_row *row) {
    struct json *object = json_object();
    char key[KEY_SIZE];

    site_key(&call->site, row->ticket, key);
    json_put_int(object, "line", (int64_t)row->line);
    json_put_string(object, "ticket", import->dry_run && !row->known ? NULL : key);
    json_put_bool(object, "added", row->added);
    return object;
}

static void say_imported(const struct call *call, const struct import *import) {
    struct json *object, *rows;

    if (!call->json) {
        printf("%zu %s, %zu were there already\n", import->added, import->dry_run ? "would be added" : "added",
               import->there);
        return;
    }
    object = json_object();
    rows = json_array();
    for (size_t i = 0; i < import->count; i++)
        json_push(rows, row_json(call, import, &import->rows[i]));
    json_put_int(object, "schema", 1);
    json_put_int(object, "added", (int64_t)import->added);
    json_put_int(object, "there", (int64_t)import->there);
    json_put_bool(object, "dry_run", import->dry_run);
    json_put(object, "tickets", rows);
    call_print(object);
}

/* Added they are, but some may wait for ever: whoever adds them is told. */
static void warn_stuck(const struct call *call, const struct import *import) {
    struct stuck_list list = {0};
    struct err err = {0};
    bool ok = true;

    for (size_t i = 0; ok && !import->dry_run && i < import->count; i++)
        ok = !import->rows[i].waits || stuck_of(call->site.board, import->rows[i].ticket, &list, &err);
    stuck_warn(call, &list, &err);
}

/* Also where there is no line to put them on. */
static bool labels_are_good(const struct argv *labels, struct err *err) {
    struct text joined = {0};
    bool ok = ticket_labels(&joined, labels, err);

    text_release(&joined);
    return ok;
}

/* What the command line says of lines that say nothing of it. */
static bool read_fill(const struct call *call, struct intake_fill *fill, struct err *err) {
    const struct options *options = &call->options;
    const char *priority = option_value(options, OPTION_PRIORITY);
    int found = PRIORITY_MEDIUM;

    if (priority && !placing_priority(priority, &found, err))
        return false;
    *fill = (struct intake_fill){.profile = option_value(options, OPTION_PROFILE),
                                 .workspace = option_value(options, OPTION_WORKSPACE),
                                 .labels = &options->values[OPTION_LABEL],
                                 .priority = (enum priority)found,
                                 .status = option_given(options, OPTION_INBOX) ? TICKET_INBOX : TICKET_TODO};
    return labels_are_good(fill->labels, err) && placing_profile(call, fill->profile, err) &&
           (!fill->workspace || placing_workspace(call, fill->workspace, err));
}

static bool import(struct call *call, struct infile *in, struct err *err) {
    struct import import = {.in = in, .dry_run = option_given(&call->options, OPTION_DRY_RUN)};
    struct desk desk;
    bool ok;

    if (import.dry_run && option_given(&call->options, OPTION_REQUEST_ID))
        return err_set(err, MC_USAGE, "import --dry-run does nothing that --request-id could be for");
    if (option_given(&call->options, OPTION_INBOX) && option_given(&call->options, OPTION_TODO))
        return err_set(err, MC_USAGE, "import takes --inbox or --todo, not both");
    ok = call_open(call, false, err) && read_fill(call, &import.fill, err) && call_desk(call, NULL, &desk, err) &&
         desk_import(&desk, &import, err);
    if (ok) {
        say_imported(call, &import);
        warn_stuck(call, &import);
    }
    import_release(&import);
    return ok;
}

bool command_import(struct call *call, struct err *err) {
    struct infile *in = xcalloc(1, sizeof *in);
    bool ok;

    infile_begin(in, call_word(call, 0));
    ok = (option_given(&call->options, OPTION_RESTORE) ? restore : import)(call, in, err);
    free(in);
    return ok;
}

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "call.h"
#include "desk/drafts.h"
#include "host/editor.h"
#include "host/files.h"
#include "placing.h"
#include "rules/prompt.h"
#include "rules/ticket_text.h"
#include "store/tickets.h"

enum { FILE_MAX = PROMPT_MAX + 4096 };

struct editing {
    struct call *call;
    struct desk_edit edit;
    struct text title, body;
    struct text written; /* for its editor */
    int64_t *after, *no_after;
    struct ticket ticket; /* as it was when somebody began to edit it */
    char *file;           /* what they wrote; NULL: no editor was asked for */
};

static void editing_release(struct editing *editing) {
    argv_release(&editing->edit.labels);
    argv_release(&editing->edit.no_labels);
    text_release(&editing->title);
    text_release(&editing->body);
    text_release(&editing->written);
    ticket_release(&editing->ticket);
    free(editing->after);
    free(editing->no_after);
    free(editing->file);
}

static bool read_labels(const struct call *call, enum option_id option, struct argv *labels, struct err *err) {
    const struct argv *given = &call->options.values[option];

    for (size_t i = 0; i < given->count; i++) {
        struct text label = {0};
        bool ok = ticket_line(&label, TICKET_LABEL, given->items[i], err);

        if (ok)
            argv_add(labels, text_str(&label));
        text_release(&label);
        if (!ok)
            return false;
    }
    return true;
}

/* One of both: what is meant cannot be told. */
static bool refuse_both(const char *option, const char *what, struct err *err) {
    return err_set(err, MC_USAGE, "edit: --%s %s and --no-%s %s contradict each other", option, what, option, what);
}

static bool labels_agree(const struct desk_edit *edit, struct err *err) {
    for (size_t i = 0; i < edit->labels.count; i++)
        if (argv_has(&edit->no_labels, edit->labels.items[i]))
            return refuse_both("label", edit->labels.items[i], err);
    return true;
}

static bool needs_agree(const struct editing *editing, struct err *err) {
    const struct desk_edit *edit = &editing->edit;
    char key[KEY_SIZE];

    for (size_t i = 0; i < edit->after_count * edit->no_after_count; i++) {
        int64_t needs = edit->after[i / edit->no_after_count];

        if (needs != edit->no_after[i % edit->no_after_count])
            continue;
        site_key(&editing->call->site, needs, key);
        return refuse_both("after", key, err);
    }
    return true;
}

/* What the command line says by itself, before the board is opened. */
static bool read_texts(struct editing *editing, struct err *err) {
    const struct options *options = &editing->call->options;
    const char *title = option_value(options, OPTION_TITLE), *priority = option_value(options, OPTION_PRIORITY);
    struct desk_edit *edit = &editing->edit;

    edit->priority = -1;
    if ((title != NULL && !ticket_line(&editing->title, TICKET_TITLE, title, err)) ||
        (priority != NULL && !placing_priority(priority, &edit->priority, err)) ||
        !read_labels(editing->call, OPTION_LABEL, &edit->labels, err) ||
        !read_labels(editing->call, OPTION_NO_LABEL, &edit->no_labels, err) || !labels_agree(edit, err))
        return false;
    edit->title = title != NULL ? text_str(&editing->title) : NULL;
    if (option_given(options, OPTION_BODY) || option_given(options, OPTION_BODY_FILE))
        edit->body = text_str(&editing->call->body);
    edit->profile = option_value(options, OPTION_PROFILE);
    edit->workspace = option_value(options, OPTION_WORKSPACE);
    return true;
}

static const char *or_null(const char *s) {
    return s && *s ? s : NULL;
}

static bool read_place(struct editing *editing, struct err *err) {
    const struct call *call = editing->call;
    struct desk_edit *edit = &editing->edit;

    if ((edit->profile != NULL && !placing_profile(call, or_null(edit->profile), err)) ||
        (edit->workspace != NULL && !placing_workspace(call, or_null(edit->workspace), err)) ||
        !placing_after(call, OPTION_AFTER, &editing->after, err) ||
        !placing_after(call, OPTION_NO_AFTER, &editing->no_after, err))
        return false;
    edit->after = editing->after;
    edit->after_count = call->options.values[OPTION_AFTER].count;
    edit->no_after = editing->no_after;
    edit->no_after_count = call->options.values[OPTION_NO_AFTER].count;
    return needs_agree(editing, err);
}

static bool nothing_given(const struct desk_edit *edit) {
    return edit->title == NULL && edit->body == NULL && edit->priority < 0 && edit->profile == NULL &&
           edit->workspace == NULL && edit->labels.count + edit->no_labels.count == 0 &&
           edit->after_count + edit->no_after_count == 0;
}

/* In the board's own folder, which nobody else may enter: the title, a blank line, the body. */
static bool write_file(struct editing *editing, struct err *err) {
    const struct ticket *ticket = &editing->ticket;
    char *folder = site_own_file(&editing->call->site, "edit");
    char key[KEY_SIZE];
    bool ok;

    site_key(&editing->call->site, ticket->id, key);
    editing->file = xasprintf("%s/%s.%08x.md", folder, key, (unsigned)random_number());
    editing->written.max = FILE_MAX;
    text_addf(&editing->written, "%s\n\n%s\n", ticket->title, ticket->body ? ticket->body : "");
    ok = files_make_dir(folder, err) &&
         files_create(editing->file, text_str(&editing->written), editing->written.len, err);
    free(folder);
    return ok;
}

/* The end of the last line is its editor's. */
static bool split(struct editing *editing, const struct text *bytes, struct err *err) {
    const char *at = text_str(bytes), *end = at + bytes->len;
    size_t n = strcspn(at, "\n");
    char *title = xasprintf("%.*s", (int)n, at);
    bool same = strcmp(title, editing->ticket.title) == 0;
    bool ok = same || ticket_line(&editing->title, TICKET_TITLE, title, err);

    at += n + (at[n] == '\n');
    at += *at == '\n';
    if (end > at && end[-1] == '\n')
        end--;
    text_addn(&editing->body, at, (size_t)(end - at));
    editing->edit.title = same ? NULL : text_str(&editing->title);
    editing->edit.body = text_str(&editing->body);
    editing->edit.title_before = editing->ticket.title;
    editing->edit.body_before = editing->ticket.body ? editing->ticket.body : "";
    free(title);
    return ok && ticket_body(editing->edit.body, editing->body.len, err);
}

/* As git has it: whoever empties the file wants none of it. */
static bool refuse_empty(struct editing *editing, struct err *err) {
    files_remove(editing->file);
    xreplace(&editing->file, NULL);
    return err_set(err, MC_DATAERR, "%s is left as it is: the file was emptied", call_word(editing->call, 0));
}

static bool read_file(struct editing *editing, struct err *err) {
    struct text bytes = {0};
    bool ok = files_read(&bytes, editing->file, FILE_MAX, err);

    if (ok)
        ok = ticket_text_seen(text_str(&bytes)) ? split(editing, &bytes, err) : refuse_empty(editing, err);
    text_release(&bytes);
    return ok;
}

/* An editor that has failed may have saved something first. */
static void forget_file(struct editing *editing) {
    struct text bytes = {0};
    struct err err = {0};
    bool same =
        files_read(&bytes, editing->file, FILE_MAX, &err) && text_same(text_str(&bytes), text_str(&editing->written));

    if (same) {
        files_remove(editing->file);
        xreplace(&editing->file, NULL);
    }
    text_release(&bytes);
    err_release(&err);
}

/* Of earlier ones. Behind the editor, which has had the terminal. */
static void say_drafts(const struct argv *drafts) {
    for (size_t i = 0; i < drafts->count; i++) {
        char *words = files_exists(drafts->items[i]) ? drafts_words(drafts->items[i]) : NULL;

        if (words)
            call_complain(&(struct err){.text = words});
        free(words);
    }
}

static bool ask_editor(struct editing *editing, struct err *err) {
    if (!editor_terminal())
        return err_set(err, MC_USAGE,
                       "edit: nothing to change is given, and there is no terminal for an editor; try mc-ticket edit "
                       "--help");
    if (!tickets_get(editing->call->site.board, editing->edit.ticket, &editing->ticket, err) ||
        !write_file(editing, err))
        return false;
    if (editor_edit(editing->file, err))
        return read_file(editing, err);
    forget_file(editing);
    return false;
}

static bool act(struct editing *editing, struct err *err) {
    struct call *call = editing->call;
    struct desk_result result = {0};
    struct desk desk;
    struct argv drafts = {0};
    char key[KEY_SIZE];
    bool ok;

    site_key(&call->site, editing->edit.ticket, key);
    drafts_find(&call->site, key, &drafts);
    ok = call_desk(call, NULL, &desk, err) && (!nothing_given(&editing->edit) || ask_editor(editing, err)) &&
         desk_edit(&desk, &editing->edit, &result, err);

    if (ok && editing->file)
        files_remove(editing->file);
    else if (editing->file)
        err_advise(err, "what was written is kept in %s", editing->file);
    if (ok)
        call_say(call, &desk, &result);
    if (ok && editing->edit.after_count)
        placing_warn(call, editing->edit.ticket);
    say_drafts(&drafts);
    argv_release(&drafts);
    desk_result_release(&result);
    return ok;
}

bool command_edit(struct call *call, struct err *err) {
    struct editing editing = {.call = call};
    bool ok = read_texts(&editing, err) && call_open(call, false, err) &&
              call_ticket(call, call_word(call, 0), &editing.edit.ticket, err) &&
              call_may_on(call, editing.edit.ticket, err) && read_place(&editing, err) && act(&editing, err);

    editing_release(&editing);
    return ok;
}

/* What a person changes of a ticket that is there. */
#include <stdlib.h>
#include <string.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk.h"
#include "desk/desk_act.h"
#include "rules/edit.h"
#include "run/site.h"
#include "store/amend.h"
#include "store/tickets.h"

enum { CIRCLE_MAX = 20, TITLE_MAX_SHOWN = 200 };

struct editing {
    const struct desk_edit *edit;
    struct desk_case one;
    struct text labels; /* as they will be */
    struct text story;  /* what has changed, a line each */
    struct text names;  /* "title, body" */
    bool read, next_run, needs;
};

static void editing_release(struct editing *editing) {
    desk_case_release(&editing->one);
    text_release(&editing->labels);
    text_release(&editing->story);
    text_release(&editing->names);
}

/* It changes: named, and its line in the story begun. */
static void change(struct editing *editing, enum edit_field field) {
    const char *name = edit_field_name(field);
    enum edit_when when = edit_when(field, editing->one.ticket.status);

    text_addf(&editing->names, "%s%s", editing->names.len ? ", " : "", name);
    text_addf(&editing->story, "%s%s: ", editing->story.len ? "\n" : "", name);
    editing->read = editing->read || when == EDIT_READ;
    editing->next_run = editing->next_run || when == EDIT_NEXT_RUN;
}

static bool differs(const char *before, const char *after) {
    return strcmp(before ? before : "", after) != 0;
}

static void change_word(struct editing *editing, enum edit_field field, const char *before, const char *after) {
    if (after == NULL || !differs(before, after))
        return;
    change(editing, field);
    text_addf(&editing->story, "%s -> %s", before && *before ? before : "-", *after ? after : "-");
}

static void change_title(struct editing *editing) {
    const char *before = editing->one.ticket.title, *after = editing->edit->title;

    if (after == NULL || !differs(before, after))
        return;
    change(editing, EDIT_TITLE);
    clean_line(&editing->story, before, strlen(before), TITLE_MAX_SHOWN);
    text_add(&editing->story, " -> ");
    clean_line(&editing->story, after, strlen(after), TITLE_MAX_SHOWN);
}

static void change_body(struct editing *editing) {
    const char *before = editing->one.ticket.body, *after = editing->edit->body;

    if (after == NULL || !differs(before, after))
        return;
    change(editing, EDIT_BODY);
    text_addf(&editing->story, "%zu -> %zu bytes", before ? strlen(before) : 0, strlen(after));
}

static const char *or_null(const char *s) {
    return s && *s ? s : NULL;
}

static void change_fields(struct editing *editing) {
    const struct desk_edit *edit = editing->edit;
    const struct ticket *ticket = &editing->one.ticket;

    change_title(editing);
    change_body(editing);
    if (edit->priority >= 0)
        change_word(editing, EDIT_PRIORITY, priority_name(ticket->priority),
                    priority_name((enum priority)edit->priority));
    edit_labels(&editing->labels, ticket->labels, &edit->labels, &edit->no_labels);
    if (edit->labels.count || edit->no_labels.count)
        change_word(editing, EDIT_LABELS, ticket->labels, text_str(&editing->labels));
    change_word(editing, EDIT_PROFILE, ticket->profile, edit->profile);
    change_word(editing, EDIT_WORKSPACE, ticket->workspace, edit->workspace);
}

static bool write_fields(struct desk *desk, const struct editing *editing, struct err *err) {
    const struct desk_edit *edit = editing->edit;
    const struct ticket *ticket = &editing->one.ticket;
    const struct amend amend = {
        .id = ticket->id,
        .title = edit->title ? edit->title : ticket->title,
        .body = edit->body ? edit->body : ticket->body,
        .priority = edit->priority < 0 ? ticket->priority : (enum priority)edit->priority,
        .profile = or_null(edit->profile ? edit->profile : ticket->profile),
        .workspace = or_null(edit->workspace ? edit->workspace : ticket->workspace),
        .labels = edit->labels.count || edit->no_labels.count ? or_null(text_str(&editing->labels)) : ticket->labels,
        .now = desk->now};

    return tickets_amend(desk->site->board, &amend, err);
}

/* "MC-1 after MC-3 after MC-1": the way from `needs` back to the ticket; it is there. */
static bool refuse_circle(struct desk *desk, const struct editing *editing, int64_t needs, struct err *err) {
    struct text way = {0};
    char key[KEY_SIZE];
    int64_t goal = editing->one.ticket.id, at = needs;

    text_add(&way, editing->one.key);
    for (int i = 0; at != 0 && i < CIRCLE_MAX; i++) {
        site_key(desk->site, at, key);
        text_addf(&way, " after %s", key);
        if (at == goal)
            break;
        if (!tickets_need_towards(desk->site->board, &(struct need_way){at, goal}, &at, err))
            break;
    }
    if (err->text == NULL)
        err_set(err, MC_DATAERR, "%s would wait for itself: %s%s; nothing is changed", editing->one.key, text_str(&way),
                at == goal ? "" : " after …");
    text_release(&way);
    return false;
}

static bool has_need(const struct ticket_need_list *list, int64_t id) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].id == id)
            return true;
    return false;
}

/* "after: -MC-3 +MC-4" */
static void say_need(struct desk *desk, struct editing *editing, int64_t needs, char sign) {
    char key[KEY_SIZE];

    if (!editing->needs)
        change(editing, EDIT_NEEDS);
    site_key(desk->site, needs, key);
    text_addf(&editing->story, "%s%c%s", editing->needs ? " " : "", sign, key);
    editing->needs = true;
}

static bool remove_needs(struct desk *desk, struct editing *editing, const struct ticket_need_list *list,
                         struct err *err) {
    const struct desk_edit *edit = editing->edit;
    bool ok = true;

    for (size_t i = 0; ok && i < edit->no_after_count; i++) {
        if (!has_need(list, edit->no_after[i]))
            continue;
        ok = tickets_unneed(desk->site->board, edit->ticket, edit->no_after[i], err);
        say_need(desk, editing, edit->no_after[i], '-');
    }
    return ok;
}

static bool add_needs(struct desk *desk, struct editing *editing, const struct ticket_need_list *list,
                      struct err *err) {
    const struct desk_edit *edit = editing->edit;

    for (size_t i = 0; i < edit->after_count; i++) {
        int64_t needs = edit->after[i], back = 0;

        if (has_need(list, needs))
            continue;
        if (!tickets_need_towards(desk->site->board, &(struct need_way){needs, edit->ticket}, &back, err))
            return false;
        if (back || needs == edit->ticket)
            return refuse_circle(desk, editing, needs, err);
        if (!tickets_need(desk->site->board, edit->ticket, needs, err))
            return false;
        say_need(desk, editing, needs, '+');
    }
    return true;
}

static bool change_needs(struct desk *desk, struct editing *editing, struct err *err) {
    struct ticket_need_list list = {0};
    bool ok = tickets_needs(desk->site->board, editing->edit->ticket, &list, err) &&
              remove_needs(desk, editing, &list, err) && add_needs(desk, editing, &list, err);

    ticket_need_list_release(&list);
    return ok;
}

static bool judge(const struct editing *editing, struct err *err) {
    const struct ticket *ticket = &editing->one.ticket;
    const struct desk_edit *edit = editing->edit;
    const char *key = editing->one.key;

    if (edit_when(EDIT_TITLE, ticket->status) == EDIT_CLOSED)
        return err_set(err, MC_DATAERR,
                       "%s is %s, and what was done stays as it was asked for; mc-ticket reopen %s first", key,
                       ticket_status_name(ticket->status), key);
    if ((edit->title_before && differs(ticket->title, edit->title_before)) ||
        (edit->body_before && differs(ticket->body, edit->body_before)))
        return err_set(err, MC_DATAERR, "%s was changed by somebody else meanwhile; nothing is changed", key);
    return true;
}

static void say(const struct editing *editing, struct desk_result *result) {
    const struct desk_case *one = &editing->one;

    result->ticket = one->ticket.id;
    result->from = result->to = one->ticket.status;
    result->changed = editing->names.len > 0;
    result->say =
        result->changed
            ? xasprintf("%s %s: changed %s%s%s", one->key, ticket_status_name(one->ticket.status),
                        text_str(&editing->names),
                        editing->next_run ? "; profile, workspace and after count from its next run on" : "",
                        editing->read ? "; its agent has read the old text, mc-ticket note tells it more" : "")
            : xasprintf("%s %s: nothing to change", one->key, ticket_status_name(one->ticket.status));
}

static bool edit_run(struct desk *desk, void *subject, struct desk_result *result, struct err *err) {
    struct editing *editing = subject;

    if (!desk_case_read(desk, editing->edit->ticket, &editing->one, err) || !judge(editing, err))
        return false;
    change_fields(editing);
    if (!change_needs(desk, editing, err))
        return false;
    say(editing, result);
    return !result->changed ||
           (write_fields(desk, editing, err) &&
            desk_note(desk, &editing->one, (struct journal_row){.kind = "edited", .body = text_str(&editing->story)},
                      err));
}

static void add_ids(struct text *out, const int64_t *ids, size_t count) {
    for (size_t i = 0; i < count; i++)
        text_addf(out, " %lld", (long long)ids[i]);
}

static void add_words(struct text *out, const struct argv *words) {
    for (size_t i = 0; i < words->count; i++)
        text_addf(out, "%s,", words->items[i]);
}

/* What of it is no text, for the request id. */
static void name_rest(struct text *out, const struct desk_edit *edit) {
    text_addf(out, "%d|", edit->priority);
    add_words(out, &edit->labels);
    text_add(out, "|");
    add_words(out, &edit->no_labels);
    text_add(out, "|");
    add_ids(out, edit->after, edit->after_count);
    text_add(out, "|");
    add_ids(out, edit->no_after, edit->no_after_count);
}

bool desk_edit(struct desk *desk, const struct desk_edit *edit, struct desk_result *result, struct err *err) {
    static const char none[] = "\x1f"; /* what no text has */
    struct editing editing = {.edit = edit};
    struct text rest = {0};
    const char *texts[] = {edit->title ? edit->title : none,
                           edit->body ? edit->body : none,
                           edit->profile ? edit->profile : none,
                           edit->workspace ? edit->workspace : none,
                           NULL, /* the rest */
                           NULL};
    struct desk_deed deed = {.run = edit_run, .subject = &editing, .what = {"edit", edit->ticket, texts}};
    bool ok;

    name_rest(&rest, edit);
    texts[sizeof texts / sizeof *texts - 2] = text_str(&rest);
    ok = desk_transact(desk, &deed, result, err);
    text_release(&rest);
    editing_release(&editing);
    return ok;
}

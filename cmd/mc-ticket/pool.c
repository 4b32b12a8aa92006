#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/age.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/size.h"
#include "base/text.h"
#include "call.h"
#include "desk/slot_view.h"
#include "paint.h"
#include "release.h"
#include "store/slots.h"
#include "table.h"

static void key_of(const struct call *call, const struct slot *slot, char key[KEY_SIZE]) {
    text_copy(key, KEY_SIZE, "-");
    if (slot->ticket_id)
        site_key(&call->site, slot->ticket_id, key);
}

static void put_count(struct text *out, size_t n, const char *what) {
    if (n)
        text_addf(out, "%s%zu %s", out->len ? ", " : "", n, what);
}

static const char *place_word(enum slot_place place) {
    switch (place) {
    case SLOT_AT_NOTHING:
    case SLOT_AT_EMPTY:
        return "no folder";
    case SLOT_AT_TREE:
        return "worktree";
    case SLOT_AT_LINK:
        return "a symbolic link";
    case SLOT_AT_MAIN:
        return "the main checkout";
    case SLOT_AT_OUTSIDE:
        return "outside the pool";
    case SLOT_AT_UNKNOWN:
        return "unknown";
    case SLOT_AT_OTHER:
        break;
    }
    return "no worktree";
}

/* "3 changed, 1 untracked", "clean", "?" */
static void put_dirt(struct text *out, const struct slot_view *view) {
    const struct slot_facts *facts = &view->facts;
    struct slot_facts still = *facts;
    struct slot_ruling ruling;

    still.process = 0;
    ruling = slot_rule(&(struct slot_asked){.facts = &still, .own_branch = true});

    if (view->why)
        text_add(out, "?");
    else if (facts->place != SLOT_AT_TREE)
        text_add(out, place_word(facts->place));
    else if (slot_view_clean(view))
        text_add(out, "clean");
    else {
        put_count(out, facts->changed, "changed");
        put_count(out, facts->untracked, "untracked");
        put_count(out, facts->unmerged, "in conflict");
        if (ruling.end == SLOT_ASIDE && !(facts->unmerged && facts->underway == UNDERWAY_NOTHING))
            text_addf(out, "%s%s", out->len ? ", " : "", ruling.words);
    }
    if (view->stranger < 0)
        text_add(out, ", whether a process works in it cannot be told");
    else if (view->stranger)
        text_addf(out, ", a process works in it (%s)", facts->program);
}

/* Below the row of its slot, whose name it begins with. */
static void add_own_note(struct table *table, const struct slot *slot) {
    char *begins = xasprintf("%s: ", slot->name);

    table_note(table, slot->note && text_starts(slot->note, begins) ? slot->note + strlen(begins) : slot->note);
    free(begins);
}

/* What to do about one that no ticket gets any more. */
static void add_surplus(struct table *table, const struct slot_view *view) {
    char *line;

    if (!view->surplus)
        return;
    line = view->slot.state == SLOT_FREE
               ? xasprintf("%s: mc-ticket pool release %s takes it off this list, and says how its worktree is removed",
                           view->surplus, view->slot.name)
               : xasprintf("%s: no ticket gets it any more", view->surplus);
    table_note(table, line);
    free(line);
}

static void add_notes(struct table *table, const struct slot_view *view) {
    struct text astray = {0};

    if (view->stray.yes)
        stray_say(&astray, &view->stray, view->base);
    add_own_note(table, &view->slot);
    table_note(table, astray.len ? text_str(&astray) : NULL);
    add_surplus(table, view);
    if (view->workspace)
        table_note(table, view->why);
    text_release(&astray);
}

static enum paint paint_of_slot(enum slot_state state) {
    return state == SLOT_QUARANTINED ? PAINT_BAD : state == SLOT_CLAIMED ? PAINT_LINK : PAINT_DIM;
}

static void add_view(const struct call *call, struct table *table, const struct slot_view *view) {
    const struct slot *slot = &view->slot;
    struct text work = {0}, dirt = {0};
    char key[KEY_SIZE], age[AGE_SIZE] = "", size[SIZE_SIZE] = "?";

    key_of(call, slot, key);
    if (slot->claimed_at)
        age_words(clock_now() - slot->claimed_at, age);
    if (view->bytes >= 0)
        size_words(view->bytes, size);
    put_dirt(&dirt, view);
    if (view->commits >= 0)
        text_addf(&work, "%lld commit%s, ", (long long)view->commits, view->commits == 1 ? "" : "s");
    text_add(&work, text_str(&dirt));
    table_cell(table, PAINT_BOLD, slot->name);
    table_cell(table, paint_of_slot(slot->state), slot_state_name(slot->state));
    table_cell(table, PAINT_PLAIN, key);
    table_cell(table, PAINT_PLAIN, age);
    table_cell(table, PAINT_PLAIN, size);
    table_cell(table, PAINT_PLAIN, text_str(&work));
    table_cell(table, PAINT_DIM, slot->branch);
    add_notes(table, view);
    text_release(&dirt);
    text_release(&work);
}

/* Those of one workspace; NULL: of none that is configured. */
static void print_views(const struct call *call, const struct slot_views *views, const struct workspace *workspace) {
    static const struct table_column columns[] = {
        {"SLOT", TABLE_KEEPS, false},   {"STATE", TABLE_KEEPS, false}, {"TICKET", TABLE_KEEPS, false},
        {"AGE", TABLE_SPARE, true},     {"SIZE", TABLE_SPARE, true},   {"WORK", TABLE_GIVES, false},
        {"BRANCH", TABLE_GIVES, false},
    };
    struct table table;

    table_begin(&table, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < views->count; i++)
        if (views->items[i].workspace == workspace)
            add_view(call, &table, &views->items[i]);
    table_end(&table);
}

static int64_t rows_of(const struct slot_views *views, const struct workspace *workspace) {
    int64_t n = 0;

    for (size_t i = 0; i < views->count; i++)
        n += views->items[i].workspace == workspace && views->items[i].slot.number <= workspace->size;
    return n;
}

static void print_workspace(const struct call *call, const struct slot_views *views,
                            const struct workspace *workspace) {
    char *folder = site_pool(&call->site, workspace);
    int64_t made = rows_of(views, workspace);

    printf("workspace %s: ", workspace->name);
    print_line(workspace->repo, 0);
    printf(", %lld slot%s in ", (long long)workspace->size, workspace->size == 1 ? "" : "s");
    print_line(folder, 0);
    if (made < workspace->size)
        printf(", %lld not needed yet", (long long)(workspace->size - made));
    putchar('\n');
    print_views(call, views, workspace);
    free(folder);
}

static void print_lines(const struct call *call, const struct slot_views *views) {
    const struct config *config = &call->site.config;

    for (size_t i = 0; i < config->workspace_count; i++)
        print_workspace(call, views, &config->workspaces[i]);
    if (!config->workspace_count)
        puts(
            "no workspace is configured, so agents work in private directories; mc-pickup.conf(5) tells of workspaces");
    print_views(call, views, NULL);
}

static void put_looks(struct json *object, const struct slot_view *view) {
    const struct slot_facts *facts = &view->facts;

    if (view->why) {
        json_put_null(object, "seen");
        return;
    }
    json_put_string(object, "seen", place_word(facts->place));
    json_put_int(object, "changed", (int64_t)facts->changed);
    json_put_int(object, "untracked", (int64_t)facts->untracked);
    json_put_int(object, "conflicts", (int64_t)facts->unmerged);
    json_put_string(object, "head", *facts->head ? facts->head : NULL);
    json_put_string(object, "head_branch", facts->branch);
    stray_put(object, stray_json(&view->stray));
    json_put_nonzero(object, "process", facts->process > 0 ? facts->process : 0);
    json_put_bool(object, "clean", slot_view_clean(view));
}

static struct json *view_json(const struct call *call, const struct slot_view *view) {
    const struct slot *slot = &view->slot;
    struct json *object = json_object();
    char key[KEY_SIZE];

    key_of(call, slot, key);
    json_put_string(object, "slot", slot->name);
    json_put_string(object, "workspace", slot->workspace);
    json_put_int(object, "number", slot->number);
    json_put_string(object, "host", slot->host);
    json_put_string(object, "path", slot->path);
    json_put_string(object, "state", slot_state_name(slot->state));
    json_put_string(object, "ticket", slot->ticket_id ? key : NULL);
    json_put_string(object, "run", slot->run_id);
    json_put_string(object, "branch", slot->branch);
    json_put_nonzero(object, "claimed_at", slot->claimed_at);
    json_put_string(object, "note", slot->note);
    json_put_string(object, "surplus", view->surplus);
    call_put_known(object, "commits", view->commits);
    call_put_known(object, "bytes", view->bytes);
    json_put_string(object, "why", view->why);
    put_looks(object, view);
    return object;
}

static struct json *workspaces_json(const struct call *call) {
    const struct config *config = &call->site.config;
    struct json *array = json_array();

    for (size_t i = 0; i < config->workspace_count; i++) {
        const struct workspace *workspace = &config->workspaces[i];
        struct json *object = json_object();
        char *folder = site_pool(&call->site, workspace);

        json_put_string(object, "workspace", workspace->name);
        json_put_string(object, "repository", workspace->repo);
        json_put_string(object, "pool", folder);
        json_put_int(object, "size", workspace->size);
        json_push(array, object);
        free(folder);
    }
    return array;
}

static void print_json(const struct call *call, const struct slot_views *views) {
    struct json *object = json_object(), *slots = json_array();

    json_put_int(object, "schema", 1);
    json_put(object, "workspaces", workspaces_json(call));
    for (size_t i = 0; i < views->count; i++)
        json_push(slots, view_json(call, &views->items[i]));
    json_put(object, "slots", slots);
    call_print(object);
}

static bool show(struct call *call, struct err *err) {
    struct slot_views views = {0};
    bool ok = call_open(call, true, err) && slot_views_read(&call->site, &views, err);

    if (ok && call->json)
        print_json(call, &views);
    else if (ok)
        print_lines(call, &views);
    slot_views_release(&views);
    return ok;
}

bool command_pool(struct call *call, struct err *err) {
    const char *verb = call_word(call, 0), *name = call_word(call, 1);

    if (!verb)
        return show(call, err);
    if (strcmp(verb, "release") != 0)
        return err_set(err, MC_USAGE, "pool %s: the only thing to do with a slot is release", verb);
    if (!name)
        return err_set(err, MC_USAGE, "pool release takes a slot; mc-ticket pool lists them");
    return release_slot(call, name, err);
}

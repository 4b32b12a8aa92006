#include "pickup/trial_note.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "host/files.h"
#include "host/git.h"
#include "host/proc.h"
#include "host/uproot.h"
#include "run/end.h"
#include "run/site.h"
#include "run/tried.h"
#include "store/journal.h"

void trial_note_release(struct trial_note *note) {
    free(note->session);
    free(note->path);
    free(note->workspace);
    *note = (struct trial_note){0};
}

bool trial_note_put(struct site *site, const struct trial_note *note, struct err *err) {
    struct json *object = json_object();
    struct text value = {0};
    bool ok;

    json_put_string(object, "run", note->run_id);
    json_put_string(object, "session", note->session);
    json_put_string(object, "path", note->path);
    json_put_string(object, "workspace", note->workspace);
    json_put_int(object, "pid", note->who.pid);
    json_put_int(object, "start", note->who.start);
    json_put_string(object, "boot", note->who.boot);
    json_put_int(object, "ns", note->who.ns);
    json_print(object, &value);
    ok = settings_put(site->board, TRIED_KEY, text_str(&value), err);
    text_release(&value);
    json_free(object);
    return ok;
}

static const char *string_of(const struct json *object, const char *key) {
    return json_string(json_get(object, key));
}

static int64_t number_of(const struct json *object, const char *key) {
    int64_t value;

    return json_int(json_get(object, key), &value) ? value : 0;
}

static void read_note(struct trial_note *note, const char *value) {
    struct json *object = json_parse(value, strlen(value));
    const char *run = string_of(object, "run"), *session = string_of(object, "session");
    const char *path = string_of(object, "path"), *boot = string_of(object, "boot");

    if (run && session && path && key_run_ok(run)) {
        text_copy(note->run_id, sizeof note->run_id, run);
        note->session = xstrdup(session);
        note->path = xstrdup(path);
        note->workspace = xstrdup(string_of(object, "workspace"));
        note->who = (struct identity){
            .pid = number_of(object, "pid"), .start = number_of(object, "start"), .ns = number_of(object, "ns")};
        text_copy(note->who.boot, sizeof note->who.boot, boot ? boot : "");
    }
    json_free(object);
}

bool trial_note_get(struct site *site, struct trial_note *note, struct err *err) {
    char *value = NULL;
    bool ok = settings_get(site->board, TRIED_KEY, &value, err);

    *note = (struct trial_note){0};
    if (value)
        read_note(note, value);
    free(value);
    return ok;
}

/* The worktree was made for this and is nobody's work. */
static bool drop_tree(struct site *site, const struct trial_note *note, struct err *err) {
    const char *const args[] = {"worktree", "remove", "--force", "--force", note->path, NULL};
    const struct workspace *workspace = note->workspace ? config_workspace_named(&site->config, note->workspace) : NULL;
    struct git git = {0};
    bool ok = !workspace || !files_exists(note->path) ||
              (git_open(&git, workspace->repo, err) &&
               git_run(&git, &(struct git_call){.args = args}, &(struct git_result){0}, err));

    git_release(&git);
    return ok;
}

bool trial_note_end(struct site *site, const struct trial_note *note, struct err *err) {
    struct runtime row = {.run_id = xstrdup(note->run_id), .tmux_target = xstrdup(note->session)};
    char *folder = site_run_dir(site, note->run_id);
    bool ok = site_tmux(site, err) && site_know_self(site, err) && end_agent(site, &row, err) &&
              drop_tree(site, note, err) &&
              (uproot(folder, INT64_MAX) || err_set(err, MC_IOERR, "%s: not all of it could be removed", folder)) &&
              settings_put(site->board, TRIED_KEY, NULL, err);

    free(folder);
    runtime_release(&row);
    return ok;
}

bool trial_note_left(struct site *site, bool *ended, struct err *err) {
    struct trial_note note = {0};
    bool ok = trial_note_get(site, &note, err) && site_know_self(site, err);

    /* one that names no process is nobody's any more */
    *ended = ok && *note.run_id && (note.who.pid <= 0 || proc_alive(&note.who) == SEEN_NO);
    if (*ended)
        ok = trial_note_end(site, &note, err);
    trial_note_release(&note);
    return ok;
}

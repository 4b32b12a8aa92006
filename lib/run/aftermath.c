#include "run/aftermath.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "host/files.h"
#include "host/git_tree.h"
#include "host/lock.h"
#include "rules/address.h"
#include "rules/words.h"
#include "run/hook.h"
#include "run/push.h"
#include "run/site.h"
#include "store/journal.h"
#include "store/push_fails.h"
#include "store/runtimes.h"
#include "store/slots.h"

enum { PUSH_LIMIT_MS = 60 * 1000 };

struct after {
    struct site *site;
    const struct after_call *call;
    struct after_done *done;
    struct run run;
    struct runtime runtime; /* of its ticket, perhaps another run's */
    struct slot slot;       /* that it has; name NULL: none any more */
    char *word;             /* DONE, REVIEW, QUESTION: of its last turn; NULL: none */
    const struct workspace *workspace;
    struct git git;
    int lock;
    struct push_done pushed;
    bool unpushed; /* it did not, and no turn of the run's is left to try it after */
};

static void after_release(struct after *after) {
    run_release(&after->run);
    runtime_release(&after->runtime);
    slot_release(&after->slot);
    free(after->word);
    git_release(&after->git);
    text_release(&after->pushed.line);
}

void after_done_release(struct after_done *done) {
    text_release(&done->hook);
    text_release(&done->push);
}

static bool is_ours(const struct after *after) {
    return text_same(after->runtime.run_id, after->run.run_id);
}

/* "DONE MC_TICKET_TURN:…: payload", said since its last turn began. */
static bool read_word(struct after *after, struct err *err) {
    const struct journal_kinds kinds = {.ticket_id = after->run.ticket_id,
                                        .run_id = after->run.run_id,
                                        .kind = "signal",
                                        .other = "signal",
                                        .since = is_ours(after) ? after->runtime.turn_started_at : 0};
    struct activity row;

    if (!journal_newest(after->site->board, &kinds, &row, err))
        return false;
    if (row.id && row.body)
        after->word = xstrndup(row.body, strcspn(row.body, " "));
    if (after->word && signal_word_from(after->word) < 0)
        xreplace(&after->word, NULL);
    activity_release(&row);
    return true;
}

static bool read_runtime(struct after *after, struct runtime *runtime, struct err *err) {
    char key[SESSION_KEY_SIZE];

    key_session_key(key, after->run.ticket_id);
    return runtimes_get(after->site->board, key, runtime, err);
}

bool aftermath_word(struct site *site, const char *run_id, char **word, struct err *err) {
    struct after after = {.site = site};
    bool ok = runs_get(site->board, run_id, &after.run, err) && read_runtime(&after, &after.runtime, err) &&
              read_word(&after, err);

    *word = after.word;
    after.word = NULL;
    after_release(&after);
    return ok;
}

static bool read_rows(struct after *after, struct err *err) {
    struct board *board = after->site->board;

    return runs_get(board, after->call->run_id, &after->run, err) && read_runtime(after, &after->runtime, err) &&
           slots_of_run(board, after->call->run_id, &after->slot, err) && read_word(after, err);
}

/* In the transaction that writes the result: has another turn begun or ended meanwhile? That one's end is owed still.
 */
static bool same_turn(struct after *after, bool *same, struct err *err) {
    struct runtime now = {0};
    bool ok = read_runtime(after, &now, err);
    const struct runtime *then = &after->runtime;

    *same =
        now.status == then->status && now.turn_count == then->turn_count &&
        (text_same(now.run_id, then->run_id) || (!now.run_id && !then->run_id)) &&
        (text_same(now.last_turn_marker, then->last_turn_marker) || (!now.last_turn_marker && !then->last_turn_marker));
    runtime_release(&now);
    return ok;
}

struct telling {
    struct journal_row row; /* kind and body */
    const char *other;      /* the kind whose row makes it news again */
    bool news;              /* it is not what the story says of the last one */
};

static bool tell(struct after *after, struct telling *telling, struct err *err) {
    struct journal_row row = telling->row;
    struct activity last;
    bool ok;

    row.ticket_id = after->run.ticket_id;
    row.run_id = after->run.run_id;
    row.author = "mc-pickup";
    row.now = clock_now();
    if (!journal_newest(
            after->site->board,
            &(struct journal_kinds){
                .ticket_id = row.ticket_id, .run_id = row.run_id, .kind = row.kind, .other = telling->other},
            &last, err))
        return false;
    telling->news = !last.id || !text_same(last.kind, row.kind) || !text_same(last.body, row.body);
    ok = !telling->news || journal_add(after->site->board, &row, err);
    activity_release(&last);
    return ok;
}

/* The line goes where it is no news: nobody is told again. */
static bool tell_failure(struct after *after, struct telling *telling, struct text *line, struct err *err) {
    bool ok = !line->len || tell(after, telling, err);

    if (ok && !telling->news)
        text_clear(line);
    return ok;
}

static bool tell_all(struct after *after, struct err *err) {
    struct after_done *done = after->done;
    struct telling hook = {.row = (struct journal_row){.kind = "hook_failed", .body = text_str(&done->hook)}};
    struct telling push = {.row = (struct journal_row){.kind = "push_failed", .body = text_str(&done->push)}};
    struct telling pushed = {.row = (struct journal_row){.kind = "pushed", .body = text_str(&after->pushed.line)}};

    hook.other = hook.row.kind;
    push.other = pushed.row.kind;
    pushed.other = push.row.kind;
    return tell_failure(after, &hook, &done->hook, err) && tell_failure(after, &push, &done->push, err) &&
           tell_failure(after, &pushed, &after->pushed.line, err);
}

/* What no turn of its own is left to try again goes after the next push of its workspace that goes. */
static bool write_unpushed(struct after *after, struct err *err) {
    struct board *board = after->site->board;
    char *key;
    bool ok;

    if (!after->workspace || !after->workspace->push || after->call->part == AFTER_HOOK ||
        (!after->unpushed && after->done->push.len))
        return true;
    key = xasprintf("unpushed:%s", after->run.run_id);
    ok = settings_put(board, key, after->unpushed ? after->workspace->name : NULL, err) &&
         (!after->pushed.went || runs_owe_unpushed(board, after->workspace->name, err));
    free(key);
    return ok;
}

/* For whoever looks at the board: whether its branch is where it belongs. */
static bool write_push(struct after *after, struct err *err) {
    const struct text *why = &after->done->push;

    return !after->workspace || !after->workspace->push || !after->run.branch || after->call->part == AFTER_HOOK ||
           push_fails_put(after->site->board, after->run.ticket_id, why->len ? text_str(why) : NULL, err);
}

static bool write_result(struct after *after, struct err *err) {
    bool same = false;

    return write_push(after, err) && write_unpushed(after, err) && tell_all(after, err) &&
           same_turn(after, &same, err) &&
           (!same || !after->run.owes || after->call->part == AFTER_PUSH ||
            runs_set_owes(after->site->board, after->run.run_id, false, err));
}

static bool record(struct after *after, struct err *err) {
    struct board *board = after->site->board;

    if ((!after->run.owes || after->call->part == AFTER_PUSH) && !after->unpushed && !after->done->hook.len &&
        !after->done->push.len && !after->pushed.line.len)
        return true;
    if (!board_begin(board, err))
        return false;
    if (write_result(after, err) && board_commit(board, err))
        return true;
    board_rollback(board);
    return false;
}

static void note_failure(struct text *line, struct err *why) {
    text_clear(line);
    text_add(line, why->text);
    err_release(why);
}

/* In the folder only as long as it is what it was made as: an agent can put a link to anywhere in its place. */
static void run_hook(struct after *after, const struct git_tree *tree) {
    struct err why = {0};

    if (!hook_run(after->site,
                  &(struct hook_call){.workspace = after->workspace,
                                      .hook = HOOK_AFTER_RUN,
                                      .ticket_id = after->run.ticket_id,
                                      .run_id = after->run.run_id,
                                      .slot = tree->path,
                                      .branch = after->run.branch,
                                      .word = after->word,
                                      .limit_ms = after->call->limit_ms},
                  &why))
        note_failure(&after->done->hook, &why);
}

static void follow_hook(struct after *after) {
    char *pool =
        after->slot.path ? xstrndup(after->slot.path, (size_t)(text_name(after->slot.path) - after->slot.path)) : NULL;
    struct git_tree tree = {0};
    bool at_work =
        is_ours(after) && (after->runtime.status == RUNTIME_RUNNING || after->runtime.status == RUNTIME_SPAWNING);

    if (!pool || at_work)
        goto out;
    if (git_tree_find(&tree, &after->git, &(struct git_folder){pool, after->slot.path}) == SLOT_AT_TREE)
        run_hook(after, &tree);
    else
        text_addf(&after->done->hook,
                  "workspace %s: hook %s: was not run: %s is no worktree of %s any more; mc-ticket pool shows it",
                  after->workspace->name, hook_name(HOOK_AFTER_RUN), after->slot.path, after->git.repo);
out:
    git_tree_release(&tree);
    free(pool);
}

static bool push(struct after *after, struct err *err) {
    return push_run(&(struct push_asked){.site = after->site,
                                         .git = &after->git,
                                         .workspace = after->workspace,
                                         .run = &after->run,
                                         .timeout_ms = after->call->limit_ms ? after->call->limit_ms : PUSH_LIMIT_MS,
                                         .last = after->call->last},
                    &after->pushed, err);
}

/* Of a run that has given its slot back, or is about to. */
static void advise_by_hand(struct after *after, struct err *why) {
    struct text remote = {0};

    if (!after->call->last && after->slot.name)
        return;
    after->unpushed = true;
    address_public(&remote, after->workspace->push);
    err_advise_words(why, "the branch stays here; push it by hand: git -C {} push {} {}",
                     ERR_WORDS(after->workspace->repo, text_str(&remote), after->run.branch));
    text_release(&remote);
}

static void follow(struct after *after) {
    enum after_part part = after->call->part;
    bool hooked = part != AFTER_PUSH && after->run.owes && after->workspace->hooks[HOOK_AFTER_RUN].count;
    bool pushes = part != AFTER_HOOK && after->workspace->push;
    struct err why = {0};

    if (!hooked && !pushes)
        return;
    if (!git_open(&after->git, after->workspace->repo, &why)) {
        err_wrap(&why, "workspace %s", after->workspace->name);
        note_failure(hooked ? &after->done->hook : &after->done->push, &why);
        return;
    }
    if (hooked)
        follow_hook(after);
    if (pushes && !push(after, &why)) {
        err_wrap(&why, "workspace %s", after->workspace->name);
        advise_by_hand(after, &why);
        note_failure(&after->done->push, &why);
    }
}

/* By one at a time. The file stays in the run's folder. */
static enum lock_found take_lock(const struct site *site, const char *run_id, int *lock) {
    char *dir = site_run_dir(site, run_id);
    char *file = xasprintf("%s/after-turn.lock", dir);
    struct err ignored = {0};
    enum lock_found found = files_make_dir(dir, &ignored) ? lock_take(file, lock, &ignored) : LOCK_FAILED;

    err_release(&ignored);
    free(file);
    free(dir);
    return found;
}

static bool has_hook(const struct config *config) {
    size_t i = 0;

    while (i < config->workspace_count && !config->workspaces[i].hooks[HOOK_AFTER_RUN].count)
        i++;
    return i < config->workspace_count;
}

bool aftermath_keep_off(const struct site *site, const char *run_id, int *lock) {
    *lock = -1;
    return !has_hook(&site->config) || take_lock(site, run_id, lock) != LOCK_BUSY;
}

bool aftermath_run(struct site *site, const struct after_call *call, struct after_done *done, struct err *err) {
    struct after after = {.site = site, .call = call, .done = done, .lock = -1};
    bool ok;

    *done = (struct after_done){.busy = take_lock(site, call->run_id, &after.lock) != LOCK_TAKEN};
    if (done->busy)
        return true;
    ok = read_rows(&after, err);
    after.workspace = ok && after.run.workspace ? config_workspace_named(&site->config, after.run.workspace) : NULL;
    if (after.workspace && after.run.branch)
        follow(&after);
    ok = ok && record(&after, err);
    lock_leave(&after.lock);
    after_release(&after);
    return ok;
}

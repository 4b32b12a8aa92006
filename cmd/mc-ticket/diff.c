#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/argv.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "desk/changes.h"
#include "diff_part.h"
#include "paged.h"
#include "run/kept.h"
#include "store/runtimes.h"
#include "store/tickets.h"

enum { UNTRACKED_MAX = 500, GIT_MS = 60000, FETCH_MS = 20000 }; /* UNTRACKED_MAX: files named */

struct asked {
    struct call *call;
    struct changes changes;
    struct run_list runs;
    struct argv late; /* refs of what was kept of earlier runs when this one had begun */
    char key[KEY_SIZE];
    bool stat;
};

static void put_command(const struct asked *asked, struct part *part, const char *from, const char *to) {
    text_add(&part->command, "git -C ");
    text_quote(&part->command, asked->changes.workspace->repo);
    text_addf(&part->command, " diff %s %s", from, to);
}

static void read_span(const struct asked *asked, struct part *part, const struct git_span *span) {
    const struct git_sink sink = {.take = part_take, .context = part};
    const struct git *git = &asked->changes.git;
    struct err err = {0};
    bool ok = asked->stat ? git_stat_lines(git, span, &sink, &err) : git_diff(git, span, &sink, &err);

    put_command(asked, part, span->from, span->to);
    part_settle(part, ok, &err);
}

/* The slot's own part: tracked files as a patch, the others by name. */
struct loose {
    struct part part;
    struct slot_facts facts;
    struct git_changes changes;
    char *path;
    bool failed; /* it could not be looked at */
};

static void loose_release(struct loose *loose) {
    part_release(&loose->part);
    slot_facts_release(&loose->facts);
    git_changes_release(&loose->changes);
    free(loose->path);
}

static void read_loose(const struct asked *asked, const struct slot *slot, struct loose *loose) {
    const struct git_sink sink = {.take = part_take, .context = &loose->part};
    struct git_tree tree = {0};
    struct err err = {0};
    bool ok = changes_tree(&asked->changes, slot, &tree, &err);

    loose->path = xstrdup(slot->path);
    text_add(&loose->part.command, "git -C ");
    text_quote(&loose->part.command, slot->path);
    text_add(&loose->part.command, " diff HEAD");
    ok = ok && git_tree_glance(&tree, &loose->facts, &loose->changes, &err);
    loose->failed = !ok;
    ok = ok &&
         (!loose->facts.changed ||
          git_tree_diff(
              &(struct git_tree_diff){.tree = &tree, .sink = &sink, .stat = asked->stat, .timeout_ms = GIT_MS}, &err));
    part_settle(&loose->part, ok, &err);
    git_tree_release(&tree);
}

static void print_committed(const struct asked *asked) {
    const struct changes *changes = &asked->changes;
    struct text line = {0};
    struct part part = {0};

    fputs("# committed on ", stdout);
    print_line(changes->run->branch, 0);
    if (changes->why) {
        fputs("; ", stdout);
        print_line(changes->why, 0);
        putchar('\n');
        return;
    }
    changes_say(&line, changes);
    printf(", from %.12s to %.12s: %s\n", changes->from, changes->to, text_str(&line));
    read_span(asked, &part, &(struct git_span){changes->from, changes->to, GIT_MS});
    part_print(&part);
    part_release(&part);
    text_release(&line);
}

/* A link is named as one, and not followed. */
static void print_new(const struct loose *loose, const struct git_change *change) {
    char *path = xasprintf("%s/%s", loose->path, change->path);
    struct stat st;

    fputs("# new: ", stdout);
    print_line(change->path, 0);
    if (change->kind == CHANGE_NESTED)
        puts(" (a repository)");
    else if (lstat(path, &st) != 0)
        puts(" (gone)");
    else if (S_ISLNK(st.st_mode))
        puts(" (a symbolic link)");
    else
        printf(" (%lld bytes)\n", (long long)st.st_size);
    free(path);
}

static bool is_new(const struct git_change *change) {
    return change->kind == CHANGE_UNTRACKED || change->kind == CHANGE_NESTED;
}

static void print_untracked(const struct loose *loose) {
    size_t shown = 0;

    for (size_t i = 0; i < loose->changes.count; i++) {
        const struct git_change *change = &loose->changes.items[i];

        if (!is_new(change))
            continue;
        if (shown++ == UNTRACKED_MAX) {
            printf("# and %zu more\n", loose->facts.untracked - UNTRACKED_MAX);
            return;
        }
        print_new(loose, change);
    }
}

/* What the agent has committed elsewhere than on the ticket's branch. */
static void print_stray(const struct asked *asked, const struct slot *slot, const struct stray *stray) {
    struct text line = {0};
    struct part part = {0};

    if (!stray->yes)
        return;
    stray_say(&line, stray, asked->changes.run->base);
    printf("# %s: ", slot->name);
    print_line(text_str(&line), 0);
    putchar('\n');
    if (stray->commits > 0)
        read_span(asked, &part, &(struct git_span){stray->from, stray->commit, GIT_MS});
    part_print(&part);
    part_release(&part);
    text_release(&line);
}

static void print_loose(const struct asked *asked, const struct slot *slot) {
    struct loose loose = {0};

    read_loose(asked, slot, &loose);
    bool nothing = !loose.changes.count;
    printf("# %s in %s%s, ",
           loose.failed ? "what is uncommitted"
           : nothing    ? "nothing is uncommitted"
                        : "not committed",
           slot->name, slot->state == SLOT_QUARANTINED ? " (in quarantine)" : "");
    print_line(slot->path, 0);
    if (!nothing)
        printf(": %zu changed, %zu new", loose.facts.changed, loose.facts.untracked);
    putchar('\n');
    part_print(&loose.part);
    print_untracked(&loose);
    loose_release(&loose);
}

static void read_kept(const struct asked *asked, struct part *part, char from[OID_SIZE]) {
    changes_kept(&asked->changes, from);
    if (*from)
        read_span(asked, part, &(struct git_span){from, asked->changes.run->preserved, GIT_MS});
    else
        part->why = xstrdup("the commit is not in the repository any more");
}

static void print_kept(const struct asked *asked) {
    struct part part = {0};
    char from[OID_SIZE];

    read_kept(asked, &part, from);
    printf("# kept when its slot was given back, commit %.12s\n", asked->changes.run->preserved);
    part_print(&part);
    part_release(&part);
}

static void print_missing(const struct changes *changes) {
    if (!changes->missing)
        return;
    fputs("# not here: ", stdout);
    print_line(changes->missing, 0);
    putchar('\n');
}

static void print_all(const struct asked *asked) {
    const struct changes *changes = &asked->changes;

    print_committed(asked);
    print_missing(changes);
    for (size_t i = 0; changes->opened && i < changes->slots.count; i++) {
        print_stray(asked, &changes->slots.items[i], &changes->strays[i]);
        print_loose(asked, &changes->slots.items[i]);
    }
    if (changes->opened && changes->run->preserved)
        print_kept(asked);
    for (size_t i = 0; i < asked->late.count; i++)
        printf("# of an earlier run, kept when this one had begun: git show %s\n", asked->late.items[i]);
}

static struct json *committed_json(const struct asked *asked) {
    const struct changes *changes = &asked->changes;
    struct json *object = json_object();
    struct part part = {0};

    json_put_string(object, "branch", changes->run->branch);
    json_put_string(object, "base", changes->run->base);
    if (changes->why) {
        json_put_string(object, "why", changes->why);
        return object;
    }
    changes_put(object, changes);
    read_span(asked, &part, &(struct git_span){changes->from, changes->to, GIT_MS});
    part_put(object, &part, asked->stat);
    part_release(&part);
    return object;
}

static struct json *new_json(const struct loose *loose) {
    struct json *array = json_array();

    for (size_t i = 0, shown = 0; i < loose->changes.count && shown < UNTRACKED_MAX; i++) {
        if (!is_new(&loose->changes.items[i]))
            continue;
        json_push_string(array, loose->changes.items[i].path);
        shown++;
    }
    return array;
}

static void put_stray(struct json *object, const struct asked *asked, const struct stray *stray) {
    struct json *elsewhere = stray_json(stray);
    struct part part = {0};

    if (elsewhere && stray->commits > 0)
        read_span(asked, &part, &(struct git_span){stray->from, stray->commit, GIT_MS});
    if (elsewhere)
        part_put(elsewhere, &part, asked->stat);
    stray_put(object, elsewhere);
    part_release(&part);
}

static struct json *loose_json(const struct asked *asked, size_t i) {
    const struct slot *slot = &asked->changes.slots.items[i];
    struct json *object = json_object();
    struct loose loose = {0};

    read_loose(asked, slot, &loose);
    json_put_string(object, "slot", slot->name);
    json_put_string(object, "state", slot_state_name(slot->state));
    json_put_string(object, "path", slot->path);
    call_put_known(object, "changed", loose.failed ? -1 : (int64_t)loose.facts.changed);
    call_put_known(object, "untracked", loose.failed ? -1 : (int64_t)loose.facts.untracked);
    json_put(object, "new", new_json(&loose));
    put_stray(object, asked, &asked->changes.strays[i]);
    part_put(object, &loose.part, asked->stat);
    loose_release(&loose);
    return object;
}

static struct json *kept_json(const struct asked *asked) {
    struct json *object = json_object();
    struct part part = {0};
    char from[OID_SIZE];

    read_kept(asked, &part, from);
    json_put_string(object, "commit", asked->changes.run->preserved);
    json_put_string(object, "from", *from ? from : NULL);
    part_put(object, &part, asked->stat);
    part_release(&part);
    return object;
}

static void print_json(const struct asked *asked) {
    const struct changes *changes = &asked->changes;
    struct json *object = json_object(), *slots = json_array(), *late = json_array();

    json_put_int(object, "schema", 1);
    json_put_string(object, "ticket", asked->key);
    json_put_string(object, "run", changes->run->run_id);
    json_put_string(object, "workspace", changes->run->workspace);
    json_put_string(object, "repository", changes->workspace ? changes->workspace->repo : NULL);
    json_put_string(object, "host", changes->run->host);
    json_put_string(object, "missing", changes->missing);
    json_put(object, "committed", committed_json(asked));
    for (size_t i = 0; changes->opened && i < changes->slots.count; i++)
        json_push(slots, loose_json(asked, i));
    json_put(object, "uncommitted", slots);
    if (changes->opened && changes->run->preserved)
        json_put(object, "preserved", kept_json(asked));
    else
        json_put_null(object, "preserved");
    for (size_t i = 0; i < asked->late.count; i++)
        json_push_string(late, asked->late.items[i]);
    json_put(object, "late", late);
    call_print(object);
}

/* None of its runs has had a branch: which of the reasons is it? */
static bool no_branch(struct asked *asked, struct err *err) {
    struct runtime runtime = {0};
    char session_key[SESSION_KEY_SIZE];
    bool ok;

    if (!asked->runs.count)
        return err_set(err, MC_NOINPUT, "%s: no agent has worked on it yet, so there is no branch to show", asked->key);
    if (asked->runs.items[asked->runs.count - 1].workspace)
        return err_set(err, MC_NOINPUT, "%s: none of its runs has come to a branch; mc-ticket show %s tells why",
                       asked->key, asked->key);
    key_session_key(session_key, asked->runs.items[0].ticket_id);
    ok = runtimes_get(asked->call->site.board, session_key, &runtime, err) &&
         err_set(err, MC_DATAERR, "%s is worked in a private directory and no repository: look into %s", asked->key,
                 runtime.cwd ? runtime.cwd : "what mc-ticket show says");
    runtime_release(&runtime);
    return ok;
}

static bool find_late(struct asked *asked, struct err *err) {
    const struct run *shown = asked->changes.run;
    bool ok = true, late = false;

    for (size_t i = 0; i < asked->runs.count && ok && &asked->runs.items[i] != shown; i++) {
        const struct run *run = &asked->runs.items[i];

        ok = kept_late(asked->call->site.board, &(struct kept_late){run, shown}, &late, err);
        if (ok && late && text_same(run->workspace, shown->workspace)) {
            char *ref = kept_ref(asked->key, run->run_id);

            argv_add(&asked->late, ref);
            free(ref);
        }
    }
    return ok;
}

static bool show(struct asked *asked, struct err *err) {
    struct site *site = &asked->call->site;
    struct paged paged;
    int64_t id;

    if (!call_ticket(asked->call, call_word(asked->call, 0), &id, err) ||
        !runs_of_ticket(site->board, id, &asked->runs, err) || !changes_find(site, &asked->runs, &asked->changes, err))
        return false;
    site_key(site, id, asked->key);
    if (!asked->changes.run)
        return no_branch(asked, err);
    if (!find_late(asked, err) || !changes_fetch(&asked->changes, FETCH_MS, err))
        return false;
    changes_look(&asked->changes, GIT_MS);
    if (!asked->changes.opened)
        return err_set(err, MC_UNAVAILABLE, "%s: %s", asked->key, asked->changes.why);
    if (asked->call->json) {
        print_json(asked);
        return true;
    }
    paged_begin(&paged, asked->call);
    print_all(asked);
    paged_end(&paged, asked->call);
    return true;
}

bool command_diff(struct call *call, struct err *err) {
    struct asked asked = {.call = call, .stat = option_given(&call->options, OPTION_STAT)};
    bool ok = call_open(call, true, err) && show(&asked, err);

    changes_release(&asked.changes);
    argv_release(&asked.late);
    run_list_release(&asked.runs);
    return ok;
}

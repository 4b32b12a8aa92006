#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "call.h"
#include "desk/changes.h"
#include "host/files.h"
#include "store/runtimes.h"
#include "store/tickets.h"

/* PART_MAX: bytes of one part's patch. UNTRACKED_MAX: files named. */
enum { PART_MAX = 4 * 1024 * 1024, UNTRACKED_MAX = 500, GIT_MS = 60000 };

/* One of committed, uncommitted and preserved. */
struct part {
    struct text body;    /* patch, or lines of --stat */
    bool cut;            /* at PART_MAX */
    char *why;           /* it cannot be shown */
    struct text command; /* what shows all of it */
};

static void part_release(struct part *part) {
    text_release(&part->body);
    text_release(&part->command);
    free(part->why);
    *part = (struct part){0};
}

/* Whole lines until there is no more room; then git is ended. */
static bool take(void *context, const char *bytes, size_t n, struct err *err) {
    struct part *part = context;
    size_t room = PART_MAX - part->body.len;

    if (n <= room)
        return text_addn(&part->body, bytes, n);
    while (room > 0 && bytes[room - 1] != '\n')
        room--;
    text_addn(&part->body, bytes, room);
    part->cut = true;
    return err_set(err, MC_DATAERR, "more than %d bytes", PART_MAX);
}

static void settle(struct part *part, bool ok, struct err *err) {
    if (!ok && !part->cut)
        part->why = xstrdup(err->text);
    err_release(err);
}

struct asked {
    struct call *call;
    struct changes changes;
    struct run_list runs;
    char key[KEY_SIZE];
    bool stat;
};

static void put_command(const struct asked *asked, struct part *part, const char *from, const char *to) {
    text_add(&part->command, "git -C ");
    text_quote(&part->command, asked->changes.workspace->repo);
    text_addf(&part->command, " diff %s %s", from, to);
}

static void read_span(const struct asked *asked, struct part *part, const struct git_span *span) {
    const struct git_sink sink = {.take = take, .context = part};
    const struct git *git = &asked->changes.git;
    struct err err = {0};
    bool ok = asked->stat ? git_stat_lines(git, span, &sink, &err) : git_diff(git, span, &sink, &err);

    put_command(asked, part, span->from, span->to);
    settle(part, ok, &err);
}

/* The slot's own part: tracked files as a patch, the others by name. */
struct loose {
    struct part part;
    struct slot_facts facts;
    struct git_changes changes;
    char *path;
};

static void loose_release(struct loose *loose) {
    part_release(&loose->part);
    slot_facts_release(&loose->facts);
    git_changes_release(&loose->changes);
    free(loose->path);
}

static void read_loose(const struct asked *asked, const struct slot *slot, struct loose *loose) {
    const struct git_sink sink = {.take = take, .context = &loose->part};
    struct git_tree tree = {0};
    struct err err = {0};
    bool ok = changes_tree(&asked->changes, slot, &tree, &err);

    loose->path = xstrdup(slot->path);
    text_add(&loose->part.command, "git -C ");
    text_quote(&loose->part.command, slot->path);
    text_add(&loose->part.command, " diff HEAD");
    ok = ok && git_tree_glance(&tree, &loose->facts, &loose->changes, &err) &&
         (!loose->facts.changed ||
          git_tree_diff(
              &(struct git_tree_diff){.tree = &tree, .sink = &sink, .stat = asked->stat, .timeout_ms = GIT_MS}, &err));
    settle(&loose->part, ok, &err);
    git_tree_release(&tree);
}

/* On a terminal nothing in it is obeyed; into a file or a pipe go the very bytes. */
static void print_body(const struct text *body) {
    if (isatty(STDOUT_FILENO))
        print_block(text_str(body), "");
    else
        fwrite(text_str(body), 1, body->len, stdout);
    if (body->len && body->data[body->len - 1] != '\n')
        putchar('\n');
}

static void print_part(const struct part *part) {
    if (part->why) {
        fputs("# cannot be shown: ", stdout);
        print_line(part->why, 0);
        putchar('\n');
    }
    print_body(&part->body);
    if (part->cut) {
        printf("# cut after %d MiB; all of it: ", PART_MAX / (1024 * 1024));
        print_line(text_str(&part->command), 0);
        putchar('\n');
    }
}

static const char *plural(int64_t n) {
    return n == 1 ? "" : "s";
}

static void print_committed(const struct asked *asked) {
    const struct changes *changes = &asked->changes;
    const struct git_stat *stat = &changes->stat;
    struct part part = {0};

    fputs("# committed on ", stdout);
    print_line(changes->run->branch, 0);
    if (changes->why) {
        fputs("; ", stdout);
        print_line(changes->why, 0);
        putchar('\n');
        return;
    }
    printf(", from %.12s to %.12s: %lld commit%s, %lld file%s, +%lld -%lld\n", changes->from, changes->to,
           (long long)changes->commits, plural(changes->commits), (long long)stat->files, plural(stat->files),
           (long long)stat->added, (long long)stat->removed);
    read_span(asked, &part, &(struct git_span){changes->from, changes->to, GIT_MS});
    print_part(&part);
    part_release(&part);
}

static void print_untracked(const struct loose *loose) {
    size_t shown = 0;

    for (size_t i = 0; i < loose->changes.count; i++) {
        const struct git_change *change = &loose->changes.items[i];
        char *path;

        if (change->kind != CHANGE_UNTRACKED && change->kind != CHANGE_NESTED)
            continue;
        if (shown++ == UNTRACKED_MAX) {
            printf("# and %zu more\n", loose->facts.untracked - UNTRACKED_MAX);
            return;
        }
        path = xasprintf("%s/%s", loose->path, change->path);
        fputs("# new: ", stdout);
        print_line(change->path, 0);
        if (change->kind == CHANGE_NESTED)
            fputs(" (a repository)", stdout);
        else
            printf(" (%lld bytes)", (long long)files_size(path));
        putchar('\n');
        free(path);
    }
}

static void print_loose(const struct asked *asked, const struct slot *slot) {
    struct loose loose = {0};

    read_loose(asked, slot, &loose);
    bool nothing = !loose.part.why && !loose.changes.count;
    printf("# %s in %s%s, ", nothing ? "nothing is uncommitted" : "not committed", slot->name,
           slot->state == SLOT_QUARANTINED ? " (in quarantine)" : "");
    print_line(slot->path, 0);
    if (!nothing)
        printf(": %zu changed, %zu new", loose.facts.changed, loose.facts.untracked);
    putchar('\n');
    print_part(&loose.part);
    print_untracked(&loose);
    loose_release(&loose);
}

static void print_kept(const struct asked *asked) {
    const char *oid = asked->changes.run->preserved;
    struct part part = {0};
    char from[OID_SIZE];

    changes_kept(&asked->changes, from);
    printf("# kept when its slot was given back, commit %.12s\n", oid);
    if (*from)
        read_span(asked, &part, &(struct git_span){from, oid, GIT_MS});
    else
        part.why = xstrdup("the commit is not in the repository any more");
    print_part(&part);
    part_release(&part);
}

static void print_all(const struct asked *asked) {
    const struct changes *changes = &asked->changes;

    print_committed(asked);
    for (size_t i = 0; changes->opened && i < changes->slots.count; i++)
        print_loose(asked, &changes->slots.items[i]);
    if (changes->opened && changes->run->preserved)
        print_kept(asked);
}

static void put_part(struct json *object, const struct asked *asked, const struct part *part) {
    json_put_string(object, asked->stat ? "stat" : "patch", part->why ? NULL : text_str(&part->body));
    json_put_bool(object, "cut", part->cut);
    json_put_string(object, "command", part->command.len ? text_str(&part->command) : NULL);
    json_put_string(object, "why", part->why);
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
    json_put_string(object, "from", changes->from);
    json_put_string(object, "to", changes->to);
    json_put_int(object, "commits", changes->commits);
    json_put_int(object, "files", changes->stat.files);
    json_put_int(object, "added", changes->stat.added);
    json_put_int(object, "removed", changes->stat.removed);
    read_span(asked, &part, &(struct git_span){changes->from, changes->to, GIT_MS});
    put_part(object, asked, &part);
    part_release(&part);
    return object;
}

static struct json *new_json(const struct loose *loose) {
    struct json *array = json_array();

    for (size_t i = 0, shown = 0; i < loose->changes.count && shown < UNTRACKED_MAX; i++) {
        if (loose->changes.items[i].kind != CHANGE_UNTRACKED && loose->changes.items[i].kind != CHANGE_NESTED)
            continue;
        json_push_string(array, loose->changes.items[i].path);
        shown++;
    }
    return array;
}

static struct json *loose_json(const struct asked *asked, const struct slot *slot) {
    struct json *object = json_object();
    struct loose loose = {0};

    read_loose(asked, slot, &loose);
    json_put_string(object, "slot", slot->name);
    json_put_string(object, "state", slot_state_name(slot->state));
    json_put_string(object, "path", slot->path);
    json_put_int(object, "changed", (int64_t)loose.facts.changed);
    json_put_int(object, "untracked", (int64_t)loose.facts.untracked);
    json_put(object, "new", new_json(&loose));
    put_part(object, asked, &loose.part);
    loose_release(&loose);
    return object;
}

static struct json *kept_json(const struct asked *asked) {
    const char *oid = asked->changes.run->preserved;
    struct json *object = json_object();
    struct part part = {0};
    char from[OID_SIZE];

    changes_kept(&asked->changes, from);
    json_put_string(object, "commit", oid);
    json_put_string(object, "from", *from ? from : NULL);
    if (*from)
        read_span(asked, &part, &(struct git_span){from, oid, GIT_MS});
    else
        part.why = xstrdup("the commit is not in the repository any more");
    put_part(object, asked, &part);
    part_release(&part);
    return object;
}

static void print_json(const struct asked *asked) {
    const struct changes *changes = &asked->changes;
    struct json *object = json_object(), *slots = json_array();

    json_put_int(object, "schema", 1);
    json_put_string(object, "ticket", asked->key);
    json_put_string(object, "run", changes->run->run_id);
    json_put_string(object, "workspace", changes->run->workspace);
    json_put_string(object, "repository", changes->workspace ? changes->workspace->repo : NULL);
    json_put(object, "committed", committed_json(asked));
    for (size_t i = 0; changes->opened && i < changes->slots.count; i++)
        json_push(slots, loose_json(asked, &changes->slots.items[i]));
    json_put(object, "uncommitted", slots);
    if (changes->opened && changes->run->preserved)
        json_put(object, "preserved", kept_json(asked));
    else
        json_put_null(object, "preserved");
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

static bool show(struct asked *asked, struct err *err) {
    struct site *site = &asked->call->site;
    int64_t id;

    if (!call_ticket(asked->call, call_word(asked->call, 0), &id, err) ||
        !runs_of_ticket(site->board, id, &asked->runs, err) || !changes_find(site, &asked->runs, &asked->changes, err))
        return false;
    site_key(site, id, asked->key);
    if (!asked->changes.run)
        return no_branch(asked, err);
    changes_look(&asked->changes, GIT_MS);
    if (!asked->changes.opened)
        return err_set(err, MC_UNAVAILABLE, "%s: %s", asked->key, asked->changes.why);
    if (asked->call->json)
        print_json(asked);
    else
        print_all(asked);
    return true;
}

bool command_diff(struct call *call, struct err *err) {
    struct asked asked = {.call = call, .stat = option_given(&call->options, OPTION_STAT)};
    bool ok = call_open(call, true, err) && show(&asked, err);

    changes_release(&asked.changes);
    run_list_release(&asked.runs);
    return ok;
}

#include "rules/prompt.h"

#include <assert.h>
#include <string.h>

#include "base/clean.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "rules/key.h"

const char prompt_template[] = "{{title}}\n\n{{body}}\n\n{{worktree}}\n\n{{story}}\n\n{{messages}}\n\n{{finish}}\n\n"
                               "{{marker}}\n";
static const char note_template[] = "{{messages}}\n\n{{finish}}\n\n{{marker}}\n";

enum field {
    FIELD_TICKET,
    FIELD_TITLE,
    FIELD_BODY,
    FIELD_WORKSPACE,
    FIELD_BRANCH,
    FIELD_BASE,
    FIELD_WORKTREE,
    FIELD_STORY,
    FIELD_MESSAGES,
    FIELD_FINISH,
    FIELD_MARKER,
    FIELD_COUNT
};
static const char *const names[] = {
    [FIELD_TICKET] = "ticket",       [FIELD_TITLE] = "title",   [FIELD_BODY] = "body",
    [FIELD_WORKSPACE] = "workspace", [FIELD_BRANCH] = "branch", [FIELD_BASE] = "base",
    [FIELD_WORKTREE] = "worktree",   [FIELD_STORY] = "story",   [FIELD_MESSAGES] = "messages",
    [FIELD_FINISH] = "finish",       [FIELD_MARKER] = "marker",
};
static_assert(sizeof names / sizeof names[0] == FIELD_COUNT, "a name for every field");

struct values {
    struct text of[FIELD_COUNT];
};

static int field_find(const char *name, size_t length) {
    for (; length && *name == ' '; length--)
        name++;
    while (length && name[length - 1] == ' ')
        length--;
    for (int i = 0; i < FIELD_COUNT; i++)
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
            return i;
    return -1;
}

/* "{{nme}} is none of {{ticket}} {{title}} …" */
static char *unknown_name(const char *name, size_t n) {
    struct text reason = {0};

    text_add(&reason, "{{");
    clean_line(&reason, name, n, 40);
    text_add(&reason, "}} is none of");
    for (int i = 0; i < FIELD_COUNT; i++)
        text_addf(&reason, " {{%s}}", names[i]);
    return text_take(&reason);
}

/* Of a cleaned one: what cleaning takes out may have stood between two braces. */
static char *form_error(const char *form) {
    bool marked = false;
    for (const char *open = strstr(form, "{{"); open; open = strstr(open, "{{")) {
        const char *name = open + 2;
        const char *close = strstr(name, "}}");
        if (!close)
            return xstrdup("a {{ is not closed by }}");
        int field = field_find(name, (size_t)(close - name));
        if (field < 0)
            return unknown_name(name, (size_t)(close - name));
        marked = marked || field == FIELD_MARKER;
        open = close + 2;
    }
    return marked ? NULL : xstrdup("it has no {{marker}}, by which a turn is found again");
}

static void clean_into(struct text *out, const char *s) {
    if (s)
        clean_text(out, s, strlen(s));
}

char *prompt_template_error(const char *template) {
    struct text form = {0};
    clean_into(&form, template);
    char *reason = form_error(text_str(&form));
    text_release(&form);
    return reason;
}

/* One word of a POSIX shell. */
static void add_word(struct text *out, const char *word) {
    if (!word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+@%-")]) {
        text_add(out, word);
        return;
    }
    text_quote(out, word);
}

/* Its path, because an agent's tools may run in a login shell with a PATH of its own. One that does not come through
 * cleaning as it is cannot be typed either. */
void prompt_command(struct text *out, const char *program) {
    struct text clean = {0};
    clean_into(&clean, program);
    bool typed = program && !strcmp(text_str(&clean), program) && !strpbrk(program, "\n\t");
    add_word(out, typed ? program : "mc-ticket");
    text_release(&clean);
}

/* No example of the finished object: on a screen it would read as the agent's own word (SPEC section 12). */
static void add_finish(struct text *out, const struct prompt_parts *parts) {
    text_add(out, "When you have finished, or cannot go on, run this command once, with one of the three words and one "
                  "line that sums up what you did or asks what you need to know:\n\n    ");
    prompt_command(out, parts->program);
    text_addf(
        out,
        " signal DONE|REVIEW|QUESTION \"one line\"\n\n"
        "DONE says that the work is finished, REVIEW that it is and a person should look at a certain point, "
        "QUESTION that a person must answer before you can go on. The command finds MC_RUN and MC_TICKET in its "
        "environment.\n"
        "Only if you cannot run commands: let the last line of your reply be one JSON object with exactly four "
        "members, all of them strings. The member mc_signal holds one of the three words, the member ticket holds "
        "%s, the member nonce holds the identifier at the start of the marker line below (without its bracket), "
        "the member payload holds your one line.",
        parts->key);
}

static void add_line(struct text *out, const char *s) {
    if (s)
        clean_line(out, s, strlen(s), 0);
}

static void add_worktree(struct text *out, const char *branch, const char *base, const struct prompt_place *place) {
    text_addf(out, "You work in a git worktree of your own: the directory that you were started in, with the branch %s",
              branch);
    if (*base)
        text_addf(out, " (it starts from %s)", base);
    text_add(out, ". Commit your work there. Stay on this branch, and leave other branches, other worktrees and git "
                  "stash alone: others work with them at the same time.");
    if (place->restored)
        text_add(out, "\nWhat was left uncommitted by the run before stands in the working tree.");
    if (place->told) {
        text_addc(out, '\n');
        add_line(out, place->told);
    }
}

static void place_fill(struct values *values, const struct prompt_place *place) {
    struct text *branch = &values->of[FIELD_BRANCH], *base = &values->of[FIELD_BASE];

    add_line(&values->of[FIELD_WORKSPACE], place->workspace);
    add_line(branch, place->branch);
    add_line(base, place->base);
    if (branch->len)
        add_worktree(&values->of[FIELD_WORKTREE], text_str(branch), text_str(base), place);
}

static void values_fill(struct values *values, const struct prompt_parts *parts) {
    text_add(&values->of[FIELD_TICKET], parts->key);
    add_line(&values->of[FIELD_TITLE], parts->title);
    clean_into(&values->of[FIELD_BODY], parts->body);
    if (parts->place)
        place_fill(values, parts->place);
    clean_into(&values->of[FIELD_STORY], parts->story);
    clean_into(&values->of[FIELD_MESSAGES], parts->messages);
    add_finish(&values->of[FIELD_FINISH], parts);
    key_marker(&values->of[FIELD_MARKER], parts->nonce);
}

static void values_release(struct values *values) {
    for (int i = 0; i < FIELD_COUNT; i++)
        text_release(&values->of[i]);
}

/* An empty value takes the line ends behind it along, so that no gap shows where it would have stood. */
static void fill(struct text *out, const char *template, const struct values *values) {
    const char *rest = template;
    for (const char *open = strstr(rest, "{{"); open; open = strstr(rest, "{{")) {
        const char *close = strstr(open, "}}");
        int field = close ? field_find(open + 2, (size_t)(close - open - 2)) : -1;
        if (field < 0)
            break;
        const struct text *value = &values->of[field];
        text_addn(out, rest, (size_t)(open - rest));
        text_addn(out, text_str(value), value->len);
        out->over = out->over || value->over;
        rest = close + 2;
        if (value->len == 0)
            rest += strspn(rest, "\n");
    }
    text_add(out, rest);
}

static void add_header(struct text *out, const struct prompt_parts *parts) {
    text_addf(out, "%s turn %d\n", parts->key, parts->turn);
}

/* `form` is clean. */
static bool render(struct text *out, const struct text *form, const struct prompt_parts *parts, struct err *err) {
    struct values values = {0};
    struct text made = {.max = PROMPT_MAX};
    values_fill(&values, parts);
    add_header(&made, parts);
    fill(&made, text_str(form), &values);
    bool fits = !made.over && !form->over;
    while (made.len > 0 && made.data[made.len - 1] == '\n')
        made.len--;
    if (fits)
        text_addn(out, text_str(&made), made.len);
    values_release(&values);
    text_release(&made);
    if (fits)
        return true;
    return err_set(err, MC_DATAERR,
                   "%s: its prompt would be over 1 MiB and nothing was sent: shorten the ticket's text, or put it into "
                   "a file and name the file",
                   parts->key);
}

bool prompt_render(struct text *out, const char *template, const struct prompt_parts *parts, struct err *err) {
    struct text form = {0};
    clean_into(&form, template ? template : prompt_template);
    char *reason = form_error(text_str(&form));
    bool ok = reason ? err_set(err, MC_CONFIG, "the prompt template: %s", reason) : render(out, &form, parts, err);
    free(reason);
    text_release(&form);
    return ok;
}

bool prompt_render_note(struct text *out, const struct prompt_parts *parts, struct err *err) {
    struct text form = {0};
    text_add(&form, note_template);
    bool ok = render(out, &form, parts, err);
    text_release(&form);
    return ok;
}

/* Agents' tools cut what is long, so how to finish stands here, whatever is read of the file. */
void prompt_render_file(struct text *out, const struct prompt_parts *parts, const char *path) {
    add_header(out, parts);
    text_add(out, "The text of this turn is long and stands in a file. Read the whole file, piece by piece where your "
                  "tool gives a part of it only, and do what it says: ");
    clean_line(out, path, strlen(path), 0);
    text_add(out, "\n\n");
    add_finish(out, parts);
    text_add(out, "\n\n");
    key_marker(out, parts->nonce);
}

/* Neither begins with a word and a colon: on a screen that would read as the agent's own. */
const char *prompt_nudge(void) {
    return "Your last turn ended without saying how. Do no further work now: say how it ended, as told below. If you "
           "wait for something, or something is unclear, ask with QUESTION.";
}

const char *prompt_go_on(void) {
    return "The limit that stopped your last turn should be over. Go on where you stopped, and finish as told below.";
}

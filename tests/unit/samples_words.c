/* Words of people, agents and other programs. The first byte says what they are: a crontab, a name of a board, an error
 * that an agent tells, a line of import, a report, a title, a key. */
#define SAMPLES_NEAR 2000
#define SAMPLES_WORDS                                                                                                  \
    "@reboot", "@daily", "mc-pickup", "--db", "--config=", "&&", "postgresql://", "host=", "password=x", "passfile",   \
        "MC_TICKET_TURN:1:2:0123abcd", "\"title\":", "\"labels\":[\"a\"]", "try again in 5 minutes", "resets at 3pm",  \
        "Jan 2", "#!/usr/bin/env ", ".git", "..", "@{", "a.lock"
#include "samples_report.h"

#include "base/argv.h"
#include "rules/branch.h"
#include "rules/crontab.h"
#include "rules/database.h"
#include "rules/environment.h"
#include "rules/fault_until.h"
#include "rules/intake.h"
#include "rules/key.h"
#include "rules/pattern.h"
#include "rules/prompt.h"
#include "rules/shebang.h"
#include "rules/ticket_text.h"

static void crontab(struct text *out, char *s) {
    struct crontab table = {.at = s, .program = "mc-pickup"};
    struct crontab_call call = {0};

    text_addf(out, "every %lld\n", (long long)crontab_every(s));
    while (crontab_next(&table, &call))
        text_addf(out, "[%s|%s|%s] every %lld path %s config %s db %s unclear %d\n", call.before, call.program,
                  call.after, (long long)call.every_s, sample_word(call.path), sample_word(call.config),
                  sample_word(call.db), call.unclear);
    crontab_call_release(&call);
    crontab_release(&table);
}

static void board(struct text *out, char *s) {
    char *label = database_label(s), *said = database_word(s);

    text_addf(out, "kind %d secret %d sound %d label %s word %s spool %s", database_kind(s), database_has_password(s),
              database_is_sound(s), label, said, sample_word(database_spool_folder(s)));
    free(label);
    free(said);
}

static void fault(struct text *out, char *s) {
    const int64_t now = INT64_C(1749920000000);
    struct fault_until until = fault_until_read(s);

    text_addf(out, "%s, at %lld wait %lld minute %d, so %lld and %lld", turn_fault_name(turn_fault_from_text(s)),
              (long long)until.at_ms, (long long)until.wait_ms, until.minute,
              (long long)(fault_until_ms(&until, now, 720) - now),
              (long long)(fault_until_ms(&until, now, 1439) - now));
}

static void intake(struct text *out, char *s) {
    struct intake one;
    struct err err = {0};

    if (intake_read(&one, edge_of(s, strlen(s)), strlen(s), &err)) {
        text_addf(out, "%s|%s|%s|%s|%s|%s|%d|%d", sample_word(one.title), sample_word(one.body),
                  sample_word(one.labels), sample_word(one.profile), sample_word(one.workspace),
                  sample_word(one.dedupe_key), one.priority, one.status);
        for (size_t i = 0; i < one.after.count; i++)
            text_addf(out, " [%s]", one.after.items[i]);
        intake_release(&one);
    } else {
        text_add(out, err.text);
    }
    err_release(&err);
}

static void title(struct text *out, char *s) {
    static const char *const names[] = {"title", "label", "dedupe", "reason"};

    for (int what = 0; what < TICKET_LINE_COUNT; what++) {
        struct text line = {0};
        struct err err = {0};
        bool ok = ticket_line(&line, (enum ticket_line)what, s, &err);

        text_addf(out, "%s %s\n", names[what], ok ? text_str(&line) : err.text);
        text_release(&line);
        err_release(&err);
    }
}

static void key(struct text *out, char *s) {
    char nonce[NONCE_SIZE] = "";
    int64_t number = 0;
    struct shebang line = {0};

    text_addf(out, "key %d prefix %d session %d run %d pane %d branch %d heavy %d name %d never %d libpq %d",
              key_parse(s, "MC", &number), key_prefix_ok(s), key_session_prefix_ok(s), key_run_ok(s), key_pane_ok(s),
              branch_prefix_ok(s), pattern_is_heavy(s), environment_pattern_ok(s), environment_never(s),
              environment_libpq(s));
    text_addf(out, " ours %d", branch_is_ours(s, "agent/", "MC"));
    for (const char *at = s; key_nonce_next(nonce, &at);)
        text_addf(out, " %s@%zu", nonce, (size_t)(at - s));
    text_addf(out, " shebang %d", shebang_read(&line, edge_of(s, strlen(s)), strlen(s)));
    shebang_release(&line);
    char *reason = prompt_template_error(s);
    text_addf(out, " template %s", sample_word(reason));
    free(reason);
}

static void sample(const char *bytes, size_t n, struct text *out) {
    char *s = xstrndup(bytes + !!n, n - !!n);

    switch (n ? *bytes : 0) {
    case 'c':
        crontab(out, s);
        break;
    case 'b':
        board(out, s);
        break;
    case 'f':
        fault(out, s);
        break;
    case 'i':
        intake(out, s);
        break;
    case 'r':
        sample_report(edge_of(s, strlen(s)), strlen(s), out);
        break;
    case 't':
        title(out, s);
        break;
    default:
        key(out, s);
    }
    free(s);
}

int main(int argc, char **argv) {
    return samples(argc, argv, "words", sample);
}

/* What the tables of lib/rules say, as whoever uses them reads it: the input names one of them. */
#include "samples.h"

#include "base/argv.h"
#include "rules/classes.h"
#include "rules/config_keys.h"
#include "rules/config_starter.h"
#include "rules/dialect.h"
#include "rules/doctor.h"
#include "rules/doctor_findings.h"
#include "rules/doctor_judge.h"
#include "rules/health.h"
#include "rules/moves.h"
#include "rules/profile.h"
#include "rules/record.h"
#include "rules/sending.h"
#include "rules/trust.h"

static void list(struct text *out, const char *name, const struct argv *words) {
    for (size_t i = 0; i < words->count; i++)
        text_addf(out, " %s[%s]", i ? "" : name, words->items[i]);
}

static void findings(struct text *out) {
    static const char *const words[DOCTOR_WORDS] = {"one thing", "two", "three", "four", "five"};
    struct doctor_report report = {0};

    for (int i = 0; i < FOUND_COUNT; i++)
        doctor_add(&report, (enum doctor_finding)i, words);
    doctor_sort(&report);
    for (size_t i = 0; i < report.count; i++) {
        struct json *line = doctor_line_json(&report.items[i]);

        doctor_say(out, &report.items[i]);
        text_add(out, "\n");
        json_print(line, out);
        text_add(out, "\n");
        json_free(line);
    }
    text_addf(out, "worst %d ", doctor_worst(&report));
    doctor_sum(out, &report);
    doctor_report_release(&report);
}

static void keys_of(struct text *out, const struct key *key) {
    for (; key->name; key++) {
        text_addf(out, "%s type %d as %d from %lld to %lld, %s", key->name, key->type, key->as, (long long)key->low,
                  (long long)key->high, sample_word(key->preset));
        for (const char *const *one = key->words; one && *one; one++)
            text_addf(out, " \"%s\"", *one);
        text_addf(out, ": %s\n", sample_word(key->help));
    }
}

static void keys(struct text *out) {
    keys_of(out, config_keys);
    keys_of(out, profile_keys);
    keys_of(out, dialect_keys);
    keys_of(out, workspace_keys);
}

static void classes(struct text *out) {
    for (int i = 0; i < CLASS_COUNT; i++) {
        const struct class_rule *rule = class_rule((enum send_class)i);
        char *next = class_next((enum send_class)i, "MC-1", "claude");

        text_addf(
            out, "%s delivered %d move %d blame %d thing %d exit %d retry %d human %d world %d many %d: %s; %s (%s)\n",
            rule->name, rule->delivered, rule->move, rule->blame, rule->thing, rule->exit, rule->safe_retry,
            rule->human_input_required, class_is_world((enum send_class)i), class_has_many_causes((enum send_class)i),
            rule->why, sample_word(rule->next_action), sample_word(next));
        free(next);
    }
}

static void profiles(struct text *out) {
    for (size_t i = 0; i < profile_builtin_count(); i++) {
        struct profile one;

        profile_from_builtin(&one, profile_builtin(i));
        text_addf(out, "%s first %d reports %d within %lld by %s\n", one.name, one.first_turn, one.reports,
                  (long long)one.startup_timeout_s, sample_word(one.submit_key));
        list(out, "command", &one.command);
        list(out, "env", &one.env);
        list(out, "pass", &one.pass);
        list(out, "flag", &one.prompt_flag);
        text_addf(out,
                  "\n ready %s\n busy %s\n title %s\n box %s\n dialog %s\n limit %s\n interrupted %s\n trust %s %d\n",
                  sample_word(one.ready), sample_word(one.busy), sample_word(one.busy_title), sample_word(one.box),
                  sample_word(one.dialog), sample_word(one.limit), sample_word(one.interrupted),
                  sample_word(trust_how(one.reports)), trust_asks(one.reports));
        text_addf(out, " install %s\n", sample_word(doctor_install(one.command.items[0])));
        profile_release(&one);
    }
}

static void dialects(struct text *out) {
    for (size_t i = 0; i < dialect_builtin_count(); i++) {
        struct dialect one;

        dialect_from_builtin(&one, i);
        text_addf(out, "%s %s %s\n body %s\n content %s idempotent %d blocking %d status %s busy %s\n", one.name,
                  one.method, one.path, sample_word(one.body), sample_word(one.success_content), one.idempotent,
                  one.blocking, sample_word(one.status_path), sample_word(one.status_busy));
        for (size_t k = 0; k < one.header_count; k++)
            text_addf(out, " header %s\n", one.headers[k]);
        for (size_t k = 0; k < one.success_count; k++)
            text_addf(out, " success %d\n", one.success[k]);
        for (size_t k = 0; k < one.rule_count; k++)
            text_addf(out, " %d to %d %s: %s\n", one.rules[k].status_low, one.rules[k].status_high,
                      sample_word(one.rules[k].body), send_class_name(one.rules[k].class));
        dialect_release(&one);
    }
}

static void moves(struct text *out) {
    for (int i = 0; i < MOVE_COUNT; i++) {
        text_addf(out, "%s to %s from %s:", move_name((enum move)i), ticket_status_name(move_target((enum move)i)),
                  move_sources((enum move)i));
        for (int from = 0; from < TICKET_STATUS_COUNT; from++)
            text_addf(out, " %d", move_judge((enum move)i, (enum ticket_status)from));
        text_add(out, "\n");
    }
    for (int i = 0; i < TICKET_STATUS_COUNT * 128; i++) {
        struct signal_facts facts = {.status = (enum ticket_status)(i / 128),
                                     .run_matches = i & 1,
                                     .nonce_given = i & 2,
                                     .nonce_matches = i & 4,
                                     .turn_active = i & 8,
                                     .nonce_was_last = i & 16,
                                     .prompt_waits = i & 32,
                                     .late = i & 64};

        text_addf(out, "%d%s", signal_judge(&facts), i % 64 == 63 ? "\n" : "");
    }
    for (int i = 0; i < SIGNAL_WORD_COUNT; i++)
        text_addf(out, "%d %d ", signal_target((enum signal_word)i, false), signal_target((enum signal_word)i, true));
}

static void sendings(struct text *out) {
    for (int status = 0; status < TICKET_STATUS_COUNT; status++) {
        const struct sending_advice *advice = sending_advice((enum ticket_status)status);

        text_addf(out, "%s %s %s:", ticket_status_name((enum ticket_status)status),
                  advice ? sample_word(advice->command) : "-", advice ? sample_word(advice->does) : "-");
        for (int i = 0; i < 2 * 2 * 3 * 5; i++)
            text_addf(out, " %d",
                      sending_judge(&(struct sending_facts){.status = (enum ticket_status)status,
                                                            .of_run = i % 2,
                                                            .strangers_turn = i / 2 % 2,
                                                            .process = (enum seen)(i / 4 % 3),
                                                            .runtime = (enum runtime_status)(i / 12)}));
        text_add(out, "\n");
    }
}

static struct health_facts sick(int64_t by) {
    struct health_facts facts = {.now = 10000000,
                                 .last_pickup = 10000000 - 180000 - by,
                                 .cron_interval_s = 60,
                                 .wait_warn_s = 600,
                                 .unwritable = "it is a standby",
                                 .paused = "paused by ann",
                                 .breakers = "profile:claude",
                                 .slots = "web/1",
                                 .hosts = "h2 since then",
                                 .stuck = "MC-1 (no profile)",
                                 .held = "MC-6, MC-7",
                                 .held_since = 10000000 - 600000 - by,
                                 .unpushed = "MC-3",
                                 .unpushed_why = "denied",
                                 .untold_since = 10000000 - 180000 - by,
                                 .notify_fault = "exit 3",
                                 .disk_free = HEALTH_DISK_LEAST - by,
                                 .wal = HEALTH_WAL_MOST + by};

    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        facts.tickets[i] = (struct health_tickets){3, 10000000 - 600000 - by, "MC-4, MC-5", true};
    return facts;
}

static void health(struct text *out) {
    for (int by = -1; by <= 1; by++)
        for (int i = 0; i < HEALTH_COUNT; i++) {
            struct health_facts facts = sick(by), well = {.now = 10000000,
                                                          .last_pickup = 9990000,
                                                          .cron_interval_s = 60,
                                                          .wait_warn_s = 600,
                                                          .disk_free = -1,
                                                          .wal = -1};

            text_addf(out, "%s %d: ", health_check_name((enum health_check)i), by);
            text_addf(out, " %d", health_judge(&facts, (enum health_check)i, out));
            text_addf(out, " %d\n", health_judge(&well, (enum health_check)i, out));
        }
    for (int64_t ms = -7300000; ms < 7300000; ms += 433331) {
        char words[HEALTH_WORDS_SIZE], took[HEALTH_WORDS_SIZE];

        health_ahead(ms, words);
        health_took(ms < 0 ? -ms : ms, took);
        text_addf(out, "%d %s %s\n", health_apart(ms), words, took);
    }
}

static void deaths(struct text *out) {
    for (int i = 0; i < 40; i++) {
        const struct death death = {.pid = i % 3 * 100,
                                    .status_known = i % 5 > 0,
                                    .exit_status = i % 4 * 63,
                                    .signal = i < 34 ? i : 0,
                                    .oom = "no",
                                    .run_time_ms = i % 7 ? (long long)i * i * i * 997 : -1,
                                    .target = i % 2 ? "mc-MC-1" : NULL,
                                    .output = i % 3 ? "line" : "",
                                    .why_no_output = "none was kept"};

        death_summary(out, &death);
        text_add(out, "\n");
        death_text(out, &death);
        text_add(out, "\n");
    }
}

static void starter(struct text *out) {
    struct argv folders = {0}, agents = {0};

    config_starter(out, "/b/other.db", &folders, &agents);
    argv_add(&folders, "/home/ann/bin");
    argv_add(&folders, "/opt/x");
    argv_add(&agents, "claude");
    argv_add(&agents, "/opt/bin/claude");
    text_add(out, "\n-- one\n");
    config_starter(out, "/b/board.db", &folders, &agents);
    argv_add(&agents, "codex");
    argv_add(&agents, "/opt/bin/codex");
    argv_add(&agents, "gemini");
    argv_add(&agents, "/opt/bin/gemini");
    text_add(out, "\n-- three\n");
    config_starter(out, "postgresql://h/b", &folders, &agents);
    argv_release(&folders);
    argv_release(&agents);
}

static void sample(const char *bytes, size_t n, struct text *out) {
    static const struct sample_part tables[] = {{"findings", findings}, {"classes", classes}, {"profiles", profiles},
                                                {"dialects", dialects}, {"moves", moves},     {"sendings", sendings},
                                                {"health", health},     {"deaths", deaths},   {"starter", starter},
                                                {"keys", keys},         {NULL, NULL}};
    const struct sample_part *one = sample_named(tables, bytes, n);

    if (one)
        one->tell(out);
}

int main(int argc, char **argv) {
    return samples(argc, argv, "tables", sample);
}

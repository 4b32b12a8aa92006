/* The words of lib/rules in both directions, and the short sentences that are made of few facts: the input names one of
 * them. Whoever stands for all of a family asks for each value, and for what is none. */
#include "samples.h"

#include "rules/adopt.h"
#include "rules/agent_version.h"
#include "rules/answer.h"
#include "rules/classes.h"
#include "rules/config.h"
#include "rules/config_settings.h"
#include "rules/doctor_judge.h"
#include "rules/edit.h"
#include "rules/heal.h"
#include "rules/health.h"
#include "rules/hosts.h"
#include "rules/key.h"
#include "rules/moves.h"
#include "rules/notice.h"
#include "rules/page.h"
#include "rules/paused.h"
#include "rules/request.h"
#include "rules/travel.h"
#include "rules/turn_end.h"
#include "rules/turn_over.h"
#include "rules/words.h"

#define NAMES(noun, count)                                                                                             \
    for (int i = 0; i <= (count); i++)                                                                                 \
        text_addf(out, "%s %d ", noun##_name((enum noun)i), noun##_from(noun##_name((enum noun)i)));                   \
    text_addf(out, "%d %d %d\n", noun##_from(NULL), noun##_from(""), noun##_from("none of them"))

#define NAMES_ONLY(noun, count)                                                                                        \
    for (int i = 0; i < (count); i++)                                                                                  \
        text_addf(out, "%s ", noun##_name((enum noun)i));                                                              \
    text_add(out, "\n")

static void words(struct text *out) {
    NAMES(ticket_status, TICKET_STATUS_COUNT);
    NAMES(runtime_status, RUNTIME_STATUS_COUNT);
    NAMES(message_status, MESSAGE_STATUS_COUNT);
    NAMES(message_kind, MESSAGE_KIND_COUNT);
    NAMES(message_purpose, MESSAGE_PURPOSE_COUNT);
    NAMES(priority, PRIORITY_COUNT);
    NAMES(effect_kind, EFFECT_KIND_COUNT);
    NAMES(effect_state, EFFECT_STATE_COUNT);
    NAMES(slot_state, SLOT_STATE_COUNT);
    NAMES(signal_word, SIGNAL_WORD_COUNT);
    NAMES(run_outcome, RUN_OUTCOME_COUNT);
    NAMES(turn_fault, FAULT_COUNT);
    NAMES_ONLY(over_act, OVER_ACT_COUNT);
    NAMES_ONLY(move, MOVE_COUNT);
    NAMES_ONLY(hook, HOOK_COUNT);
    NAMES_ONLY(host_state, HOST_STATE_COUNT);
    NAMES_ONLY(edit_field, EDIT_FIELD_COUNT);
    for (int i = 0; i < ADOPT_COUNT; i++)
        text_addf(out, "%s: %s\n", adopt_name((enum adopt_verdict)i), adopt_words((enum adopt_verdict)i));
    NAMES_ONLY(heal_rule, HEAL_RULE_COUNT);
    for (int i = 0; i < CLASS_COUNT; i++)
        text_addf(out, "%s %d ", send_class_name((enum send_class)i),
                  send_class_from(send_class_name((enum send_class)i)));
    for (int i = 0; i < THING_COUNT; i++)
        text_addf(out, "[%s]", thing_name((enum thing)i));
    for (int i = 0; i <= REPORT_AGENT_COUNT; i++)
        text_addf(out, " %s", i < REPORT_AGENT_COUNT ? report_agent_name((enum report_agent)i) : "");
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        text_addf(out, " %d %d", page_order[i], notice_of_move((enum ticket_status)i));
}

/* What each class is a reason of: one that a text begins with. */
static void reasons(struct text *out) {
    static const char *const reasons[] = {"limit", "limit: more", "limits", "worker_died:signal 9", "starting:no",
                                          "",      "busy:x",      NULL};

    for (int i = 0; i < CLASS_COUNT; i++)
        for (size_t k = 0; k < sizeof reasons / sizeof *reasons; k++)
            text_addf(out, "%d", class_is_reason((enum send_class)i, reasons[k]));
}

static void faults(struct text *out) {
    static const char *const told[] = {"authentication_failed",
                                       "oauth_org_not_allowed",
                                       "billing_error",
                                       "rate_limit",
                                       "overloaded",
                                       "server_error",
                                       "invalid_request",
                                       "model_not_found",
                                       "max_output_tokens",
                                       "interrupted",
                                       "aborted",
                                       "MessageAbortedError",
                                       "ProviderAuthError",
                                       "MessageOutputLengthError",
                                       "ContextOverflowError",
                                       "unknown",
                                       "Overloaded",
                                       "",
                                       NULL};
    enum turn_fault before = FAULT_COUNT;

    for (int i = 0; i <= FAULT_COUNT; i++) {
        const struct turn_fault_rule *rule = turn_fault_rule((enum turn_fault)i);

        text_addf(out, "%d %s: %s; %s\n", rule->action, turn_fault_name((enum turn_fault)i), rule->why,
                  sample_word(rule->next));
    }
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        text_addf(out, "%s ", turn_fault_name(turn_fault_from_word(told[i])));
    for (int64_t status = -1; status < 700; status++) {
        enum turn_fault fault = turn_fault_from_status(status);

        if (fault != before)
            text_addf(out, "%lld %s ", (long long)status, turn_fault_name(fault));
        before = fault;
    }
}

static void endings(struct text *out) {
    for (int i = 0; i < TURN_END_COUNT; i++) {
        const struct turn_end_rule *rule = turn_end_rule((enum turn_end)i);

        text_addf(out, "%s %d effect %d %s counts %d: %s\n", message_status_name(rule->message), rule->back,
                  rule->effect_written, effect_state_name(rule->effect), rule->counts, sample_word(rule->story));
    }
    for (int i = 0; i < HEAL_RULE_COUNT; i++)
        text_addf(out, "%s: %s\n", heal_rule_name((enum heal_rule)i), sample_word(heal_next((enum heal_rule)i)));
    for (int field = 0; field < EDIT_FIELD_COUNT; field++)
        for (int status = 0; status < TICKET_STATUS_COUNT; status++)
            text_addf(out, "%d", edit_when((enum edit_field)field, (enum ticket_status)status));
}

static void travels(struct text *out) {
    for (unsigned i = 0; i < 4 * 4 * 128; i += 17) {
        unsigned bits = i / 16;
        const struct travel_seen seen = {.host = "h2",
                                         .branch = "mc-1-x",
                                         .remote = i % 4 == TRAVEL_UNASKED ? NULL : "origin",
                                         .key = "MC-1",
                                         .run_id = "0123",
                                         .preserved = bits & 2 ? "abc" : NULL,
                                         .folder = bits & 4 ? "/p/pool-1" : NULL,
                                         .why = "no route",
                                         .commits = (enum travel_end)(i % 4),
                                         .kept = (enum travel_end)(i / 4 % 4),
                                         .starts = bits & 8,
                                         .copy = bits & 16,
                                         .pushed = bits & 32,
                                         .nothing = bits & 64,
                                         .parted = bits & 1};

        text_addf(out, "%u: ", i);
        travel_say(out, &seen);
        text_add(out, "\n");
    }
    travel_nothing(out, "mc-1-x");
    text_add(out, "\n");
    travel_kept_branch(out, "mc-1-x");
}

static void pauses(struct text *out) {
    static const char *const rows[] = {NULL,
                                       "",
                                       "x\ny",
                                       "{}",
                                       "[]",
                                       "{\"at\":5,\"by\":\"ann\",\"reason\":\"lunch\\nbreak\"}",
                                       "{\"at\":\"5\",\"by\":7}",
                                       "{\"at\":-1,\"by\":\"\",\"reason\":\"\"}",
                                       "{\"reason\":\"only\"}"};
    struct text written = {0};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct paused one;
        bool is = paused_read(&one, rows[i]);
        char *said = is ? paused_words(&one, "STAMP") : NULL;

        text_addf(out, "%d %lld %s %s: %s\n", is, (long long)one.at, sample_word(one.by), sample_word(one.reason),
                  sample_word(said));
        free(said);
        paused_release(&one);
    }
    paused_write(&written, 7, "ann", "lunch");
    text_addf(out, "%s ", text_str(&written));
    text_clear(&written);
    paused_write(&written, 0, "ann", NULL);
    text_add(out, text_str(&written));
    text_release(&written);
}

static void requests(struct text *out) {
    static const char *const acts[] = {"approve/1/0011", "add/0/aa", "add", "", "retry/12", "x/1/2/3", NULL};
    static const char *const texts[] = {"a", "", "b", NULL}, *const others[] = {"a", "b", NULL}, *const none[] = {NULL};
    char act[REQUEST_ACT_SIZE];

    for (int64_t i = 0; i < 6; i++) {
        request_act(act,
                    &(struct request_for){i % 2 ? "add" : "approve", i / 2, i % 3 ? i % 3 > 1 ? texts : others : none});
        text_addf(out, "%s\n", act);
    }
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        struct err err = {0};

        if (acts[i])
            request_words(out, acts[i], "MC");
        text_addf(out, " %d", request_refuse("id-1", acts[i], "MC", &err));
        text_addf(out, " %d %s\n", (int)err.code, sample_word(err.text));
        err_release(&err);
    }
}

static void numbers(struct text *out) {
    static const char *const versions[] = {"tmux 3.3a", "tmux next-3.4",  "tmux 3.2",  "tmux 3.3",
                                           "tmux 4.0",  "tmux 2.9",       "tmux",      "",
                                           "tmux 33",   "tmux openbsd-7", "3.4",       "tmux 3.",
                                           "tmux 10.1", "tmux .5",        "tmux 3.30", "tmux 123456789.1"};
    static const char *const agents[] = {"2.1.332 (Claude Code)",
                                         "codex-cli 0.169.0",
                                         "2.1.332",
                                         "2.1",
                                         "v2.1.3",
                                         "2.1.3x",
                                         "x",
                                         "",
                                         NULL,
                                         "99999999999.1.1",
                                         "1..2",
                                         "1.2.",
                                         "a1.2.3b",
                                         "2.1.332.4",
                                         ".1.2.3",
                                         "1.2.3-4"};
    static const char *const patterns[] = {"",   " ", " $",  "x $",  "x\\ $", "x ",  "x\\ ",
                                           "x$", "$", "\\ ", "x  $", "[ ]$",  "a| $"};
    static const int64_t sizes[] = {-1, 0, 1, 99 << 20, 100 << 20, (100 << 20) + 1, 1 << 30, INT64_C(1) << 40};

    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
        text_addf(out, "%d", doctor_tmux_ok(versions[i]));
    for (size_t i = 0; i < sizeof agents / sizeof *agents; i++) {
        struct agent_version a = agents[i] ? agent_version_read(agents[i]) : (struct agent_version){0};
        struct agent_version b = agents[i] ? agent_version_of_name(agents[i]) : a;

        text_addf(out, " %d.%d.%d/%d.%d.%d", a.known, a.major, a.minor, b.known, b.major, b.minor);
        text_addf(out, " %d%d%d%d", agent_version_from(a, 2, 1), agent_version_from(a, 2, 2),
                  agent_version_from(a, 1, 9), agent_version_from(a, 3, 0));
    }
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        text_addf(out, " %d%d", doctor_pattern_blank(PATTERN_ANY, patterns[i]),
                  doctor_pattern_blank(PATTERN_READY, patterns[i]));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        text_addf(out, " %d %d", doctor_disk(sizes[i]), doctor_wal(sizes[i]));
    for (int64_t ago = -200000; ago < 700000; ago += 30000)
        text_addf(out, " %d %d", doctor_clock(1000000, 1000000 - ago), doctor_pickup(1000000, 1000000 - ago, 60));
    text_addf(out, " %d %d", doctor_clock(1000000, 0), doctor_pickup(1000000, 0, 60));
}

static void keys(struct text *out) {
    static const char *const prefixes[] = {"mc", "mc-", "mc_", "", "-", "a", "mc--"};
    char key[KEY_SIZE], session[SESSION_SIZE], session_key[SESSION_KEY_SIZE], nonce[NONCE_SIZE];

    key_make(key, "MC", INT64_C(999999999999999999));
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        key_session(session, prefixes[i], "MC-1");
        text_addf(out, "%s %d\n", session, key_session_prefix_ok(prefixes[i]));
    }
    key_session_key(session_key, 4629);
    key_nonce(nonce, 7, 8, 9);
    text_addf(out, "%s %s %s\n", key, session_key, nonce);
}

static void settings(struct text *out) {
    struct config config = {.ticket_prefix = xstrdup("MC"),
                            .max_runtime_s = 5,
                            .pause_s = 6,
                            .quiet_turns = 3,
                            .max_turns = 4,
                            .nudge = true};
    char *misplaced = config_misplaced(&config, NULL);
    struct profile profile = {0};

    config_settings(out, &config, NULL);
    text_addf(out, "\n%s %s\n", sample_word(misplaced), config_missing_key("web"));
    free(misplaced);
    misplaced = config_misplaced(&config, "web");
    text_addf(out, "%s %s\n", sample_word(misplaced), config_missing_key(NULL));
    free(misplaced);
    config.done_is_done = true;
    config.send.token_env = xstrdup("TOKEN");
    config.path = xstrdup("/a:/b c");
    argv_add(&config.notify, "/bin/tell");
    argv_add(&config.notify, "a/b");
    argv_add(&config.notify_on, "blocked");
    config_settings(out, &config, NULL);
    xreplace(&config.notify.items[0], "tell");
    profile_from_builtin(&profile, profile_builtin_find("claude"));
    config_settings(out, &config, &profile);
    xreplace(&profile.name, "two");
    config_settings(out, &config, &profile);
    profile.reports = REPORT_NONE;
    config_settings(out, &config, &profile);
    profile_release(&profile);
    config_release(&config);
}

static void sample(const char *bytes, size_t n, struct text *out) {
    static const struct sample_part families[] = {{"words", words},       {"reasons", reasons}, {"faults", faults},
                                                  {"endings", endings},   {"travels", travels}, {"pauses", pauses},
                                                  {"requests", requests}, {"numbers", numbers}, {"keys", keys},
                                                  {"settings", settings}, {NULL, NULL}};
    const struct sample_part *one = sample_named(families, bytes, n);

    if (one)
        one->tell(out);
}

int main(int argc, char **argv) {
    return samples(argc, argv, "names", sample);
}

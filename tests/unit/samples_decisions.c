/* What the rules decide on drawn facts. The input is the name of a rule and a number that the facts are drawn by. */
#include "samples.h"
#include "samples_chance.h"

#include "rules/adopt.h"
#include "rules/awake.h"
#include "rules/base_source.h"
#include "rules/branch.h"
#include "rules/breaker.h"
#include "rules/completion.h"
#include "rules/foreground.h"
#include "rules/harvest.h"
#include "rules/hosts.h"
#include "rules/key.h"
#include "rules/last_turn.h"
#include "rules/next.h"
#include "rules/page.h"
#include "rules/parking.h"
#include "rules/profile.h"
#include "rules/retry.h"
#include "rules/rows.h"
#include "rules/trust.h"
#include "rules/turn_over.h"
#include "rules/words.h"

enum { TURNS = 24, MORE = 20000, NOW = 1000000000 };

static bool maybe(void) {
    return draw(2);
}

/* A fact that many others are asked behind. */
static bool mostly(void) {
    return draw(8);
}

static const char *one_of(const char *const *words, size_t count) {
    return words[draw((unsigned)count)];
}

#define ONE_OF(...)                                                                                                    \
    one_of((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* Around a bound. */
static int64_t about(int64_t bound) {
    return bound + (int64_t)draw(3) - 1;
}

static enum ticket_status any_status(void) {
    return (enum ticket_status)draw(TICKET_STATUS_COUNT);
}

static void over(struct text *out) {
    const struct over_facts facts = {.turn = mostly() ? TOLD_NOW : (enum turn_told)draw(4),
                                     .ours = mostly(),
                                     .status = mostly() ? TICKET_IN_PROGRESS : any_status(),
                                     .word = draw(4) == 0,
                                     .fault = maybe() ? FAULT_NONE : (enum turn_fault)draw(FAULT_COUNT),
                                     .still_at_work = draw(6) == 0,
                                     .waiting = draw(3) == 0,
                                     .person = maybe(),
                                     .heard = maybe(),
                                     .after_go_on = maybe(),
                                     .nudge = mostly(),
                                     .quiet = about(2),
                                     .quiet_turns = 2,
                                     .turns = mostly() ? 1 : about(20),
                                     .max_turns = 20,
                                     .worked_ms = mostly() ? 1 : about(3000),
                                     .max_runtime_ms = 3000};
    const struct over_ruling ruling = over_judge(&facts);

    text_addf(out, "%s%s %s: %s; %s", over_preliminary(&facts) ? "still " : "", over_act_name(ruling.act),
              sample_word(ruling.reason), sample_word(ruling.why), sample_word(ruling.next));
}

static void adopt(struct text *out) {
    const struct adopt_facts facts = {.path = (enum adopt_path)draw(2),
                                      .confirmed = mostly(),
                                      .status = any_status(),
                                      .other_worker_alive = draw(6) == 0,
                                      .runtime_exists = mostly(),
                                      .runtime_is_runs = mostly(),
                                      .session_tag_is_runs = mostly(),
                                      .pid_recorded = maybe(),
                                      .process = (enum seen)draw(3),
                                      .session = (enum seen)draw(3),
                                      .age_ms = maybe() ? about(300) : about(0),
                                      .newborn_grace_ms = 300};
    enum adopt_verdict verdict = adopt_decide(&facts);

    text_addf(out, "%d %s: %s", adopt_granted(verdict), adopt_name(verdict), adopt_words(verdict));
}

static void awake(struct text *out) {
    static const char *const boots[] = {"b1", "b2", ""};
    char mark[AWAKE_MARK_SIZE];
    const struct tick then = {.ms = draw(3), .boot = boots[draw(2)]}, now = {.ms = draw(4), .boot = boots[draw(2)]};
    struct runtime runtime = {.spawned_tick = draw(2)};
    const char *other = ONE_OF(NULL, "", "x", "5", "5 ", "-1 b1", "0 b1", "1 b1", "1 b1 b2", " 1 b1");

    snprintf(runtime.tick_boot, sizeof runtime.tick_boot, "%s", boots[draw(3)]);
    awake_mark(mark, &then);
    text_addf(out, "%s: %lld, known %d; %lld", mark, (long long)awake_read(mark, &now), awake_known(&runtime, now.boot),
              (long long)awake_between((int64_t)draw(3), now.ms));
    text_addf(out, "; %s: %lld", sample_word(other), (long long)awake_read(other, &now));
}

static void base(struct text *out) {
    struct base_source source;
    struct argv remotes = {0};
    const struct base_wish wish = {.base =
                                       ONE_OF("main", "origin/main", "origin", "origin/", "up/main", "up/x/y", "o/r"),
                                   .push = ONE_OF(NULL, "origin", "up"),
                                   .remotes = &remotes};

    for (unsigned i = draw(4); i > 0; i--)
        argv_add(&remotes, ONE_OF("origin", "up", "up/x", "o"));
    base_source(&source, &wish);
    text_addf(out, "%s of %s (%zu): %s %s %d", wish.base, sample_word(wish.push), remotes.count,
              sample_word(source.remote), sample_word(source.branch), source.local);
    base_source_release(&source);
    argv_release(&remotes);
}

static void branch(struct text *out) {
    static const char letters[] = "aZz09-_/. @[^`{\303\251~A";
    char title[12] = "", name[64];
    struct text made = {0};
    const struct branch_of of = {.prefix = ONE_OF("", "a/", "mc-"),
                                 .key = ONE_OF("MC-1", "MC-12", "X9-3"),
                                 .title = title,
                                 .run_id =
                                     maybe() ? "0123456789abcdef0123456789abcdef" : "ffffffffffffffffffffffffffffffff"};

    for (unsigned i = 0, n = draw(sizeof title); i < n; i++)
        title[i] = letters[draw(sizeof letters - 1)];
    branch_name(&made, &of);
    snprintf(name, sizeof name, "%s%s", text_str(&made), ONE_OF("", "", "a", "-"));
    if (maybe()) {
        char *at = &name[draw((unsigned)strlen(name))];

        *at = letters[draw(sizeof letters - 1)];
    }
    text_addf(out, "%s: %s %d %d", text_str(&made), name, branch_is_of(name, &of),
              branch_is_ours(name, of.prefix, ONE_OF("MC", "X9", "M")));
    text_release(&made);
}

static void breaker_step(struct text *out, struct breaker *one, int64_t now) {
    const struct breaker_failure failure = {.class = (enum send_class)draw(CLASS_COUNT),
                                            .ticket = 1 + draw(4),
                                            .now = now,
                                            .detail = ONE_OF(NULL, "seen"),
                                            .next = ONE_OF(NULL, "log in")};

    if (draw(5) == 0)
        breaker_stop(one, now);
    else if (draw(4) == 0)
        breaker_try(one, failure.ticket, now);
    else
        text_addf(out, " %d", breaker_fail(one, &failure));
    text_addf(out, " (%d %d +%lld %lld %d)", one->failures, one->openings,
              (long long)(one->open_until ? one->open_until - now : -1), (long long)one->trial,
              breaker_open(one, now + about(0)));
}

static void breaker(struct text *out) {
    static const enum thing kinds[] = {THING_MACHINE, THING_PROFILE, THING_ENDPOINT, THING_WORKSPACE};
    struct breaker one = {.told = maybe()};
    char thing[BREAKER_THING_SIZE], span[BREAKER_SPAN_SIZE];
    const struct breaker_need need = {.profile = ONE_OF("a", "b"), .workspace = ONE_OF(NULL, "w"), .endpoint = maybe()};
    enum thing kind = kinds[draw(4)];
    int64_t now = NOW;

    breaker_thing(thing, kind, ONE_OF("a", "b", "w", NULL));
    text_addf(out, "%s needed %d;", thing, breaker_is_needed(thing, &need));
    for (unsigned i = 0, n = 1 + draw(6); i < n; i++) {
        now += draw(3) ? draw(3) * 60000 : BREAKER_LONGEST + 1;
        breaker_step(out, &one, now);
    }
    breaker_span(&one, "T", span);
    text_addf(out, "; %d%d%d [%s] [%s] [%s] %s; %s", one.told, breaker_stopped(&one), breaker_is_shared(&one),
              one.class, one.detail, span, breaker_why(&one), breaker_advice(&one));
    for (size_t i = 0; i < BREAKER_TICKETS; i++)
        text_addf(out, " %lld.%d", (long long)one.shares[i].ticket, one.shares[i].failures);
}

static void foreground(struct text *out) {
    struct foreground seen = {.agent = 5, .group = 4 + draw(3), .session = draw(4) ? 5 : draw(3)};
    unsigned count = draw(5);

    for (unsigned i = 0; i < count; i++) {
        const char *word = i ? ONE_OF("-c", "-l", "-i", "--", "--login", "-o", "-ec", "--rcfile", "x.sh", "", "-", "+o",
                                      "-O", "-s", "-abc", "--norc", "-ic", "sh -c")
                             : ONE_OF("sh", "bash", "-bash", "claude", "/bin/zsh", "fish", "dash", "python3");

        text_addn(&seen.arguments, word, strlen(word) + (i + 1 < count || mostly()));
        text_addf(out, "%s ", word);
    }
    text_addf(out, "(%lld %lld): %d", (long long)seen.group, (long long)seen.session, foreground_holder(&seen));
    text_release(&seen.arguments);
}

static void harvest(struct text *out) {
    const struct harvest_facts facts = {.state = (enum screen_state)draw(6),
                                        .interrupted = draw(5) == 0,
                                        .idle = draw(4) == 0,
                                        .reports = maybe(),
                                        .settled = maybe(),
                                        .quiet_ms = about((int64_t[]){0, 2000, 10000, 60000, 300000}[draw(5)]),
                                        .turn_ms = about((int64_t[]){0, 5000, 10000, 60000, 300000}[draw(5)]),
                                        .asked = maybe(),
                                        .asked_ms = about((int64_t[]){0, 2000, 10000, 60000}[draw(4)]),
                                        .begun = maybe()};
    enum harvest_say say = harvest_judge(&facts);

    text_addf(out, "%d of %d, kept %d", say, facts.state, harvest_keeps(say, facts.quiet_ms));
}

static int64_t ago(void) {
    return NOW - about((int64_t[]){0, 29000, 30000, 31000, 120000, 180000, 181000, 600000, 7200000}[draw(9)]);
}

static struct host drawn_host(void) {
    return (struct host){.name = xstrdup("h"),
                         .machine_id = xstrdup(ONE_OF("m1", "m2", NULL)),
                         .boot_id = xstrdup(ONE_OF("b1", "b2", NULL)),
                         .version = xstrdup(ONE_OF("1", "2")),
                         .max_running = 1 + draw(2),
                         .seen_at = mostly() ? ago() : 0,
                         .retired_at = draw(3) ? 0 : ago(),
                         .said_at = draw(3) ? 0 : ago(),
                         .heard_since = ago(),
                         .twin_at = maybe() ? 0 : ago(),
                         .started_at = ago()};
}

static void hosts(struct text *out) {
    struct host host = drawn_host(), self = drawn_host();
    int64_t interval = (int64_t[]){30, 60, 61, 300}[draw(4)], patience = host_patience(interval);

    text_addf(out, "%s %d %lld meets %d %d copy %d %d due %d", host_state_name(host_state(&host, NOW, interval)),
              host_is_retired(&host), (long long)patience, host_meet(&host, self.machine_id), host_meet(NULL, "m1"),
              host_is_copy(&host, &self, patience), host_has_copy(&host, &self, patience), host_due(&host, &self, NOW));
    text_addf(out, " retire %d heard %lld lost %d judge %d ", host_may_retire(&host, NOW),
              (long long)(NOW - host_heard_since(&host, NOW, interval)),
              host_is_lost(&host, &self, NOW, (int64_t[]){0, 180, 600}[draw(3)]), host_may_judge(&self, NOW, interval));
    host_silence(out, &host, NOW);
    host_release(&host);
    host_release(&self);
}

static void last_turn(struct text *out) {
    struct message messages[4] = {0};
    struct activity story[4] = {0};
    const struct turn_traces traces = {
        .run_id = "r1", .messages = messages, .message_count = draw(5), .story = story, .story_count = draw(5)};
    struct last_turn last;

    for (unsigned i = 0; i < 4; i++) {
        messages[i] = (struct message){.id = i + 1,
                                       .kind = (enum message_kind)draw(2),
                                       .status = (enum message_status)draw(MESSAGE_STATUS_COUNT),
                                       .nonce = xstrdup(ONE_OF("n1", "n2", "n3", NULL)),
                                       .run_id = xstrdup(ONE_OF("r1", "r1", "r2", NULL)),
                                       .sent_at = maybe() ? 10 + draw(4) : 0,
                                       .created_at = draw(9)};
        story[i] = (struct activity){.id = i + 1,
                                     .run_id = xstrdup(ONE_OF("r1", "r1", "r2", NULL)),
                                     .kind = xstrdup(ONE_OF("signal", "sent", "quiet", "paused", "moved")),
                                     .body = xstrdup(ONE_OF("n1", "n2 done", "DONE n3", "", NULL)),
                                     .created_at = 9 + draw(6)};
    }
    memset(&last, 0xA5, sizeof last);
    last_turn_find(&last, &traces);
    text_addf(out, "%s before %s, sent %lld, %d turns", sample_word(last.nonce), sample_word(last.before),
              (long long)last.sent_at, last.turns);
    for (unsigned i = 0; i < 4; i++) {
        message_release(&messages[i]);
        activity_release(&story[i]);
    }
}

static void next(struct text *out) {
    struct next_facts facts = {.key = "MC-1",
                               .program = "mc-ticket",
                               .status = maybe() ? TICKET_TODO : any_status(),
                               .needs = ONE_OF(NULL, NULL, "MC-2"),
                               .lacks = draw(5) == 0 ? "workspace" : NULL,
                               .thing = ONE_OF(NULL, NULL, "profile:a"),
                               .later = draw(4) == 0,
                               .paused = draw(4) == 0,
                               .before = (int64_t[]){0, 1, 2, 99, 100, 101}[draw(6)],
                               .agent = maybe(),
                               .working = maybe(),
                               .messages = maybe(),
                               .dialog = draw(3) == 0};

    facts.needs_cancelled = facts.needs && maybe();
    next_words(out, &facts);
}

static void page(struct text *out) {
    int64_t counts[TICKET_STATUS_COUNT], shares[TICKET_STATUS_COUNT], limit = draw(40);
    int64_t part = draw(5), whole = 1 + draw(4), length = draw(30);
    const char *word =
        ONE_OF("a", "z", "A", "Z", "0", "9", "-", "_", ".", "/", ":", "`", "{", "@", "[", "a b", "", "~", "%", "+");

    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        counts[i] = draw(3) ? draw(12) : 0;
    page_shares(counts, limit, shares);
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        text_addf(out, "%lld of %lld ", (long long)shares[i], (long long)counts[i]);
    text_addf(out, "at most %lld, scale %lld, %s plain %d", (long long)limit,
              (long long)page_scale(part, whole, length), word, completion_is_plain(word));
}

static void parking(struct text *out) {
    struct parking_place places[4];
    const char *workspace = ONE_OF(NULL, "v", "w");

    for (unsigned i = 0; i < 4; i++) {
        places[i] =
            (struct parking_place){.runtime = mostly() ? RUNTIME_IDLE : (enum runtime_status)draw(RUNTIME_STATUS_COUNT),
                                   .ticket = draw(4) ? TICKET_IN_REVIEW : any_status(),
                                   .owns = mostly(),
                                   .ending = !mostly(),
                                   .awaited = !mostly(),
                                   .watched = mostly() ? SEEN_NO : (enum seen)draw(3),
                                   .stays = !mostly(),
                                   .workspace = ONE_OF(NULL, "v", "w", "w"),
                                   .rest_ms = draw(3),
                                   .ticket_id = 1 + draw(4)};
        text_addf(out, "%d", parking_may(&places[i], workspace));
    }
    text_addf(out, " chosen %d of %s", parking_choose(places, draw(5), workspace), sample_word(workspace));
}

static void retry(struct text *out) {
    static const int64_t most[] = {0, 1, 59999, 60000, 3600000, INT64_MAX};
    int64_t first = most[draw(5)], longest = most[draw(6)];
    int count = (int)draw(70) - 2, busy = (int)draw(8);
    uint32_t random = (uint32_t)draw(1000) * 4294967U;

    text_addf(out, "%lld %lld at %d: %lld %lld %lld %lld pause %lld", (long long)first, (long long)longest, count,
              (long long)retry_doubled(first, count, longest),
              (long long)retry_delay(count < 1 ? 1 : count, first, longest, random), (long long)retry_busy_delay(busy),
              (long long)retry_world_delay(count, first, longest), (long long)pause_longest(longest));
}

static void trust(struct text *out) {
    struct profile one;

    profile_from_builtin(&one, profile_builtin(draw((unsigned)profile_builtin_count())));
    if (maybe())
        xreplace(&one.name, ONE_OF("mine", "claude", "gemini", "other"));
    if (maybe())
        one.reports = (enum report_agent)draw(REPORT_AGENT_COUNT);
    if (maybe())
        xreplace(&one.command.items[0], ONE_OF("/opt/codex", "qwen", "x", "opencode", "/a/claude"));
    text_addf(out, "%s %d %s: %d", one.name, one.reports, one.command.items[0], trust_agent(&one));
    profile_release(&one);
}

static const struct sample_part rules[] = {{"over", over},
                                           {"adopt", adopt},
                                           {"awake", awake},
                                           {"base", base},
                                           {"branch", branch},
                                           {"breaker", breaker},
                                           {"foreground", foreground},
                                           {"harvest", harvest},
                                           {"hosts", hosts},
                                           {"last_turn", last_turn},
                                           {"next", next},
                                           {"page", page},
                                           {"parking", parking},
                                           {"retry", retry},
                                           {"trust", trust},
                                           {NULL, NULL}};

/* The first as they are, and many more in one number. */
static void turns(struct text *out, const struct sample_part *rule, unsigned long seed) {
    uint32_t sum = 7;

    for (unsigned turn = 0; turn < TURNS + MORE; turn++) {
        struct text said = {0};

        chance = (seed * (TURNS + MORE) + turn + 1) * UINT64_C(0x9E3779B97F4A7C15);
        rule->tell(&said);
        if (turn < TURNS)
            text_addf(out, "%s\n", text_str(&said));
        sum = sample_sum(sum, text_str(&said), said.len);
        text_release(&said);
    }
    text_addf(out, "~ %08x\n", sum);
}

static void sample(const char *bytes, size_t n, struct text *out) {
    struct asked asked;
    const struct sample_part *rule =
        asked_read(&asked, bytes, n) ? sample_named(rules, asked.name, strlen(asked.name)) : NULL;

    if (rule)
        turns(out, rule, asked.seed);
}

int main(int argc, char **argv) {
    return samples(argc, argv, "decisions", sample);
}

#include "rules/config_keys.h"

#include "rules/acts.h"
#include "rules/config.h"
#include "rules/notice.h"

static const char *const transports[] = {"tmux", "http", NULL};
static const char *const first_turns[] = {"paste", "argv", NULL};
static const char *const ends_of_done[] = {"in_review", "done", NULL};

_Static_assert(sizeof(enum transport) == sizeof(int) && sizeof(enum first_turn) == sizeof(int), "KEY_WORD stores int");
_Static_assert(TRANSPORT_TMUX == 0 && TRANSPORT_HTTP == 1, "the order of transports");
_Static_assert(FIRST_TURN_PASTE == 0 && FIRST_TURN_ARGV == 1, "the order of first_turns");

#define AT(member) .offset = offsetof(struct config, member)
enum { DAY = 86400, YEAR = 366 * DAY };

const struct key config_keys[] = {
    {"database", KEY_BOARD, AT(database), .help = "the board; --db and MC_DB go before it"},
    {"agents_database", KEY_SERVER, AT(agents_database),
     .help = "its name for agents, where it is on a server; default: they reach none"},
    {"host", KEY_TEXT, .high = 64, AT(host), .help = "this machine's name on the board; default: what hostname says"},
    {"host_lost_after_s", KEY_NUMBER, 0, 0, YEAR, "0", AT(host_lost_after_s),
     .help = "another machine's tickets are given back after such a silence of it; 0: when a person says so"},
    {"ticket_prefix", KEY_TEXT, .high = 10, .preset = "MC", AT(ticket_prefix), .help = "MC-1, MC-2 ..."},
    {"path", KEY_SEARCH, .high = 32768, AT(path),
     .help = "where agents, git, tmux, hooks and notify are looked for; default: the PATH mc-pickup is started with"},
    {"max_running", KEY_NUMBER, 0, 1, 1000, "4", AT(max_running), .help = "agents that work at the same time here"},
    {"max_live", KEY_NUMBER, 0, 1, 10000, AT(max_live),
     .help = "agents that live at the same time, also those that rest for a person; default: 3 x max_running"},
    {"workspace", KEY_WORKSPACE, AT(workspaces),
     .help = "the repository that agents work on, each in a worktree of its own"},
    {"workspaces", KEY_WORKSPACES, AT(workspaces), .help = "several of them by name; a ticket names one"},
    {"tmux", KEY_GROUP, .help = "where agents live"},
    {"tmux.socket", KEY_TEXT, .high = 90, AT(tmux.socket),
     .help = "a path, or a name for tmux -L; default: tmux.sock beside the board"},
    {"tmux.session_prefix", KEY_TEXT, .high = 20, .preset = "mc-", AT(tmux.session_prefix),
     .help = "sessions are mc-MC-1, mc-MC-2 ..."},
    {"tmux.width", KEY_NUMBER, 0, 40, 500, "120", AT(tmux.width), .help = "columns of an agent's screen"},
    {"tmux.height", KEY_NUMBER, 0, 10, 500, "50", AT(tmux.height), .help = "lines of an agent's screen"},
    {"profile", KEY_TEXT, .high = 32, AT(profile),
     .help = "The agent of tickets that name none. There is no default, because agents cost money"},
    {"profiles", KEY_PROFILES, AT(profiles), .help = "Agents of your own, and changes to the built-in ones"},
    {"send", KEY_GROUP, .help = "how a turn reaches its agent"},
    {"send.transport", KEY_WORD, .preset = "tmux", .words = transports, AT(send.transport),
     .help = "tmux: typed into the agent's screen; http: posted to send.url"},
    {"send.dialect", KEY_TEXT, .high = 32, .preset = "mission-control", AT(send.dialect),
     .help = "mission-control, gaia, opencode, agentapi or one of send.dialects"},
    {"send.dialects", KEY_DIALECTS, AT(send.dialects),
     .help = "endpoints of your own, and changes to the built-in ones"},
    {"send.url", KEY_TEXT, .high = 2000, AT(send.url),
     .help = "with {ticket} {number} {session_key} {session} {run_id}"},
    {"send.token_file", KEY_PATH, AT(send.token_file), .help = "0600; its first line is sent as a bearer token"},
    {"send.token_env", KEY_TEXT, .high = 100, AT(send.token_env), .help = "or: the environment variable that holds it"},
    {"send.ca_file", KEY_PATH, AT(send.ca_file), .help = "certificates (PEM) of a private authority"},
    {"send.connect_timeout_s", KEY_NUMBER, 0, 1, 300, "5", AT(send.connect_timeout_s),
     .help = "seconds to be connected"},
    {"send.timeout_s", KEY_NUMBER, 0, 1, DAY, "30", AT(send.timeout_s), .help = "seconds for the whole exchange"},
    {"prompt_inline_max", KEY_NUMBER, 0, 1, 1048576, "32768", AT(prompt_inline_max),
     .help = "bytes; a longer prompt goes into a file that the turn says to read"},
    {"prompt_file", KEY_PATH, AT(prompt_file), .help = "a template of your own; default: built in"},
    {"retry", KEY_GROUP, .help = "after a failure of a ticket"},
    {"retry.max_attempts", KEY_NUMBER, 0, 1, 1000, "3", AT(retry.max_attempts), .help = "then the ticket is blocked"},
    {"retry.backoff_s", KEY_NUMBER, 0, 0, DAY, "60", AT(retry.backoff_s),
     .help = "before the second attempt, doubling"},
    {"retry.backoff_max_s", KEY_NUMBER, 0, 0, 30 * DAY, "3600", AT(retry.backoff_max_s), .help = "at most"},
    {"newborn_grace_s", KEY_NUMBER, 0, 0, DAY, "300", AT(newborn_grace_s),
     .help = "a runtime so young may lack a recorded process"},
    {"runtime_ttl_s", KEY_NUMBER, 0, 1, YEAR, "604800", AT(runtime_ttl_s),
     .help = "an idle agent is closed after this"},
    {"linger_s", KEY_NUMBER, 0, 0, YEAR, "300", AT(linger_s), .help = "a session of an ended run is kept for a look"},
    {"stall_timeout_s", KEY_NUMBER, 0, 1, YEAR, "900", AT(stall_timeout_s),
     .help = "a turn without output is said to stall"},
    {"turn_timeout_s", KEY_NUMBER, 0, 1, YEAR, "14400", AT(turn_timeout_s), .help = "a turn is ended after this"},
    {"max_turns", KEY_NUMBER, 0, 1, 1000, "20", AT(max_turns),
     .help = "turns of a ticket until a person is asked whether it is worth more"},
    {"max_runtime_s", KEY_NUMBER, 0, 1, YEAR, "86400", AT(max_runtime_s),
     .help = "the same for the time they have run"},
    {"quiet_turns", KEY_NUMBER, 0, 1, 100, "2", AT(quiet_turns),
     .help = "turns in a row without a word until a person is asked"},
    {"nudge", KEY_FLAG, .preset = "true", AT(nudge), .help = "ask an agent for its word when a turn ended without one"},
    {"pause_s", KEY_NUMBER, 0, 1, 7 * DAY, "900", AT(pause_s),
     .help = "a wait for a usage limit whose agent does not say until when"},
    {"on_done", KEY_SWITCH, .preset = "in_review", .words = ends_of_done, AT(done_is_done),
     .help = "where DONE takes a ticket: in_review or done"},
    {"notify", KEY_COMMAND, .high = 64, AT(notify),
     .help = "a program that gets each event as JSON on its standard input"},
    {"notify_on", KEY_LIST, .high = 16, .words = notice_events, AT(notify_on), .help = "which events; default: all"},
    {"page", KEY_PATH, AT(page), .help = "an HTML file that every pickup that changed something writes"},
    {"cron_interval_s", KEY_NUMBER, 0, 1, DAY, "60", AT(cron_interval_s),
     .help = "how often mc-pickup is started; health warns after three times as long without one"},
    {"wait_warn_s", KEY_NUMBER, 0, 1, YEAR, "86400", AT(wait_warn_s),
     .help = "health warns of a ticket that has waited longer for an agent or for a person"},
    {"retention", KEY_GROUP, .help = "how long what is over is kept"},
    {"retention.closed_days", KEY_NUMBER, 0, 1, 36500, "90", AT(retention.closed_days),
     .help = "then a closed ticket goes from the board to the archive"},
    {"retention.runs_days", KEY_NUMBER, 0, 1, 36500, "14", AT(retention.runs_days),
     .help = "then the log and the private directory of an ended run are removed"},
    {"retention.log_mb", KEY_NUMBER, 0, 1, 100000, "64", AT(retention.log_mb),
     .help = "the last of each run's log that is kept, in MiB"},
    {"agents_may", KEY_LIST, .high = 17, .words = act_names, AT(agents_may),
     .help = "commands of a person that an agent may give too; default: none"},
    {0},
};

#undef AT
#define AT(member) .offset = offsetof(struct profile, member)

const struct key profile_keys[] = {
    {"command", KEY_COMMAND, .low = 1, .high = 64, AT(command), .help = "program and arguments; no shell sees them"},
    {"env", KEY_ENV, .high = 64, AT(env), .help = "variables for the agent, by name; null takes one away"},
    {"pass", KEY_PASS, .high = 64, AT(pass), .help = "variables of mc-pickup's own environment that it gets, with *"},
    {"first_turn", KEY_WORD, .preset = "paste", .words = first_turns, AT(first_turn),
     .help = "argv: the first prompt is an argument (seen in ps)"},
    {"prompt_flag", KEY_LIST, .high = 8, AT(prompt_flag), .help = "put before that argument"},
    {"ready", KEY_PATTERN, .high = 1000, AT(ready), .help = "pattern on the screen of an agent that waits for input"},
    {"busy", KEY_PATTERN, .high = 1000, AT(busy), .help = "pattern on the screen of one that works"},
    {"busy_title", KEY_PATTERN, .high = 1000, AT(busy_title), .help = "the same in its title"},
    {"box", KEY_PATTERN, .high = 1000, AT(box), .help = "pattern of its input box, with text in it or without"},
    {"dialog", KEY_PATTERN, .high = 1000, AT(dialog), .help = "pattern of a question that a person must answer"},
    {"limit", KEY_PATTERN, .high = 1000, AT(limit), .help = "pattern of a usage limit that stopped a turn"},
    {"interrupted", KEY_PATTERN, .high = 1000, AT(interrupted), .help = "pattern of a turn that a person broke off"},
    {"startup_timeout_s", KEY_NUMBER, 0, 1, 3600, "60", AT(startup_timeout_s), .help = "seconds until it is ready"},
    {"submit_key", KEY_TEXT, .high = 16, .preset = "Enter", AT(submit_key),
     .help = "tmux's name of the key that submits"},
    {"reports", KEY_REPORTS, .high = 32, AT(reports),
     .help = "true, false, or the built-in agent whose way of telling us about its turns it has"},
    {"exit", KEY_UNUSED, KEY_LIST, .high = 16, .help = "what ends the agent politely"},
    {0},
};

#undef AT
#define AT(member) .offset = offsetof(struct dialect, member)

const struct key dialect_keys[] = {
    {"method", KEY_TEXT, .high = 8, .preset = "POST", AT(method), .help = "POST, PUT or PATCH"},
    {"path", KEY_TEXT, .high = 1000, .preset = "", AT(path), .help = "appended to send.url"},
    {"body", KEY_BODY, .high = 65536, AT(body), .help = "JSON whose strings hold {message}, {nonce} ..."},
    {"headers", KEY_HEADERS, .high = 32, .help = "a list of \"Name: value\""},
    {"success", KEY_STATUSES, .high = 32, .help = "statuses that mean taken"},
    {"success_content", KEY_TEXT, .high = 100, AT(success_content),
     .help = "content type that a success has; \"\": any but HTML"},
    {"idempotent", KEY_FLAG, .preset = "false", AT(idempotent), .help = "honours Idempotency-Key"},
    {"blocking", KEY_FLAG, .preset = "false", AT(blocking), .help = "answers when the turn is over"},
    {"rules", KEY_RULES, .high = 64,
     .help = "a list of {\"status\":409,\"body\":\"pattern\",\"class\":\"busy\"}; first match wins"},
    {"status_path", KEY_TEXT, .high = 1000, AT(status_path), .help = "asked with GET before a turn"},
    {"status_busy", KEY_TEXT, .high = 1000, AT(status_busy), .help = "pattern in its answer that means busy"},
    {0},
};

#undef AT
#define AT(member) .offset = offsetof(struct workspace, member)

const struct key workspace_keys[] = {
    {"repo", KEY_PATH, AT(repo), .help = "a git repository; its own checkout is never touched"},
    {"pool", KEY_PATH, AT(pool), .help = "the folder of the worktrees; default: pool/NAME beside the board"},
    {"size", KEY_NUMBER, 0, 1, 100, "3", AT(size), .help = "worktrees, pool-1 ...: so many agents have a place"},
    {"base", KEY_TEXT, .high = 200, AT(base),
     .help = "the branch that work starts from; default: the repository's HEAD"},
    {"branch_prefix", KEY_TEXT, .high = 100, .preset = "", AT(branch_prefix), .help = "before mc-1-title-a1b2c3"},
    {"push", KEY_TEXT, .high = 200, AT(push), .help = "the remote that gets a ticket's branch after each turn"},
    {"push_url", KEY_TEXT, .high = 1000, AT(push_url),
     .help = "the address that push must lead to; default: where it first led"},
    {"fetch", KEY_FLAG, .preset = "false", AT(fetch), .help = "fetch base from its remote before each run"},
    {"hooks", KEY_GROUP, .help = "programs of yours, run in the worktree"},
    {"hooks.after_create", KEY_COMMAND, .high = 64, AT(hooks[HOOK_AFTER_CREATE]), .help = "when a worktree is new"},
    {"hooks.before_run", KEY_COMMAND, .high = 64, AT(hooks[HOOK_BEFORE_RUN]), .help = "before an agent starts"},
    {"hooks.after_run", KEY_COMMAND, .high = 64, AT(hooks[HOOK_AFTER_RUN]), .help = "after each turn"},
    {"hooks.before_remove", KEY_COMMAND, .high = 64, AT(hooks[HOOK_BEFORE_REMOVE]),
     .help = "before a worktree is cleaned for another ticket"},
    {0},
};

#undef AT

const struct key *key_find(const struct key *keys, const char *name) {
    for (; keys->name; keys++)
        if (strcmp(keys->name, name) == 0)
            return keys;
    return NULL;
}

static size_t count(const struct key *keys) {
    size_t n = 0;
    while (keys[n].name)
        n++;
    return n;
}

const char *config_key_name(size_t index) {
    enum { NAME_MAX_BYTES = 64 };
    static char name[NAME_MAX_BYTES];
    const struct {
        const char *prefix;
        const struct key *keys;
    } tables[] = {{"", config_keys},
                  {"profiles.NAME.", profile_keys},
                  {"send.dialects.NAME.", dialect_keys},
                  {"workspaces.NAME.", workspace_keys}};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        size_t n = count(tables[i].keys);
        if (index < n) {
            snprintf(name, sizeof name, "%s%s", tables[i].prefix, tables[i].keys[index].name);
            return name;
        }
        index -= n;
    }
    return NULL;
}

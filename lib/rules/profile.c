#include "rules/profile.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Patterns are bytewise: no [range] and no single `.` for a sign above ASCII. What agents draw in the first columns is
 * their own: they indent what tickets, files and replies say. */

/* The ten frames of the spinner that codex, gemini, qwen and pi share. */
#define SPINNER "(⠋|⠙|⠹|⠸|⠼|⠴|⠦|⠧|⠇|⠏)"
/* A list of choices with one selected: Enter would take it. `[ │]` is bytewise blanks and the bytes of a frame. */
#define CHOICE "^[ │┃]*(●|❯|›) [0-9]+\\. "
#define RULE "^(─)+"
#define NO_RULE "([^\xE2\n]|\xE2[^\x94\n]|\xE2\x94[^\x80\n]).*"

/* What claude says in its input, in grey, after an error of its API has stopped a turn. */
#define CLAUDE_STOPPED "Once fixed, resend your message|Resend your message to try again|Run /rewind to go back"
/* An error that it says as it says a reply: what it says itself it closes with a line of its own ("✻ Worked for …"). */
#define CLAUDE_ERROR "^● API Error: .*(\n  [^ \n].*)*(\n *)*(\n +[^ \n].*/effort *)?\n(─)+"
/* The keys of those agents that talk to any vendor. */
#define VENDORS                                                                                                        \
    "ANTHROPIC_*", "OPENAI_*", "GEMINI_*", "GOOGLE_*", "DEEPSEEK_*", "GROQ_*", "MISTRAL_*", "OPENROUTER_*", "XAI_*",   \
        "CEREBRAS_*", "ZAI_*", "MOONSHOT_*", "AZURE_OPENAI_*", "DASHSCOPE_*", "TOGETHER_*", "FIREWORKS_*", "HF_TOKEN"

/* Measured on real programs (claude 2.1, codex 0.169, opencode 1.18, gemini 0.61, qwen 0.15, pi 0.73; tests/screens)
 * where nothing else is said; "read" means taken from public reports and not run. The first turn goes as an argument
 * where that was measured exact for all sizes: it shows in `ps`. A ready pattern is an empty input line where the agent
 * shows one. */
static const struct builtin_profile builtins[] = {
    {
        .name = "claude",
        .command = {"claude"},
        .pass = {"ANTHROPIC_*", "CLAUDE_CODE_*", "CLAUDE_CONFIG_DIR"},
        .first_turn = FIRST_TURN_ARGV,
        .prompt_flag = "--", /* measured: else --allowedTools and the like in one's own command swallow the prompt */
        .env = {"CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION=false", "CLAUDE_CODE_DISABLE_ALTERNATE_SCREEN=1"},
        .box = RULE ".*\n❯.*(\n(  .*)?)*\n" RULE,
        .ready = "─\n❯( |\xC2\xA0)*(Try \".*|" CLAUDE_STOPPED ")?\n─",
        .busy = RULE "\n.* · esc[ \n]+to[ \n]+interrupt|^(·|✢|✳|✶|✻|✽|\\*) .*(…( \\(|$)| · attempt [0-9]+/[0-9]+)",
        .busy_title = "^(◐|◑|◒|◓) ",
        .dialog = CHOICE "|^ ? ?(Enter|Esc) to (select|confirm|stay|cancel|close|go back)|^ *Select login method:|"
                         "^ *Syntax theme: |^ *Settings Error|^ *Choose the text style",
        .limit = "^❯( |\xC2\xA0)*(" CLAUDE_STOPPED ")$|" RULE "\n *⚠ Usage limit reached|" CLAUDE_ERROR,
        .interrupted = "^  ⎿ ( |\xC2\xA0)Interrupted.*\n((    .*)?\n)*(─)+",
        .reports = REPORT_CLAUDE,
        .startup_timeout_s = 60,
    },
    {
        .name = "codex",
        .command = {"codex", "--no-daemon", "-c", "check_for_update_on_startup=false"},
        .pass = {"OPENAI_*", "CODEX_*"},
        .first_turn = FIRST_TURN_ARGV,
        .prompt_flag = "--",
        .box = "^›($| [^0-9].*| [0-9]+($|[^0-9.].*))(\n(  .*)?)*",
        .ready = "^› Ask Codex to do anything$",
        .busy = "^• .*\\([^)]*esc to interrupt",
        .busy_title = "^" SPINNER,
        .dialog = CHOICE "|^> [0-9]+\\. |^ *Press enter to (continue|confirm)",
        .limit = "^■ ([^C]|C[^o])",
        .interrupted = "^■ Conversation interrupted",
        .reports = REPORT_CODEX,
        .startup_timeout_s = 60,
    },
    {
        .name = "opencode",
        .command = {"opencode"},
        .env = {"OPENCODE_DISABLE_AUTOUPDATE=1"},
        .pass = {"OPENCODE_*", VENDORS},
        .first_turn = FIRST_TURN_ARGV,
        .prompt_flag = "--prompt",
        /* Before the first turn, later; "ctrl+p commands" stands there with text in the input, too. */
        .box = "^ *┃.*(\n *┃.*)*\n *╹▀",
        .ready = "^ *┃ *\n *┃( *|  Ask anything(…|\\.\\.\\.).*)\n *┃ *\n *┃ .*\n *╹▀",
        .busy = "▀\n.*(\n.*)?esc( again to)?[ \n]+interrupt",
        .dialog = "Permission required",                /* read */
        .limit = "^ *┃ .*\n *┃\n\n *▣  [^·]* · [^·]*$", /* an error, and a turn that ended without its time */
        .interrupted = "^ *▣  .* · interrupted\n\n+ *┃",
        .reports = REPORT_OPENCODE,
        .startup_timeout_s = 150, /* with a plugin it asks a registry first; without a network that takes 75 s */
    },
    {
        .name = "gemini",
        .command = {"gemini"},
        .env = {"GEMINI_CLI_TRUST_WORKSPACE=true"},
        .pass = {"GEMINI_*", "GOOGLE_*"},
        .first_turn = FIRST_TURN_ARGV,
        .prompt_flag = "-i",
        .box = RULE "\n.*\n[ ▀]*\n [>*!] .*(\n(   .*)?)*",
        .ready = "^ [>*]  +Type your message",
        .busy = "^ " SPINNER " .*\\(esc to cancel",
        .busy_title = "^✦",
        .dialog = CHOICE "|^✋|^[ │]*Do you trust |^[ │]*A potential loop was detected",
        .limit = "^✕ ",
        .interrupted = "^ℹ Request cancelled\\.",
        .reports = REPORT_GEMINI,
        .startup_timeout_s = 60,
    },
    {
        .name = "qwen", /* an argument of 100 KB did not arrive, a paste did */
        .command = {"qwen"},
        .pass = {"QWEN_*", "DASHSCOPE_*", "OPENAI_*"},
        .first_turn = FIRST_TURN_PASTE,
        .box = RULE "\n[>*!] .*(\n(  .*)?)*\n" RULE,
        .ready = "^[>*]  +Type your message",
        .busy = "esc[ \n]+to[ \n]+cancel\\)\n(─)+", /* at rest a blank line stands there */
        .dialog = CHOICE "|^ *│ *(›|●) [^ ]|^[ │]*Do you trust |^[ │]*A potential loop was detected",
        .limit = "^  ✕ ",
        .interrupted = "^  ● Request cancelled\\.",
        .reports = REPORT_QWEN,
        .startup_timeout_s = 60,
    },
    {
        .name = "pi",
        .command = {"pi"},
        .env = {"PI_OFFLINE=1"},
        .pass = {"PI_*", VENDORS},
        .first_turn = FIRST_TURN_ARGV, /* no "--": to pi that is an option which takes the prompt for its value */
        .box = RULE ".*\n((" NO_RULE ")?\n)*(─)+.*\n.*\n.*%/[0-9]",
        .ready = RULE "\n\n(─)+\n.*\n.*%/[0-9]",
        /* It draws its spinner and its errors as it draws a reply: only at the very end do they count. */
        .busy = "^ " SPINNER " (Working|Retrying).*(\n .*)?\n\n(─)+",
        .limit = "^\n Error: ([45][0-9][0-9]|Retry failed).*(\n ..*)*\n\n(─)+",
        .interrupted = "^ Operation aborted\n\n(─)+",
        .dialog = CHOICE,
        .reports = REPORT_PI,
        .startup_timeout_s = 60,
    },
    {
        .name = "demo", /* our own mc-demo-agent */
        .command = {"mc-demo-agent"},
        .first_turn = FIRST_TURN_PASTE,
        .box = "^demo>.*(\n  .*)*",
        .ready = "^demo> *$",
        .busy = "^\\[working\\]",
        .dialog = "^\\[question\\]",
        .reports = REPORT_DEMO,
        .startup_timeout_s = 10,
    },
};

size_t profile_builtin_count(void) {
    return sizeof builtins / sizeof builtins[0];
}

const struct builtin_profile *profile_builtin(size_t index) {
    return index < profile_builtin_count() ? &builtins[index] : NULL;
}

const struct builtin_profile *profile_builtin_find(const char *name) {
    for (size_t i = 0; i < profile_builtin_count(); i++)
        if (strcmp(builtins[i].name, name) == 0)
            return &builtins[i];
    return NULL;
}

void profile_from_builtin(struct profile *profile, const struct builtin_profile *builtin) {
    *profile = (struct profile){
        .name = xstrdup(builtin->name),
        .first_turn = builtin->first_turn,
        .ready = xstrdup(builtin->ready),
        .busy = xstrdup(builtin->busy),
        .busy_title = xstrdup(builtin->busy_title),
        .box = xstrdup(builtin->box),
        .dialog = xstrdup(builtin->dialog),
        .limit = xstrdup(builtin->limit),
        .interrupted = xstrdup(builtin->interrupted),
        .reports = builtin->reports,
        .startup_timeout_s = builtin->startup_timeout_s,
        .submit_key = xstrdup("Enter"),
    };
    argv_adds(&profile->command, builtin->command);
    argv_adds(&profile->env, builtin->env);
    argv_adds(&profile->pass, builtin->pass);
    if (builtin->prompt_flag)
        argv_add(&profile->prompt_flag, builtin->prompt_flag);
}

void profile_release(struct profile *profile) {
    if (!profile)
        return;
    argv_release(&profile->command);
    argv_release(&profile->env);
    argv_release(&profile->pass);
    argv_release(&profile->prompt_flag);
    free(profile->name);
    free(profile->ready);
    free(profile->busy);
    free(profile->busy_title);
    free(profile->box);
    free(profile->dialog);
    free(profile->limit);
    free(profile->interrupted);
    free(profile->submit_key);
    *profile = (struct profile){0};
}

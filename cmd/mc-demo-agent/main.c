/* mc-demo-agent: a stand-in for a coding agent. It has a prompt, takes pastes, works a moment and signals its end, so
 * that the whole way of a ticket can be seen, and tested, without an account. Its options make it misbehave. */
#include "demo.h"

#include <signal.h>

#include "base/clock.h"
#include "base/err.h"
#include "demo_screen.h"
#include "host/spawn.h"

static const char usage[] =
    "usage: mc-demo-agent [option…] [PROMPT]\n"
    "  --ready-after MS   show the prompt that late\n"
    "  --busy MS          work that long on a turn (300)\n"
    "  --dialog           ask a question first; Enter answers it\n"
    "  --crash-after MS   end that long after the start, by --exit N (3) or --segv\n"
    "  --exit N, --segv   how; alone: at once\n"
    "  --signal WORD      DONE, REVIEW or QUESTION at the end of a turn (DONE)\n"
    "  --no-signal        end turns without a word\n"
    "  --reply TEXT       what it answers\n"
    "  --echo             its word is the first line that it was told\n"
    "  --hold FILE        end a turn only when FILE is there, and take it away\n"
    "  --write FILE       add a line to FILE in each turn\n"
    "  --commit           commit what is not committed at the end of each\n"
    "  --no-paste         leave bracketed paste off\n"
    "  --ignore-term, --ignore-hup\n"
    "  --daemon           leave a process in a session of its own behind\n"
    "  --report PROGRAM   tell it the start and the end of each turn, as PROGRAM turn-event demo\n"
    "  --report-never, --report-no-start, --report-twice\n"
    "  --report-foreign   name another prompt than the turn's\n"
    "  --report-late MS   tell the end that long after the prompt is back\n"
    "  --report-background MS  tell \"over, still at work\" first, the end that long after\n"
    "  --report-waits TEXT  tell that it waits for a person, when the turn has begun\n"
    "  --report-fault WORD  end turns with it: interrupted, limit, login, billing, server, request, other;\n"
    "                     with --no-signal, for an agent that says DONE is done\n"
    "  --report-detail TEXT  what the fault says\n"
    "  --log FILE         append what happens as JSON lines; each prompt's bytes into FILE.turn-N\n";

struct option {
    const char *name;
    bool *flag;
    int64_t *number;
    const char **word;
};

static bool set_option(const struct option *option, const char *value) {
    long long number;
    if (option->flag != NULL)
        *option->flag = true;
    if (option->word != NULL)
        *option->word = value;
    if (option->number != NULL) {
        if (!text_to_int(value, 0, 86400000, &number))
            return false;
        *option->number = number;
    }
    return true;
}

static bool read_options(struct demo *demo, char **argv) {
    const struct option options[] = {
        {"--ready-after", .number = &demo->ready_after},
        {"--busy", .number = &demo->busy},
        {"--crash-after", .number = &demo->crash_after},
        {"--exit", .number = &demo->exit_status},
        {"--segv", .flag = &demo->segv},
        {"--dialog", .flag = &demo->dialog},
        {"--no-signal", .flag = &demo->no_signal},
        {"--no-paste", .flag = &demo->no_paste},
        {"--ignore-term", .flag = &demo->ignore_term},
        {"--ignore-hup", .flag = &demo->ignore_hup},
        {"--daemon", .flag = &demo->daemon},
        {"--report", .word = &demo->report.program},
        {"--report-never", .flag = &demo->report.never},
        {"--report-no-start", .flag = &demo->report.no_start},
        {"--report-twice", .flag = &demo->report.twice},
        {"--report-foreign", .flag = &demo->report.foreign},
        {"--report-late", .number = &demo->report.late},
        {"--report-background", .number = &demo->report.background},
        {"--report-waits", .word = &demo->report.waits},
        {"--report-fault", .word = &demo->report.fault},
        {"--report-detail", .word = &demo->report.detail},
        {"--signal", .word = &demo->signal},
        {"--reply", .word = &demo->reply},
        {"--hold", .word = &demo->hold},
        {"--echo", .flag = &demo->echo},
        {"--write", .word = &demo->write},
        {"--commit", .flag = &demo->commit},
        {"--log", .word = &demo->log},
    };
    for (argv++; *argv != NULL && text_starts(*argv, "--"); argv++) {
        const struct option *option = NULL;
        if (strcmp(*argv, "--") == 0) {
            argv++;
            break;
        }
        for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
            if (strcmp(*argv, options[i].name) == 0)
                option = &options[i];
        if (option == NULL || (option->flag == NULL && argv[1] == NULL))
            return false;
        if (!set_option(option, argv[1]))
            return false;
        if (option->flag == NULL)
            argv++;
    }
    demo->prompt = *argv;
    return *argv == NULL || argv[1] == NULL;
}

int main(int argc, char **argv) {
    struct demo demo = {
        .busy = 300, .crash_after = -1, .exit_status = -1, .signal = "DONE", .started = clock_monotonic()};
    int status;
    (void)argc;
    if (!read_options(&demo, argv)) {
        fputs(usage, stderr);
        return MC_USAGE;
    }
    spawn_close_descriptors();
    if (demo.crash_after < 0 && (demo.segv || demo.exit_status >= 0))
        demo.crash_after = 0;
    if (demo.ignore_term)
        signal(SIGTERM, SIG_IGN);
    if (demo.ignore_hup)
        signal(SIGHUP, SIG_IGN);
    status = demo_run(&demo);
    text_release(&demo.input);
    text_release(&demo.paste);
    text_release(&demo.pending);
    return status;
}

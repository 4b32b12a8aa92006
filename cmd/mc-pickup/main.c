/* mc-pickup: options in, one pickup (lib/pickup/pickup.c has its flow), report and exit code out. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/clean.h"
#include "base/err.h"
#include "base/exhausted.h"
#include "desk/page.h"
#include "host/output.h"
#include "host/said.h"
#include "host/spawn.h"
#include "pickup/pickup.h"
#include "rules/database.h"
#include "run/site_said.h"

static const char name[] = "mc-pickup";
static const char usage[] = "usage: mc-pickup [--ticket KEY] [--dry-run] [--heal-only] [--json]\n"
                            "                 [--config FILE] [--db FILE] [-v] [-q] [-h|--help] [--version]\n"
                            "\n"
                            "Hands the next ticket of the board to an agent in tmux, after mending what is\n"
                            "out of step. See mc-pickup(1).\n"
                            "\n"
                            "  --ticket KEY   this ticket and no other\n"
                            "  --dry-run      print what would happen; change nothing\n"
                            "  --heal-only    mend, hand out nothing\n"
                            "  --json         one JSON object on standard output\n"
                            "  --config FILE  the configuration (else $MC_PICKUP_CONFIG, the user's, the machine's)\n"
                            "  --db FILE      the board (else $MC_DB, the configuration's, the user's)\n"
                            "  -v             say what was done\n"
                            "  -q             no result, only what failed or needs somebody\n"
                            "  -h, --help     this text\n"
                            "  --version      the version\n";

struct options {
    struct site_options site;
    const char *ticket;
    bool dry, heal_only, json, verbose, quiet;
    bool help, version;
};

enum { OPT_TICKET = 256, OPT_DRY, OPT_HEAL, OPT_JSON, OPT_CONFIG, OPT_DB, OPT_VERSION };

static const struct option long_options[] = {
    {"ticket", required_argument, NULL, OPT_TICKET},
    {"dry-run", no_argument, NULL, OPT_DRY},
    {"heal-only", no_argument, NULL, OPT_HEAL},
    {"json", no_argument, NULL, OPT_JSON},
    {"config", required_argument, NULL, OPT_CONFIG},
    {"db", required_argument, NULL, OPT_DB},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

static bool take_option(struct options *options, int option) {
    switch (option) {
    case OPT_TICKET:
        options->ticket = optarg;
        return true;
    case OPT_DRY:
        options->dry = true;
        return true;
    case OPT_HEAL:
        options->heal_only = true;
        return true;
    case OPT_JSON:
        options->json = true;
        return true;
    case OPT_CONFIG:
        options->site.config = optarg;
        return true;
    case OPT_DB:
        options->site.db = optarg;
        return true;
    case 'h':
        options->help = true;
        return true;
    case OPT_VERSION:
        options->version = true;
        return true;
    case 'v':
        options->verbose = true;
        return true;
    case 'q':
        options->quiet = true;
        return true;
    }
    return false;
}

/* `word` is where getopt_long stopped: of "-xv" perhaps the word before. */
static bool refuse_option(const char *word, struct err *err) {
    char *said;

    if (optopt > 0 && optopt < OPT_TICKET)
        return err_set(err, MC_USAGE, "option -%c is not known; see mc-pickup --help", optopt);
    if (optopt >= OPT_TICKET && !strchr(word, '='))
        return err_set(err, MC_USAGE, "option %s needs a value; see mc-pickup --help", word);
    said = database_word(word);
    err_set(err, MC_USAGE, "option %s is not known, or takes no value; see mc-pickup --help", said);
    free(said);
    return false;
}

static bool refuse_word(const char *word, struct err *err) {
    char *said = database_word(word);

    err_set(err, MC_USAGE, "argument %s is one too many; a ticket is named with --ticket %s", said, said);
    free(said);
    return false;
}

/* getopt_long takes the beginning of a name for the whole; a slip would be another option. */
static bool is_whole(const char *word, int index) {
    return index < 0 || strcspn(word + 2, "=") == strlen(long_options[index].name);
}

static bool read_options(struct options *options, int argc, char **argv, struct err *err) {
    int option, index = -1;
    bool ok = true;

    opterr = 0;
    while (ok && (option = getopt_long(argc, argv, "+hvq", long_options, &index)) != -1) {
        const char *word = argv[optind - (index >= 0 && optarg == argv[optind - 1] ? 2 : 1)];

        if (!is_whole(word, index))
            option = optopt = 0;
        ok = take_option(options, option) || refuse_option(word, err);
        index = -1;
    }
    if (!ok)
        return false;
    if (optind < argc)
        return refuse_word(argv[optind], err);
    if (options->heal_only && options->ticket)
        return err_set(err, MC_USAGE, "--heal-only hands out nothing: leave --ticket away");
    options->site.look = options->dry;
    options->site.unasked = true;
    return true;
}

static bool run(struct pickup *pickup, const struct options *options, struct err *err) {
    if (!site_open(&pickup->site, &options->site, err))
        return false;
    if (options->ticket && !key_parse(options->ticket, pickup->site.config.ticket_prefix, &pickup->ticket))
        return err_set(err, MC_USAGE, "ticket %s: this is no key of this board; keys look like %s-4629",
                       options->ticket, pickup->site.config.ticket_prefix);
    pickup->dry = options->dry;
    pickup->heal_only = options->heal_only;
    return pickup_run(pickup, err);
}

static void print_plan(const struct report *report) {
    struct text lines = {0};

    report_plan_lines(report, &lines);
    fputs(text_str(&lines), stdout);
    text_release(&lines);
}

static bool is_refusal(int exit) {
    return exit == MC_CONFIG || exit == MC_NOINPUT || exit == MC_NOPERM;
}

/* Will the next pickup meet the same, as long as nobody does anything? A refusal, and what stopped the whole pickup: a
 * board that is damaged, locked or on a full disk. */
static bool stays(const struct report *report) {
    return report->stopped || (report->outcome == OUTCOME_REFUSED && is_refusal(report->exit));
}

/* cron would mail an error that stays every minute: the same words are said again when a day is over. Whoever asks for
 * more than cron does is always told. */
static bool is_stale(const struct pickup *pickup, const struct options *options, const char *words) {
    bool asked = options->ticket || options->dry || options->json || options->verbose || isatty(STDOUT_FILENO) ||
                 isatty(STDERR_FILENO);
    bool stale = false;
    char *beside, *elsewhere;

    if (asked || pickup->report.exit == MC_USAGE)
        return false;
    beside = site_said_refusal(&pickup->site);
    elsewhere = site_said_elsewhere(&pickup->site);
    if (stays(&pickup->report)) {
        stale = said_before(beside ? beside : elsewhere, words);
    } else {
        said_forget(beside);
        said_drop(elsewhere);
    }
    free(beside);
    free(elsewhere);
    return stale;
}

static void print_errors(const struct pickup *pickup, const struct options *options) {
    const struct report *report = &pickup->report;
    struct text line = {0};

    if (report->error && !report->hushed) {
        text_add(&line, "mc-pickup: ");
        clean_said(&line, report->error);
        text_addc(&line, '\n');
    }
    if (!is_stale(pickup, options, text_str(&line)))
        fputs(text_str(&line), stderr);
    fputs(text_str(&report->warnings), stderr);
    text_release(&line);
}

/* What a person is told: warnings and errors on standard error, with -q too, for what was said once is not said again;
 * the result with -v or on a terminal. */
static void print(const struct pickup *pickup, const struct options *options) {
    const struct report *report = &pickup->report;
    struct text line = {0};

    print_errors(pickup, options);
    if (options->json) {
        report_json(report, &line);
        exhausted_as(name, NULL);
        puts(text_str(&line));
    } else if (!options->quiet) {
        if (options->dry)
            print_plan(report);
        if (options->verbose)
            fputs(text_str(&report->notes), stdout);
        if (options->verbose || options->dry || isatty(STDOUT_FILENO)) {
            report_line(report, &line);
            printf("%s%s\n", options->dry ? "would end: " : "", text_str(&line));
        }
    }
    text_release(&line);
}

static void fail(struct report *report, const struct err *err) {
    report->exit = (int)err->code;
    report->stopped = true;
    if (err->code == MC_USAGE || err->code == MC_DATAERR || err->code == MC_NOINPUT || err->code == MC_CONFIG ||
        err->code == MC_NOPERM)
        report->outcome = OUTCOME_REFUSED;
    else
        report->outcome = err->code == MC_TEMPFAIL ? OUTCOME_DEFERRED : OUTCOME_FAILED;
    text_copy(report->reason, sizeof report->reason, exit_name((int)err->code));
    report_fail(report, "%s", err->text);
}

/* After all work, and where somebody has done any since the last one: an agent asks, and a person answers, without a
 * pickup. Nothing of it is an outcome: a page that cannot be written is said, once a day. */
static void write_page(struct pickup *pickup) {
    struct site *site = &pickup->site;
    char *said;
    struct err err = {0};

    if (!site->config.page || !site->board || site->look || (!board_changed(site->board) && !page_is_old(site)))
        return;
    said = site_own_file(site, "said-page");
    if (page_write(site, &(struct page_order){site->config.page, PAGE_TICKETS}, &err))
        said_drop(said);
    else if (!said_before(said, err.text))
        report_warn(&pickup->report, "page: %s", err.text);
    free(said);
    err_release(&err);
}

/* An object comes also where there will be no memory to make one. */
static void foresee_exhaustion(struct text *answer, bool json) {
    struct report report = {0};
    struct err err = {0};

    exhausted_as(name, NULL);
    if (!json)
        return;
    err_set(&err, MC_OSERR, EXHAUSTED_WORDS);
    report_init(&report);
    fail(&report, &err);
    report_json(&report, answer);
    text_addc(answer, '\n');
    exhausted_as(name, text_str(answer));
    report_release(&report);
    err_release(&err);
}

/* What could not be printed must not pass for success. */
static int end(int exit) {
    struct err err = {0};

    if (!output_end(&err)) {
        fprintf(stderr, "mc-pickup: %s\n", err.text);
        exit = exit ? exit : (int)err.code;
    }
    err_release(&err);
    return exit;
}

int main(int argc, char **argv) {
    struct options options = {0};
    struct pickup pickup = {0};
    struct err err = {0};
    struct text last_answer = {0};
    bool ready;
    int exit;

    foresee_exhaustion(&last_answer, argv_asks(argc, argv, "--json"));
    spawn_close_descriptors();
    spawn_note_caller();
    signal(SIGPIPE, SIG_IGN); /* a reader that has gone ends no pickup half-way */
    report_init(&pickup.report);
    ready = read_options(&options, argc, argv, &err);
    if (ready && (options.help || options.version)) {
        fputs(options.help ? usage : "mc-pickup " MC_VERSION "\n", stdout);
        goto out;
    }
    if (!ready || !run(&pickup, &options, &err)) {
        options.json |= err.code == MC_USAGE && argv_asks(argc, argv, "--json");
        fail(&pickup.report, &err);
    }
    write_page(&pickup);
    errno = 0;
    print(&pickup, &options);
out:
    exhausted_as(name, NULL); /* what there was to tell is told */
    exit = end(pickup.report.exit);
    err_release(&err);
    report_release(&pickup.report);
    text_release(&last_answer);
    argv_release(&pickup.ending);
    slot_release(&pickup.vacant);
    site_close(&pickup.site);
    return exit;
}

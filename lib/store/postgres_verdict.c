#include "store/postgres_verdict.h"

#include <string.h>

/* That there is a board its opening has seen, so that what is missing then was taken away.
 * https://www.postgresql.org/docs/15/errcodes-appendix.html */
static const struct verdict verdicts[] = {
    {"40001", MC_TEMPFAIL, "others wrote the same at the same time: try again"},
    {"40P01", MC_TEMPFAIL, "others wrote the same at the same time: try again"},
    {"55P03", MC_TEMPFAIL, "another program holds it: try again"},
    {"57014", MC_TEMPFAIL, "it took too long: try again"},
    {"57P", MC_TEMPFAIL, "the server is being stopped or started: try again"},
    {"25006", MC_TEMPFAIL, "the server takes no changes (a standby?): name the one that does"},
    {"53100", MC_IOERR, "the server's disk is full: free some space there"},
    {"53", MC_TEMPFAIL, "the server has no connection or memory to spare: try again"},
    {"58", MC_IOERR, "an input or output error of the server: look at its log"},
    {"XX001", MC_IOERR, "the server's data is damaged: restore it from a backup"},
    {"XX002", MC_IOERR, "an index of the server's is damaged: REINDEX it"},
    {"42501", MC_NOPERM, "this role may not: let the board's owner run mc-ticket init --worker ROLE (mc-board(5))"},
    {"3F000", MC_NOINPUT, "there is no board: let its owner make it with mc-ticket init (mc-pickup-hosts(7))"},
    {"42P01", MC_IOERR, "a table of the board's is missing: restore the board from a backup (mc-ticket doctor)"},
    {"42703", MC_IOERR, "a column of the board's is missing: restore the board from a backup (mc-ticket doctor)"},
    {"22", MC_DATAERR, "a value does not fit: shorten it"},
    {"54", MC_DATAERR, "a text is too long: shorten it"},
};

const char *verdict_page(const char *why, bool refused) {
    if (strstr(why, "certificate"))
        return "TLS in mc-pickup-hosts(7)";
    return refused ? "~/.pgpass in mc-pickup-hosts(7)" : "mc-pickup-hosts(7)";
}

const struct verdict *verdict_of(const char *state) {
    static const struct verdict bug = {"", MC_SOFTWARE, "this is a bug: please report it"};

    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        if (strncmp(state, verdicts[i].state, strlen(verdicts[i].state)) == 0)
            return &verdicts[i];
    return &bug;
}

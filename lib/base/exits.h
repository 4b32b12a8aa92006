#ifndef MC_EXITS_H
#define MC_EXITS_H

/* Exit codes, SPEC section 13. A failure carries the one it will end the program with. */
enum mc_exit {
    MC_OK = 0,
    MC_USAGE = 64,
    MC_DATAERR = 65,
    MC_NOINPUT = 66,
    MC_UNAVAILABLE = 69,
    MC_SOFTWARE = 70,
    MC_OSERR = 71,
    MC_CANTCREAT = 73,
    MC_IOERR = 74,
    MC_TEMPFAIL = 75,
    MC_PROTOCOL = 76,
    MC_NOPERM = 77,
    MC_CONFIG = 78
};

/* "UNAVAILABLE" for 69, "OK" for 0; NULL for a number that is not in the table. */
const char *exit_name(int code);

/* Of two the one that says more is wrong: whoever acts on several learns the worst. */
enum mc_exit exit_worse(enum mc_exit a, enum mc_exit b);

#endif

#include "base/exits.h"

#include <stddef.h>

static const struct {
    enum mc_exit code;
    const char *name;
} exits[] = {
    {MC_OK, "OK"},
    {MC_USAGE, "USAGE"},
    {MC_DATAERR, "DATAERR"},
    {MC_NOINPUT, "NOINPUT"},
    {MC_UNAVAILABLE, "UNAVAILABLE"},
    {MC_SOFTWARE, "SOFTWARE"},
    {MC_OSERR, "OSERR"},
    {MC_CANTCREAT, "CANTCREAT"},
    {MC_IOERR, "IOERR"},
    {MC_TEMPFAIL, "TEMPFAIL"},
    {MC_PROTOCOL, "PROTOCOL"},
    {MC_NOPERM, "NOPERM"},
    {MC_CONFIG, "CONFIG"},
};

const char *exit_name(int code) {
    for (size_t i = 0; i < sizeof exits / sizeof *exits; i++)
        if ((int)exits[i].code == code)
            return exits[i].name;
    return NULL;
}

/* From the least: what may be tried again, what was asked for in vain, what surrounds us, what we are. */
enum mc_exit exit_worse(enum mc_exit a, enum mc_exit b) {
    static const enum mc_exit order[] = {MC_OK,     MC_TEMPFAIL,    MC_DATAERR,  MC_NOINPUT, MC_USAGE,
                                         MC_NOPERM, MC_UNAVAILABLE, MC_PROTOCOL, MC_CONFIG,  MC_CANTCREAT,
                                         MC_IOERR,  MC_OSERR,       MC_SOFTWARE};
    enum mc_exit worse = a;

    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (order[i] == a || order[i] == b)
            worse = order[i];
    return worse;
}

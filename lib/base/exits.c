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

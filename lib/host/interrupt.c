#include "host/interrupt.h"

#include <signal.h>
#include <stddef.h>

static const int asking[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
enum { ASKING = sizeof asking / sizeof asking[0] };

static void mask(int how) {
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < ASKING; i++)
        sigaddset(&set, asking[i]);
    sigprocmask(how, &set, NULL);
}

void interrupt_hold(void) {
    mask(SIG_BLOCK);
}

void interrupt_release(void) {
    mask(SIG_UNBLOCK);
}

bool interrupt_came(void) {
    sigset_t came;
    bool found = false;

    if (sigpending(&came) != 0)
        return false;
    for (size_t i = 0; i < ASKING; i++)
        found = found || sigismember(&came, asking[i]) == 1;
    return found;
}

#include "host/bound.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

bool bound_to(pid_t parent) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    return getppid() == parent;
}

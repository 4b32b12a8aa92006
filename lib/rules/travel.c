#include "rules/travel.h"

#include "base/text.h"

enum { SHORT_OID = 12 };

void travel_nothing(struct text *out, const char *branch) {
    text_addf(out, "%s: nothing to push: it has no commit beyond its base", branch);
}

void travel_kept_branch(struct text *out, const char *branch) {
    text_addf(out, "%s-kept", branch);
}

static void sentence(struct text *out) {
    if (out->len)
        text_addc(out, ' ');
}

static void say_no_copy(struct text *out, const struct travel_seen *seen) {
    switch (seen->commits) {
    case TRAVEL_UNASKED:
        text_addf(out,
                  "Branch %s was worked on by host %s, and this workspace has no \"push\": it is on that host alone",
                  seen->branch, seen->host);
        break;
    case TRAVEL_FAILED:
        text_addf(out, "Branch %s, which host %s has worked on, could not be had from %s (%s)", seen->branch,
                  seen->host, seen->remote, seen->why);
        break;
    case TRAVEL_ABSENT:
        if (seen->pushed)
            text_addf(out, "Branch %s, which host %s has worked on and pushed, is not at %s any more", seen->branch,
                      seen->host, seen->remote);
        else
            text_addf(out, "Branch %s is not at %s: what was committed on it is on host %s alone, never pushed",
                      seen->branch, seen->remote, seen->host);
        break;
    case TRAVEL_HERE:
        return;
    }
    text_add(out, seen->starts ? "; this run starts from its base." : ".");
}

static void say_commits(struct text *out, const struct travel_seen *seen) {
    if (!seen->copy && seen->commits != TRAVEL_HERE && !(seen->commits == TRAVEL_ABSENT && seen->nothing))
        say_no_copy(out, seen);
    else if (seen->copy && seen->commits == TRAVEL_FAILED)
        text_addf(out, "Branch %s, which host %s has worked on, could not be had from %s (%s); %s.", seen->branch,
                  seen->host, seen->remote, seen->why,
                  seen->starts ? "this run starts from what was fetched of it earlier"
                               : "what was fetched of it earlier is here");
    if (!seen->parted)
        return;
    sentence(out);
    text_addf(out, "Another branch %s is here, with commits that the one at %s has not; the one at %s is %s.",
              seen->branch, seen->remote, seen->remote, seen->starts ? "what this run starts from" : "shown");
}

static void say_kept(struct text *out, const struct travel_seen *seen) {
    if (!seen->preserved || seen->kept == TRAVEL_HERE)
        return;
    sentence(out);
    text_addf(out, "What was not committed (%.*s) is kept on host %s alone, as refs/mc/preserved/%s/%s", SHORT_OID,
              seen->preserved, seen->host, seen->key, seen->run_id);
    if (seen->kept == TRAVEL_ABSENT)
        text_addf(out, ", and was never pushed to %s", seen->remote);
    else if (seen->kept == TRAVEL_FAILED)
        text_addf(out, ", as far as can be told without %s", seen->remote);
    text_add(out, seen->starts ? "; this run starts without it." : ".");
}

void travel_say(struct text *out, const struct travel_seen *seen) {
    say_commits(out, seen);
    say_kept(out, seen);
    if (!seen->folder)
        return;
    sentence(out);
    text_addf(out,
              "Its worktree %s on host %s was not given back: what is not committed there, or was not pushed since, is "
              "there alone.",
              seen->folder, seen->host);
}

#ifndef MC_HOSTS_H
#define MC_HOSTS_H

#include <stdbool.h>
#include <stdint.h>

struct text;

/* The machines that share a board (SPEC section 16), decided from their rows alone. All times are the server's. */

struct host {
    char *name;
    char *machine_id; /* of the machine that has the name; NULL: forgotten, whoever comes first has it */
    char *boot_id;
    char *version; /* of its programs */
    int64_t max_running;
    int64_t seen_at;     /* when a pickup of it noted it last */
    int64_t retired_at;  /* 0: it never was, or all is in order again since it came back */
    int64_t said_at;     /* when it was said that it is silent; 0: it was not, or it was heard since */
    int64_t heard_since; /* from when on it was noted without a gap as long as its patience */
    int64_t twin_at;     /* when another boot of the same name and id was heard beside it; 0: never */
    int64_t started_at;  /* of this machine itself: when its boot began; stands in no row */
};
void host_release(struct host *host);

/* What a host is to the others. One that came back after it was retired may have agents that no row speaks of, until
 * its own pickups have looked. */
enum host_state { HOST_HEARD, HOST_SILENT, HOST_RETIRED, HOST_BACK, HOST_STATE_COUNT };
const char *host_state_name(enum host_state state);
enum host_state host_state(const struct host *host, int64_t now, int64_t cron_interval_s);

/* Given up, and nobody has come back under its name. */
bool host_is_retired(const struct host *host);

/* Silent after three of cron's intervals, and at least three minutes. */
int64_t host_patience(int64_t cron_interval_s);

/* A pickup meets the row of its own name (NULL: there is none). */
enum host_meeting {
    HOST_MEETS_ITSELF,
    HOST_MEETS_NOBODY, /* no row, or one whose machine is forgotten: it is ours from now on */
    HOST_MEETS_ANOTHER /* that has the same name: 78, and nothing is touched */
};
enum host_meeting host_meet(const struct host *row, const char *machine_id);

/* Its row says that another boot of this very machine was heard a moment ago, after this one had begun: that is no
 * reboot, but a copy of the machine, both at work. What says so are the server's clock and the time since the boot,
 * which nobody sets. An ordinary reboot begins after its last word, and is never held up. */
bool host_is_copy(const struct host *row, const struct host *self, int64_t patience);

/* The same, of what the other has noted: the pickups of both stop, until one of the two is not heard any more. */
bool host_has_copy(const struct host *row, const struct host *self, int64_t patience);

/* Is it time to write the row? At most every 30 s, and at once where it says something else than it should. */
bool host_due(const struct host *row, const struct host *self, int64_t now);

/* May it be retired without force? Not one that was seen within the last two minutes. */
bool host_may_retire(const struct host *host, int64_t now);

/* The same of this machine, which `row` shows as it was noted last. */
int64_t host_heard_since(const struct host *row, int64_t now, int64_t cron_interval_s);

/* Was it silent for so long that another host's pickup retires it? Of that time only what the other was heard in
 * itself, without a gap, counts: the server may have been away for both. lost_after_s 0: never. */
bool host_is_lost(const struct host *host, const struct host *self, int64_t now, int64_t lost_after_s);

/* May a pickup of this host, whose row it has read before it was noted, say anything of the others' silence? Not after
 * a time in which it was not heard itself, as the server may have been away for all of them, nor before they had their
 * chance since. */
bool host_may_judge(const struct host *self, int64_t now, int64_t cron_interval_s);

/* "has been silent for 2 h", of one that is; "was never seen" of one that only rows name. */
void host_silence(struct text *out, const struct host *host, int64_t now);

#endif

#include "rules/doctor_findings.h"

#include <stddef.h>

/* {3} in a command that is ours is the program itself: a bare name where the shell finds it, else its path. */
#define EDIT "${EDITOR:-vi} "
#define EDIT_LINE EDIT "+{3} {2}"
/* A -wal that stays where it was would be played into whatever board comes there. */
#define ASIDE "for s in -shm -wal ''; do [ ! -e {0}$s ] || mv {0}$s {0}.aside$s; done"
#define BACKUP "a copy in its place (mc-board(5), BACKUP)"

const struct doctor_row doctor_findings[FOUND_COUNT] = {
    [FOUND_CONFIG] = {CHECK_CONFIG, DOCTOR_OK, "configuration {0}", NULL},
    [FOUND_CONFIG_NONE] = {CHECK_CONFIG, DOCTOR_BAD,
                           "configuration {0}: there is none, and without one no profile is chosen; make it in the "
                           "shell that you start agents from",
                           "{3!} init"},
    [FOUND_CONFIG_HOMELESS] = {CHECK_CONFIG, DOCTOR_BAD,
                               "configuration: HOME is not set, so there is no place to look for it; set HOME, or give "
                               "--config FILE",
                               NULL},
    [FOUND_CONFIG_WRONG] = {CHECK_CONFIG, DOCTOR_BAD, "configuration {1}", EDIT_LINE},
    [FOUND_CONFIG_UNREAD] = {CHECK_CONFIG, DOCTOR_BAD, "configuration {1}", NULL},
    [FOUND_CONFIG_FOLDER] = {CHECK_CONFIG, DOCTOR_BAD, "configuration {1}", NULL},
    [FOUND_CONFIG_PROFILE] = {CHECK_CONFIG, DOCTOR_BAD,
                              "configuration {0}: no \"profile\" is chosen, and a ticket that names none cannot be "
                              "picked up ({1}); set it",
                              "{2!}"},
    [FOUND_CONFIG_PROMPT] = {CHECK_CONFIG, DOCTOR_BAD, "configuration {0}: prompt_file: {1}; mend it", EDIT "{2}"},
    [FOUND_CONFIG_PAGE] = {CHECK_CONFIG, DOCTOR_BAD, "configuration {0}: page: {1}", EDIT "{0}"},
    [FOUND_CONFIG_OTHER] = {CHECK_CONFIG, DOCTOR_BAD, "configuration {1}", EDIT "{0}"},

    [FOUND_BOARD] = {CHECK_BOARD, DOCTOR_OK, "board {0}: {1}", NULL},
    [FOUND_BOARD_NONE] = {CHECK_BOARD, DOCTOR_BAD, "board {0}: there is none; make it", "{3!} init"},
    [FOUND_BOARD_UNTOLD] = {CHECK_BOARD, DOCTOR_WARN,
                            "board: where it is stands in the configuration, which cannot be read; mend that first",
                            NULL},
    [FOUND_BOARD_UNUSABLE] = {CHECK_BOARD, DOCTOR_BAD, "{1}", NULL},
    [FOUND_BOARD_BROKEN] = {CHECK_BOARD, DOCTOR_BAD, "board {0}: is damaged or no database; put it aside, and " BACKUP,
                            ASIDE},
    [FOUND_BOARD_EMPTY] = {CHECK_BOARD, DOCTOR_BAD,
                           "board {0}: is empty; where there were tickets, put " BACKUP "; else make it", "{3!} init"},
    [FOUND_BOARD_DAMAGED] =
        {CHECK_BOARD, DOCTOR_BAD,
         "board {0}: is damaged ({1}); stop what uses it, cron's pickups too, and make a new one of "
         "all that is on it; where that fails nothing is changed: put " BACKUP,
         "{3!} export -o {0}.jsonl && " ASIDE " && {3!} init && {3!} import --restore {0}.jsonl"},
    [FOUND_BOARD_OLD] = {CHECK_BOARD, DOCTOR_WARN, "{1}", "{3!} --heal-only"},
    [FOUND_BOARD_COPY] = {CHECK_BOARD, DOCTOR_BAD,
                          "board {0}: is a copy of {1}, which is still there, and both would judge the same agents; "
                          "make it a board of its own, or name the other one",
                          "{3!} init --own"},
    [FOUND_BOARD_HELD] =
        {CHECK_BOARD, DOCTOR_BAD,
         "board {0}: process {1} ({2}) holds it for writing, and no pickup can write until it lets go; "
         "end it",
         "kill {1}"},
    [FOUND_BOARD_HELD_UNTOLD] =
        {CHECK_BOARD, DOCTOR_BAD,
         "board {0}: another program, which cannot be told from here, holds it for writing, and "
         "no pickup can write until it lets go; find it",
         "fuser -v {0} {0}-shm"},
    [FOUND_BOARD_NETWORK] =
        {CHECK_BOARD, DOCTOR_BAD,
         "board {0}: is on a network file system ({1}), where two machines would damage it; move it "
         "to a disk of this machine, or name a postgresql:// board",
         NULL},
    [FOUND_BOARD_FUSE] = {CHECK_BOARD, DOCTOR_WARN,
                          "board {0}: is on a file system that a program keeps (FUSE); where that is a network's, as "
                          "with sshfs, two machines would damage it; keep it on a disk of this machine",
                          NULL},
    [FOUND_BOARD_OPEN] = {CHECK_BOARD, DOCTOR_WARN, "board {0}: others may read what agents and people wrote there",
                          "chmod go-rwx {0}"},
    [FOUND_BOARD_DRAFT] = {CHECK_BOARD, DOCTOR_WARN, "board {0}: {1}", NULL},
    [FOUND_BOARD_SERVER] = {CHECK_BOARD, DOCTOR_OK, "board {0}: PostgreSQL {1} answers in {2}, {3}; {4}", NULL},
    [FOUND_BOARD_CLEAR] = {CHECK_BOARD, DOCTOR_WARN,
                           "board {0}: whoever is between this machine and its server can read and change what they "
                           "say; ask for TLS with sslmode=verify-full and sslrootcert in its name or its service file "
                           "(mc-pickup-hosts(7))",
                           NULL},
    [FOUND_BOARD_STANDBY] = {CHECK_BOARD, DOCTOR_BAD,
                             "board {0}: this server only repeats another one, and takes nothing; name that one, or "
                             "both of them with target_session_attrs=read-write",
                             NULL},
    [FOUND_BOARD_READONLY] = {CHECK_BOARD, DOCTOR_BAD,
                              "board {0}: default_transaction_read_only is on there for {1}, which so can change "
                              "nothing; turn it off: ALTER ROLE … or ALTER DATABASE … RESET it",
                              NULL},
    [FOUND_BOARD_UNSAFE] = {CHECK_BOARD, DOCTOR_WARN,
                            "board {0}: {1} is off there for {2}, so a power cut may take what the server has said "
                            "that it has; turn it on",
                            NULL},
    [FOUND_BOARD_AGENTS] = {CHECK_BOARD, DOCTOR_OK, "agents_database: {0} lets agents in as {1}", NULL},
    [FOUND_BOARD_AGENTS_OTHER] = {CHECK_BOARD, DOCTOR_BAD,
                                  "agents_database: {0} is another board than {1}, where no word of an agent's counts; "
                                  "name the same one",
                                  NULL},
    [FOUND_BOARD_AGENTS_OWNER] =
        {CHECK_BOARD, DOCTOR_WARN,
         "agents_database: {0} lets agents in as {1}, who may do anything with the board; give "
         "them a role that only works (mc-board(5))",
         NULL},
    [FOUND_BOARD_AGENTS_UNUSABLE] = {CHECK_BOARD, DOCTOR_BAD, "agents_database: {1}", NULL},

    [FOUND_DISK] = {CHECK_DISK, DOCTOR_OK, "disk of {0}: {1} free", NULL},
    [FOUND_DISK_SHARED] = {CHECK_DISK, DOCTOR_WARN,
                           "disk of {0}: is a network's ({1}), and each machine of this board needs a folder that no "
                           "other one works in; set XDG_STATE_HOME, here and for cron, to one on a disk of its own",
                           NULL},
    [FOUND_DISK_LOW] = {CHECK_DISK, DOCTOR_WARN, "disk of {0}: only {1} free; what takes it",
                        "du -xh {0} | sort -h | tail -20"},
    [FOUND_DISK_FULL] = {CHECK_DISK, DOCTOR_BAD,
                         "disk of {0}: full, {1} free, and nothing can be written; remove something: what takes it",
                         "du -xh {0} | sort -h | tail -20"},
    [FOUND_DISK_READONLY] = {CHECK_DISK, DOCTOR_BAD, "disk of {0}: is mounted read-only; as root",
                             "mount -o remount,rw {1}"},

    [FOUND_PLACE] = {CHECK_PLACE, DOCTOR_BAD, "place {0}: is no {1}, and a pickup needs one there; move it away",
                     "mv {0} {0}.aside"},

    [FOUND_WAL] = {CHECK_WAL, DOCTOR_OK, "write-ahead log of the board: {1}", NULL},
    [FOUND_WAL_LARGE] = {CHECK_WAL, DOCTOR_WARN,
                         "write-ahead log of the board: {1}, because a program has read it for long; who has it open",
                         "fuser -v {0}"},

    [FOUND_CLOCK] = {CHECK_CLOCK, DOCTOR_OK, "clock {1}", NULL},
    [FOUND_CLOCK_EARLY] = {CHECK_CLOCK, DOCTOR_BAD, "clock: says {1}, which is long over; as root",
                           "timedatectl set-ntp true"},
    [FOUND_CLOCK_BACK] = {CHECK_CLOCK, DOCTOR_WARN,
                          "clock: says {1}, and the board has been written at {2}: one of them is wrong; as root",
                          "timedatectl set-ntp true"},

    [FOUND_CLOCK_APART] = {CHECK_CLOCK, DOCTOR_WARN,
                           "clock: this machine's is {1}: nothing of the board is harmed, which goes by its server's; "
                           "its own files and logs are stamped by it; as root",
                           "timedatectl set-ntp true"},

    [FOUND_PROGRAMS] = {CHECK_PROGRAM, DOCTOR_OK, "programs in {0}: {1}", NULL},
    [FOUND_PROGRAM_MISSING] = {CHECK_PROGRAM, DOCTOR_BAD, "program {0}: is not in {1}; install mc-pickup again", NULL},
    [FOUND_PROGRAM_CLOSED] = {CHECK_PROGRAM, DOCTOR_BAD, "program {0}: stands in {1} and may not be run",
                              "chmod 755 {1}/{0}"},

    [FOUND_TMUX] = {CHECK_TMUX, DOCTOR_OK, "{1}, our server at {0}: {2}", NULL},
    [FOUND_TMUX_UNKNOWN] = {CHECK_TMUX, DOCTOR_WARN,
                            "session {0}: an agent is at work in it whose run {1} the board does not know (a standby "
                            "that took over, an older copy put back?); look at it, and end it if nobody needs it",
                            "{2!}"},
    [FOUND_TMUX_NONE] = {CHECK_TMUX, DOCTOR_BAD, "tmux: is not on {1}; name its folder there, or install it",
                         "apt-get install tmux"},
    [FOUND_TMUX_OLD] = {CHECK_TMUX, DOCTOR_BAD, "{1}: is too old, 3.3 is needed; install a newer one",
                        "apt-get install tmux"},
    [FOUND_TMUX_MUTE] = {CHECK_TMUX, DOCTOR_BAD, "tmux: {0} does not say its version; see what it does", "{0} -V"},
    [FOUND_TMUX_SOCKET] = {CHECK_TMUX, DOCTOR_BAD, "{1}", "{2!}"},
    [FOUND_TMUX_FOLDER] = {CHECK_TMUX, DOCTOR_BAD, "tmux: no server can be started at {0}: {1}", "{2!}"},
    [FOUND_TMUX_TAKEN] = {CHECK_TMUX, DOCTOR_BAD,
                          "tmux: no server can be started at {0}: a folder stands in its place; move it away",
                          "mv {0} {0}.aside"},
    [FOUND_TMUX_SILENT] = {CHECK_TMUX, DOCTOR_BAD, "{1}, our server at {0}: {2}; see what it does",
                           "tmux -S {0} list-sessions"},

    [FOUND_PROFILE] = {CHECK_PROFILE, DOCTOR_OK, "profile {0}: {1}", NULL},
    [FOUND_PROFILE_OWN] = {CHECK_PROFILE, DOCTOR_OK,
                           "profile {0}: {1}; only {2!} doctor --try {0} tells whether its \"ready\" matches", NULL},
    [FOUND_PROFILE_UNKNOWN] =
        {CHECK_PROFILE, DOCTOR_BAD,
         "profile {0}: {1} names it, and it is not configured; add it to \"profiles\", or give the "
         "ticket another",
         "{2!}"},
    [FOUND_PROFILE_OFF_PATH] = {CHECK_PROFILE, DOCTOR_BAD,
                                "profile {0}: {1} is not on {3}; add its folder to \"path\" in {2}", "{4!}"},
    [FOUND_PROFILE_MISSING] = {CHECK_PROFILE, DOCTOR_BAD,
                               "profile {0}: {1} is not on {3}, nor on yours; install it, and see "
                               "that its folder is in \"path\" in {2}",
                               "{4!}"},
    [FOUND_PROFILE_NOWHERE] = {CHECK_PROFILE, DOCTOR_BAD, "profile {0}: {1}; install it there, or correct that",
                               "{2!}"},
    [FOUND_PROFILE_INSTALL] = {CHECK_PROFILE, DOCTOR_BAD, "profile {0}: {1} is not on {3}, nor on yours; install it",
                               "{2!}"},
    [FOUND_PROFILE_SCRIPT] = {CHECK_PROFILE, DOCTOR_BAD,
                              "profile {0}: {1}; install that, or correct the first line of the script", EDIT "+1 {2}"},
    [FOUND_PROFILE_MODE] = {CHECK_PROFILE, DOCTOR_BAD, "profile {0}: {1} is there and not executable", "chmod +x {1}"},
    [FOUND_PROFILE_OTHER] = {CHECK_PROFILE, DOCTOR_BAD, "{1}", NULL},
    [FOUND_PROFILE_BLANK] =
        {CHECK_PROFILE, DOCTOR_WARN,
         "profile {0}: its \"{1}\" ends in a blank, which a screen never shows at the end of a line; "
         "take it away",
         "{2!}"},

    [FOUND_GIT] = {CHECK_GIT, DOCTOR_OK, "{1}", NULL},
    [FOUND_GIT_NONE] = {CHECK_GIT, DOCTOR_BAD, "git: is not on {1}; name its folder there, or install it",
                        "apt-get install git"},
    [FOUND_GIT_MUTE] = {CHECK_GIT, DOCTOR_BAD,
                        "git: {0} does not say its version, so no workspace is looked at; see what it does",
                        "{0} --version"},
    [FOUND_WORKSPACE] = {CHECK_WORKSPACE, DOCTOR_OK, "workspace {0}: {1}", NULL},
    [FOUND_WORKSPACE_WRONG] = {CHECK_WORKSPACE, DOCTOR_BAD, "workspace {0}: {1}", NULL},
    [FOUND_WORKSPACE_CONFIG] = {CHECK_WORKSPACE, DOCTOR_BAD, "workspace {0}: {1}", "{2!}"},
    [FOUND_WORKSPACE_UNKNOWN] = {CHECK_WORKSPACE, DOCTOR_BAD,
                                 "workspace {0}: {1} names it, and it is not configured; add it to \"workspaces\", or "
                                 "give the ticket another",
                                 "{2!}"},
    [FOUND_WORKSPACE_STAYS] = {CHECK_WORKSPACE, DOCTOR_WARN,
                               "workspace {0}: has no \"push\": its work stays on the host where it was done, and a "
                               "ticket's next run on another one begins without it; set it",
                               "{2!}"},
    [FOUND_WORKSPACE_UNPUSHED] = {CHECK_WORKSPACE, DOCTOR_WARN, "branch of {0}: is not with its remote: {1}",
                                  "{3!} show {0}"},
    [FOUND_SLOTS] = {CHECK_SLOT, DOCTOR_OK, "slots of {0}: {1}", NULL},
    [FOUND_SLOT_ASIDE] = {CHECK_SLOT, DOCTOR_WARN, "slot {0}: is in quarantine: {1}; rescue what is in it, then",
                          "{3!} pool release {0}"},
    [FOUND_SLOT_WRONG] = {CHECK_SLOT, DOCTOR_WARN, "slot {0}: {1}", NULL},
    [FOUND_SLOT_UNLINKED] = {CHECK_SLOT, DOCTOR_WARN,
                             "slot {0}: {1} does not lead to its repository, as after a move of the one or the other; "
                             "link it again",
                             "git -C {2} worktree repair {1}"},
    [FOUND_SLOT_LOST] = {CHECK_SLOT, DOCTOR_WARN,
                         "slot {0}: its run has a branch, and there is no worktree; look at it afresh",
                         "{3!} pool release {0}"},
    [FOUND_SLOT_LOST_RESTS] = {CHECK_SLOT, DOCTOR_WARN,
                               "slot {0}: its worktree is not there any more, and the agent of {1} rests: its next "
                               "turn goes to another one, which goes on from the branch",
                               NULL},
    [FOUND_SLOT_LOST_WORKS] = {CHECK_SLOT, DOCTOR_WARN,
                               "slot {0}: its worktree is not there any more, and the agent of {1} is at work; end it, "
                               "and let another one go on from the branch",
                               "{3!} block {1} && {3!} reopen {1}"},
    [FOUND_SLOT_USED] = {CHECK_SLOT, DOCTOR_WARN,
                         "slot {0}: is free, and process {1} ({2}) works in it; end that, or wait for it", NULL},
    [FOUND_SLOT_SURPLUS] = {CHECK_SLOT, DOCTOR_WARN, "slot {0}: {1}, and no ticket gets it any more",
                            "{3!} pool release {0}"},

    [FOUND_ENDPOINT] = {CHECK_ENDPOINT, DOCTOR_OK, "endpoint {0}: {1}", NULL},
    [FOUND_ENDPOINT_SILENT] = {CHECK_ENDPOINT, DOCTOR_BAD,
                               "endpoint {0}: {1}; start what should answer there, or correct \"send.url\"", "{2!}"},
    [FOUND_TOKEN] = {CHECK_TOKEN, DOCTOR_OK, "token {0}: {1}", NULL},
    [FOUND_TOKEN_UNSET] = {CHECK_TOKEN, DOCTOR_BAD,
                           "token {0}: is not set; set it where mc-pickup is called, such as in a line of the crontab",
                           "crontab -e"},
    [FOUND_TOKEN_WRONG] = {CHECK_TOKEN, DOCTOR_BAD, "token {1}", NULL},
    [FOUND_TOKEN_EMPTY] = {CHECK_TOKEN, DOCTOR_BAD, "token {0}: {1}; put the token there, alone in one line",
                           EDIT "{0}"},

    [FOUND_NOTIFY] = {CHECK_NOTIFY, DOCTOR_OK, "notify: {1}", NULL},
    [FOUND_NOTIFY_OFF_PATH] = {CHECK_NOTIFY, DOCTOR_BAD,
                               "notify: {1} is not on {3}, so nobody is told anything; add its folder "
                               "to \"path\", or correct \"notify\"",
                               "{2!}"},
    [FOUND_NOTIFY_MISSING] = {CHECK_NOTIFY, DOCTOR_BAD, "notify: {1}, so nobody is told anything; mend that", "{2!}"},
    [FOUND_NOTIFY_FAILED] = {CHECK_NOTIFY, DOCTOR_BAD,
                             "notify: it failed last: {1}; try it by hand, mend it, and take the note of that away",
                             "rm -f {2} {3}"},
    [FOUND_NOTIFY_WAITS] = {CHECK_NOTIFY, DOCTOR_WARN,
                            "notify: {1} events or more wait to be told, the next pickup does it", "{3!} --heal-only"},

    [FOUND_CALLER_CRON] = {CHECK_CALLER, DOCTOR_OK, "called by cron ({0}): {1}", NULL},
    [FOUND_CALLER_SLOW] = {CHECK_CALLER, DOCTOR_WARN, "called by cron ({0}): {1}: {2}", "{3!}"},
    [FOUND_CALLER_LOST] = {CHECK_CALLER, DOCTOR_BAD, "called by nothing: of {0}: {1}: {2}; put this line in its place",
                           "{3!}"},
    [FOUND_CALLER_OTHER] = {CHECK_CALLER, DOCTOR_WARN, "called by nothing: of {0}: {1}: {2}",
                            "(crontab -l 2>/dev/null; echo {3}) | crontab -"},
    [FOUND_CRON_OFF] = {CHECK_CALLER, DOCTOR_WARN,
                        "called by cron: no cron runs here, so no line of a crontab starts anything; as root",
                        "service cron start"},
    [FOUND_CALLER_TIMER] = {CHECK_CALLER, DOCTOR_OK, "called by the timer {0}", NULL},
    [FOUND_CALLER_STOPPED] = {CHECK_CALLER, DOCTOR_BAD, "called by nothing: the timer {0} is there and not active",
                              "systemctl --user enable --now {0}"},
    [FOUND_CALLER_NONE] = {CHECK_CALLER, DOCTOR_WARN,
                           "called by nothing: no crontab of yours and no timer runs mc-pickup",
                           "(crontab -l 2>/dev/null; echo {1}) | crontab -"},
    [FOUND_CALLER_UNTOLD] =
        {CHECK_CALLER, DOCTOR_WARN,
         "called by: cannot tell, neither crontab nor systemctl answers here; have mc-pickup run every "
         "minute",
         NULL},
    [FOUND_LINGER] = {CHECK_LINGER, DOCTOR_OK, "linger: your timers run while you are logged out", NULL},
    [FOUND_LINGER_OFF] = {CHECK_LINGER, DOCTOR_BAD,
                          "linger: is off, so your timer stops, and every agent with it, when you log out",
                          "loginctl enable-linger {0}"},
    [FOUND_PICKUP] = {CHECK_PICKUP, DOCTOR_OK, "last pickup {1} ago", NULL},
    [FOUND_PICKUP_NEVER] = {CHECK_PICKUP, DOCTOR_WARN, "last pickup: none yet; try one and read what it says",
                            "{3!} -v"},
    [FOUND_PICKUP_LATE] = {CHECK_PICKUP, DOCTOR_WARN,
                           "last pickup {1} ago, and it should be {2}; try one and read what it says", "{3!} -v"},
    [FOUND_HOST] = {CHECK_HOST, DOCTOR_OK, "host {0}", NULL},
    [FOUND_HOST_OTHER] = {CHECK_HOST, DOCTOR_OK, "host {0}: {1} agents were started when it was called {2}", NULL},
    [FOUND_HOST_SHARED] = {CHECK_HOST, DOCTOR_OK, "host {0}: others share the board: {1}", NULL},
    [FOUND_HOST_SILENT] = {CHECK_HOST, DOCTOR_WARN, "host {0} {1}; look there; all of them are told by", "{3!} hosts"},
    [FOUND_HOST_CLASH] = {CHECK_HOST, DOCTOR_BAD, "{1}", NULL},
    [FOUND_PAUSED] = {CHECK_PAUSE, DOCTOR_WARN, "{1}: nothing is picked up", "{3!} resume"},
    [FOUND_TICKET_STUCK] =
        {CHECK_TICKET, DOCTOR_WARN,
         "ticket {0}: waits for {1}, which was cancelled, so no pickup ever takes it; cancel this one "
         "too, or reopen that",
         "{2!} reopen {1}"},
    [FOUND_BREAKER] = {CHECK_BREAKER, DOCTOR_WARN, "breaker {0}: {1}; when that is mended", "{3!} breaker close {0}"},

    [FOUND_TRY_READY] = {CHECK_TRY, DOCTOR_OK, "profile {0}: ready after {1}, in {2}", NULL},
    [FOUND_TRY_ASKS] = {CHECK_TRY, DOCTOR_BAD, "profile {0}: shows a dialog after {1} and waits for a person; {3}",
                        NULL},
    [FOUND_TRY_ENDED] = {CHECK_TRY, DOCTOR_BAD, "profile {0}: came to no prompt, and that after {1}: {2}; {3}", NULL},
    [FOUND_TRY_SLOW] = {CHECK_TRY, DOCTOR_BAD,
                        "profile {0}: shows nothing within {1} that its \"ready\" matches, which is {2}; compare it to "
                        "the screen and mend it, or raise \"startup_timeout_s\"",
                        "{3!}"},
    [FOUND_TRY_BUSY] =
        {CHECK_TRY, DOCTOR_BAD,
         "profile {0}: is taken for one at work for all of {1}, because its \"{4}\" matches, which is {2}; "
         "compare it to the screen and mend it, or raise \"startup_timeout_s\"",
         "{3!}"},
    [FOUND_TRY_NOT_STARTED] = {CHECK_TRY, DOCTOR_BAD, "profile {0}: {2}; {3}", "{4!} doctor"},
};

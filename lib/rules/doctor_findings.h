#ifndef MC_DOCTOR_FINDINGS_H
#define MC_DOCTOR_FINDINGS_H

/* What mc-ticket doctor may find (SPEC section 17): for each finding its check, whether it is good, its words and the
 * command that mends it, in one table. No I/O: lib/desk/doctor*.c look, and say here what they have seen. */
enum doctor_state { DOCTOR_OK, DOCTOR_WARN, DOCTOR_BAD, DOCTOR_STATE_COUNT };

/* In the order in which they are printed: what breaks everything first. */
enum doctor_check {
    CHECK_CONFIG,
    CHECK_BOARD,
    CHECK_DISK,
    CHECK_WAL,
    CHECK_CLOCK,
    CHECK_PROGRAM,
    CHECK_TMUX,
    CHECK_PROFILE,
    CHECK_GIT,
    CHECK_WORKSPACE,
    CHECK_SLOT,
    CHECK_ENDPOINT,
    CHECK_TOKEN,
    CHECK_NOTIFY,
    CHECK_CALLER,
    CHECK_LINGER,
    CHECK_PICKUP,
    CHECK_HOST,
    CHECK_PAUSE,
    CHECK_BREAKER,
    CHECK_TRY,
    CHECK_COUNT
};

enum doctor_finding {
    FOUND_CONFIG,
    FOUND_CONFIG_NONE,
    FOUND_CONFIG_HOMELESS,
    FOUND_CONFIG_WRONG,
    FOUND_CONFIG_UNREAD,
    FOUND_CONFIG_FOLDER,
    FOUND_CONFIG_PROFILE,
    FOUND_CONFIG_PROMPT,
    FOUND_BOARD,
    FOUND_BOARD_NONE,
    FOUND_BOARD_UNTOLD,
    FOUND_BOARD_UNUSABLE,
    FOUND_BOARD_DAMAGED,
    FOUND_BOARD_OLD,
    FOUND_BOARD_COPY,
    FOUND_BOARD_HELD,
    FOUND_BOARD_HELD_UNTOLD,
    FOUND_BOARD_NETWORK,
    FOUND_BOARD_OPEN,
    FOUND_DISK,
    FOUND_DISK_LOW,
    FOUND_DISK_FULL,
    FOUND_DISK_READONLY,
    FOUND_WAL,
    FOUND_WAL_LARGE,
    FOUND_CLOCK,
    FOUND_CLOCK_EARLY,
    FOUND_CLOCK_BACK,
    FOUND_PROGRAMS,
    FOUND_PROGRAM_MISSING,
    FOUND_TMUX,
    FOUND_TMUX_NONE,
    FOUND_TMUX_OLD,
    FOUND_TMUX_SOCKET,
    FOUND_TMUX_SILENT,
    FOUND_PROFILE,
    FOUND_PROFILE_UNKNOWN,
    FOUND_PROFILE_OFF_PATH,
    FOUND_PROFILE_MISSING,
    FOUND_PROFILE_INSTALL,
    FOUND_PROFILE_SCRIPT,
    FOUND_PROFILE_MODE,
    FOUND_PROFILE_OTHER,
    FOUND_PROFILE_BLANK,
    FOUND_GIT,
    FOUND_GIT_NONE,
    FOUND_WORKSPACE,
    FOUND_WORKSPACE_WRONG,
    FOUND_WORKSPACE_CONFIG,
    FOUND_WORKSPACE_UNKNOWN,
    FOUND_SLOTS,
    FOUND_SLOT_ASIDE,
    FOUND_SLOT_WRONG,
    FOUND_SLOT_SURPLUS,
    FOUND_ENDPOINT,
    FOUND_ENDPOINT_SILENT,
    FOUND_TOKEN,
    FOUND_TOKEN_UNSET,
    FOUND_TOKEN_WRONG,
    FOUND_TOKEN_EMPTY,
    FOUND_NOTIFY,
    FOUND_NOTIFY_OFF_PATH,
    FOUND_NOTIFY_MISSING,
    FOUND_NOTIFY_FAILED,
    FOUND_NOTIFY_WAITS,
    FOUND_CALLER_CRON,
    FOUND_CALLER_TIMER,
    FOUND_CALLER_STOPPED,
    FOUND_CALLER_NONE,
    FOUND_CALLER_UNTOLD,
    FOUND_LINGER,
    FOUND_LINGER_OFF,
    FOUND_PICKUP,
    FOUND_PICKUP_NEVER,
    FOUND_PICKUP_LATE,
    FOUND_HOST,
    FOUND_HOST_OTHER,
    FOUND_PAUSED,
    FOUND_BREAKER,
    FOUND_TRY_READY,
    FOUND_TRY_ASKS,
    FOUND_TRY_ENDED,
    FOUND_TRY_SLOW,
    FOUND_TRY_NOT_STARTED,
    FOUND_TRY_STOPPED,
    FOUND_COUNT
};

/* One row a finding. {0} to {3} are its words; see doctor.c for how they are put in. */
struct doctor_row {
    enum doctor_check check;
    enum doctor_state state;
    const char *text; /* what was seen; what to do behind "; " */
    const char *mend; /* the command that does it; NULL: none, or the text ends with it ("; run: …") */
};
extern const struct doctor_row doctor_findings[FOUND_COUNT];

#endif

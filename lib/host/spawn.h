#ifndef MC_SPAWN_H
#define MC_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct argv;
struct err;
struct text;

/* The only place that starts a process. The child gets: the three standard streams (input from `input` or /dev/null,
 * output and errors to pipes of ours or /dev/null), no other descriptor but `inherit`, default signals, an empty signal
 * mask, a process group of its own, the umask that our caller has. No shell. */
struct spawn_meanwhile {
    void (*work)(void *context);
    void *context;
};

/* A stream to its standard input: asked for the next bytes until it says 0; n is the room, then how many there are. */
struct spawn_source {
    bool (*more)(void *context, char *bytes, size_t *n, struct err *err);
    void *context;
};

/* A stream from its standard output: given each piece as it comes, all of it. */
struct spawn_sink {
    bool (*take)(void *context, const char *bytes, size_t n, struct err *err);
    void *context;
};
struct spawn {
    const struct argv *argv; /* [0] is an absolute path, or looked up on PATH by the caller (files_find_program) */
    const struct argv *env;  /* NAME=VALUE, whole; NULL: ours */
    const char *cwd;         /* NULL: ours */
    const char *input;       /* bytes for its standard input; NULL: /dev/null */
    size_t input_len;
    const struct spawn_source *source;       /* instead of input; NULL: none */
    const struct spawn_sink *sink;           /* instead of the result's output, without a ceiling; NULL: none */
    int inherit;                             /* a descriptor that it gets on purpose, under its number; 0: none */
    bool bound;                              /* killed when we end: nobody would keep its time limit then */
    const struct spawn_meanwhile *meanwhile; /* what we do while it works, once it is started; NULL: nothing */
    int64_t timeout_ms;                      /* then its group is killed; 0: none */
    size_t output_max; /* ceiling of each output; more is read and thrown away, *_over says so. 0: 1 MiB */
};
struct spawn_result {
    struct text *output; /* what the caller gave to collect in; NULL: thrown away */
    struct text *errors;
    bool output_over;
    bool timed_out;
    int status; /* exit status, -1 when signalled */
    int signal; /* 0: none */
};

/* Runs it and waits for its end. False (err set) when it could not be started: missing program 69, else 71; and where
 * the source or sink has failed: its group is killed then. */
bool spawn_run(const struct spawn *spawn, struct spawn_result *result, struct err *err);

/* From here on nobody waits for us: true in a child with a session of its own and /dev/null as its streams, while the
 * parent has ended with 0 at once. False: still the one we were, errno says why. */
bool spawn_detach(void);

/* Closes every descriptor from 3 up: a caller's lock must not live on in a tmux server. Opens /dev/null on 0 to 2
 * where they are closed; on 1 only to be read, so that whoever writes there is told that nothing was written. First
 * thing in every program. */
void spawn_close_descriptors(void);

/* Only the second half: for a program that has something to read from a descriptor of its caller's first. */
void spawn_fill_streams(void);

/* From here on what we make ourselves is private (umask 077); the caller's umask is kept for those we start. Second
 * thing in every program that writes files; a file that reaches the caller's limit (SIGXFSZ) is an error like a full
 * disk (EFBIG), and no end without a word. Nothing of ours changes the caller's limits. */
void spawn_note_caller(void);

/* The umask this program was started with. */
mode_t spawn_caller_umask(void);

/* Default action for every signal and an empty mask: what a child, or a program about to become another, starts with.
 */
void spawn_default_signals(void);

#endif

#ifndef MC_PROC_TABLE_H
#define MC_PROC_TABLE_H

#include <stdbool.h>
#include <stdint.h>

struct text;

/* The kernel's table of processes, one line of it at a time. Inner to proc.c, proc_end.c and memory.c. */
struct proc_line {
    int64_t pid;
    char comm[32];
    char state;
    int64_t parent;
    int64_t group;
    int64_t session;
    int64_t foreground; /* the group in the foreground of its terminal; -1: it has none */
    int64_t threads;
    int64_t start;
    int64_t memory; /* bytes of its address space; 0: it has none any more, and ends */
};

/* 0, or the errno of why it cannot be read (ENOENT: no such process). Zombies are given with their state. */
int proc_line_read(int64_t pid, struct proc_line *line);
bool proc_line_parse(struct proc_line *line, const char *stat); /* all but its pid; false: it is no such line */
bool proc_line_lives(const struct proc_line *line);

/* Is a process with this errno gone, or none that we may look at? Any other says nothing of it. */
bool proc_hidden(int error);

/* All living processes that we may look at, one call of `each` for every one; it returns false to stop. False when
 * /proc cannot be read, or one of them for want of descriptors or memory: then there are more than were shown. */
typedef bool proc_visit(const struct proc_line *line, void *context);
bool proc_each(proc_visit *each, void *context);

/* Does this user own it, and is NAME=VALUE exactly in the environment it was started with? */
bool proc_is_ours(int64_t pid);
bool proc_env_has(int64_t pid, const char *name, const char *value);
bool proc_env(struct text *value, int64_t pid, const char *name); /* its value; false: none, or it cannot be read */

/* The argument list, NUL-separated; false, and empty, when it cannot be read. */
bool proc_arguments(struct text *out, int64_t pid);

/* Does this record of the kernel's log say that this process was killed for memory? An older one names whoever had its
 * number before. */
bool memory_record_kills(const char *record, int64_t pid, int64_t started_ms);

/* The file with the count of a control group, from what /proc/self/cgroup says; nothing where it says none. */
void memory_group_file(struct text *out, const char *groups);

#endif

#include "host/note.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/output.h"
#include "host/own.h"
#include "host/whole.h"

enum { PATIENCE_MS = 1000, STEP_MS = 5 };

/* Whoever holds it does so for a moment; one that was stopped meanwhile is not waited for. */
static bool lock(int fd) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int64_t until = clock_monotonic() + PATIENCE_MS;

    while (fcntl(fd, F_SETLK, &whole) != 0) {
        if (clock_monotonic() >= until)
            return false;
        clock_sleep(STEP_MS);
    }
    return true;
}

static void read_line(struct note *note) {
    ssize_t n = whole_read(note->fd, note->line, NOTE_SIZE - 1, 0);

    note->room = n == NOTE_SIZE - 1;
    note->line[n > 0 ? n : 0] = '\0';
    note->line[strcspn(note->line, "\n")] = '\0';
    for (size_t end = strlen(note->line); end && note->line[end - 1] == ' '; end--)
        note->line[end - 1] = '\0';
}

bool note_take(struct note *note, const char *path) {
    *note = (struct note){.fd = own_open(path, O_RDWR)}; /* a link, or one open to others, tells nothing */
    if (note->fd < 0)
        return false;
    note->held = lock(note->fd);
    if (note->held)
        read_line(note);
    else
        close(note->fd);
    return note->held;
}

/* Half a line is none. */
static void write_line(int fd, const char *line) {
    char padded[NOTE_SIZE + 1];

    snprintf(padded, sizeof padded, "%-*.*s\n", NOTE_SIZE - 1, NOTE_SIZE - 1, line);
    if (!output_write(fd, padded, NOTE_SIZE) && ftruncate(fd, 0) != 0)
        return;
}

void note_leave(struct note *note, const char *line) {
    if (!note->held)
        return;
    if (line)
        write_line(note->fd, line);
    close(note->fd);
    note->held = false;
}

#include "diff_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "call.h"

enum { PART_MAX = 4 * 1024 * 1024 };

void part_release(struct part *part) {
    text_release(&part->body);
    text_release(&part->command);
    free(part->why);
    *part = (struct part){0};
}

bool part_take(void *context, const char *bytes, size_t n, struct err *err) {
    struct part *part = context;
    size_t room = PART_MAX - part->body.len;

    if (n <= room)
        return text_addn(&part->body, bytes, n);
    while (room > 0 && bytes[room - 1] != '\n')
        room--;
    text_addn(&part->body, bytes, room);
    part->cut = true;
    return err_set(err, MC_DATAERR, "more than %d bytes", PART_MAX);
}

void part_settle(struct part *part, bool ok, struct err *err) {
    if (!ok && !part->cut)
        part->why = xstrdup(err->text);
    err_release(err);
}

/* On a terminal nothing in it is obeyed; into a file or a pipe go the very bytes. */
static void print_body(const struct text *body) {
    if (isatty(STDOUT_FILENO))
        print_block(text_str(body), "");
    else
        fwrite(text_str(body), 1, body->len, stdout);
    if (body->len && body->data[body->len - 1] != '\n')
        putchar('\n');
}

void part_print(const struct part *part) {
    if (part->why) {
        fputs("# cannot be shown: ", stdout);
        print_line(part->why, 0);
        putchar('\n');
    }
    print_body(&part->body);
    if (part->cut) {
        printf("# cut after %d MiB; all of it: ", PART_MAX / (1024 * 1024));
        print_line(text_str(&part->command), 0);
        putchar('\n');
    }
}

void part_put(struct json *object, const struct part *part, bool stat) {
    json_put_string(object, stat ? "stat" : "patch", part->why ? NULL : text_str(&part->body));
    json_put_bool(object, "cut", part->cut);
    json_put_string(object, "command", part->command.len ? text_str(&part->command) : NULL);
    json_put_string(object, "why", part->why);
}

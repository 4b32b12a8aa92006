#include "run/notify.h"

#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/clean.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "host/files.h"
#include "host/note.h"
#include "host/said.h"
#include "host/spawn.h"
#include "rules/environment.h"
#include "rules/notice.h"
#include "run/site.h"
#include "store/notices.h"
#include "store/tickets.h"

extern char **environ;

/* START: until mc-notify has read its event and gone its own way. ONCE: so many are begun by one call. */
enum { LIMIT_MS = 60000, START_MS = 5000, ONCE = 32, ID_DIGITS = 16, FAULT_MAX = 1000 };

static enum notice_event event_of(const struct notice *notice) {
    if (notice->host)
        return NOTICE_HOST_SILENT;
    if (notice->thing)
        return NOTICE_BREAKER;
    return notice->slot ? NOTICE_QUARANTINED : notice_of_move(notice->to);
}

static const char *status_of(const struct notice *notice, const struct ticket *ticket) {
    if (notice->thing || notice->host)
        return NULL;
    return ticket_status_name(notice->slot ? ticket->status : notice->to);
}

static void write_body(struct text *body, const struct site *site, const struct ticket *ticket,
                       const struct notice *notice) {
    char key[KEY_SIZE], id[ID_DIGITS + 1];

    site_key(site, notice->ticket, key);
    random_hex(id, ID_DIGITS);
    notice_json(body, &(struct notice_facts){
                          .id = id,
                          .event = event_of(notice),
                          .board = site->board_path,
                          .ticket = notice->ticket ? key : NULL,
                          .title = ticket->title,
                          .run = notice->run_id,
                          .status = status_of(notice, ticket),
                          .text = notice->text,
                          .record = notice->record,
                          .thing = notice->thing,
                          .host = notice->host,
                          .time = clock_now(),
                      });
}

bool notice_add(struct site *site, const struct notice *notice, struct err *err) {
    enum notice_event event = event_of(notice);
    struct ticket ticket = {0};
    struct text body = {0};
    bool ok;

    if (!site->config.notify.count || !notice_wanted(event, &site->config.notify_on))
        return true;
    if (notice->ticket && !tickets_get(site->board, notice->ticket, &ticket, err))
        return false;
    write_body(&body, site, &ticket, notice);
    ok = notices_add(site->board,
                     &(struct notice_new){.event = notice_events[event],
                                          .ticket = notice->ticket,
                                          .run_id = notice->run_id,
                                          .body = text_str(&body),
                                          .now = clock_now()},
                     err);
    text_release(&body);
    ticket_release(&ticket);
    return ok;
}

static void put_command(struct argv *argv, const struct site *site) {
    const struct argv *wanted = &site->config.notify;
    char *failed = site_own_file(site, "notify-failed");
    bool not_executable;
    char *program = files_find_program(wanted->items[0], getenv("PATH"), &not_executable);

    argv_addf(argv, "%s/mc-notify", site->libexec);
    argv_add(argv, failed);
    argv_addf(argv, "%d", LIMIT_MS);
    argv_add(argv, program ? program : wanted->items[0]);
    for (size_t i = 1; i < wanted->count; i++)
        argv_add(argv, wanted->items[i]);
    free(program);
    free(failed);
}

/* True: it is on its way, or never can be. */
static bool start(const struct site *site, const char *body, struct err *err) {
    struct argv argv = {0}, env = {0};
    struct spawn_result result = {0};
    char *line = xasprintf("%s\n", body);
    bool ok = true;

    if (!notice_environment(&env, body))
        goto out;
    environment_child(&env, &(struct environment){.caller = environ,
                                                  .secret = site->config.send.token_env,
                                                  .on_server = site->board_kind == DATABASE_SERVER});
    put_command(&argv, site);
    ok = spawn_run(&(struct spawn){.argv = &argv,
                                   .env = &env,
                                   .cwd = site->folder,
                                   .input = line,
                                   .input_len = strlen(line),
                                   .timeout_ms = START_MS},
                   &result, err) &&
         (result.status == 0 || err_set(err, MC_OSERR, "%s: ended with status %d", argv.items[0], result.status));
out:
    argv_release(&argv);
    argv_release(&env);
    free(line);
    return ok;
}

/* Seen by the next pickup, as what mc-notify leaves there. */
static void leave_fault(const struct site *site, const char *why) {
    char *file = site_own_file(site, "notify-failed");
    struct err ignored = {0};

    files_write(file, why, strlen(why), &ignored);
    err_release(&ignored);
    free(file);
}

/* False: it could not be begun, and is tried again. */
static bool begin(struct site *site, const char *body, struct err *err) {
    if (start(site, body, err))
        return true;
    leave_fault(site, err->text);
    return false;
}

static void put_back(struct site *site, const struct notice_row *notice) {
    struct json *json = json_parse(notice->body, strlen(notice->body));
    const char *event = json_string(json_get(json, "event"));
    const struct notice_new again = {.event = event ? event : "", .body = notice->body, .now = clock_now()};
    struct err ignored = {0};

    (void)notices_add(site->board, &again, &ignored);
    err_release(&ignored);
    json_free(json);
}

/* Other machines tell of the same board at the same moment: whoever takes it tells it. One that cannot puts it back; a
 * machine that dies in between has told nobody. */
static bool tell_shared(struct site *site, const struct notice_row *notice, struct err *err) {
    bool taken = false;
    bool ok = notices_take(site->board, notice->id, &taken, err) && (!taken || begin(site, notice->body, err));

    if (!ok && taken)
        put_back(site, notice);
    return ok;
}

static void tell(struct site *site, const struct notice_list *list) {
    bool shared = board_is_shared(site->board);
    struct err err = {0};
    bool ok = site_know_self(site, &err);

    for (size_t i = 0; ok && i < list->count; i++) {
        const struct notice_row *notice = &list->items[i];

        ok = shared ? tell_shared(site, notice, &err)
                    : begin(site, notice->body, &err) && notices_remove(site->board, notice->id, &err);
    }
    err_release(&err);
}

/* In turns: who comes later sees what is left. */
static void flush_alone(struct site *site, struct err *err) {
    char *file = site_own_file(site, "notifying");
    struct notice_list list = {0};
    struct note turn = {0};

    if (note_take(&turn, file) && notices_list(site->board, ONCE, &list, err))
        tell(site, &list);
    note_leave(&turn, NULL);
    notice_list_release(&list);
    free(file);
}

void notify_flush(struct site *site) {
    struct notice_list any = {0};
    struct err ignored = {0};

    if (site->config.notify.count && notices_list(site->board, 1, &any, &ignored) && any.count)
        flush_alone(site, &ignored);
    notice_list_release(&any);
    err_release(&ignored);
}

void notify_left(struct site *site) {
    struct err ignored = {0};

    if (site->config.notify.count)
        notify_flush(site);
    else if (!board_is_shared(site->board)) /* of another machine's notify they are */
        notices_clear(site->board, &ignored);
    err_release(&ignored);
}

static bool read_fault(const char *file, struct text *line) {
    struct text raw = {0};
    struct err ignored = {0};
    bool there = files_exists(file) && files_read(&raw, file, FAULT_MAX, &ignored);

    if (there)
        clean_line(line, text_str(&raw), raw.len, FAULT_MAX);
    text_release(&raw);
    err_release(&ignored);
    return there;
}

/* Mended, it fails on as long as there are agents of before. */
static bool read_told(const struct site *site, const char *file, struct text *line) {
    bool there = read_fault(file, line);

    if (there && !strstr(text_str(line), "mc-notify") && !strstr(text_str(line), site->config.notify.items[0]))
        text_addf(line,
                  " (not %s of the configuration: an agent that is there already tells by what was \"notify\" when its "
                  "run began)",
                  site->config.notify.items[0]);
    return there;
}

bool notify_fault(const struct site *site, struct text *line) {
    char *file, *said;
    bool news;

    if (!site->config.notify.count)
        return false;
    file = site_own_file(site, "notify-failed");
    said = site_own_file(site, "said-notify");
    news = read_told(site, file, line) && files_take(file) && !said_before(said, text_str(line));
    free(said);
    free(file);
    return news;
}

bool notify_fails(const struct site *site, struct text *line) {
    char *file = site_own_file(site, "notify-failed.last");
    bool fails = site->config.notify.count && read_told(site, file, line);

    free(file);
    return fails;
}

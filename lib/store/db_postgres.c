#include "store/db_postgres.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clean.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/postgres_values.h"

enum { QUEUE_MAX = 256, WHY_MAX = 1000, ASIDE_MAX = 1000 };

struct link {
    PGconn *connection;
    char *aside; /* what libpq wrote while it connected */
    char *why;
    int queued;            /* replies that are still to come */
    struct reply *failure; /* of those that have come without being asked for */
    int64_t changed;
};

static const PGresult *result_of(const struct reply *reply) {
    return (const PGresult *)reply;
}

static struct reply *reply_of(PGresult *result) {
    return (struct reply *)result;
}

static void say_nothing(void *data, const char *text) {
    (void)data;
    (void)text;
}

/* libpq has no other place for what a server warns of while it greets, such as of an old collation, nor for its own
 * words on a ~/.pgpass that others may read: each pickup would say so. A pipe keeps what fits. */
static PGconn *dial(const char *const *keys, const char *const *values, char **aside) {
    char said[ASIDE_MAX];
    int ends[2], saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    PGconn *connection;
    size_t n = 0;
    ssize_t got;

    if (saved < 0 || pipe(ends) != 0) {
        if (saved >= 0)
            close(saved);
        return PQconnectdbParams(keys, values, 1);
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    dup2(ends[1], STDERR_FILENO);
    connection = PQconnectdbParams(keys, values, 1);
    dup2(saved, STDERR_FILENO);
    while (n < sizeof said && (got = read(ends[0], said + n, sizeof said - n)) > 0)
        n += (size_t)got;
    if (n > 0)
        *aside = xstrndup(said, n);
    close(saved);
    close(ends[0]);
    close(ends[1]);
    return connection;
}

struct link *link_dial(const char *name) {
    const char *const keys[] = {
        "connect_timeout", "keepalives_idle",           "keepalives_interval", "keepalives_count",
        "dbname",          "fallback_application_name", "client_encoding",     NULL};
    const char *const values[] = {"10", "30", "10", "3", name, "mc-pickup", "UTF8", NULL};
    struct link *link = xcalloc(1, sizeof *link);

    link->connection = dial(keys, values, &link->aside);
    PQsetNoticeProcessor(link->connection, say_nothing, NULL);
    PQsetnonblocking(link->connection, 1);
    return link;
}

void link_close(struct link *link) {
    if (!link)
        return;
    PQfinish(link->connection);
    reply_free(link->failure);
    free(link->aside);
    free(link->why);
    free(link);
}

bool link_lost(const struct link *link) {
    return PQstatus(link->connection) != CONNECTION_OK;
}

/* Of several hosts that were tried each says its line. */
const char *link_why(struct link *link) {
    char *said = xasprintf("%s %s", PQerrorMessage(link->connection), link->aside ? link->aside : "");
    struct text line = {0};
    char *hint = strstr(said, "\nEither provide the file or change sslmode"); /* not our advice */

    if (hint)
        *hint = '\0';
    clean_line(&line, said, strlen(said), WHY_MAX);
    free(said);
    free(link->why);
    link->why = text_take(&line);
    return *link->why ? link->why : "it gave no reason";
}

/* libpq's own words, which are English here: a server that says nothing any more has refused nothing. */
static bool is_cut_off(const PGconn *connection) {
    static const char *const words[] = {"server closed the connection unexpectedly", "timeout expired",
                                        "could not receive data from server", "could not send"};
    const char *said = PQerrorMessage(connection);

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(said, words[i]))
            return true;
    return false;
}

bool link_refused(const struct link *link) {
    return PQconnectionNeedsPassword(link->connection) ||
           (PQconnectionUsedPassword(link->connection) && !is_cut_off(link->connection));
}

int link_version(const struct link *link) {
    return PQserverVersion(link->connection);
}

/* By a socket's folder, or an address of loopback. */
static bool is_local(const PGconn *connection) {
    const char *host = PQhost(connection), *address = PQhostaddr(connection);

    return (host && (*host == '/' || *host == '@')) ||
           (address && (strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0));
}

void link_way(const struct link *link, bool *local, bool *encrypted) {
    *local = link && is_local(link->connection);
    *encrypted = link && (PQsslInUse(link->connection) || PQgssEncInUse(link->connection));
}

/* For what the socket can do; false: it was too long, or the wait itself failed. */
static bool wait_for(const struct link *link, short events, int64_t deadline) {
    int64_t left;

    while ((left = deadline - clock_monotonic()) > 0) {
        struct pollfd poller = {.fd = PQsocket(link->connection), .events = events};
        int ready = poll(&poller, 1, left > 1000 ? 1000 : (int)left);

        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return false;
    }
    return false;
}

static bool flush(const struct link *link, int64_t deadline) {
    int left;

    while ((left = PQflush(link->connection)) > 0)
        if (!wait_for(link, POLLIN | POLLOUT, deadline) || !PQconsumeInput(link->connection))
            return false;
    return left == 0;
}

/* Of several results the last one, or the first that is a failure. */
static struct reply *answer(const struct link *link, int64_t deadline) {
    PGresult *last = NULL, *next;

    for (;;) {
        while (PQisBusy(link->connection))
            if (!wait_for(link, POLLIN, deadline) || !PQconsumeInput(link->connection))
                goto lost;
        next = PQgetResult(link->connection);
        if (!next)
            break;
        if (PQresultStatus(next) == PGRES_PIPELINE_SYNC)
            return reply_of(next);
        if (last && reply_failed(reply_of(last))) {
            PQclear(next);
        } else {
            PQclear(last);
            last = next;
        }
    }
    if (!link_lost(link))
        return reply_of(last);
lost:
    PQclear(last);
    return NULL;
}

static bool send(const struct link *link, const char *text, const struct values *values) {
    static const struct values none;
    const struct values *given = values ? values : &none;

    return PQsendQueryParams(link->connection, text, given->count, given->types, given->texts, NULL, NULL, 0);
}

/* The replies to all that was queued, one for each and one for each mark that ends a pipeline. What stands behind a
 * failure was not done, and says so: the first failure is kept, else the last reply that is no mark. */
static struct reply *collect(struct link *link, int64_t deadline) {
    struct reply *kept = link->failure, *next;

    link->failure = NULL;
    for (; link->queued && (next = answer(link, deadline)); link->queued--) {
        bool mark = PQresultStatus(result_of(next)) == PGRES_PIPELINE_SYNC;

        link->changed += reply_written(next);
        if (mark || (kept && reply_failed(kept))) {
            reply_free(next);
        } else {
            reply_free(kept);
            kept = next;
        }
    }
    if (!link->queued && PQexitPipelineMode(link->connection))
        return kept;
    reply_free(kept);
    return NULL;
}

/* Nobody reads meanwhile: beyond so many the replies are taken in. */
static bool drain(struct link *link, int64_t deadline) {
    struct reply *reply = NULL;

    link->queued++;
    if (PQpipelineSync(link->connection) && flush(link, deadline))
        reply = collect(link, deadline);
    if (reply && reply_failed(reply))
        link->failure = reply;
    else
        reply_free(reply);
    return reply != NULL;
}

void link_settle(struct link *link, int64_t deadline) {
    if (link->queued && !link_lost(link))
        (void)drain(link, deadline);
}

bool link_queue(struct link *link, const char *text, const struct values *values, int64_t deadline) {
    if (link->queued >= QUEUE_MAX && !drain(link, deadline))
        return false;
    if (!link->queued && !PQenterPipelineMode(link->connection))
        return false;
    link->queued++;
    return send(link, text, values);
}

bool link_send_off(struct link *link, const char *text, int64_t deadline) {
    bool ok = link_queue(link, text, NULL, deadline) && PQpipelineSync(link->connection) && flush(link, deadline);

    link->queued++; /* the mark is answered, too */
    return ok;
}

struct reply *link_ask(struct link *link, const char *text, const struct values *values, int64_t deadline) {
    struct reply *reply;

    if (!link->queued && !link->failure)
        return send(link, text, values) && flush(link, deadline) ? answer(link, deadline) : NULL;
    if (!link_queue(link, text, values, deadline) || !PQpipelineSync(link->connection) || !flush(link, deadline))
        return NULL;
    link->queued++;
    reply = collect(link, deadline);
    link->changed -= reply ? reply_written(reply) : 0; /* it says so itself */
    return reply;
}

int64_t link_changed(struct link *link) {
    int64_t changed = link->changed;

    link->changed = 0;
    return changed;
}

struct reply *link_script(struct link *link, const char *texts, int64_t deadline) {
    struct reply *failure;

    if (link->queued && !drain(link, deadline))
        return NULL;
    failure = link->failure;
    link->failure = NULL;
    if (failure)
        return failure;
    if (!PQsendQuery(link->connection, texts) || !flush(link, deadline))
        return NULL;
    return answer(link, deadline);
}

void reply_free(struct reply *reply) {
    PQclear((PGresult *)reply);
}

bool reply_failed(const struct reply *reply) {
    ExecStatusType status = PQresultStatus(result_of(reply));

    return status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY &&
           status != PGRES_PIPELINE_SYNC;
}

const char *reply_state(const struct reply *reply) {
    const char *state = PQresultErrorField(result_of(reply), PG_DIAG_SQLSTATE);

    return state ? state : "";
}

const char *reply_message(const struct reply *reply) {
    return PQresultErrorField(result_of(reply), PG_DIAG_MESSAGE_PRIMARY);
}

const char *reply_tag(struct reply *reply) {
    return PQcmdStatus((PGresult *)reply);
}

int64_t reply_changed(struct reply *reply) {
    return strtoll(PQcmdTuples((PGresult *)reply), NULL, 10);
}

int64_t reply_written(struct reply *reply) {
    return reply_failed(reply) || strncmp(reply_tag(reply), "SELECT", 6) == 0 ? 0 : reply_changed(reply);
}

int reply_rows(const struct reply *reply) {
    return PQntuples(result_of(reply));
}

unsigned reply_type(const struct reply *reply, int column) {
    return PQftype(result_of(reply), column);
}

const char *reply_value(const struct reply *reply, int row, int column) {
    const PGresult *result = result_of(reply);

    if (row < 0 || row >= PQntuples(result) || column >= PQnfields(result) || PQgetisnull(result, row, column))
        return NULL;
    return PQgetvalue(result, row, column);
}

size_t reply_bytes(const struct reply *reply, int row, int column) {
    return reply_value(reply, row, column) ? (size_t)PQgetlength(result_of(reply), row, column) : 0;
}

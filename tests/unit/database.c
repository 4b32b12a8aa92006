#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "rules/database.h"

#define HIDDEN "postgresql://…"

static const struct {
    const char *name;
    enum database_kind kind;
    bool password;
    const char *label; /* NULL: the name */
} names[] = {
    {"/home/ann/board.db", DATABASE_FILE, false, NULL},
    {"board.db", DATABASE_FILE, false, NULL},
    {"", DATABASE_FILE, false, NULL},
    {"./postgresql://u:p@h", DATABASE_FILE, false, NULL},
    {"/srv/a:b@c/password=1/board.db", DATABASE_FILE, false, NULL},
    {"my password=1/board.db", DATABASE_FILE, false, NULL},
    {"postgresql.db", DATABASE_FILE, false, NULL},
    {"service/board.db", DATABASE_FILE, false, NULL},
    {"services=1", DATABASE_FILE, false, NULL},
    {"host=db1 dbname=x", DATABASE_FILE, false, NULL},
    {"host=db1 password=x", DATABASE_FILE, true, "…"},
    {"password = x", DATABASE_FILE, true, "…"},
    {"sslpassword=x host=h", DATABASE_FILE, true, "…"},
    {"hos=1 password=x", DATABASE_FILE, false, NULL},
    {"hosts=1 password=x", DATABASE_FILE, false, NULL},
    {"host=h:x dbname=y", DATABASE_FILE, false, NULL},
    {"mysql://u:p@h/x", DATABASE_FILE, true, "…"},
    {"mysql://u@h/x", DATABASE_FILE, false, NULL},

    {"spool:/home/ann/state", DATABASE_SPOOL, false, NULL},
    {"spool:/home/a:b@c", DATABASE_SPOOL, false, NULL},

    {"postgresql://", DATABASE_SERVER, false, NULL},
    {"postgresql:///", DATABASE_SERVER, false, NULL},
    {"postgresql:///board", DATABASE_SERVER, false, NULL},
    {"postgresql://db1/board", DATABASE_SERVER, false, NULL},
    {"postgres://ann@db1:5432/board", DATABASE_SERVER, false, "postgresql://ann@db1:5432/board"},
    {"POSTGRESQL://ann@db1/board", DATABASE_SERVER, false, "postgresql://ann@db1/board"},
    {"postgresql://ann@db1:1,db2:2,db3/board", DATABASE_SERVER, false, NULL},
    {"postgresql://ann@[::1]:5432,[fe80::1%25eth0]/board", DATABASE_SERVER, false, NULL},
    {"postgresql://ann%40corp@db1/board", DATABASE_SERVER, false, NULL},
    {"postgresql://%2Frun%2Fpg/board", DATABASE_SERVER, false, NULL},
    {"postgresql:///board?host=/run/pg&user=ann&port=5433", DATABASE_SERVER, false, NULL},
    {"postgresql://db1/board?sslmode=verify-full&service=team&passfile=/x", DATABASE_SERVER, false,
     "postgresql://db1/board?service=team"},
    {"postgresql://?service=team", DATABASE_SERVER, false, NULL},
    {"postgresql://db1?require_auth=password&user=ann", DATABASE_SERVER, false, "postgresql://db1?user=ann"},
    {"postgresql://db1/bo ard\x1b[2J", DATABASE_SERVER, false, "postgresql://db1/…"},
    {"postgresql://db1/board?user=a b", DATABASE_SERVER, false, "postgresql://db1/board?user=…"},
    {"postgresql://db1/board?user", DATABASE_SERVER, false, "postgresql://db1/board"},
    {"postgresql:/db1/board", DATABASE_SERVER, false, HIDDEN},
    {" postgresql://db1/board", DATABASE_SERVER, false, HIDDEN},
    {"\t\npostgres://ann:pw@db1/board", DATABASE_SERVER, true, HIDDEN},
    {"postgres:board", DATABASE_SERVER, false, HIDDEN},

    {"postgresql://u:p@h/db", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://u:p@h1:1,h2:2/db", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://u:@h/db", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://:p@h/db", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://:@h", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://u:%70w@h", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://u%3Ap@h", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://u%3ap@h", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://u:p%40h", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://u:p", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://u:/p", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://u:1p/db", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://u:12/x@h/db", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://u:p?x@h/db", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://u@v:p@h/db", DATABASE_SERVER, true, HIDDEN},
    {"postgresql:u:p@h/db", DATABASE_SERVER, true, HIDDEN},
    {"postgres:/u:p@h/db", DATABASE_SERVER, true, HIDDEN},
    {"POSTGRES://u:p@h/db", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://h/db?password=p", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://h/db?PASSWORD=p", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://h/db?pass%77ord=p", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://h/db?p%61ssword=p", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://h/db?pas%73w%6Frd=p", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://h/db?password%3Dp", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://h/db?password%20=p", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://h/db?password=", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://h/db?user=a&sslpassword=p", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://h/db?user=a;password=p", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://h/db&password=p", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://h/db?passwd=p", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://h/db?password", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://h/db?password:p", DATABASE_SERVER, true, HIDDEN},
    {"postgresql://h/db?user=a&password p", DATABASE_SERVER, true, HIDDEN},
    {"service=team password p", DATABASE_SERVER, true, HIDDEN},

    {"service=team", DATABASE_SERVER, false, NULL},
    {" service = team", DATABASE_SERVER, false, "service=team"},
    {"service=team user=ann sslmode=require passfile=/x", DATABASE_SERVER, false, "service=team user=ann"},
    {"service='team' host='/run/p g' dbname='a\\'b'", DATABASE_SERVER, false, "service=team host=… dbname=…"},
    {"service=team host=a\\ b port=1", DATABASE_SERVER, false, "service=team host=… port=1"},
    {"service=", DATABASE_SERVER, false, "…"},
    {"service=team user", DATABASE_SERVER, false, "service=team …"},
    {"service=team user='x", DATABASE_SERVER, false, "service=team …"},
    {"service=team 'x", DATABASE_SERVER, false, "service=team …"},
    {"service=team password=p", DATABASE_SERVER, true, HIDDEN},
    {"service=team password = 'p q'", DATABASE_SERVER, true, HIDDEN},
    {"service=team\tsslpassword\n=\np", DATABASE_SERVER, true, HIDDEN},
    {"service=team PASSWORD=p", DATABASE_SERVER, true, HIDDEN},
    {"service=team dbname='x password=p'", DATABASE_SERVER, true, HIDDEN},
    {"service=team dbname=postgresql://u:p@h", DATABASE_SERVER, true, HIDDEN},
    {"service=u:p@h", DATABASE_SERVER, true, HIDDEN},
};

/* A part of 200 bytes is shown, a longer one is not. */
static void long_parts_are_cut(void **state) {
    char host[202], *name, *label;

    (void)state;
    memset(host, 'h', sizeof host);
    host[200] = '\0';
    name = xasprintf("postgresql://%s/b", host);
    label = database_label(name);
    assert_string_equal(label, name);
    free(label);
    free(name);
    host[200] = 'h';
    host[201] = '\0';
    name = xasprintf("postgresql://%s/b", host);
    label = database_label(name);
    assert_string_equal(label, "postgresql://…/b");
    free(label);
    free(name);
}

static void what_a_name_says(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *label = database_label(names[i].name);

        if (database_kind(names[i].name) != names[i].kind)
            fail_msg("%s: of the kind %d", names[i].name, (int)database_kind(names[i].name));
        if (database_has_password(names[i].name) != names[i].password)
            fail_msg("%s: password not seen rightly", names[i].name);
        if (strcmp(label, names[i].label ? names[i].label : names[i].name) != 0)
            fail_msg("%s: shown as %s", names[i].name, label);
        free(label);
    }
}

static void a_spool_says_its_folder(void **state) {
    (void)state;
    assert_string_equal(database_spool_folder("spool:/s"), "/s");
    assert_string_equal(database_spool_folder("spool:"), "");
    assert_null(database_spool_folder("/s"));
    assert_null(database_spool_folder("service=spool:/s"));
}

static void what_libpq_takes(void **state) {
    static const char *const sound[] = {"/a/b.db",
                                        "spool:/s",
                                        "postgresql://",
                                        "postgres://u@h:1,[::1]/b?a=b&c=",
                                        "postgresql://%2Frun/b?host=%2fx",
                                        "service=team",
                                        " service = 'a b' user=\\'x",
                                        "service=''",
                                        "host=db1",
                                        "host=db1.db copy",
                                        "a b=c"};
    static const char *const unsound[] = {"postgresql://%g0/b",
                                          "postgresql://%0g/b",
                                          "postgresql://%2",
                                          "host=db1 dbname=mc user=mc",
                                          " port = 5432  Host=db1",
                                          "dbname=mc\tuser=mc",
                                          "postgresql:b",
                                          "postgresql:/h/b",
                                          "POSTGRESQL://h/b",
                                          "postgresql://h/b?user",
                                          "postgresql://h/b?user=a&&",
                                          "postgresql://h/%zz",
                                          "postgresql://h/%2",
                                          "service=",
                                          "service=team word",
                                          "service=team 'word",
                                          "service='team",
                                          "SERVICE=team",
                                          "service=team =x"};
    (void)state;
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++)
        if (!database_is_sound(sound[i]))
            fail_msg("%s", sound[i]);
    for (size_t i = 0; i < sizeof unsound / sizeof *unsound; i++)
        if (database_is_sound(unsound[i]))
            fail_msg("%s", unsound[i]);
}

static void a_word_is_said_back(void **state) {
    static const char *const words[][2] = {
        {"--db=postgresql://u:p@h", "--db=postgresql://…"},
        {"--database=service=x password=p", "--database=postgresql://…"},
        {"postgresql://u:p@h", "postgresql://…"},
        {"--db=postgresql://h/b?sslmode=require", "--db=postgresql://h/b?sslmode=require"},
        {"--password=p", "--password=p"},
        {"list", "list"},
        {"", ""}};
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char *said = database_word(words[i][0]);

        assert_string_equal(said, words[i][1]);
        free(said);
    }
}

static uint64_t random_state = 0x4629E519F820;

/* xorshift64*: the same names on every machine. */
static size_t below(size_t n) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (size_t)((random_state * 0x2545F4914F6CDD1DULL) >> 32) % n;
}

#define SECRET "hunter2"
#define ANY(list) list[below(sizeof list / sizeof *list)]

/* Where a password stands in a name that libpq takes, and as people mistype it. */
static const char *const places[] = {"postgresql://ann:%s@db1/board",
                                     "postgresql://:%s@db1/board",
                                     "postgres://ann:%s@[::1]:5432,db2/board",
                                     "postgresql:ann:%s@db1/board",
                                     "Postgres://ann:%s@db1",
                                     "postgresql://ann:%s/db1/board",
                                     "postgresql://ann:x%s",
                                     "postgresql://ann@corp:%s@db1/board",
                                     "postgresql://ann%%3A%s@db1/board",
                                     "postgresql://db1/board?password=%s",
                                     "postgresql://db1/board?user=ann&sslpassword=%s&port=1",
                                     "postgresql://db1/board?%%70assword=%s",
                                     "postgresql://db1/board?user=ann;password=%s",
                                     "postgresql://db1/password=%s",
                                     "service=team password=%s",
                                     "service=team password = '%s'",
                                     "service=team dbname='password=%s'",
                                     "service=team password %s",
                                     "postgresql://db1/board?password %s",
                                     "service=team dbname=postgresql://ann:%s@db1",
                                     "service=ann:%s@db1",
                                     "host=db1 password=%s",
                                     "mysql://ann:%s@db1/x"};
static const char *const noise[] = {"@", ":",   "/",   "?", "&", "=", " ", "'", "\\",
                                    "%", "%40", "%00", ",", "[", "]", "#", ";", "x"};

/* The secret with signs around it that people's passwords have and do not escape. */
static char *a_name(void) {
    const char *place = ANY(places), *at = strstr(place, "%s");
    struct text out = {0};

    for (; *place; place += place == at || text_starts(place, "%%") ? 2 : 1) {
        if (place != at) {
            text_addc(&out, *place);
            continue;
        }
        for (size_t i = below(4); i > 0; i--)
            text_add(&out, ANY(noise));
        text_add(&out, SECRET);
        for (size_t i = below(4); i > 0; i--)
            text_add(&out, ANY(noise));
    }
    return text_take(&out);
}

static void no_label_shows_a_password(void **state) {
    (void)state;
    for (int round = 0; round < 100000; round++) {
        char *name = a_name(), *label = database_label(name);

        if (!database_has_password(name))
            fail_msg("not seen in %s", name);
        if (strstr(label, SECRET))
            fail_msg("%s: shown as %s", name, label);
        free(label);
        free(name);
    }
}

/* Whatever the bytes: it ends, and what is shown of a server's name is one clean line. */
static void any_bytes_are_a_name(void **state) {
    static const char *const begins[] = {"postgresql://", "postgres:", "service=", " service ='",
                                         "host=",         "spool:",    ""};
    (void)state;
    for (int round = 0; round < 100000; round++) {
        struct text name = {0};
        char *label;

        text_add(&name, ANY(begins));
        for (size_t i = below(40); i > 0; i--)
            text_addc(&name, (char)(1 + below(255)));
        label = database_label(text_str(&name));
        if (database_kind(text_str(&name)) == DATABASE_SERVER)
            for (const char *c = label; *c; c++)
                assert_true(*c < 0 || (*c >= ' ' && *c != 0x7F));
        free(label);
        text_release(&name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_name_says),        cmocka_unit_test(long_parts_are_cut),
        cmocka_unit_test(a_spool_says_its_folder), cmocka_unit_test(what_libpq_takes),
        cmocka_unit_test(a_word_is_said_back),     cmocka_unit_test(no_label_shows_a_password),
        cmocka_unit_test(any_bytes_are_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

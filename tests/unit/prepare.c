/* A turn's prompt: what is too long for where it goes is handed out as a file, and what is in the way of that says
 * whose affair it is. */
#include "store_fixture.h"

#include <string.h>

#include "host/files.h"
#include "host/handout.h"
#include "pickup/prepare.h"
#include "pickup/work.h"
#include "rules/config_read.h"
#include "run/site.h"

#define NAME "prompt-00000001.md"

/* How handing it out fails; MC_OK: it does not. */
static struct {
    enum mc_exit fails;
    bool in_the_way;
    size_t size; /* of what was handed out; 0: nothing was */
} out;
bool __wrap_handout_put(const char *dir, const struct handout *handout, struct err *err);
bool __wrap_handout_put(const char *dir, const struct handout *handout, struct err *err) {
    assert_true(files_is_dir(dir));
    assert_string_equal(handout->name, NAME);
    assert_int_equal(strlen(handout->bytes), handout->n);
    out.size = handout->n;
    return out.fails == MC_OK || err_set(err, out.fails, "it fails");
}
bool __wrap_handout_in_the_way(const struct err *err);
bool __wrap_handout_in_the_way(const struct err *err) {
    assert_string_equal(err->text, "it fails");
    return out.in_the_way;
}

static struct site site;
static struct work work;

static int begin(void **state) {
    if (fixture_board(state) != 0)
        return 1;
    struct fixture *f = *state;

    site = (struct site){.board = f->board, .board_path = f->path, .folder = f->folder};
    config_defaults(&site.config);
    assert_true(fixture_take(f, fixture_add(f, "a title", PRIORITY_LOW, 1), RUN_A, true));
    work = (struct work){.site = &site, .key = "MC-1", .run_id = RUN_A, .nonce = NONCE_A, .first = true};
    work.run_dir = xasprintf("%s/run/" RUN_A, f->folder);
    must(tickets_get(f->board, 1, &work.ticket, &f->err) &&
         runtimes_get(f->board, "ticket:1:session", &work.runtime, &f->err));
    free(work.runtime.cwd);
    work.runtime.cwd = xasprintf("%s/work", f->folder);
    out.fails = MC_OK;
    return 0;
}

static int end(void **state) {
    work_release(&work);
    config_release(&site.config);
    return fixture_end(state);
}

/* The prompt's length, and whether it went out as a file. */
static size_t prepared(struct fixture *f, size_t body, bool as_file) {
    free(work.ticket.body);
    work.ticket.body = xcalloc(body + 1, 1);
    memset(work.ticket.body, 'x', body);
    out.size = 0;
    must(prepare_prompt(&work, &f->err));
    assert_int_equal(out.size != 0, as_file);
    if (as_file)
        assert_non_null(strstr(text_str(&work.prompt), NAME));
    return as_file ? out.size : work.prompt.len;
}

static void what_is_too_long_is_handed_out(void **state) {
    enum { ARGUMENT = 100 * 1024 };
    struct fixture *f = *state;
    size_t rest = prepared(f, 10, false) - 10;

    assert_true(rest > 0);
    site.config.prompt_inline_max = 2000;
    assert_int_equal(prepared(f, 2000 - rest, false), 2000);
    assert_int_equal(prepared(f, 2001 - rest, true), 2001);
    site.config.prompt_inline_max = 1000000;
    assert_int_equal(prepared(f, ARGUMENT + 1 - rest, false), ARGUMENT + 1);
    work.argv_turn = true; /* as an argument of its command */
    assert_int_equal(prepared(f, ARGUMENT - rest, false), ARGUMENT);
    assert_int_equal(prepared(f, ARGUMENT + 1 - rest, true), ARGUMENT + 1);
    site.config.prompt_inline_max = 2000;
    assert_int_equal(prepared(f, 2001 - rest, true), 2001);
}

static void what_is_in_its_way_is_told(void **state) {
    static const struct {
        enum mc_exit fails;
        enum send_class class;
    } ways[] = {{MC_IOERR, CLASS_DISK_FULL},
                {MC_OSERR, CLASS_OS_ERROR},
                {MC_DATAERR, CLASS_REJECTED},
                {MC_CANTCREAT, CLASS_CANNOT_CREATE}};
    struct fixture *f = *state;

    site.config.prompt_inline_max = 10;
    for (size_t i = 0; i < 2 * (sizeof ways / sizeof *ways); i++) {
        out.fails = ways[i / 2].fails;
        out.in_the_way = i % 2;
        work.verdict.own_place = !out.in_the_way;
        assert_false(prepare_prompt(&work, &f->err));
        assert_null(f->err.text);
        assert_int_equal(work.verdict.class, ways[i / 2].class);
        assert_int_equal(work.verdict.own_place, out.in_the_way);
        assert_string_equal(work.verdict.detail, "it fails");
    }
}

/* What stands in the place of its folder is its own affair, what stands above is everybody's. */
static void so_is_what_is_in_its_folders_place(void **state) {
    struct fixture *f = *state;

    site.config.prompt_inline_max = 10;
    must(files_write(work.runtime.cwd, "x", 1, &f->err));
    assert_false(prepare_prompt(&work, &f->err));
    assert_true(work.verdict.own_place);
    char *below = xasprintf("%s/below", work.runtime.cwd);
    free(work.runtime.cwd);
    work.runtime.cwd = below;
    assert_false(prepare_prompt(&work, &f->err));
    assert_false(work.verdict.own_place);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_too_long_is_handed_out, begin, end),
        cmocka_unit_test_setup_teardown(what_is_in_its_way_is_told, begin, end),
        cmocka_unit_test_setup_teardown(so_is_what_is_in_its_folders_place, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "remotes.h"

#include "rules/workspace.h"
#include "run/base.h"

/* What a workspace says of its base. */
struct wish {
    const char *base, *push;
    bool fetch;
};

static bool resolve(const struct git *git, const struct wish *wish, struct base *base, struct err *err) {
    struct workspace web = {
        .name = xstrdup("web"), .base = xstrdup(wish->base), .push = xstrdup(wish->push), .fetch = wish->fetch};
    char *head = NULL;
    bool ok = web.base || git_head_branch(git, &head, err);
    const struct base_wanted wanted = {git, &web, web.base ? web.base : head, !web.base};

    *base = (struct base){0};
    ok = ok && base_resolve(&wanted, base, err);
    free(head);
    workspace_release(&web);
    return ok;
}

static void resolves_to(struct remotes *r, const struct wish *wish, const char *name, const char *of) {
    char *script = xasprintf("git -C repo rev-parse %s", of);
    struct base base;

    remotes_must(resolve(&r->git, wish, &base, &r->err));
    assert_string_equal(base.name, name);
    remotes_is(r, script, base.oid);
    base_release(&base);
    free(script);
}

static void head_or_what_is_configured(void **state) {
    struct remotes *r = *state;
    char first[OID_SIZE];
    char *said;

    resolves_to(r, &(struct wish){0}, "main", "main");
    remotes_do(r, "git -C repo checkout -q mc-1");
    resolves_to(r, &(struct wish){0}, "mc-1", "mc-1");
    resolves_to(r, &(struct wish){.base = "main"}, "main", "main");
    resolves_to(r, &(struct wish){.base = "origin/main"}, "origin/main", "origin/main");
    resolves_to(r, &(struct wish){.base = "refs/heads/mc-1"}, "refs/heads/mc-1", "mc-1");
    said = remotes_say(r, "git -C repo rev-parse main");
    text_copy(first, sizeof first, said);
    resolves_to(r, &(struct wish){.base = first}, first, "main");
    free(said);
    remotes_do(r, "git -C repo tag -a -m x main mc-1"); /* of the same name as the branch */
    resolves_to(r, &(struct wish){.base = "main"}, "main", "refs/heads/main");
}

static void says_what_is_wrong(void **state) {
    struct remotes *r = *state;
    struct base base;
    struct git empty = {0};
    char *path = xasprintf("%s/empty", r->folder);

    remotes_fail(resolve(&r->git, &(struct wish){.base = "gone"}, &base, &r->err),
                 "workspace web: base gone: there is no such branch or commit in ", "; correct \"base\" (git -C ");
    remotes_fail(resolve(&r->git, &(struct wish){.base = "-x"}, &base, &r->err), "base -x");
    remotes_do(r, "git -C repo checkout -q --detach");
    remotes_fail(resolve(&r->git, &(struct wish){0}, &base, &r->err), "is on no branch", "; set \"base\"");
    remotes_do(r, "git init -q -b main empty");
    remotes_must(git_open(&empty, path, &r->err));
    remotes_fail(resolve(&empty, &(struct wish){0}, &base, &r->err), "has no commit on main yet",
                 "; make the first one");
    assert_int_equal(base.oid[0], '\0');
    git_release(&empty);
    free(path);
}

static const char news[] = "git clone -q origin.git other; cd other; git commit -q --allow-empty -m news; "
                           "git push -q origin main main:side";

static void fetches_before(void **state) {
    struct remotes *r = *state;

    remotes_do(r, news);
    resolves_to(r, &(struct wish){0}, "main", "main");
    resolves_to(r, &(struct wish){.fetch = true}, "origin/main", "origin/main");
    remotes_is(r, "git -C repo log -1 --format=%s origin/main; git -C repo log -1 --format=%s main", "news\none");
    resolves_to(r, &(struct wish){.fetch = true, .base = "origin/side"}, "origin/side", "origin/side");
    resolves_to(r, &(struct wish){.fetch = true, .base = "side"}, "origin/side", "origin/side");
    remotes_do(r, "git -C repo remote rename origin team");
    resolves_to(r, &(struct wish){.fetch = true, .push = "team"}, "team/main", "team/main");
}

/* What a person has committed and not pushed is the base, unless the remote went another way meanwhile. */
static void the_further_one_counts(void **state) {
    struct remotes *r = *state;

    resolves_to(r, &(struct wish){.fetch = true}, "main", "main");
    remotes_do(r, "cd repo; git commit -q --allow-empty -m own");
    resolves_to(r, &(struct wish){.fetch = true}, "main", "main");
    remotes_is(r, "git -C repo log -1 --format=%s main", "own");
    remotes_do(r, news);
    resolves_to(r, &(struct wish){.fetch = true}, "origin/main", "origin/main");
}

static void a_fetch_that_fails_says_so(void **state) {
    struct remotes *r = *state;
    struct base base;
    const struct wish web = {.fetch = true};

    remotes_do(r, "git -C repo branch own main");
    remotes_fail(resolve(&r->git, &(struct wish){.fetch = true, .base = "own"}, &base, &r->err),
                 "workspace web: fetch of own from origin: couldn't find remote ref", "; name a branch");
    remotes_do(r, "mv origin.git away");
    remotes_fail(resolve(&r->git, &web, &base, &r->err), "workspace web: fetch of main from origin: ");
    remotes_do(r, "git -C repo remote remove origin");
    remotes_fail(resolve(&r->git, &web, &base, &r->err), "has no remote origin", " remote add origin URL");
}

#define REMOTES_TEST(name) cmocka_unit_test_setup_teardown(name, remotes_open, remotes_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        REMOTES_TEST(head_or_what_is_configured),
        REMOTES_TEST(says_what_is_wrong),
        REMOTES_TEST(fetches_before),
        REMOTES_TEST(the_further_one_counts),
        REMOTES_TEST(a_fetch_that_fails_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

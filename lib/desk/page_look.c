#include "desk/page_look.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "desk/page_board.h"
#include "run/site.h"
#include "run/socket.h"

enum { SCREENS_MS = 2000, GIT_MS = 3000, MEASURED = 24 };

static const char *see(struct page_board *board, const struct runtime *runtime, int64_t until, struct text *text) {
    const struct tmux_agent agent = site_agent(board->site, runtime);
    int64_t left = until - clock_monotonic();

    if (!text_same(runtime->host, board->site->config.host))
        return "it is on another machine";
    if (left <= 0)
        return "tmux did not answer in time";
    board->site->tmux.timeout_ms = left;
    return tmux_capture(&board->site->tmux, &agent, 0, text) ? NULL : "its screen could not be read";
}

static void look_at_screens(struct page_board *board) {
    int64_t until = clock_monotonic() + SCREENS_MS, usual;
    struct err err = {0};
    bool found;

    if (!board->runtimes.count)
        return;
    found = socket_tmux(board->site, &err);
    usual = board->site->tmux.timeout_ms;
    board->screens = xcalloc(board->runtimes.count, sizeof *board->screens);
    for (size_t i = 0; i < board->runtimes.count && i < PAGE_AGENTS; i++) {
        struct page_screen *screen = &board->screens[i];

        screen->why = found ? see(board, &board->runtimes.items[i], until, &screen->text) : "tmux could not be asked";
    }
    board->site->tmux.timeout_ms = usual;
    err_release(&err);
}

/* The repository that was opened last: the tickets of one workspace are mostly together. */
struct repository {
    const struct workspace *workspace;
    struct git git;
    char *why;
};

static void repository_close(struct repository *repository) {
    git_release(&repository->git);
    free(repository->why);
    *repository = (struct repository){0};
}

static void repository_open(struct repository *repository, const struct workspace *workspace) {
    struct err err = {0};

    if (repository->workspace == workspace)
        return;
    repository_close(repository);
    repository->workspace = workspace;
    if (!git_open(&repository->git, workspace->repo, &err))
        repository->why = xstrdup(err.text);
    err_release(&err);
}

/* A limit of 0 is none. */
static int64_t left(int64_t until) {
    int64_t ms = until - clock_monotonic();

    return ms > 0 ? ms : 1;
}

/* By the branch, from where it parted from what it began with. */
static bool compare(const struct git *git, const struct run *run, int64_t until, struct page_story *story) {
    char *branch = xasprintf("refs/heads/%s", run->branch);
    char fork[OID_SIZE] = "";
    struct git_span span = {run->base_commit, branch, left(until)};
    struct err err = {0};
    bool ok = git_fork(git, &span, fork, &err) && *fork;

    span = (struct git_span){fork, branch, left(until)};
    ok = ok && git_beyond(git, &span, &story->commits, &err);
    span.timeout_ms = left(until);
    ok = ok && git_diffstat(git, &span, &story->stat, &err);
    err_release(&err);
    free(branch);
    return ok;
}

static const struct run *branched(const struct page_story *story) {
    for (size_t i = story->runs.count; i > 0; i--)
        if (story->runs.items[i - 1].branch && story->runs.items[i - 1].base_commit)
            return &story->runs.items[i - 1];
    return NULL;
}

static void measure(struct page_board *board, struct repository *repository, int64_t until, struct page_story *story) {
    const struct run *run = branched(story);
    const struct workspace *workspace;

    if (!run || !run->workspace)
        return;
    workspace = config_workspace_named(&board->site->config, run->workspace);
    if (!workspace) {
        story->unmeasured = xasprintf("workspace %s is not configured any more", run->workspace);
        return;
    }
    if (clock_monotonic() >= until) {
        story->unmeasured = xstrdup("not looked at, because the others took so long");
        return;
    }
    repository_open(repository, workspace);
    if (!repository->why)
        story->measured = compare(&repository->git, run, until, story);
    if (!story->measured)
        story->unmeasured = xstrdup(repository->why ? repository->why : "its branch cannot be read just now");
}

void page_look(struct page_board *board) {
    int64_t until;
    struct repository repository = {0};

    look_at_screens(board);
    until = clock_monotonic() + GIT_MS;
    git_until(until);
    for (size_t i = 0; i < board->story_count && i < MEASURED; i++)
        measure(board, &repository, until, &board->stories[i]);
    git_until(0);
    repository_close(&repository);
}

/* slot REPO POOL NAME [look]: what a claim costs of git: the slot pool-1 is found, looked at, and put onto the new
 * branch NAME at main, where it must be already. With "look" only looked at. With "add" made. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "host/git_tree.h"

static int fail(const struct err *err) {
    fprintf(stderr, "slot: %s\n", err->text != NULL ? err->text : "not as expected");
    return 1;
}

int main(int argc, char **argv) {
    struct err err = {0};
    struct git git;
    struct git_tree tree;
    struct slot_facts facts = {0};
    char oid[OID_SIZE], *path;
    if (argc < 4)
        return 64;
    path = xasprintf("%s/pool-1", argv[2]);
    if (!git_open(&git, argv[1], &err))
        return fail(&err);
    if ((argc < 5 || strcmp(argv[4], "look") != 0) && !git_commit_of(&git, "main", oid, &err))
        return fail(&err);
    if (argc > 4 && strcmp(argv[4], "add") == 0)
        return git_tree_add(&git, path, oid, &err) ? 0 : fail(&err);
    if (git_tree_find(&tree, &git, &(struct git_folder){argv[2], path}) != SLOT_AT_TREE ||
        !git_tree_look(&tree, &facts, NULL, &err) || facts.changed + facts.untracked > 0)
        return fail(&err);
    if (argc > 4)
        return 0;
    return git_tree_begin(&tree, &(struct git_branch){argv[3], oid}, &err) ? 0 : fail(&err);
}

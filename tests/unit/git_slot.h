#ifndef MC_GIT_SLOT_H
#define MC_GIT_SLOT_H

#include "git_world.h"
#include "host/git_tree.h"

/* A world with its repository open, and the slot that a test is about. */
struct slot {
    struct git git;
    struct git_tree tree;
    char *path;
};

static inline void open_slot(struct slot *slot, const struct git_world *world, const char *name) {
    struct err err = {0};
    *slot = (struct slot){.path = xasprintf("%s/%s", world->pool, name)};
    if (!git_open(&slot->git, world->repo, &err))
        fail_msg("%s", err.text);
}

static inline enum slot_place find(struct slot *slot, const struct git_world *world) {
    git_tree_release(&slot->tree);
    return git_tree_find(&slot->tree, &slot->git, &(struct git_folder){.pool = world->pool, .path = slot->path});
}

static inline void close_slot(struct slot *slot) {
    git_tree_release(&slot->tree);
    git_release(&slot->git);
    free(slot->path);
}

static inline void commit_of(const struct slot *slot, const char *name, char oid[OID_SIZE]) {
    struct err err = {0};
    assert_true(git_commit_of(&slot->git, name, oid, &err));
    assert_true(oid[0] != '\0');
}

static inline void add(struct slot *slot, const struct git_world *world) {
    char oid[OID_SIZE];
    struct err err = {0};
    commit_of(slot, "main", oid);
    if (!git_tree_add(&slot->git, slot->path, oid, &err))
        fail_msg("%s", err.text);
    assert_int_equal(find(slot, world), SLOT_AT_TREE);
}

static inline void make_slot(struct slot *slot, const struct git_world *world) {
    open_slot(slot, world, "pool-1");
    assert_int_equal(find(slot, world), SLOT_AT_NOTHING);
    add(slot, world);
}

static inline void look(const struct slot *slot, struct slot_facts *facts, struct git_changes *changes) {
    struct err err = {0};
    *facts = (struct slot_facts){.place = SLOT_AT_TREE};
    if (!git_tree_look(&slot->tree, facts, changes, &err))
        fail_msg("%s", err.text);
}

static inline void expect_clean(const struct slot *slot) {
    struct slot_facts facts;
    struct git_changes changes = {0};
    look(slot, &facts, &changes);
    if (changes.count > 0)
        fail_msg("%zu changes: %s", changes.count, changes.items[0].path);
    assert_int_equal(facts.changed + facts.untracked + facts.unmerged + facts.nested + facts.submodules, 0);
    assert_int_equal(facts.underway, UNDERWAY_NOTHING);
    assert_int_equal(facts.process, 0);
    git_changes_release(&changes);
    slot_facts_release(&facts);
}

#endif

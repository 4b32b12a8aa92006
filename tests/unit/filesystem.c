#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "rules/filesystem.h"

static void networks_have_names(void **state) {
    static const struct {
        uint32_t type;
        const char *name;
    } known[] = {{0x6969, "NFS"},        {0xFF534D42, "CIFS"}, {0xFE534D42, "SMB2"},  {0x517B, "SMB"},
                 {0x01021997, "9P"},     {0x00C36400, "Ceph"}, {0x5346414F, "AFS"},   {0x6B414653, "AFS"},
                 {0x0BD00BD0, "Lustre"}, {0x73757245, "Coda"}, {0x564C, "NCP"},       {0x7461636F, "OCFS2"},
                 {0x01161970, "GFS2"},   {0x47504653, "GPFS"}, {0x19830326, "BeeGFS"}};
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_non_null(filesystem_network(known[i].type));
        assert_string_equal(filesystem_network(known[i].type), known[i].name);
        assert_false(filesystem_untold(known[i].type));
    }
}

static void disks_have_none(void **state) {
    /* ext4, xfs, btrfs, zfs, tmpfs, overlayfs, bcachefs, f2fs */
    static const uint32_t disks[] = {0xEF53,     0x58465342, 0x9123683E, 0x2FC12FC1,
                                     0x01021994, 0x794C7630, 0xCA451A4E, 0xF2F52010};
    (void)state;
    for (size_t i = 0; i < sizeof disks / sizeof *disks; i++) {
        assert_null(filesystem_network(disks[i]));
        assert_false(filesystem_untold(disks[i]));
    }
}

static void of_a_programs_own_nobody_can_tell(void **state) {
    (void)state;
    assert_null(filesystem_network(0x65735546));
    assert_true(filesystem_untold(0x65735546));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(networks_have_names), cmocka_unit_test(disks_have_none),
                                       cmocka_unit_test(of_a_programs_own_nobody_can_tell)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

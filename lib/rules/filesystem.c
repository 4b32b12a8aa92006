#include "rules/filesystem.h"

#include <stddef.h>

enum { FUSE = 0x65735546 }; /* linux/magic.h */

static const struct {
    uint32_t type;
    const char *name;
} networks[] = {
    {0x6969, "NFS"},                                                     /* linux/magic.h, as the next ten */
    {0x517B, "SMB"},                                                     /* smbfs, until Linux 2.6 */
    {0xFF534D42, "CIFS"},                                                /* mounted as SMB 1 */
    {0xFE534D42, "SMB2"},                                                /* mounted as SMB 2 or 3 */
    {0x01021997, "9P"},     {0x00C36400, "Ceph"},   {0x5346414F, "AFS"}, /* OpenAFS */
    {0x6B414653, "AFS"},                                                 /* the kernel's own */
    {0x73757245, "Coda"},   {0x564C, "NCP"},        {0x7461636F, "OCFS2"},
    {0x01161970, "GFS2"},   /* linux/gfs2_ondisk.h */
    {0x0BD00BD0, "Lustre"}, /* this one and the rest: coreutils, stat.c */
    {0x47504653, "GPFS"},   {0x19830326, "BeeGFS"},
};

const char *filesystem_network(uint32_t type) {
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        if (networks[i].type == type)
            return networks[i].name;
    return NULL;
}

bool filesystem_untold(uint32_t type) {
    return type == FUSE;
}

#include "host/volume.h"

#include <stddef.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

/* statfs(2); those whose numbers the headers do not all have. */
static const struct {
    uint32_t magic;
    const char *name;
} networks[] = {
    {0x6969, "nfs"},       {0x517B, "smb"},      {0xFF534D42, "cifs"}, {0xFE534D42, "smb2"},  {0x01021997, "9p"},
    {0x00C36400, "ceph"},  {0x5346414F, "afs"},  {0x6B414653, "afs"},  {0x73757245, "coda"},  {0x0BD00BD0, "lustre"},
    {0x7461636F, "ocfs2"}, {0x01161970, "gfs2"}, {0x47504653, "gpfs"}, {0x19830326, "fhgfs"}, {0x564C, "ncp"},
};

static const char *network_of(uint32_t magic) {
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        if (networks[i].magic == magic)
            return networks[i].name;
    return NULL;
}

bool volume_look(const char *path, struct volume *volume) {
    struct statvfs room;
    struct statfs kind;

    *volume = (struct volume){0};
    if (statvfs(path, &room) != 0 || statfs(path, &kind) != 0)
        return false;
    volume->free_bytes = (int64_t)((uint64_t)room.f_bavail * (uint64_t)room.f_frsize);
    volume->read_only = (room.f_flag & ST_RDONLY) != 0;
    volume->network = network_of((uint32_t)kind.f_type);
    return true;
}

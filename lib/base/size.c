#include "base/size.h"

#include <stdio.h>

void size_words(int64_t bytes, char out[SIZE_SIZE]) {
    const int64_t kib = 1024, mib = kib * kib, gib = kib * mib;

    if (bytes < mib)
        snprintf(out, SIZE_SIZE, "%lld KiB", (long long)(bytes / kib));
    else if (bytes < 10 * gib)
        snprintf(out, SIZE_SIZE, "%lld MiB", (long long)(bytes / mib));
    else
        snprintf(out, SIZE_SIZE, "%lld GiB", (long long)(bytes / gib));
}

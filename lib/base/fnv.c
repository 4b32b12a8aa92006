#include "base/fnv.h"

uint64_t fnv_add(uint64_t sum, const char *bytes, size_t n) {
    for (size_t i = 0; i < n; i++)
        sum = (sum ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    return sum;
}

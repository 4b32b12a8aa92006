#include "base/typo.h"

#include <string.h>

enum { LONGEST = 32 };

static int least(int a, int b) {
    return a < b ? a : b;
}

int typo_distance(const char *typed, const char *meant) {
    int rows[LONGEST + 1][LONGEST + 1];
    size_t n = strlen(typed), m = strlen(meant);

    if (n > LONGEST || m > LONGEST)
        return TYPO_FAR;
    for (size_t i = 0; i <= n; i++)
        for (size_t j = 0; j <= m; j++) {
            if (i == 0 || j == 0) {
                rows[i][j] = (int)(i + j);
                continue;
            }
            rows[i][j] =
                least(least(rows[i - 1][j], rows[i][j - 1]) + 1, rows[i - 1][j - 1] + (typed[i - 1] != meant[j - 1]));
            if (i > 1 && j > 1 && typed[i - 1] == meant[j - 2] && typed[i - 2] == meant[j - 1])
                rows[i][j] = least(rows[i][j], rows[i - 2][j - 2] + 1);
        }
    if (n >= 2 && n < m && strncmp(typed, meant, n) == 0)
        return 1;
    return rows[n][m] <= (m > 4 ? 2 : 1) ? rows[n][m] : TYPO_FAR;
}

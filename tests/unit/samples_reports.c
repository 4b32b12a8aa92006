/* What agents report of their turns, row by row of their tables. The input is the report; each agent's reader gets it.
 */
#define SAMPLES_NEAR 150
#include "samples_report.h"

int main(int argc, char **argv) {
    return samples(argc, argv, "reports", sample_report);
}

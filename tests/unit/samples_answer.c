/* What an endpoint answers. */
#include "fuzz/answer_input.h"
#define SAMPLES_NEAR 1200
#define SAMPLES_WORDS                                                                                                  \
    "\"retry_after\":5", "<p>", "<!--", "</script>", "session busy", "queued", "MC-4629", "ticket MC-1",               \
        "\"status\":\"failed\"", "\"success\":false", "5 s", "&amp;"
#include "samples.h"

#include "rules/classes.h"
#include "rules/words.h"

static void sample(const char *bytes, size_t n, struct text *out) {
    struct answer_input in;
    struct answer answer;

    answer_input_read(&in, bytes, n);
    answer_read(&answer, &in.dialect, &in.reply);
    text_addf(out, "%s %d %s: %s, pause %lld, busy %d %d\n%s", in.dialect.name, in.reply.status,
              transfer_name(in.reply.transfer), send_class_name(answer.class), (long long)answer.pause_ms,
              answer_status_busy(&in.dialect, NULL, in.reply.body, in.reply.body_len),
              answer_status_busy(&in.dialect, "ses_1", in.reply.body, in.reply.body_len), answer.detail);
    answer_input_release(&in);
}

int main(int argc, char **argv) {
    return samples(argc, argv, "answer", sample);
}

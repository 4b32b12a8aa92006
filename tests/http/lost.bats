#!/usr/bin/env bats
# No answer, half of one, or none that can be read: the turn may have arrived, so it is looked for and never sent again
# blindly (SPEC sections 8, 9). Bounded time and memory are test_exchange.py's.

setup() {
    load answers
    answers_world
}

teardown() {
    web_end
}

@test "no answer, or half of one" {
    answer silent "69 failed timeout null todo 1 0" '"how":"silent"' timeout_s=1
    answer drip "69 failed timeout 200 todo 1 0" '"how":"drip","body":{"ok":true},"every":0.05' timeout_s=3
    answer dripping "69 failed timeout 200 todo 1 0" '"how":"drip_headers"' timeout_s=3
    answer late "69 failed timeout 200 todo 1 0" '"delay_headers":30,"body":{"ok":true}' timeout_s=3
    answer close "69 failed dropped null todo 1 0" '"how":"close"'
    answer reset "69 failed dropped null todo 1 0" '"how":"reset"'
    answer half "69 failed dropped 200 todo 1 0" '"how":"half","body":{"ok":true}'
    answer cut "69 failed dropped 200 todo 1 0" '"how":"half_reset","body":{"ok":true}'
    answer heads "69 failed dropped 200 todo 1 0" '"how":"half_headers"'
    answer longer "69 failed dropped 200 todo 1 0" '"how":"long_length","length":1000,"body":{"ok":true}'
    answers
    # Once each: what may have arrived is not sent again.
    requests_are 10
}

@test "an answer that is not the contract" {
    local deep
    printf -v deep '%100s' ''
    answer html "76 failed garbled 200 todo 1 0" '"type":"text/html","body":"<html><body>Sign in</body></html>"'
    answer text "76 failed garbled 200 todo 1 0" '"body":"fine, thank you"'
    answer no "76 failed garbled 200 todo 1 0" '"body":{"ok":false}'
    answer other "76 failed garbled 200 todo 1 0" '"body":{"ok":true,"nonce":"MC_TICKET_TURN:9:1779942042145:e519f820"}'
    answer deep "76 failed garbled 200 todo 1 0" '"type":"application/json","body":"'"${deep// /[}"'"'
    answer nul "76 failed garbled 200 todo 1 0" '"type":"application/json","body":"{\"ok\":true,\"a\":\"\u0000\"}"'
    answer shorter "76 failed garbled 200 todo 1 0" '"how":"short_length","body":{"ok":true,"more":"words"}'
    answer garbage "76 failed garbled null todo 1 0" '"how":"garbage"'
    answer bare "76 failed garbled null todo 1 0" '"how":"http09"'
    answer chunks "76 failed garbled 200 todo 1 0" '"how":"chunked_garbage","body":"x"'
    answer huge "76 failed garbled 200 todo 1 0" '"how":"chunked_huge","body":"x"'
    answer gigabyte "76 failed garbled 200 todo 1 0" '"how":"long_length","body":{"ok":true}'
    answer endless "76 failed garbled 200 todo 1 0" '"how":"endless"'
    answer big "76 failed garbled 200 todo 1 0" '"body_size":5000000'
    answer flood "76 failed garbled 200 todo 1 0" '"how":"header_flood"'
    answers
    requests_are 15
}

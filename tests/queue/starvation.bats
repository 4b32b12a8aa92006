#!/usr/bin/env bats
# starvation_long.bats in short.

setup() {
    load starvation
}

teardown() {
    web_end
}

@test "three broken tickets in front of ten good ones, half an hour of cron" {
    starve 34 10 6 3
}

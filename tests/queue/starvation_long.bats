#!/usr/bin/env bats
# Three hours of cron in front of which three tickets are broken.

setup() {
    load starvation
}

teardown() {
    web_end
}

@test "three broken tickets in front of sixty good ones, three hours of cron" {
    starve 180 60 8 4
}

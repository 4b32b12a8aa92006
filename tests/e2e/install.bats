#!/usr/bin/env bats
# `cmake --install` puts everything in place, and it runs from there.

setup() {
    load support
    world
    configure '{}' --busy 0
    "${MC_CMAKE:-cmake}" --install "${MC_BUILD:?}" --prefix "$T/prefix" >"$T/install"
}

teardown() {
    world_end
}

installed() {
    env -i HOME="$T" PATH=/usr/bin:/bin "$@" </dev/null 3>&-
}

@test "programs, inner programs and man pages; all of it runs from there" {
    local bin=$T/prefix/bin pid
    is "$(find "$T/prefix" -type f -perm -100 -printf '%P\n' | sort | tr '\n' ' ')" \
        "bin/mc-pickup bin/mc-ticket libexec/mc-pickup/mc-demo-agent libexec/mc-pickup/mc-http libexec/mc-pickup/mc-launch libexec/mc-pickup/mc-log libexec/mc-pickup/mc-notify "
    # mc-postgres.so, where it is built, has a package of its own
    diff - <(find "$T/prefix" -type f ! -perm -100 ! -name mc-postgres.so -printf '%P\n' | sort) <<'END'
share/bash-completion/completions/mc-pickup
share/bash-completion/completions/mc-ticket
share/doc/mc-pickup/examples/crontab
share/doc/mc-pickup/examples/mc-pickup.service
share/doc/mc-pickup/examples/mc-pickup.timer
share/fish/vendor_completions.d/mc-pickup.fish
share/fish/vendor_completions.d/mc-ticket.fish
share/man/man1/mc-pickup.1
share/man/man1/mc-ticket.1
share/man/man5/mc-board.5
share/man/man5/mc-pickup.conf.5
share/man/man7/mc-pickup-hosts.7
share/man/man7/mc-pickup-proof.7
share/zsh/site-functions/_mc-ticket
END
    expect 0 installed "$bin/mc-ticket" init
    # The user's own configuration, as init has written it, with no name of ours in the environment.
    MC_DB=$T/.local/state/mc-pickup/board.db
    SOCKET=$T/.local/state/mc-pickup/tmux.sock
    [ -f "$MC_DB" ]
    [ -f "$T/.config/mc-pickup/config.json" ]
    expect 0 installed "$bin/mc-ticket" add "from the prefix" --profile demo
    is "$output" MC-1
    expect 0 installed "$bin/mc-pickup" --json
    is "$(value outcome)" dispatched
    pid=$(value pid)
    is "$(readlink "/proc/$pid/exe")" "$(readlink -f "$T/prefix/libexec/mc-pickup/mc-demo-agent")"
    is "$(tr '\0' '\n' <"/proc/$pid/environ" | sed -n 's/^PATH=//p')" "/usr/bin:/bin:$(readlink -f "$bin")"
    # The agent finds mc-ticket by itself.
    wait_for signalled
    expect 0 installed "$bin/mc-ticket" approve MC-1
    rows_are done "SELECT status FROM tickets"
}

signalled() {
    rows_are in_review "SELECT status FROM tickets"
}

@test "by a link in another folder" {
    mkdir "$T/links"
    ln -s "$T/prefix/bin/mc-pickup" "$T/prefix/bin/mc-ticket" "$T/links/"
    init
    add one
    expect 0 bare "$T/links/mc-pickup" --json
    is "$(value outcome)" dispatched
    wait_for has_events signal 1
}

@test "without its inner programs: said, not a death of the agent" {
    rm -r "$T/prefix/libexec"
    configure '{"profiles": {"demo": {"command": ["/bin/cat"]}}}'
    init
    add one
    expect 69 bare "$T/prefix/bin/mc-pickup" --json
    one_line
    has "$errors" "mc-launch"
    rows_are "todo|0" "SELECT status,attempts FROM tickets"
    is "$(sessions)" ""
}

@test "without its program for endpoints: said before an agent is started, and by the doctor, once" {
    local http=$T/prefix/libexec/mc-pickup/mc-http
    configure '{"send": {"transport": "http", "url": "http://127.0.0.1:9/"}}'
    init
    add one
    doctor() {
        expect 78 bare "$T/prefix/bin/mc-ticket" doctor
        no has "$output" "endpoint http"
        [ "$(grep -c mc-http <<<"$output")" -le 2 ]
    }
    mv "$http" "$T/away"
    expect 69 bare "$T/prefix/bin/mc-pickup" --json
    is "$(value outcome) $(value send.class)" "failed unreachable"
    has "$errors" "mc-http is not there or not executable; "
    has "$errors" "; install mc-pickup again"
    no has "$errors" "open files"
    is "$(sessions)" ""
    doctor
    has "$output" "mc-http: is not in $T/prefix/libexec/mc-pickup; install mc-pickup again"
    cp "$T/away" "$http"
    chmod 644 "$http"
    doctor
    has "$output" "may not be run; run: chmod 755 $http"
    # and where it is there, and yet cannot be run
    printf '#!/nowhere\n' >"$http"
    chmod 755 "$http"
    rows "UPDATE tickets SET next_attempt_at=NULL"
    expect 69 bare "$T/prefix/bin/mc-pickup" --json
    is "$(value send.class)" unreachable
    has "$output" "cannot be run: No such file or directory"
    has "$output" "install it or correct its path"
    no has "$output" "open files"
}

@test "without the writer of its pane log: said, and the agent works with one that has no limit" {
    rm "$T/prefix/libexec/mc-pickup/mc-log"
    init
    add one
    expect 0 bare "$T/prefix/bin/mc-pickup" --json
    one_line
    has "$errors" "MC-1: its pane log grows without a limit"
    has "$errors" "libexec/mc-pickup/mc-log"
    is "$(value outcome)" dispatched
    wait_for has_events signal 1
    grep -q 'demo>' "$STATE/run/$(value run)/pane.log"
}

#!/usr/bin/env bats
# mc-launch: what tmux starts, and what it becomes.
bats_require_minimum_version 1.5.0

setup() {
    T=$(mktemp -d "${MC_WORLDS:-/tmp}/mcXXXXXX")
    F=$T/launch
}

teardown() {
    rm -rf "$T"
}

# order CWD ENV-COUNT ENV… ARGV-COUNT ARGV…, with umask 022 and no limits
order() {
    whole "$1" 18 0 "${@:2}"
}

# whole CWD UMASK LIMIT-COUNT SOFT HARD … ENV-COUNT ENV… ARGV-COUNT ARGV…
whole() {
    (umask 077 && printf '%s\0' "mc-launch 2" "$@" >"$F")
}

@test "it becomes the program: environment, directory, arguments, same pid" {
    cat >"$T/agent" <<'END'
#!/bin/sh
{ pwd; echo "$$"; tr '\0' '\n' </proc/$$/environ; printf '<%s>' "$@"; echo; } >out
END
    chmod 700 "$T/agent"
    order "$T" 2 "A=1" "B=two words" 4 "$T/agent" "" "-x \$(true)" $'two\nlines'
    SECRET=x "$MC_BIN/mc-launch" "$F" &
    pid=$!
    wait "$pid"
    diff "$T/out" - <<END
$T
$pid
A=1
B=two words
<><-x \$(true)><two
lines>
END
    [ ! -e "$F" ]
}

@test "no descriptor and no ignored signal gets through" {
    order / 1 PATH=/usr/bin:/bin 3 /bin/sh -c 'ls /proc/self/fd; grep SigIgn /proc/self/status'
    (
        trap '' INT TERM PIPE
        exec 7</etc/passwd 15</etc/passwd
        exec "$MC_BIN/mc-launch" "$F" >"$T/out" </dev/null
    )
    [ "$(sed -n 1,5p "$T/out" | tr '\n' ' ')" = "0 1 2 3 $(sed -n 5p "$T/out") " ]
    grep -q 'SigIgn:.0000000000000000$' "$T/out"
}

@test "umask and limits are those that the file names, not the caller's" {
    # in the kernel's order: cpu fsize data stack core rss nproc nofile …; -1 is unlimited
    whole / 23 8 -1 -1 -1 -1 -1 -1 -1 -1 0 0 -1 -1 -1 -1 300 400 1 PATH=/usr/bin:/bin 3 /bin/bash -c \
        'umask; ulimit -Sn; ulimit -Hn; ulimit -c'
    (
        umask 077
        ulimit -Sn 500
        exec "$MC_BIN/mc-launch" "$F" >"$T/out" </dev/null
    )
    [ "$(tr '\n' ' ' <"$T/out")" = "0027 300 400 0 " ]
}

@test "a hard limit that cannot be raised is left, and the soft one goes up to it" {
    whole / 18 8 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 100000000000 100000000000 1 PATH=/usr/bin:/bin 3 \
        /bin/bash -c 'ulimit -Sn; ulimit -Hn'
    (
        ulimit -n 300
        ulimit -Sn 200
        exec setpriv --inh-caps=-all --bounding-set=-all "$MC_BIN/mc-launch" "$F" >"$T/out" </dev/null
    ) || skip "capabilities cannot be dropped here"
    [ "$(tr '\n' ' ' <"$T/out")" = "300 300 " ]
}

@test "what cannot be run is said in one line, with 127 or 126" {
    order / 0 1 /nowhere/agent
    run -127 "$MC_BIN/mc-launch" "$F"
    [ "${#lines[@]}" -eq 1 ]
    [[ $output == *"/nowhere/agent"* ]]
    order / 0 1 /etc/passwd
    run "$MC_BIN/mc-launch" "$F"
    [ "$status" -eq 126 ]
    order /nowhere 0 1 /bin/true
    run "$MC_BIN/mc-launch" "$F"
    [ "$status" -eq 126 ]
    [[ $output == *"/nowhere"* ]]
}

@test "a file that is missing, open to others, a link or nonsense is refused" {
    run "$MC_BIN/mc-launch" "$F"
    [ "$status" -eq 126 ]
    order / 0 1 /bin/true
    chmod 644 "$F"
    run "$MC_BIN/mc-launch" "$F"
    [ "$status" -eq 126 ]
    [ -e "$F" ]
    chmod 600 "$F"
    ln -s launch "$T/link"
    run "$MC_BIN/mc-launch" "$T/link"
    [ "$status" -eq 126 ]
    order / 1
    run "$MC_BIN/mc-launch" "$F"
    [ "$status" -eq 126 ]
    [ ! -e "$F" ]
    run "$MC_BIN/mc-launch"
    [ "$status" -eq 64 ]
}

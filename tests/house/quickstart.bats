#!/usr/bin/env bats
# The newcomer's command, whole: it builds, hands one ticket to the demo agent, and leaves nothing behind.

@test "quickstart shows a ticket from add to done and cleans up" {
    # It is built where the last run has built it. What the suite's own build has compiled, of the same sources, is taken
    # from there, and again whenever that is another. What it has not, or has with what needs flags of its own to be
    # linked, is compiled as quickly as the compiler can, and through its cache where there is one.
    export CMAKE_C_COMPILER_LAUNCHER=${MC_BUILD:-$BATS_TEST_TMPDIR}/quickly
    cat >"$CMAKE_C_COMPILER_LAUNCHER" <<'EOF'
#!/bin/sh
# The words of a compiler, and of ninja's for it: … -MF OBJECT.d -o OBJECT -c SOURCE
for word; do
    case $last in
    -o) object=$word ;;
    -MF) needs=$word ;;
    esac
    last=$word
done
there=${0%/*}/$object
if [ "$needs" ] && [ -e "$there" ] && ! grep -qE '^(MC_(SANITIZE|FUZZ):BOOL=ON|CMAKE_C_FLAGS:STRING=.)' "${0%/*}/CMakeCache.txt"; then
    printf '%s: %s\n' "$object" "$there" >"$needs" && cp "$there" "$object"
else
    exec $(command -v ccache) "$@" -O0 -g0
fi
EOF
    chmod 755 "$CMAKE_C_COMPILER_LAUNCHER"
    run env MC_BUILD_DIR="${MC_BUILD:-$BATS_TEST_TMPDIR}/quickstart" \
        bash "${MC_SRC:-$BATS_TEST_DIRNAME/../..}/cmd/quickstart" --no-install </dev/null
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"would claim MC-1"* ]]
    [[ $output == *"dispatched MC-1, pid "* ]]
    [[ $output == *"    MC-1 turn 1"* ]]
    [[ $output == *"    Say hello, then report."* ]]
    [[ $output == *"$ mc-ticket reply MC-1"* ]]
    [[ $output == *"MC-1  in_review  Greet the newcomer"* ]]
    [[ $output == *"+MC-1 turn 1: Greet the newcomer"* ]]
    [[ $output == *"$ ls "*$'\nREADME\n'* ]] # and no GREETING
    [[ $output == *"MC-1 in_review -> done"* ]]
    [[ $output =~ pool-1\ +free\ .*clean ]]
    [[ $output == *"* "*" (mc-1-greet-the-newcomer-"*") MC-1: turn 1"* ]]
    place=$(sed -n 's/^== cleaned up: \(.*\) is gone$/\1/p' <<<"$output")
    [ -n "$place" ]
    [ ! -e "$place" ]
    for _ in $(seq 600); do
        pgrep -f "$place" >/dev/null || return 0
        sleep 0.1
    done
    pgrep -af "$place"
    false
}

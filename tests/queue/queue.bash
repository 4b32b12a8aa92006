# What the tests of the queue share, over the world of ../e2e/support.bash.
# shellcheck source=../e2e/support.bash
. "${BASH_SOURCE[0]%/*}/../e2e/support.bash"

# minutes N: the wall clock goes on by so many minutes, for the programs alone.
minutes() {
    only_of_files "its clock is the board's"
    ahead=$((${ahead:-0} + $1 * 60000))
    echo "$ahead $ahead $ahead" >"$T/offsets.new"
    mv "$T/offsets.new" "$T/offsets"
    extra=(LD_PRELOAD="$MC_CLOCK_SHIM" MC_CLOCK_OFFSETS="$T/offsets")
}

# breaker THING FIELD
breaker() {
    rows "SELECT coalesce(max(json_extract(value,'\$.$2')),'none') FROM settings WHERE key='breaker:$1'"
}

# silent STATUS [OPTION …]: a pickup that ends like this and says nothing.
silent() {
    expect "$1" pickup "${@:2}"
    is "$output$errors" ""
}

TWO='{"profiles": {"gone": {"command": ["no-such-agent"], "ready": "^>"}}}'

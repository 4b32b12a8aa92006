#!/usr/bin/env bash
# The life of the package in one root: installed, its main job done, replaced by a newer one under working agents,
# removed, installed again, purged. Run by tests/package/upgrade_long.bats as root of that root.
#
#   OLD, NEW  the packages
#   HOME_OF   the home of the user
#   PERSON    a command in front of what the user runs; may be empty
#   ROOT      where dpkg unpacks to, when that is not the root it runs in; may be empty
set -euo pipefail
: "${OLD:?}" "${NEW:?}" "${HOME_OF:?}" "${PERSON=}" "${ROOT=}"

state=$HOME_OF/.local/state/mc-pickup

say() {
    printf '== %s\n' "$*"
}

fail() {
    printf 'FAILED: %s\n' "$*"
    person mc-ticket show MC-1 || true
    person mc-ticket log MC-1 || true
    exit 1
}

dpkg_here() {
    if [ -n "$ROOT" ]; then
        dpkg --root="$ROOT" --force-depends --force-not-root "$@"
    else
        dpkg "$@"
    fi
}

# As that user, with cron's environment.
person() {
    # shellcheck disable=SC2086
    $PERSON env -i HOME="$HOME_OF" LOGNAME=person SHELL=/bin/sh PATH="$ROOT/usr/bin:/usr/bin:/bin" "$@" </dev/null
}

is_status() {
    [[ $(person mc-ticket show "$2" --json) == *"\"status\":\"$1\""* ]]
}

wait_until() {
    for _ in $(seq 3000); do
        if "$@"; then
            return 0
        fi
        sleep 0.1
    done
    fail "waited five minutes for: $*"
}

# agent_of KEY: pid and start.
agent_of() {
    local pid
    pid=$(person mc-ticket show "$1" --json | sed -n 's/.*"worker_pid":\([0-9]*\).*/\1/p')
    [ -d "/proc/$pid" ] || fail "$1 has no agent"
    echo "$pid $(cut -d' ' -f22 "/proc/$pid/stat")"
}

# same AGENT: it is still there.
same() {
    [ "$(cut -d' ' -f22 "/proc/${1% *}/stat" 2>/dev/null)" = "${1#* }" ]
}

ended() {
    ! same "$1"
}

let_go() {
    person touch "$state/work/$1/go"
}

# Whatever is in the folders that packages write to.
system() {
    find "$ROOT/usr" "$ROOT/etc" -xdev -printf '%p %y %m %l\n' | sort
}

of_user() {
    (cd "$HOME_OF" && find . -type f ! -name pane.log ! -name '*-shm' -print0 | sort -z | xargs -0 sha256sum)
}

log_has() {
    [[ $(person mc-ticket log "$1") == *"$2"* ]]
}

log_size() {
    person mc-ticket log "$1" --raw | wc -c
}

# log_grows KEY SIZE: more than that was written down of what its agent shows.
log_grows() {
    [ "$(log_size "$1")" -gt "$2" ]
}

before=$(system)

say "install"
dpkg_here -i "$OLD"
old=$(person mc-pickup --version)

say "the main job under $old"
person mc-ticket init
# shellcheck disable=SC2016
person sh -c 'echo "$1" >"$HOME/.config/mc-pickup/config.json"' - '{
  "profile": "demo", "max_running": 3,
  "profiles": {"demo": {"command": ["mc-demo-agent", "--hold", "go", "--reply", "all is well"]}}
}'
person mc-ticket add "Long work"
person mc-pickup -v
is_status in_progress MC-1 || fail "MC-1 is not in progress"
long=$(agent_of MC-1)
person mc-ticket add "Short work"
person mc-pickup -v
let_go MC-2
wait_until is_status in_review MC-2
resting=$(agent_of MC-2)

say "upgrade while one agent works and one rests"
dpkg_here -i "$NEW"
new=$(person mc-pickup --version)
[ "$old" != "$new" ] || fail "still $old"
[[ $(readlink "/proc/${long% *}/exe") == *" (deleted)" ]] || fail "the agent's program was not replaced"

say "pickups of $new leave both alone, and hand out the next ticket beside them"
person mc-pickup -v
person mc-ticket add "Begun by the new one"
person mc-pickup -v
is_status in_progress MC-3 || fail "MC-3 is not in progress"
person mc-pickup -v
same "$long" || fail "the working agent was touched"
same "$resting" || fail "the resting agent was touched"
is_status in_progress MC-1 || fail "MC-1 is no longer in progress"

say "the working one's word is heard, and what it shows is still written down"
let_go MC-1
wait_until is_status in_review MC-1
wait_until log_has MC-1 "all is well"

say "the resting one takes another turn from the new version"
size=$(log_size MC-2)
person mc-ticket reject MC-2 "once more, please"
let_go MC-2
person mc-pickup -v
wait_until is_status in_review MC-2
same "$resting" || fail "another agent took the second turn"
wait_until log_grows MC-2 "$size"

say "remove, while MC-3 is being worked"
began=$(agent_of MC-3)
users=$(of_user)
dpkg_here -r mc-pickup
same "$began" || fail "the agent of MC-3 ended with the package"
[ "$(of_user)" = "$users" ] || fail "something of the user's was changed: $(diff <(echo "$users") <(of_user))"

say "installed again, all goes on"
dpkg_here -i "$NEW"
person mc-pickup -v
same "$began" || fail "the agent of MC-3 was touched"
let_go MC-3
wait_until is_status in_review MC-3
person mc-ticket approve MC-1
person mc-ticket approve MC-2
person mc-ticket approve MC-3
person mc-pickup -v
wait_until ended "$long"
wait_until ended "$resting"
wait_until ended "$began"

say "purge"
users=$(of_user)
dpkg_here --purge mc-pickup
[ "$(of_user)" = "$users" ] || fail "something of the user's was changed: $(diff <(echo "$users") <(of_user))"
[ "$(system)" = "$before" ] || fail "left behind: $(diff <(echo "$before") <(system))"
! dpkg_here -s mc-pickup >/dev/null 2>&1 || fail "dpkg still knows it"
say "all done"

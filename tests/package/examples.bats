#!/usr/bin/env bats
# The units of systemd and the line for cron, as they are installed.

setup() {
    load ../e2e/support
    T=$BATS_TEST_TMPDIR
    "${MC_CMAKE:-cmake}" --install "${MC_BUILD:?}" --prefix "$T/usr" >/dev/null
    examples=$T/usr/share/doc/mc-pickup/examples
}

# What is said in them, as for /usr/local.
plain() {
    sed -e '/^#/d' -e '/^$/d' -e "s,$T/usr/,/usr/local/," "$@"
}

@test "systemd has nothing to say about them" {
    if ! command -v systemd-analyze >/dev/null; then
        echo "# skipped: systemd-analyze is not installed" >&3
        skip "systemd-analyze is not installed"
    fi
    mkdir -m 700 "$T/run"
    run env -i PATH=/usr/bin:/bin HOME="$T" XDG_RUNTIME_DIR="$T/run" \
        systemd-analyze verify --user --man=no "$examples/mc-pickup.service" "$examples/mc-pickup.timer"
    echo "$output"
    [ "$status" -eq 0 ] && [ -z "$output" ]
}

@test "they name the program where it was installed, and are readable for all" {
    has "$(plain "$examples/mc-pickup.service")" "ExecStart=/usr/local/bin/mc-pickup"
    is "$(plain "$examples/crontab")" "* * * * * /usr/local/bin/mc-pickup"
    is "$(find "$examples" -type f -printf '%m\n' | sort -u)" 644
    no grep -rn @ "$examples"
    DESTDIR=$T/stage "${MC_CMAKE:-cmake}" --install "$MC_BUILD" --prefix /usr >/dev/null
    is "$(tail -1 "$T/stage/usr/share/doc/mc-pickup/examples/crontab")" "* * * * * /usr/bin/mc-pickup"
}

@test "what ends with the unit is mc-pickup alone" {
    has "$(plain "$examples/mc-pickup.service")" "Type=oneshot"
    has "$(plain "$examples/mc-pickup.service")" "KillMode=process"
}

@test "mc-pickup(1) has them word for word" {
    while IFS= read -r line; do
        grep -qxF -e "$line" "${MC_SRC:?}/man/mc-pickup.1" || {
            echo "not in mc-pickup(1): $line"
            false
        }
    done < <(plain "$examples"/*)
}

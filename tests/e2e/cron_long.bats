#!/usr/bin/env bats
# Debian's own cron with the README's line, and an agent as npm under nvm leaves it: `#!/usr/bin/env node`, on no PATH that
# cron has. Only `path`, as `mc-ticket init` wrote it, tells where. Cron's spool and mail are this test's own, in a mount
# namespace: the machine's are neither seen nor touched.

setup() {
    load support
    world
    command -v cron >/dev/null || skip "cron is not installed"
    [ "$(id -u)" -eq 0 ] || skip "only root may give cron another spool"
    unshare -m true 2>/dev/null || skip "no mount namespace is allowed here"
    "${MC_CMAKE:-cmake}" --install "${MC_BUILD:?}" --prefix "$T/prefix" >"$T/install"
    MC_DB=$T/.local/state/mc-pickup/board.db
    SOCKET=$T/.local/state/mc-pickup/tmux.sock
    install_agent
}

teardown() {
    kill -TERM "$(cat "$T/run/crond.pid")" 2>/dev/null || true
    world_end
}

# nvm's tree: node is a shell here, and the agent a script for it that becomes the demo agent.
install_agent() {
    nvm=$T/.nvm/versions/node/v22.1.0/bin
    mkdir -p "$nvm"
    ln -s /bin/bash "$nvm/node"
    printf '#!/usr/bin/env node\nexec %q --log %q "$@"\n' "$T/prefix/libexec/mc-pickup/mc-demo-agent" "$LOG" \
        >"$nvm/my-agent"
    chmod 755 "$nvm/my-agent"
}

# A person's shell, which nvm has set up.
person() {
    env -i HOME="$T" LOGNAME=root PATH="$nvm:$T/prefix/bin:/usr/local/bin:/usr/bin:/bin" TERM=xterm "$@" </dev/null 3>&-
}

start_cron() {
    mkdir "$T/spool" "$T/crond" "$T/run"
    printf 'HOME=%s\n* * * * * %s/prefix/bin/mc-pickup\n' "$T" "$T" >"$T/spool/root"
    chmod 600 "$T/spool/root"
    printf '#!/bin/sh\ncat >>%q/mail\n' "$T" >"$T/sendmail"
    chmod 755 "$T/sendmail"
    # shellcheck disable=SC2016
    setsid unshare -m bash -c '
        set -e
        mount --make-rprivate /
        mount --bind "$1/spool" /var/spool/cron/crontabs
        mount --bind "$1/crond" /etc/cron.d
        mount --bind /dev/null /etc/crontab
        mount --bind "$1/run" /run
        [ ! -e /usr/sbin/sendmail ] || mount --bind "$1/sendmail" /usr/sbin/sendmail
        exec env -i PATH=/usr/sbin:/usr/bin:/bin cron -f' bash "$T" >"$T/cron.out" 2>&1 3>&- &
}

status_is() {
    [ "$(rows "SELECT status FROM tickets WHERE id=1")" = "$1" ]
}

patient() {
    local i
    for ((i = 0; i < 700; i++)); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 0.1
    done
    printf 'waited for: %s\n' "$*" >&2
    cat "$T/cron.out" "$T/mail" >&2 || true
    return 1
}

@test "under cron: dispatched, signalled, approved, and no mail" {
    person mc-ticket init >/dev/null
    # What a user does: name the agent. `path` stays as init wrote it.
    sed -i 's|^  "path"|  "profile": "mine",\n  "profiles": {"mine": {"command": ["my-agent"], "ready": "^demo>"}},\n&|' \
        "$T/.config/mc-pickup/config.json"
    person mc-ticket add "From cron" >/dev/null
    start_cron
    patient status_is in_review
    person mc-ticket approve MC-1
    sleep 65 # one more minute: it stays quiet
    status_is "done"
    is "$(cat "$T/mail" 2>/dev/null)" ""
    is "$(grep -c '"prompt"' "$LOG")" 1
}

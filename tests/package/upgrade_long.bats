#!/usr/bin/env bats
# The life of the package (life.bash) in a bare Debian 12 where that can be had: by root, with debootstrap; else what
# dpkg unpacks into a folder is run from there. `tests/run --package` is the command for it.

setup_file() {
    export WORK=$BATS_FILE_TMPDIR
    source_of "$WORK/old"
    source_of "$WORK/new"
    sed -i 's/^project(mc-pickup VERSION [0-9.]*/project(mc-pickup VERSION 99.0/' "$WORK/new/CMakeLists.txt"
    package_of old
    package_of new
}

setup() {
    load ../e2e/support
    T=$BATS_TEST_TMPDIR
    # Short, because the path of a tmux socket has about 100 bytes.
    R=$(mktemp -d /tmp/mcp.XXXXXX)
    OLD=$(echo "$WORK"/old/deb/mc-pickup_*.deb)
    NEW=$(echo "$WORK"/new/deb/mc-pickup_*.deb)
}

teardown() {
    tmux -S "$R/home/.local/state/mc-pickup/tmux.sock" kill-server 2>/dev/null || true
    rm -rf "$R"
}

source_of() {
    mkdir "$1"
    cp -r "${MC_SRC:?}"/{CMakeLists.txt,cmd,lib,man} "$1"
}

# package_of NAME: as the README says, in a folder of its own.
package_of() {
    (
        cd "$WORK/$1"
        umask 022
        export SOURCE_DATE_EPOCH=1790000000
        cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF &&
            cmake --build build && cd build && cpack -G DEB -B ../deb
    ) >"$WORK/$1.log" 2>&1 || {
        tail -50 "$WORK/$1.log"
        return 1
    }
}

told() {
    echo "# $1" >&3
}

# The packages that a bare Debian needs beside it: its own dependencies.
needs() {
    dpkg-deb -f "$OLD" Depends | sed -e 's/([^)]*)//g' -e 's/ //g'
}

# A bare Debian 12 with what the package depends on, into $R/debian; kept as an archive beside the build.
bare_debian() {
    local kept
    kept=${MC_BUILD:?}/package/debian-12-$(needs | cksum | cut -d' ' -f1).tar
    [ "$(id -u)" -eq 0 ] && command -v debootstrap >/dev/null && command -v unshare >/dev/null || return 1
    if [ ! -f "$kept" ]; then
        mkdir -p "${kept%/*}"
        debootstrap --variant=minbase --include="$(needs)" bookworm "$R/fresh" >"$T/debootstrap" 2>&1 || {
            tail -5 "$T/debootstrap"
            return 1
        }
        tar -C "$R/fresh" --one-file-system -cf "$kept.$$" . && mv "$kept.$$" "$kept"
        rm -rf "$R/fresh"
    fi
    mkdir "$R/debian"
    tar -C "$R/debian" -xf "$kept"
    # shellcheck disable=SC2016
    unshare -m -p -f --kill-child bash -ec 'mount -t proc proc "$1/proc"' - "$R/debian" 2>/dev/null
}

# With processes and mounts of its own, which end with it.
live_in_debian() {
    cp "$OLD" "$R/debian/old.deb"
    cp "$NEW" "$R/debian/new.deb"
    cp "${MC_SRC:?}/tests/package/life.bash" "$R/debian/life.bash"
    # shellcheck disable=SC2016
    unshare -m -p -f --kill-child bash -ec '
        cd "$1"
        mount -t proc proc proc
        mount -t tmpfs -o mode=755 dev dev
        mkdir dev/pts dev/shm
        mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
        ln -s pts/ptmx dev/ptmx
        ln -s /proc/self/fd dev/fd
        for node in null zero full random urandom tty; do
            touch "dev/$node"
            mount --bind "/dev/$node" "dev/$node"
        done
        chroot . /usr/sbin/useradd -m person
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin OLD=/old.deb NEW=/new.deb HOME_OF=/home/person \
            PERSON="setpriv --reuid person --regid person --clear-groups" chroot . bash /life.bash' - "$R/debian"
}

# What dpkg unpacks, run from where it lies.
live_unpacked() {
    local as=()
    [ "$(id -u)" -eq 0 ] || as=(unshare -r)
    mkdir -p "$R/root/usr" "$R/root/etc" "$R/root/var/lib/dpkg/info" "$R/root/var/lib/dpkg/updates" "$R/home"
    touch "$R/root/var/lib/dpkg/status" "$R/root/usr/another's" "$R/root/etc/another's"
    "${as[@]}" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin OLD="$OLD" NEW="$NEW" HOME_OF="$R/home" ROOT="$R/root" \
        bash "${MC_SRC:?}/tests/package/life.bash"
}

@test "lintian finds nothing above info" {
    if ! command -v lintian >/dev/null; then
        [ -z "${MC_PACKAGE:-}" ]
        told "skipped: lintian is not installed"
        skip "lintian is not installed"
    fi
    run lintian --allow-root --fail-on error,warning "$OLD"
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "the same bytes from another folder" {
    source_of "$WORK/elsewhere"
    package_of elsewhere
    cmp "$OLD" "$WORK/elsewhere/deb/${OLD##*/}"
}

@test "installed, upgraded under working agents, removed and purged in a bare Debian" {
    if ! bare_debian; then
        told "skipped: no bare Debian to be had here (root, debootstrap and its network, mounts)"
        skip "no bare Debian to be had here"
    fi
    live_in_debian 3>&-
}

@test "the same where dpkg has unpacked it" {
    if [ "$(id -u)" -ne 0 ] && ! unshare -r true; then
        told "skipped: dpkg needs root or namespaces of its own"
        skip "dpkg needs root or namespaces of its own"
    fi
    live_unpacked 3>&-
}

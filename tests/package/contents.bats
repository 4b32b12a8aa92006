#!/usr/bin/env bats
# What `cpack -G DEB` puts together; tests/package/upgrade_long.bats installs it.

setup_file() {
    export DEB_DIR=$BATS_FILE_TMPDIR/deb
    pack "$DEB_DIR"
    DEB=$DEB_DIR/mc-pickup_$(version)_$(dpkg --print-architecture).deb
    export DEB
    [ -f "$DEB" ]
    POSTGRES=${DEB/mc-pickup_/mc-pickup-postgres_}
    export POSTGRES
    dpkg-deb -x "$DEB" "$DEB_DIR/tree"
}

setup() {
    load ../e2e/support
    T=$BATS_TEST_TMPDIR
    tree=$DEB_DIR/tree
}

# pack FOLDER: as of a day that is long over.
pack() {
    (
        umask 022
        export SOURCE_DATE_EPOCH=1600000000
        cd "${MC_BUILD:?}" && cpack -G DEB -B "$1" >"$BATS_FILE_TMPDIR/cpack" 2>&1
    ) || {
        cat "$BATS_FILE_TMPDIR/cpack"
        return 1
    }
}

version() {
    sed -n 's/^project(mc-pickup VERSION \([0-9.]*\) .*/\1/p' "${MC_SRC:?}/CMakeLists.txt"
}

field() {
    dpkg-deb -f "$DEB" "$1"
}

@test "the fields say what it is and what it needs" {
    is "$(field Package) $(field Version) $(field Section) $(field Priority)" "mc-pickup $(version) utils optional"
    has "$(field Maintainer)" "<"
    has "$(field Depends)" "tmux (>= 3.3), git, libc6 (>= "
    has "$(field Depends)" "libsqlite3-0 (>= "
    has "$(field Depends)" "libcjson1 (>= "
    has "$(field Depends)" "libcurl4 (>= "
    [ "$(field Description | wc -l)" -gt 5 ]
}

@test "all that cmake --install brings is in it, and what Debian wants of a package" {
    "${MC_CMAKE:-cmake}" --install "$MC_BUILD" --prefix "$T/prefix" --component pickup >/dev/null
    {
        (cd "$T/prefix" && find . ! -type d) | sed -e 's,/zsh/site-functions/,/zsh/vendor-completions/,' \
            -e '/^.\/share\/man\//s/$/.gz/'
        echo ./share/doc/mc-pickup/changelog.gz
        echo ./share/doc/mc-pickup/copyright
    } | sort >"$T/wanted"
    (cd "$tree/usr" && find . ! -type d) | sort | diff "$T/wanted" -
    is "$(find "$tree" -mindepth 1 -maxdepth 1 -printf '%f ')" "usr "
    # No script of ours is run as root.
    is "$(dpkg-deb --ctrl-tarfile "$DEB" | tar -t | sort | tr '\n' ' ')" "./control ./md5sums "
}

@test "stripped, of root, with Debian's modes and checksums that are right" {
    is "$(dpkg-deb -c "$DEB" | awk '{print $1, $2}' | sort -u | tr '\n' ',')" \
        "-rw-r--r-- root/root,-rwxr-xr-x root/root,drwxr-xr-x root/root,"
    for program in "$tree"/usr/bin/* "$tree"/usr/libexec/mc-pickup/*; do
        no grep -q '\.debug_info\|\.symtab' <(readelf -SW "$program")
    done
    dpkg-deb -e "$DEB" "$T/control"
    (cd "$tree" && md5sum --quiet -c "$T/control/md5sums")
    is "$(wc -l <"$T/control/md5sums")" "$(find "$tree" -type f | wc -l)"
}

@test "the same bytes each time" {
    sleep 1.1 # a stamp in it would differ
    pack "$T/again"
    cmp "$DEB" "$T/again/${DEB##*/}"
    # Of the day that was asked for, at the latest.
    is "$(find "$tree" -newermt '2020-09-14' -type f)" ""
}

@test "the changelog begins with this version, the copyright grants nothing" {
    has "$(zcat "$tree/usr/share/doc/mc-pickup/changelog.gz" | head -1)" "mc-pickup ($(version)) "
    has "$(cat "$tree/usr/share/doc/mc-pickup/copyright")" "No licence is granted yet."
}

@test "lintian finds nothing above info" {
    if grep -q '^MC_SANITIZE:BOOL=ON' "$MC_BUILD/CMakeCache.txt"; then
        skip "a build with sanitizers"
    fi
    if ! command -v lintian >/dev/null; then
        [ -z "${MC_PACKAGE:-}" ]
        echo "# skipped: lintian is not installed" >&3
        skip "lintian is not installed"
    fi
    run lintian --allow-root --fail-on error,warning "$DEB_DIR"/*.deb
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "the module for boards on a server is a package of its own, and the other does not need its library" {
    [ -f "$POSTGRES" ] || skip "built without PostgreSQL"
    is "$(dpkg-deb -f "$POSTGRES" Package) $(dpkg-deb -f "$POSTGRES" Version)" "mc-pickup-postgres $(version)"
    has "$(dpkg-deb -f "$POSTGRES" Depends)" "mc-pickup (= $(version)), "
    has "$(dpkg-deb -f "$POSTGRES" Depends)" "libpq5"
    no has "$(field Depends)" libpq
    no has "$(dpkg-deb -c "$DEB")" .so
    is "$(dpkg-deb -c "$POSTGRES" | awk '$1 !~ /^d/ {print $1, $6}' | sort -k2 | tr '\n' ',')" \
        "-rw-r--r-- ./usr/libexec/mc-pickup/mc-postgres.so,$(printf -- '-rw-r--r-- ./usr/share/doc/mc-pickup-postgres/%s,' changelog.gz copyright)"
}

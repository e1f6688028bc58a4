# SPDX-License-Identifier: Apache-2.0
# Sourced by packaging/run, packaging/test and .ci/run: packages, and builds that are quiet when they
# go well. The package names stand in .ci/packages/ alone.
# shellcheck shell=bash

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }
die() {
    say "$(basename -- "$0"): $*"
    exit 3
}

# The names in lists of .ci/packages, comments stripped.
package_names() {
    local list
    for list; do sed -e 's/#.*//' "$root/.ci/packages/$list"; done | tr -s ' \t' '\n' | sed '/^$/d'
}

missing_packages() {
    local name
    package_names "$@" | while read -r name; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s\n' "$name"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -- "$@"; fi
}

# install_packages LIST…: what is missing of those lists, by apt. Where that is not possible it says
# what is needed and goes on: the tools may be there in another way, and CMake names what is not.
install_packages() {
    local missing log
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "This system has no apt. What is needed, by Debian's package names:"
        say "  $(package_names "$@" | tr '\n' ' ')"
        return 0
    fi
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        say "Some packages are missing, and installing them takes root (there is no sudo here). As root:"
        say "  apt-get install --no-install-recommends ${missing[*]}"
        return 0
    fi
    log=$(mktemp)
    refresh_package_lists >"$log" 2>&1 </dev/null
    mapfile -t missing < <(known_packages "${missing[@]}")
    say "Installing ${#missing[@]} packages: ${missing[*]}"
    # --no-remove: never at the price of a mail server or whatever else conflicts with one of them.
    if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends --no-remove \
        -o DPkg::Lock::Timeout=300 install "${missing[@]}" >>"$log" 2>&1 </dev/null; then
        tail -n 25 "$log" >&2
        rm -f "$log"
        die "apt-get could not install what is missing: ${missing[*]}"
    fi
    rm -f "$log"
}

# Lists that are old name versions that the archive no longer has. Without a network, what apt has in
# its cache may be enough.
refresh_package_lists() { as_root apt-get -q -o DPkg::Lock::Timeout=300 update || true; }

# Another release than Debian 12 may lack one, and need none (libexpected-dev where C++23 is there).
known_packages() {
    local name
    for name; do
        if apt-cache show "$name" >/dev/null 2>&1; then
            printf '%s\n' "$name"
        else
            say "This system's archive has no package $name; going on without it."
        fi
    done
}

# For packages that bring a service (tests only): none starts now, and none at the next boot that was
# not there before. A policy-rc.d that the machine has already is left as it is.
install_packages_without_services() {
    local policy=/usr/sbin/policy-rc.d made='' new=() name unit
    if command -v dpkg-query >/dev/null; then
        mapfile -t new < <(missing_packages "$@")
        [ ${#new[@]} -gt 0 ] || return 0
    fi
    if [ ${#new[@]} -gt 0 ] && [ ! -e "$policy" ] && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }; then
        trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
        made=yes
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    if [[ " ${new[*]-} " == *' postfix '* ]] && command -v debconf-set-selections >/dev/null; then
        echo 'postfix postfix/main_mailer_type select No configuration' | as_root debconf-set-selections
    fi
    install_packages "$@"
    if [ -n "$made" ]; then
        as_root rm -f "$policy"
        trap - EXIT
    fi
    [ -d /run/systemd/system ] || return 0
    for name in "${new[@]}"; do
        dpkg -L "$name" 2>/dev/null | sed -nE 's:.*/systemd/system/([^/]*\.(service|socket))$:\1:p'
    done | while read -r unit; do as_root systemctl disable --quiet "$unit" </dev/null 2>/dev/null || true; done
}

# build_preset PRESET [TARGET…]: configures and builds, with a line on stderr when it will take long,
# and the log only when it fails. Two at once on one tree wait for each other.
build_preset() {
    local preset=$1 directory=$root/build/$1
    shift
    mkdir -p "$directory" || die "cannot write to $directory"
    if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER-ccache}; fi
    if ! (
        command -v flock >/dev/null && flock 9
        cd -- "$root" || exit 1
        if [ ! -e "$directory/build.ninja" ]; then
            say "Building $preset; the first time takes some minutes (log: $directory/build.log)" 2>&3
            cmake --preset "$preset" || exit 1
        fi
        cmake --build --preset "$preset" ${1+--target "$@"}
    ) 3>&2 >"$directory/build.log" 2>&1 9>"$directory/.lock" </dev/null; then
        say "The build of $preset failed. The end of $directory/build.log:"
        tail -n 40 "$directory/build.log" >&2
        exit 3
    fi
}

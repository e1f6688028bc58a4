#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# install.sh BUILD CONSUMER COMPILER SANITIZERS: installs the build into a fresh folder; then a program
# that knows nothing but find_package(smtpprobe) is built against it, and runs. So is one that asks
# pkg-config.
set -eu
build=$1 consumer=$2 compiler=$3 sanitizers=${4-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix

cmake --install "$build" --prefix "$prefix" >"$work/install.log" || { cat "$work/install.log"; exit 1; }
for file in bin/smtpprobe include/smtpprobe/probe.hpp share/man/man1/smtpprobe.1 \
    share/bash-completion/completions/smtpprobe share/zsh/site-functions/_smtpprobe \
    share/fish/vendor_completions.d/smtpprobe.fish share/doc/smtpprobe/README.md share/doc/smtpprobe/LICENSE; do
    [ -s "$prefix/$file" ] || { echo "not installed: $file"; exit 1; }
done
"$prefix/bin/smtpprobe" --version

cmake -S "$consumer" -B "$work/build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$prefix" \
    ${sanitizers:+-DCMAKE_CXX_FLAGS=-fsanitize=$sanitizers} >"$work/configure.log" 2>&1 || { cat "$work/configure.log"; exit 1; }
cmake --build "$work/build"
"$work/build/consumer"

PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name smtpprobe.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046 # words are wanted
"$compiler" -std=c++20 ${sanitizers:+-fsanitize=$sanitizers} "$consumer/main.cpp" -o "$work/by-pkg-config" \
    $(pkg-config --cflags --libs smtpprobe)
"$work/by-pkg-config"

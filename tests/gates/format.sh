#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# format.sh CLANG-FORMAT: every C++ file is formatted as .clang-format says. To mend: the same with -i.
set -eu
find include src tests cmake \( -name '*.cpp' -o -name '*.hpp' \) -print0 | xargs -0 "$1" --dry-run -Werror

# SPDX-License-Identifier: Apache-2.0
# smtpprobe_precompile(TARGET [HEADERS…])
#
# The standard library's headers that most sources include, and these, are compiled once, and used by every
# target that asks for the same. It hides an include that is missing: the build with clang (preset fuzz), which
# has none of this, is what tells.
function(smtpprobe_precompile target)
  if(NOT SMTPPROBE_PRECOMPILE)
    return()
  endif()
  string(MAKE_C_IDENTIFIER "SMTPPROBE_PRECOMPILED ${ARGN}" key)
  get_property(first GLOBAL PROPERTY ${key})
  if(first)
    target_precompile_headers(${target} REUSE_FROM ${first})
    return()
  endif()
  set_property(GLOBAL PROPERTY ${key} ${target})
  target_precompile_headers(${target} PRIVATE
    <algorithm> <array> <chrono> <cstdint> <functional> <iterator> <map> <memory> <optional> <set> <string>
    <string_view> <tuple> <utility> <variant> <vector> ${ARGN})
endfunction()

# SPDX-License-Identifier: Apache-2.0
# smtpprobe_precompile(TARGET [HEADERS…])
#
# The standard library's headers that most sources include, and these, are compiled once for the target.
# It hides an include that is missing: the build with clang (preset fuzz), which has none of
# this, is what tells.
function(smtpprobe_precompile target)
  if(SMTPPROBE_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE
      <algorithm> <array> <chrono> <cstdint> <functional> <iterator> <map> <memory> <optional> <set> <string>
      <string_view> <tuple> <utility> <variant> <vector> ${ARGN})
  endif()
endfunction()

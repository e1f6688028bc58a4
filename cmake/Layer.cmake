# SPDX-License-Identifier: Apache-2.0
# smtpprobe_layer(NAME [USES layers…] [LINKS dependencies…])
#
# A layer is a folder src/NAME, and a static library smtpprobe_NAME of all its sources. USES are
# layers that it may include; LINKS are libraries that are not ours. The ctest `layers` reads these
# very lines and fails on an include against them.
function(smtpprobe_layer name)
  cmake_parse_arguments(ARG "" "" "USES;LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  set_property(GLOBAL APPEND PROPERTY SMTPPROBE_LAYERS ${name})
  if(NOT sources) # a room that is not furnished yet
    add_library(smtpprobe_${name} INTERFACE)
    return()
  endif()
  add_library(smtpprobe_${name} STATIC ${sources})
  target_include_directories(smtpprobe_${name} PUBLIC
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(smtpprobe_${name} PUBLIC smtpprobe_dep_expected PRIVATE smtpprobe_options)
  foreach(used IN LISTS ARG_USES)
    target_link_libraries(smtpprobe_${name} PUBLIC smtpprobe_${used})
  endforeach()
  set(precompiled)
  foreach(dependency IN LISTS ARG_LINKS)
    target_link_libraries(smtpprobe_${name} PUBLIC smtpprobe_dep_${dependency})
    if(dependency STREQUAL cli11)
      list(APPEND precompiled <CLI/CLI.hpp>)
    elseif(dependency STREQUAL asio)
      list(APPEND precompiled <asio/awaitable.hpp> <asio/co_spawn.hpp> <asio/steady_timer.hpp>)
    endif()
  endforeach()
  list(LENGTH sources count)
  if(count GREATER 4)
    smtpprobe_precompile(smtpprobe_${name} ${precompiled})
  endif()
endfunction()

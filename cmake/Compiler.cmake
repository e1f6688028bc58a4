# SPDX-License-Identifier: Apache-2.0
# The interface target smtpprobe_options is linked by everything that is ours.

include(CheckCXXSourceRuns)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  # For size: a probe waits for the network, and reading pages of a larger program is what its start costs.
  set(CMAKE_BUILD_TYPE MinSizeRel CACHE STRING "" FORCE)
endif()

add_library(smtpprobe_options INTERFACE)
target_compile_features(smtpprobe_options INTERFACE cxx_std_20)
target_compile_options(smtpprobe_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wswitch -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough -fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees overlaps in std::string where there are none (GCC bug 105651).
  # And where it inlines the allocation of an Asio coroutine's frame but not its release, it takes the
  # two for different kinds; AddressSanitizer, which sees both, is the judge of that.
  target_compile_options(smtpprobe_options INTERFACE -fcoroutines -Wno-restrict -Wno-mismatched-new-delete)
  # And optimised, members of a variant that nobody reads (GCC bug 105562 and its kin).
  target_compile_options(smtpprobe_options INTERFACE $<$<CONFIG:Release,MinSizeRel>:-Wno-maybe-uninitialized>)
endif()

if(SMTPPROBE_SANITIZE)
  # UBSan's checks of each pointer that is followed double the time of a build; what they would find ends
  # a program under AddressSanitizer too.
  target_compile_options(smtpprobe_options INTERFACE
    -fsanitize=${SMTPPROBE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    -fno-sanitize=null,alignment,object-size,vptr)
  target_link_options(smtpprobe_options INTERFACE -fsanitize=${SMTPPROBE_SANITIZE})
endif()

if(SMTPPROBE_FUZZ)
  target_compile_options(smtpprobe_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(SMTPPROBE_STATIC)
  target_link_options(smtpprobe_options INTERFACE -static-libstdc++ -static-libgcc -Wl,--gc-sections
                      -Wl,--as-needed)
  # Relative relocations packed: a megabyte less to read at each start. The dynamic linker must know them
  # (glibc 2.36), so it is asked.
  if(NOT CMAKE_CROSSCOMPILING)
    set(CMAKE_REQUIRED_LINK_OPTIONS -pie -Wl,-z,pack-relative-relocs)
    set(CMAKE_REQUIRED_FLAGS -fPIE)
    check_cxx_source_runs("static int here; int* volatile there = &here; int main() { return there != &here; }"
                          SMTPPROBE_PACKED_RELOCATIONS)
    unset(CMAKE_REQUIRED_FLAGS)
    unset(CMAKE_REQUIRED_LINK_OPTIONS)
    if(SMTPPROBE_PACKED_RELOCATIONS)
      target_link_options(smtpprobe_options INTERFACE -Wl,-z,pack-relative-relocs)
    endif()
  endif()
endif()

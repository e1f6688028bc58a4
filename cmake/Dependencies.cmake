# SPDX-License-Identifier: Apache-2.0
# What is not ours, each as one target smtpprobe_dep_<name>, so that a layer names it in one word.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

if(SMTPPROBE_STATIC)
  set(OPENSSL_USE_STATIC_LIBS ON)
endif()
find_package(OpenSSL 3.0 REQUIRED)

# NAME as layers say it; MODULE is pkg-config's; LIBRARIES are what a static link needs.
function(smtpprobe_pkgconfig_dependency name module)
  cmake_parse_arguments(ARG "" "" "STATIC" ${ARGN})
  pkg_check_modules(dep_${name} REQUIRED ${module})
  add_library(smtpprobe_dep_${name} INTERFACE)
  target_include_directories(smtpprobe_dep_${name} SYSTEM INTERFACE ${dep_${name}_INCLUDE_DIRS})
  if(SMTPPROBE_STATIC)
    foreach(library IN LISTS ARG_STATIC)
      find_library(dep_${name}_${library} ${library} REQUIRED)
      target_link_libraries(smtpprobe_dep_${name} INTERFACE ${dep_${name}_${library}})
    endforeach()
  else()
    target_link_libraries(smtpprobe_dep_${name} INTERFACE ${dep_${name}_LINK_LIBRARIES})
  endif()
endfunction()

smtpprobe_pkgconfig_dependency(cares libcares STATIC libcares.a)
smtpprobe_pkgconfig_dependency(idn2 libidn2 STATIC libidn2.a libunistring.a)

# GMime is loaded at run time, when the first bounce is read: no other start pays for it, and a static
# program needs no static GLib. Only its headers are used here.
pkg_check_modules(dep_gmime REQUIRED gmime-3.0)
add_library(smtpprobe_dep_gmime INTERFACE)
target_include_directories(smtpprobe_dep_gmime SYSTEM INTERFACE ${dep_gmime_INCLUDE_DIRS})
target_link_libraries(smtpprobe_dep_gmime INTERFACE ${CMAKE_DL_LIBS})

# So is libgsasl, when a login is near.
pkg_check_modules(dep_gsasl REQUIRED libgsasl)
add_library(smtpprobe_dep_gsasl INTERFACE)
target_include_directories(smtpprobe_dep_gsasl SYSTEM INTERFACE ${dep_gsasl_INCLUDE_DIRS})
target_link_libraries(smtpprobe_dep_gsasl INTERFACE ${CMAKE_DL_LIBS})

# And libcurl, when a mailbox on an IMAP server is first looked into.
pkg_check_modules(dep_curl REQUIRED libcurl)
add_library(smtpprobe_dep_curl INTERFACE)
target_include_directories(smtpprobe_dep_curl SYSTEM INTERFACE ${dep_curl_INCLUDE_DIRS})
target_link_libraries(smtpprobe_dep_curl INTERFACE ${CMAKE_DL_LIBS})

add_library(smtpprobe_dep_openssl INTERFACE)
target_link_libraries(smtpprobe_dep_openssl INTERFACE OpenSSL::SSL OpenSSL::Crypto)

# Asio is compiled once, not in every translation unit that names it.
find_path(ASIO_INCLUDE_DIR asio.hpp REQUIRED)
add_library(smtpprobe_asio STATIC EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/cmake/asio.cpp)
target_include_directories(smtpprobe_asio SYSTEM PUBLIC ${ASIO_INCLUDE_DIR})
# Asio finds std::aligned_alloc only where a standard header came first, and then allocates otherwise than
# a source that began with Asio's: what one of them allocates the other one frees wrongly.
target_compile_definitions(smtpprobe_asio PUBLIC ASIO_SEPARATE_COMPILATION ASIO_NO_DEPRECATED
                                                 ASIO_DISABLE_STD_ALIGNED_ALLOC)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_definitions(smtpprobe_asio PUBLIC ASIO_HAS_CO_AWAIT=1 ASIO_HAS_STD_COROUTINE=1)
endif()
target_link_libraries(smtpprobe_asio PUBLIC Threads::Threads PRIVATE smtpprobe_options)
set_target_properties(smtpprobe_asio PROPERTIES CXX_CLANG_TIDY "")
add_library(smtpprobe_dep_asio ALIAS smtpprobe_asio)

find_package(nlohmann_json 3.11 REQUIRED)
add_library(smtpprobe_dep_json INTERFACE)
target_link_libraries(smtpprobe_dep_json INTERFACE nlohmann_json::nlohmann_json)

find_package(CLI11 2.1 REQUIRED)
add_library(smtpprobe_dep_cli11 INTERFACE)
target_link_libraries(smtpprobe_dep_cli11 INTERFACE CLI11::CLI11)

# std::expected where the standard library has it; include/smtpprobe/expected.hpp decides.
find_package(tl-expected QUIET)
add_library(smtpprobe_dep_expected INTERFACE)
if(TARGET tl::expected)
  target_link_libraries(smtpprobe_dep_expected INTERFACE tl::expected)
endif()

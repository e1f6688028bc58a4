# SPDX-License-Identifier: Apache-2.0
# What is installed: the program with its manual and completions, and the library for C++ users:
# public headers, one archive of all layers below the command line, and how CMake and pkg-config
# find them (smtpprobe::smtpprobe).
include(CMakePackageConfigHelpers)

# One archive, not one a layer: how the layers are cut is nobody's business outside.
get_property(layers GLOBAL PROPERTY SMTPPROBE_LAYERS)
list(REMOVE_ITEM layers cli lab)
add_library(smtpprobe_library STATIC $<TARGET_OBJECTS:smtpprobe_asio>)
foreach(layer IN LISTS layers)
  get_target_property(type smtpprobe_${layer} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    target_sources(smtpprobe_library PRIVATE $<TARGET_OBJECTS:smtpprobe_${layer}>)
  endif()
endforeach()
set_target_properties(smtpprobe_library PROPERTIES
  OUTPUT_NAME smtpprobe EXPORT_NAME smtpprobe LINKER_LANGUAGE CXX)
target_compile_features(smtpprobe_library INTERFACE cxx_std_20)
target_link_libraries(smtpprobe_library INTERFACE
  OpenSSL::SSL OpenSSL::Crypto Threads::Threads
  $<INSTALL_INTERFACE:PkgConfig::smtpprobe_cares> $<INSTALL_INTERFACE:PkgConfig::smtpprobe_idn2>)
if(TARGET tl::expected)
  target_link_libraries(smtpprobe_library INTERFACE tl::expected)
endif()

install(TARGETS smtpprobe_library EXPORT smtpprobe
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/smtpprobe DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/smtpprobe)
configure_package_config_file(cmake/smtpprobeConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/smtpprobeConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/smtpprobeConfigVersion.cmake
  COMPATIBILITY SameMinorVersion) # before 1.0 a minor version may break
install(EXPORT smtpprobe NAMESPACE smtpprobe:: FILE smtpprobeTargets.cmake DESTINATION ${package_dir})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/smtpprobeConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/smtpprobeConfigVersion.cmake DESTINATION ${package_dir})
# Its prefix is taken from where the file lies, so that a package that was moved still works.
file(RELATIVE_PATH prefix_from_pc /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/smtpprobe.pc.in ${CMAKE_CURRENT_BINARY_DIR}/smtpprobe.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/smtpprobe.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(TARGET smtpprobe)
  install(TARGETS smtpprobe RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES man/smtpprobe.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES man/smtpprobe-replies.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
  install(FILES packaging/completions/smtpprobe.bash
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME smtpprobe)
  install(FILES packaging/completions/_smtpprobe DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES packaging/completions/smtpprobe.fish
          DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
  install(DIRECTORY schema/ DESTINATION ${CMAKE_INSTALL_DATADIR}/smtpprobe FILES_MATCHING PATTERN "*.json")
  install(FILES README.md CHANGELOG.md SECURITY.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
endif()

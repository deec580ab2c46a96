# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# `cmake --install` puts the program, what makes its pages, the kernels' library and its headers into a prefix, where
# find_package(topheavy) gives topheavy::kernels (and topheavy::numerics, the flags that keep its answers).
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(_package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/topheavy)
# The installed program finds the libraries where the build found them. CMake leaves out what lies inside the project,
# and there the folder .venv with the wheel's Arrow usually is.
set_target_properties(topheavy PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
if(TARGET topheavy::arrow_shared)
  get_target_property(_arrow_file topheavy::arrow_shared IMPORTED_LOCATION)
  cmake_path(GET _arrow_file PARENT_PATH _arrow_folder)
  set_property(TARGET topheavy APPEND PROPERTY INSTALL_RPATH "${_arrow_folder}")
endif()
set_target_properties(topheavy_kernels PROPERTIES EXPORT_NAME kernels)
set_target_properties(topheavy_numerics PROPERTIES EXPORT_NAME numerics)

install(TARGETS topheavy RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
# Not ${CMAKE_INSTALL_DATADIR}: the program looks for it from where it is itself (host/report/page.cpp).
install(PROGRAMS ${PROJECT_SOURCE_DIR}/scripts/report.py DESTINATION share/topheavy/report)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/scripts/report DESTINATION share/topheavy/report PATTERN __pycache__ EXCLUDE)
install(TARGETS topheavy_kernels topheavy_numerics EXPORT topheavy_targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/kernels DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/topheavy
  FILES_MATCHING PATTERN "*.h" PATTERN device EXCLUDE PATTERN "*_cuda.h" EXCLUDE)
install(EXPORT topheavy_targets NAMESPACE topheavy:: FILE topheavyTargets.cmake DESTINATION ${_package_folder})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/topheavyConfig.cmake.in
  ${PROJECT_BINARY_DIR}/topheavyConfig.cmake INSTALL_DESTINATION ${_package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/topheavyConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/topheavyConfig.cmake ${PROJECT_BINARY_DIR}/topheavyConfigVersion.cmake
  DESTINATION ${_package_folder})

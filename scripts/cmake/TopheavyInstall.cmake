# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
include(GNUInstallDirs)
set_target_properties(topheavy PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
install(TARGETS topheavy RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

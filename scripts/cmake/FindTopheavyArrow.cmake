# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# Target topheavy::arrow: Arrow C++ with Parquet. An installed package (conda, vcpkg, Arrow's own Debian
# packages) wins; else the copy that the pyarrow wheel ships with its headers, asked of TOPHEAVY_PYTHON.
# The libraries are linked by their versioned file names, so that the wheel's folder needs no symlinks and may
# be read-only.

set(TOPHEAVY_PYTHON "" CACHE FILEPATH "Python whose pyarrow provides Arrow where no Arrow C++ is installed")

find_package(Arrow CONFIG QUIET)
find_package(Parquet CONFIG QUIET)
if(Arrow_FOUND AND Parquet_FOUND)
  set(TOPHEAVY_ARROW_ORIGIN "installed package ${ARROW_VERSION}")
  set(TOPHEAVY_ARROW_VERSION "${ARROW_VERSION} (installed package)")
  if(NOT TARGET topheavy::arrow)
    add_library(topheavy::arrow INTERFACE IMPORTED)
    target_link_libraries(topheavy::arrow INTERFACE Parquet::parquet_shared Arrow::arrow_shared)
  endif()
else()
  set(_python "${TOPHEAVY_PYTHON}")
  if(NOT _python AND EXISTS "${PROJECT_SOURCE_DIR}/.venv/bin/python")
    set(_python "${PROJECT_SOURCE_DIR}/.venv/bin/python")
  endif()
  if(NOT _python)
    find_program(_python NAMES python3)
  endif()
  execute_process(
    COMMAND "${_python}" -c "import pyarrow, sys; print(pyarrow.__version__); print(pyarrow.get_include()); print(pyarrow.get_library_dirs()[0])"
    OUTPUT_VARIABLE _answer ERROR_VARIABLE _error RESULT_VARIABLE _status OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(_status EQUAL 0)
    string(REPLACE "\n" ";" _answer "${_answer}")
    list(GET _answer 0 _version)
    list(GET _answer 1 _include)
    list(GET _answer 2 _libraries)
    file(GLOB _arrow_file "${_libraries}/libarrow.so.[0-9]*")
    file(GLOB _parquet_file "${_libraries}/libparquet.so.[0-9]*")
    list(SORT _arrow_file)
    list(SORT _parquet_file)
    if(_arrow_file AND _parquet_file)
      list(GET _arrow_file 0 _arrow_file)
      list(GET _parquet_file 0 _parquet_file)
      set(TOPHEAVY_ARROW_ORIGIN "pyarrow ${_version} of ${_python}")
      set(TOPHEAVY_ARROW_VERSION "${_version} (pyarrow wheel)")
      if(NOT TARGET topheavy::arrow)
        foreach(_name arrow parquet)
          add_library(topheavy::${_name}_shared SHARED IMPORTED)
          set_target_properties(topheavy::${_name}_shared PROPERTIES
            IMPORTED_LOCATION "${_${_name}_file}" IMPORTED_NO_SONAME OFF)
          target_include_directories(topheavy::${_name}_shared SYSTEM INTERFACE "${_include}")
        endforeach()
        add_library(topheavy::arrow INTERFACE IMPORTED)
        target_link_libraries(topheavy::arrow INTERFACE topheavy::parquet_shared topheavy::arrow_shared)
      endif()
    else()
      set(_reason "pyarrow ${_version} in ${_libraries} ships no libarrow.so.N and libparquet.so.N")
    endif()
  else()
    set(_reason "${_python}: ${_error}")
  endif()
endif()

include(FindPackageHandleStandardArgs)
string(REPLACE ";" "," _reason "${_reason}")  # the message must not look like a list
find_package_handle_standard_args(TopheavyArrow REQUIRED_VARS TOPHEAVY_ARROW_ORIGIN
  REASON_FAILURE_MESSAGE "no installed Arrow C++ and no pyarrow (${_reason}): run scripts/setup.sh or set TOPHEAVY_PYTHON")

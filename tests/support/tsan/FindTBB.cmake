# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# TBB::tbb for the preset tsan. ThreadSanitizer knows only the synchronisation it has compiled: with a system's oneTBB
# it reports every hand-over of work as a race, and what silences those reports (any frame of TBB on the stack) silences
# the races in our loop bodies too. So that preset runs on threads.h instead, which it compiles itself.
set(_forwarders "${CMAKE_BINARY_DIR}/tbb_stand_in")
foreach(_name blocked_range cache_aligned_allocator global_control parallel_for parallel_pipeline task_arena)
  foreach(_folder tbb oneapi/tbb)
    file(WRITE "${_forwarders}/${_folder}/${_name}.h" "#include \"${CMAKE_CURRENT_LIST_DIR}/threads.h\"\n")
  endforeach()
endforeach()
if(NOT TARGET TBB::tbb)
  add_library(TBB::tbb INTERFACE IMPORTED)
  target_include_directories(TBB::tbb INTERFACE "${_forwarders}")
  target_link_libraries(TBB::tbb INTERFACE Threads::Threads)
endif()
set(TBB_FOUND TRUE)

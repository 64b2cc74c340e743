# Finds what the libraries link, as imported targets. The installed package uses this file too, because a static library
# needs its dependencies where it is linked.

# watchword_find_link_dependencies(<missing> <scope> <argon2> <botan modules...>): the names of what is not there go to
# <missing>. <scope> is GLOBAL or empty; <argon2> is one of REQUIRED, OPTIONAL, UNUSED.
function(watchword_find_link_dependencies missing scope argon2)
  set(absent "")
  if(scope STREQUAL "GLOBAL")
    # A host project that adds this one links our libraries in a directory where our own targets would be out of sight.
    set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
  endif()
  foreach(package Threads SQLite3 PkgConfig)
    find_package(${package} QUIET)
    if(NOT ${package}_FOUND)
      list(APPEND absent ${package})
    endif()
  endforeach()
  if(PkgConfig_FOUND)
    pkg_search_module(WATCHWORD_BOTAN QUIET IMPORTED_TARGET ${scope} ${ARGN})
    pkg_check_modules(WATCHWORD_UTF8PROC QUIET IMPORTED_TARGET ${scope} libutf8proc)
    pkg_check_modules(WATCHWORD_IDN2 QUIET IMPORTED_TARGET ${scope} libidn2)
    if(NOT argon2 STREQUAL "UNUSED")
      pkg_check_modules(WATCHWORD_ARGON2 QUIET IMPORTED_TARGET ${scope} libargon2)
    endif()
    # Only who links the library over one of these needs it.
    pkg_check_modules(WATCHWORD_PQ QUIET IMPORTED_TARGET ${scope} libpq)
    foreach(module BOTAN UTF8PROC IDN2 ARGON2)
      if(NOT WATCHWORD_${module}_FOUND AND (NOT module STREQUAL "ARGON2" OR argon2 STREQUAL "REQUIRED"))
        list(APPEND absent ${module})
      endif()
    endforeach()
  endif()
  set(${missing} "${absent}" PARENT_SCOPE)
endfunction()

# watchword_require_dependencies(): everything that building the libraries needs, or a fatal error that names it.
function(watchword_require_dependencies)
  if(NOT WATCHWORD_USE_LIBARGON2)
    unset(WATCHWORD_ARGON2_FOUND CACHE)
    set(argon2 UNUSED)
  else()
    set(argon2 OPTIONAL)
  endif()
  watchword_find_link_dependencies(missing GLOBAL ${argon2} botan-3 botan-2)
  find_package(nlohmann_json 3.11 QUIET)
  if(NOT nlohmann_json_FOUND)
    list(APPEND missing nlohmann_json)
  endif()
  if(missing)
    message(FATAL_ERROR "Watchword needs what is not installed: ${missing}. "
                        "On Debian, cmake/install_dependencies.sh installs it.")
  endif()
endfunction()

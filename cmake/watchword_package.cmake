# The package: found by find_package, in the build tree as it is and once installed, and by pkg-config.
include(CMakePackageConfigHelpers)

if(WATCHWORD_USE_LIBARGON2 AND WATCHWORD_ARGON2_FOUND)
  set(watchword_argon2 REQUIRED)
else()
  set(watchword_argon2 UNUSED)
endif()
get_target_property(watchword_type watchword-token TYPE)
set(watchword_config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/watchword)

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/watchword-config.cmake.in ${PROJECT_BINARY_DIR}/watchword-config.cmake
  INSTALL_DESTINATION ${watchword_config_folder} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/watchword-config-version.cmake COMPATIBILITY SameMinorVersion)
configure_file(${PROJECT_SOURCE_DIR}/cmake/watchword_dependencies.cmake ${PROJECT_BINARY_DIR} COPYONLY)

# watchword_pkg_config(<name> <description> <library> OURS <modules...> OTHERS <modules...>)
function(watchword_pkg_config name description library)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "" "OURS;OTHERS")
  if(watchword_type STREQUAL "STATIC_LIBRARY")
    list(APPEND arg_OURS ${arg_OTHERS})
    set(arg_OTHERS "")
  endif()
  list(JOIN arg_OURS " " requires)
  list(JOIN arg_OTHERS " " requires_private)
  cmake_path(IS_RELATIVE CMAKE_INSTALL_LIBDIR relative)
  if(relative)
    file(RELATIVE_PATH up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" /)
    string(REGEX REPLACE "/$" "" up ${up})
    set(prefix "\${pcfiledir}/${up}")
    set(libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
    set(includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
  else()
    set(prefix ${CMAKE_INSTALL_PREFIX})
    set(libdir ${CMAKE_INSTALL_FULL_LIBDIR})
    set(includedir ${CMAKE_INSTALL_FULL_INCLUDEDIR})
  endif()
  configure_file(${PROJECT_SOURCE_DIR}/cmake/watchword.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

if(WATCHWORD_INSTALL)
  set(watchword_targets watchword-token watchword watchword-http watchword-contract)
  if(TARGET watchword-postgres)
    list(APPEND watchword_targets watchword-postgres)
  endif()
  if(TARGET watchword-redis)
    list(APPEND watchword_targets watchword-redis)
  endif()
  install(TARGETS ${watchword_targets} EXPORT watchword-targets)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/watchword DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(
    DIRECTORY ${PROJECT_SOURCE_DIR}/tests/contract
    DESTINATION ${CMAKE_INSTALL_DATADIR}/watchword
    FILES_MATCHING
    PATTERN "*.hpp"
    PATTERN "sql_backend.hpp" EXCLUDE
    PATTERN "postgres_backend.hpp" EXCLUDE
    PATTERN "processes.hpp" EXCLUDE)
  install(FILES ${PROJECT_SOURCE_DIR}/tests/support/catch.hpp DESTINATION ${CMAKE_INSTALL_DATADIR}/watchword/support)
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/src/password/common_passwords.LICENSE
          DESTINATION ${CMAKE_INSTALL_DOCDIR})
  install(EXPORT watchword-targets NAMESPACE watchword:: DESTINATION ${watchword_config_folder})
  install(FILES ${PROJECT_BINARY_DIR}/watchword-config.cmake ${PROJECT_BINARY_DIR}/watchword-config-version.cmake
                ${PROJECT_SOURCE_DIR}/cmake/watchword_dependencies.cmake DESTINATION ${watchword_config_folder})
  export(EXPORT watchword-targets NAMESPACE watchword:: FILE ${PROJECT_BINARY_DIR}/watchword-targets.cmake)

  set(watchword_modules sqlite3 libutf8proc libidn2)
  if(watchword_argon2 STREQUAL "REQUIRED")
    list(APPEND watchword_modules libargon2)
  endif()
  watchword_pkg_config(watchword-token "Issues and checks access tokens" watchword-token OTHERS
                       ${WATCHWORD_BOTAN_MODULE_NAME})
  watchword_pkg_config(watchword "${PROJECT_DESCRIPTION}" watchword OURS watchword-token OTHERS ${watchword_modules})
  watchword_pkg_config(watchword-http "The REST API of Watchword, for any server" watchword-http OURS watchword)
  if(TARGET watchword-postgres)
    watchword_pkg_config(watchword-postgres "PostgreSQL for Watchword" watchword-postgres OURS watchword OTHERS libpq)
  endif()
  if(TARGET watchword-redis)
    set(watchword_modules hiredis)
    if(WATCHWORD_HIREDIS_SSL_FOUND)
      list(APPEND watchword_modules hiredis_ssl openssl)
    endif()
    watchword_pkg_config(watchword-redis "Redis for Watchword" watchword-redis OURS watchword OTHERS
                         ${watchword_modules})
  endif()
endif()

# Finds what the library links, as imported targets. Nothing here is global to a host project.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)

pkg_search_module(WATCHWORD_BOTAN REQUIRED IMPORTED_TARGET botan-3 botan-2)
pkg_check_modules(WATCHWORD_UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(WATCHWORD_IDN2 REQUIRED IMPORTED_TARGET libidn2)
if(WATCHWORD_USE_LIBARGON2)
  pkg_check_modules(WATCHWORD_ARGON2 IMPORTED_TARGET libargon2)
endif()

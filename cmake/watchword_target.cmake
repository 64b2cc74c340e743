# watchword_library(<name> <alias>): one of the project's libraries, with the settings that all of them share.
function(watchword_library name alias)
  add_library(${name} ${PROJECT_SOURCE_DIR}/include/watchword/base/export.hpp)
  add_library(watchword::${alias} ALIAS ${name})
  set_target_properties(
    ${name}
    PROPERTIES EXPORT_NAME ${alias}
               LINKER_LANGUAGE CXX
               CXX_VISIBILITY_PRESET hidden
               VISIBILITY_INLINES_HIDDEN ON
               POSITION_INDEPENDENT_CODE ON
               VERSION ${PROJECT_VERSION}
               SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                            $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_compile_features(${name} INTERFACE cxx_std_17)
  watchword_own_code(${name})
endfunction()

# watchword_own_code(<target>): C++20 and our warnings, for targets of this project only.
function(watchword_own_code target)
  set_target_properties(${target} PROPERTIES CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                                           -Wnon-virtual-dtor -Woverloaded-virtual)
  # It takes text + string for an overlapping copy (GCC's bug 105651).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  if(WATCHWORD_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

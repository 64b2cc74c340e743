#!/bin/bash
# Installs what is missing, builds everything, and runs all tests. Arguments go to ctest.
#   WATCHWORD_BUILD_DIR    where to build (default: build/tests in the checkout)
#   WATCHWORD_CMAKE_ARGS   further arguments for cmake
set -euo pipefail
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build_dir=${WATCHWORD_BUILD_DIR:-$source_dir/build/tests}
jobs=$(nproc)

"$source_dir/cmake/install_dependencies.sh" library tests examples

arguments=(-DCMAKE_BUILD_TYPE=Release "-DCMAKE_CXX_FLAGS_RELEASE=-O1")
if [[ ! -e $build_dir/CMakeCache.txt ]]; then
  if command -v ninja >/dev/null; then arguments+=(-G Ninja); else arguments+=(-G "Unix Makefiles"); fi
fi
if command -v ccache >/dev/null; then arguments+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
read -ra more <<<"${WATCHWORD_CMAKE_ARGS:-}"

cmake -S "$source_dir" -B "$build_dir" "${arguments[@]}" "${more[@]}"
cmake --build "$build_dir" --parallel "$jobs"
exec ctest --test-dir "$build_dir" --output-on-failure --no-tests=error --parallel "$jobs" "$@"

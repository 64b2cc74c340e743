#!/bin/bash
# run.sh <compiler> <prefix of the installation> <build folder> <flags>: builds and runs the consumers with what pkg-config says.
set -euo pipefail
compiler=$1 prefix=$2 build=$3 flags=$4
source_dir=$(cd "$(dirname "$0")/../consumer" && pwd)
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name watchword.pc)")
export PKG_CONFIG_PATH
mkdir -p "$build"

check() {
  local program=$1 module=$2 words
  # It writes for a shell, with a backslash before each space of a path.
  eval "words=($(pkg-config --cflags --libs "$module"))"
  # shellcheck disable=SC2086,SC2154  # flags are several words
  "$compiler" -std=c++17 $flags "$source_dir/$program.cpp" -o "$build/$program" "${words[@]}"
  LD_LIBRARY_PATH=$(pkg-config --variable=libdir "$module") "$build/$program"
}

check tokens watchword-token
check accounts watchword-http

#!/bin/bash
# include_cost.sh [header...]: how much longer a translation unit compiles that includes a public header (by default
# watchword/watchword.hpp) than one that includes <string>, <vector> and <memory>. Prints the medians of several
# alternating compilations and their ratio, for each standard. The compiler is CXX, default c++; RUNS is how often.
# Fails if a ratio is above LIMIT, in hundredths.
set -euo pipefail
include=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../include" && pwd)
compiler=${CXX:-c++} runs=${RUNS:-5} limit=${LIMIT:-}
(($#)) || set -- watchword/watchword.hpp
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

write_unit() {
  local file=$1 header
  shift
  for header in "$@"; do echo "#include <$header>"; done >"$file"
}

# Processor time: what else the machine does matters less.
milliseconds() {
  local TIMEFORMAT='%3U %3S' user system
  read -r user system < <({ time "$compiler" -std="$1" -O0 -I "$include" -c "$2" -o "$folder/out.o" >&2; } 2>&1)
  echo $((10#${user/[.,]/} + 10#${system/[.,]/}))
}

median() { sort -n "$1" | sed -n "$(((runs + 1) / 2))p"; }

dear=""
write_unit "$folder/base.cpp" string vector memory
for header in "$@"; do
  write_unit "$folder/ours.cpp" "$header"
  for standard in c++17 c++20 c++2b; do
    for unit in base ours; do
      : >"$folder/$unit.times"
      milliseconds "$standard" "$folder/$unit.cpp" >/dev/null
    done
    for ((run = 0; run < runs; ++run)); do
      for unit in base ours; do milliseconds "$standard" "$folder/$unit.cpp" >>"$folder/$unit.times"; done
    done
    base=$(median "$folder/base.times") ours=$(median "$folder/ours.times")
    printf '%s %s: %d ms against %d ms, ratio %d.%02d\n' "$standard" "$header" "$ours" "$base" \
      $((ours / base)) $((ours * 100 / base % 100))
    [[ -z $limit ]] || ((ours * 100 <= base * limit)) || dear+=" $header at $standard"
  done
done
[[ -z $dear ]] || { echo "above $((limit / 100)).$(printf %02d $((limit % 100))):$dear"; exit 1; }

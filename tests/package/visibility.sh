#!/bin/bash
# visibility.sh <compiler> <folder of the static libraries> <build folder>
# The dynamic symbols of a shared object made of the libraries' objects must all be Watchword's or the standard library's.
set -euo pipefail
compiler=$1 libraries=$2 build=$3
mkdir -p "$build"
exported="$build/exported.txt"
$compiler -shared -o "$build/all.so" -Wl,--whole-archive "$libraries"/libwatchword*.a -Wl,--no-whole-archive
nm --dynamic --defined-only --demangle "$build/all.so" | cut -d' ' -f3- >"$exported"
grep -q '^watchword::open' "$exported" || { echo "watchword::open is not exported"; exit 1; }
# Type information of the classes that ours derive from is emitted in each object that needs it.
foreign=$(grep -vE '^([A-Za-z -]+ (for|to) )?watchword::' "$exported" |
  grep -vE '^(vtable|typeinfo|typeinfo name) for Botan::' |
  grep -vE '(^|[ (*&])(std|__gnu_cxx)::|^operator (new|delete)|^_(init|fini|edata|end|_bss_start)$' || true)
if [[ -n $foreign ]]; then
  echo "Exported, and not Watchword's own:"
  echo "$foreign" | head -40
  exit 1
fi

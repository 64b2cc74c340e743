#!/bin/bash
# install_dependencies.sh [library|tests|examples|bench]...   (default: all but bench)
# Installs what is missing by apt-get, for Debian 12 and newer. Does nothing, and needs no root, when all is there.
set -euo pipefail

# Each line: how to find out whether it is there, and the package that brings it. The first of several packages that
# the system's sources offer is taken.
library='
command:c++        g++
command:cmake      cmake
command:ninja      ninja-build
command:pkg-config pkg-config
module:nlohmann_json nlohmann-json3-dev
module:sqlite3     libsqlite3-dev
module:libutf8proc libutf8proc-dev
module:libidn2     libidn2-dev
module:libargon2   libargon2-dev
module:botan-3|botan-2 libbotan-3-dev|libbotan-2-dev
module:libpq       libpq-dev
module:hiredis     libhiredis-dev
'
tests='
module:catch2      catch2
command:python3    python3
package:python3-jwt python3-jwt
file:/usr/lib/postgresql/*/bin/initdb postgresql
file:/usr/sbin/pgbouncer pgbouncer
command:curl       curl
command:redis-server redis-server
command:openssl    openssl
'
examples='
module:libmicrohttpd libmicrohttpd-dev
module:spdlog      libspdlog-dev
command:curl       curl
'
bench='
module:benchmark   libbenchmark-dev
command:wrk        wrk
'

is_there() {
  local kind=${1%%:*} name
  IFS='|' read -ra names <<<"${1#*:}"
  for name in "${names[@]}"; do
    case $kind in
      command) command -v "$name" >/dev/null && return ;;
      file) compgen -G "$name" >/dev/null && return ;;
      module) pkg-config --exists "$name" 2>/dev/null && return ;;
      package) dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' && return ;;
    esac
  done
  return 1
}

list_missing() {
  local group probe package
  for group in "$@"; do
    while read -r probe package; do
      [[ -z $probe ]] || is_there "$probe" || echo "$package"
    done <<<"${!group}"
  done | sort -u
}

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "install_dependencies.sh: run as root, or install sudo, to install: ${missing[*]}" >&2
    exit 1
  fi
}

first_offered() {
  local name
  for name in ${1//|/ }; do
    if apt-cache show "$name" >/dev/null 2>&1; then
      echo "$name"
      return
    fi
  done
  echo "install_dependencies.sh: no package source offers ${1//|/ or }" >&2
  return 1
}

(($#)) || set -- library tests examples
for group in "$@"; do
  case $group in
    library | tests | examples | bench) ;;
    *)
      echo "install_dependencies.sh: unknown group '$group'" >&2
      exit 2
      ;;
  esac
done
mapfile -t missing < <(list_missing "$@")
((${#missing[@]})) || exit 0
if ! command -v apt-get >/dev/null; then
  echo "install_dependencies.sh: not a Debian system; please install: ${missing[*]}" >&2
  exit 1
fi
as_root apt-get update -q
packages=()
for entry in "${missing[@]}"; do
  package=$(first_offered "$entry")
  packages+=("$package")
done
# The tests start PostgreSQL servers of their own: Debian is not to make and start one as well.
if [[ " ${packages[*]} " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
  as_root mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
# Nor is it to start one of Redis, now or at the next boot.
if [[ " ${packages[*]} " == *" redis-server "* && ! -e /usr/sbin/policy-rc.d ]]; then
  trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
  printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
  as_root chmod 755 /usr/sbin/policy-rc.d
fi
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"
if [[ " ${packages[*]} " == *" redis-server "* ]] && command -v systemctl >/dev/null; then
  as_root systemctl disable --quiet redis-server
fi

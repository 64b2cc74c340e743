# The stages of .ci/run and .ci/full; sourced by them.
set -uo pipefail
export CI=true
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc)
logs=$(mktemp -d)
table=$logs/table
failed=""
last=""

# stage <name> <command...>: runs a stage, whatever became of those before it, and notes its time and outcome.
stage() {
  local name=$1 began=$SECONDS outcome=passed
  shift
  last=$logs/$(wc -l 2>/dev/null <"$table" || echo 0).log
  echo "=== $name"
  (set -e; cd "$source_dir"; "$@") </dev/null 2>&1 | tee "$last"
  if [[ ${PIPESTATUS[0]} != 0 ]]; then
    outcome=FAILED
    [[ -n $failed ]] || failed=$last
  fi
  printf '%-40s %-7s %5d s\n' "$name" "$outcome" $((SECONDS - began)) | tee -a "$table"
}

# closing: the table of stages, then the closing lines of the last suite, or of the first stage that failed.
closing() {
  echo "=== stages"
  cat "$table"
  local log=${failed:-$last}
  if grep -q '% tests passed' "$log"; then
    sed -n '/% tests passed/h;/% tests passed/!H;${x;p}' "$log"
  else
    tail -n 30 "$log"
  fi
  rm -rf "$logs"
  [[ -z $failed ]]
}

# suite_preset <preset> <cmake arguments...>: the suite in the build folder and with the flags of a preset.
suite_preset() {
  local preset=$1
  shift
  "$source_dir/cmake/install_dependencies.sh" library tests examples
  local arguments=(-G Ninja)
  if command -v ccache >/dev/null; then arguments+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  cmake --preset "$preset" "${arguments[@]}" "$@"
  cmake --build --preset "$preset" --parallel "$jobs"
  ctest --preset "$preset" --parallel "$jobs"
}

install_package() {
  command -v "$1" >/dev/null && return
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$2"
}

# Where this machine's own packages come from; nothing if that cannot be told.
host_mirror() {
  local codename
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
    awk -v codename="$codename" '$2 == codename && $3 == "main" { print $1; exit }'
}

cache_folder() {
  local folder
  for folder in /var/cache/watchword-ci "${TMPDIR:-/tmp}/watchword-ci"; do
    if mkdir -p "$folder" 2>/dev/null && [[ -w $folder ]]; then
      echo "$folder"
      return
    fi
  done
  return 1
}

# bare_root <suite>: the path of an untouched minimal Debian, made anew once a week.
bare_root() {
  local suite=$1 root mirror
  root=$(cache_folder)/$suite
  if [[ ! -e $root.complete || -n $(find "$root.complete" -mtime +6) ]]; then
    rm -rf "$root" "$root.complete"
    mirror=$(host_mirror)
    # shellcheck disable=SC2086  # no mirror, no argument
    debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" $mirror >&2
    rm -f "$root"/var/cache/apt/archives/*.deb
    touch "$root.complete"
  fi
  echo "$root"
}

# How this machine reaches its mirror: proxies, certificates, credentials, names.
carry_apt_configuration() {
  local root=$1 path
  apt-config dump | grep -E '^Acquire::(http|https|ftp|Check|Retries|ForceIPv|Max-)' >"$root/etc/apt/apt.conf.d/99host" || true
  for path in /etc/apt/auth.conf /etc/apt/auth.conf.d /etc/apt/keyrings /etc/apt/trusted.gpg.d /etc/resolv.conf \
    /etc/hosts /etc/ssl/certs /usr/local/share/ca-certificates; do
    [[ ! -e $path ]] || (cd / && tar -chf - ".$path") | tar -xf - -C "$root"
  done
}

# in_bare_root <suite> <command>: runs a shell command in a copy of the sources, inside a fresh minimal Debian.
in_bare_root() {
  local suite=$1 command=$2 pristine root outcome=0
  install_package debootstrap debootstrap
  pristine=$(bare_root "$suite")
  root=$(mktemp -d "$(cache_folder)/$suite-run-XXXXXX")
  cp -a "$pristine/." "$root"
  carry_apt_configuration "$root"
  mkdir -p "$root/watchword"
  tar -C "$source_dir" --exclude=./.git --exclude='./build*' -cf - . | tar -C "$root/watchword" --no-same-owner -xf -
  # The mounts are in a namespace of their own, and go with it.
  # shellcheck disable=SC2016  # expanded inside
  unshare --mount --pid --fork --kill-child bash -euc '
    mount --make-rprivate /
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    mount -t tmpfs tmpfs "$1/dev/shm"
    exec chroot "$1" /usr/bin/env -i CI=true HOME=/root LANG=C.UTF-8 TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin \
      http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" no_proxy="${no_proxy:-}" \
      /bin/bash -euc "cd /watchword; $2"' in_bare_root "$root" "$command" || outcome=$?
  rm -rf "$root"
  return "$outcome"
}

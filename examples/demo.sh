#!/bin/bash
# Installs what is missing, builds Release, and runs the demo server on 127.0.0.1:8000 with an SQLite file in the
# current folder, until Ctrl-C. The environment variables of the server (DATABASE_URL, PORT, ...) are passed on.
set -euo pipefail
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build_dir=${WATCHWORD_BUILD_DIR:-$source_dir/build/demo}

"$source_dir/cmake/install_dependencies.sh" library examples

arguments=(-DCMAKE_BUILD_TYPE=Release -DWATCHWORD_BUILD_TESTS=OFF -DWATCHWORD_WERROR=OFF)
if [[ ! -e $build_dir/CMakeCache.txt ]] && command -v ninja >/dev/null; then arguments+=(-G Ninja); fi
if command -v ccache >/dev/null; then arguments+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
cmake -S "$source_dir" -B "$build_dir" "${arguments[@]}" >/dev/null
cmake --build "$build_dir" --parallel "$(nproc)" --target watchword-server watchword-admin

export MAIL_URL=${MAIL_URL:-file://$PWD/watchword-mail}
scheme=http
[[ -z ${TLS_CERT:-} ]] || scheme=https
url=$scheme://${HOST:-127.0.0.1}:${PORT:-8000}
mail_dir=${MAIL_URL#file://}
cat <<TEXT

The demo server starts at $url; its database is ${DATABASE_URL:-./watchword.db}, mail goes to $mail_dir/.
Try, in another terminal:

  curl -X POST "$url/api/v1/users/register" \\
    -H "Content-Type: application/json" \\
    -d '{"email": "user@example.com", "username": "testuser", "password": "securepassword123"}'

  curl -X POST "$url/api/v1/users/login" \\
    -H "Content-Type: application/json" \\
    -d '{"username_or_email": "testuser", "password": "securepassword123"}'

  curl -X GET "$url/api/v1/users/me" \\
    -H "Authorization: Bearer YOUR_ACCESS_TOKEN"

  curl -X POST "$url/api/v1/users/request-password-reset" \\
    -H "Content-Type: application/json" -d '{"email": "user@example.com"}'

  sleep 1; cat "$mail_dir/"*.eml

  "$build_dir/examples/admin/watchword-admin" list

All operations: $url/openapi.json      Stop: Ctrl-C

TEXT
exec "$build_dir/examples/http_server/watchword-server"

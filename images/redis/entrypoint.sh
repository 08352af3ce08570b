#!/usr/bin/env bash
# Starts Redis or Valkey as its own user, on every address: what may enter is up to its configuration. Anything else is
# run as it is.
set -euo pipefail

case "${1:-}" in
  redis-server | valkey-server)
    if [ "$(id -u)" = 0 ]; then
      user=${1%-server}
      find . ! -user "$user" -exec chown "$user:$user" {} +
      exec setpriv --reuid="$user" --regid="$user" --clear-groups --no-new-privs "$0" "$@"
    fi
    umask 0077
    ;;
esac
exec "$@"

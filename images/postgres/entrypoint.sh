#!/usr/bin/env bash
# Starts PostgreSQL with the variables that the image of that name on the public registries knows: POSTGRES_USER,
# POSTGRES_PASSWORD, POSTGRES_DB (each also as …_FILE) and PGDATA, a folder below the volume. The cluster is made beside its place and renamed when
# it is whole, so that a kill in the middle leaves no half cluster.
set -euo pipefail

fail() {
  printf 'postgres: %s\n' "$*" >&2
  exit 2
}

# value_of NAME DEFAULT : from NAME, or from the file that NAME_FILE names.
value_of() {
  local file=$1_FILE
  if [ -n "${!file:-}" ]; then
    [ -r "${!file}" ] || fail "$file names ${!file}, which cannot be read; correct it."
    cat "${!file}"
  else
    printf '%s' "${!1:-$2}"
  fi
}

make_cluster() {
  local user password database half=$PGDATA.unfinished
  user=$(value_of POSTGRES_USER postgres)
  password=$(value_of POSTGRES_PASSWORD '')
  database=$(value_of POSTGRES_DB "$user")
  [ -n "$password" ] || fail "there is no cluster in $PGDATA yet and no password for it; set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE."
  rm -rf --one-file-system "$half"
  initdb --pgdata="$half" --username="$user" --pwfile=<(printf '%s\n' "$password") --encoding=UTF8 --locale=C.UTF-8 \
    --auth-local=trust --auth-host=scram-sha-256 --data-checksums >/dev/null
  printf 'host all all all scram-sha-256\n' >>"$half/pg_hba.conf"
  printf "listen_addresses = '*'\nlog_checkpoints = off\n" >>"$half/postgresql.conf"
  [ "$database" = postgres ] ||
    printf 'CREATE DATABASE "%s"\n' "${database//\"/\"\"}" | postgres --single -D "$half" postgres >/dev/null
  mv -T "$half" "$PGDATA"
}

# What a volume or a host's folder looks like is not ours to choose: made usable while this is still root.
step_down() {
  local folder
  for folder in "$(dirname "$PGDATA")" /var/run/postgresql; do
    mkdir -p "$folder"
    [ "$(stat -c %U "$folder")" = postgres ] || chown -R postgres:postgres "$folder"
  done
  exec setpriv --reuid=postgres --regid=postgres --init-groups --no-new-privs "$0" "$@"
}

if [ "${1:-}" = postgres ]; then
  if [ "$(id -u)" = 0 ]; then step_down "$@"; fi
  if [ ! -e "$PGDATA/PG_VERSION" ]; then
    printf 'postgres: making the cluster in %s\n' "$PGDATA" >&2
    make_cluster
  fi
fi
exec "$@"

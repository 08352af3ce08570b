#!/usr/bin/env bash
# Starts MySQL with the variables that the image of that name on the public registries knows: MYSQL_ROOT_PASSWORD,
# MYSQL_USER, MYSQL_PASSWORD, MYSQL_DATABASE (each also as …_FILE). The data are made in a folder of their own, by a server
# that no network reaches, and moved to their place when they are whole, the one that says so last: a kill in the middle
# leaves nothing half.
set -euo pipefail

DATA=/var/lib/mysql
# without a point before it: InnoDB does not look into hidden folders, and would make its files a second time
HALF=$DATA/unfinished-data
RUN=/run/mysqld

fail() {
  printf 'mysql: %s\n' "$*" >&2
  exit 2
}

# value_of NAME : from NAME, or from the file that NAME_FILE names.
value_of() {
  local file=$1_FILE
  if [ -n "${!file:-}" ]; then
    [ -r "${!file}" ] || fail "$file names ${!file}, which cannot be read; correct it."
    cat "${!file}"
  else
    printf '%s' "${!1:-}"
  fi
}

# text VALUE : as SQL writes it, whatever is in it.
text() {
  local value=${1//\\/\\\\}
  printf "'%s'" "${value//\'/\'\'}"
}

accounts() {
  local root user password database
  root=$(value_of MYSQL_ROOT_PASSWORD)
  user=$(value_of MYSQL_USER)
  password=$(value_of MYSQL_PASSWORD)
  database=$(value_of MYSQL_DATABASE)
  database=${database//\`/\`\`}
  # what makes the accounts is not for the log of changes
  printf 'SET SESSION sql_log_bin = 0;\n'
  printf "CREATE USER 'root'@'%%' IDENTIFIED BY %s;\n" "$(text "$root")"
  printf "GRANT ALL ON *.* TO 'root'@'%%' WITH GRANT OPTION;\n"
  [ -z "$database" ] || printf 'CREATE DATABASE `%s`;\n' "$database"
  if [ -n "$user" ]; then
    printf "CREATE USER %s@'%%' IDENTIFIED BY %s;\n" "$(text "$user")" "$(text "$password")"
    [ -z "$database" ] || printf "GRANT ALL ON \`%s\`.* TO %s@'%%';\n" "${database//_/\\_}" "$(text "$user")"
  fi
  printf "ALTER USER 'root'@'localhost' IDENTIFIED BY %s;\n" "$(text "$root")"
  # the account has its password by now; this session may still end the server
  printf 'SHUTDOWN;\n'
}

# make_data ARGUMENT… : with the server's own arguments, some of which count only while data are made; ours are the last word.
make_data() {
  local socket=$RUN/unfinished.sock server
  [ -n "$(value_of MYSQL_ROOT_PASSWORD)" ] ||
    fail "there are no data in $DATA yet and no password for them; set MYSQL_ROOT_PASSWORD or MYSQL_ROOT_PASSWORD_FILE."
  find "$DATA" -mindepth 1 -maxdepth 1 ! -name lost+found -exec rm -rf --one-file-system {} +
  mkdir "$HALF"
  mysqld --no-defaults "$@" --initialize-insecure --datadir="$HALF" --log-error-verbosity=1 >&2
  # its own log of changes would say what made the accounts, to whoever reads it later
  mysqld --no-defaults "$@" --datadir="$HALF" --skip-networking --mysqlx=OFF --skip-log-bin --socket="$socket" \
    --pid-file="$RUN/unfinished.pid" --log-error-verbosity=1 >&2 &
  server=$!
  until mysqladmin --no-defaults --socket="$socket" --user=root ping >/dev/null 2>&1; do
    kill -0 "$server" 2>/dev/null || fail "the server ended while its accounts were to be made; the lines above say why."
    sleep 0.1
  done
  accounts | mysql --no-defaults --socket="$socket" --user=root
  wait "$server"
  find "$HALF" -mindepth 1 -maxdepth 1 ! -name mysql -exec mv -t "$DATA" {} +
  mv -t "$DATA" "$HALF/mysql"
  rmdir "$HALF"
}

# What a volume or a host's folder looks like is not ours to choose: made usable while this is still root.
step_down() {
  local folder
  for folder in "$DATA" "$RUN"; do
    mkdir -p "$folder"
    [ "$(stat -c %U "$folder")" = mysql ] || chown -R mysql:mysql "$folder"
  done
  exec setpriv --reuid=mysql --regid=mysql --init-groups --no-new-privs "$0" "$@"
}

case "${1:-}" in -*) set -- mysqld "$@" ;; esac
if [ "${1:-}" = mysqld ]; then
  if [ "$(id -u)" = 0 ]; then step_down "$@"; fi
  if [ ! -d "$DATA/mysql" ]; then
    printf 'mysql: making the data in %s\n' "$DATA" >&2
    make_data "${@:2}"
  fi
  shift
  # reached from other hosts under whatever name: only the account counts
  set -- mysqld --datadir="$DATA" --bind-address=0.0.0.0 --skip-name-resolve --mysqlx=OFF \
    --socket="$RUN/mysqld.sock" --pid-file="$RUN/mysqld.pid" "$@"
fi
exec "$@"

#!/usr/bin/env bash
# Starts MariaDB with the variables that the image of that name on the public registries knows: MARIADB_ROOT_PASSWORD,
# MARIADB_USER, MARIADB_PASSWORD, MARIADB_DATABASE (each also as …_FILE). The data are made in a folder of their own and
# moved to their place when they are whole, the one that says so last: a kill in the middle leaves nothing half.
set -euo pipefail

DATA=/var/lib/mysql
HALF=$DATA/.unfinished

fail() {
  printf 'mariadb: %s\n' "$*" >&2
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
  root=$(value_of MARIADB_ROOT_PASSWORD)
  user=$(value_of MARIADB_USER)
  password=$(value_of MARIADB_PASSWORD)
  database=$(value_of MARIADB_DATABASE)
  database=${database//\`/\`\`}
  # those that the package makes have no password; and before FLUSH a server in this mode knows no accounts
  printf "DELETE FROM mysql.global_priv WHERE User = '' OR User = 'root' AND Host <> 'localhost';\n"
  printf "DELETE FROM mysql.proxies_priv WHERE Host <> 'localhost';\n"
  printf 'FLUSH PRIVILEGES;\n'
  printf "ALTER USER 'root'@'localhost' IDENTIFIED BY %s;\n" "$(text "$root")"
  printf "CREATE USER 'root'@'%%' IDENTIFIED BY %s;\n" "$(text "$root")"
  printf "GRANT ALL ON *.* TO 'root'@'%%' WITH GRANT OPTION;\n"
  [ -z "$database" ] || printf 'CREATE DATABASE `%s`;\n' "$database"
  if [ -n "$user" ]; then
    printf "CREATE USER %s@'%%' IDENTIFIED BY %s;\n" "$(text "$user")" "$(text "$password")"
    [ -z "$database" ] || printf "GRANT ALL ON \`%s\`.* TO %s@'%%';\n" "${database//_/\\_}" "$(text "$user")"
  fi
}

make_data() {
  [ -n "$(value_of MARIADB_ROOT_PASSWORD)" ] ||
    fail "there are no data in $DATA yet and no password for them; set MARIADB_ROOT_PASSWORD or MARIADB_ROOT_PASSWORD_FILE."
  find "$DATA" -mindepth 1 -maxdepth 1 ! -name lost+found -exec rm -rf --one-file-system {} +
  mkdir "$HALF"
  mariadb-install-db --datadir="$HALF" --auth-root-authentication-method=normal --skip-test-db --skip-name-resolve \
    >/dev/null
  accounts | mariadbd --bootstrap --datadir="$HALF" --skip-name-resolve --log-warnings=0
  find "$HALF" -mindepth 1 -maxdepth 1 ! -name mysql -exec mv -t "$DATA" {} +
  mv -t "$DATA" "$HALF/mysql"
  rmdir "$HALF"
}

# What a volume or a host's folder looks like is not ours to choose: made usable while this is still root.
step_down() {
  local folder
  for folder in "$DATA" /run/mysqld; do
    mkdir -p "$folder"
    [ "$(stat -c %U "$folder")" = mysql ] || chown -R mysql:mysql "$folder"
  done
  exec setpriv --reuid=mysql --regid=mysql --init-groups --no-new-privs "$0" "$@"
}

case "${1:-}" in -*) set -- mariadbd "$@" ;; esac
if [ "${1:-}" = mariadbd ]; then
  if [ "$(id -u)" = 0 ]; then step_down "$@"; fi
  if [ ! -d "$DATA/mysql" ]; then
    printf 'mariadb: making the data in %s\n' "$DATA" >&2
    make_data
  fi
  shift
  # reached from other hosts under whatever name: only the account counts
  set -- mariadbd --datadir="$DATA" --bind-address=0.0.0.0 --skip-name-resolve --socket=/run/mysqld/mysqld.sock "$@"
fi
exec "$@"

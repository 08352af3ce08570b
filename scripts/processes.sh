# shellcheck shell=bash
# The processes of one data directory. A pid alone proves nothing: pids come round again, so every process of ours
# carries -Dslipway.data=<its data directory> on its command line, and that is what is asked for.

# process_of platform|ingress : prints its pid; fails when it does not run.
process_of() {
  local kind=$1 pid file=$SLIPWAY_DATA/run/$1.pid
  pid=$(cat "$file" 2>/dev/null) && is_ours "$pid" "$kind" && printf '%s' "$pid" && return 0
  # the file may be lost or stale while the process lives
  for file in $(grep -lsF -- "-Dslipway.data=$SLIPWAY_DATA" /proc/[0-9]*/cmdline 2>/dev/null); do
    pid=${file#/proc/} pid=${pid%/cmdline}
    is_ours "$pid" "$kind" && printf '%s' "$pid" && return 0
  done
  return 1
}

is_ours() {
  local pid=$1 kind=$2 main
  [[ "$pid" =~ ^[0-9]+$ ]] || return 1
  main=$(main_class_of "$kind")
  process_has "$pid" "-Dslipway.data=$SLIPWAY_DATA" && process_has "$pid" "$main" && ! is_zombie "$pid"
}

process_has() {
  local argument
  while IFS= read -r -d '' argument; do [ "$argument" = "$2" ] && return 0; done 2>/dev/null <"/proc/$1/cmdline"
  return 1
}

# environment_of PID NAME : what the process was started with; empty when it is not ours to read.
environment_of() {
  local entry
  while IFS= read -r -d '' entry; do
    case "$entry" in "$2="*) printf '%s' "${entry#*=}" && return 0 ;; esac
  done 2>/dev/null <"/proc/$1/environ"
}

is_zombie() { grep -qs '^State:[[:space:]]*Z' "/proc/$1/status"; }

is_alive() { [ -d "/proc/$1" ] && ! is_zombie "$1"; }

# The embedded PostgreSQL may outlive the platform: its own pid file names it.
postgres_pid() {
  local file pid folder
  for file in "$SLIPWAY_DATA"/postgres/postmaster.pid "$SLIPWAY_DATA"/postgres/*/postmaster.pid; do
    [ -r "$file" ] || continue
    pid=$(head -n 1 "$file")
    folder=$(sed -n 2p "$file")
    if [[ "$pid" =~ ^[0-9]+$ ]] && is_alive "$pid" && [ "$folder" -ef "${file%/*}" ] &&
      [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = postgres ]; then
      printf '%s' "$pid"
      return 0
    fi
  done
  return 1
}

# await_end PID SECONDS
await_end() {
  local tries=$(($2 * 10))
  while is_alive "$1"; do
    [ "$tries" -gt 0 ] || return 1
    sleep 0.1
    tries=$((tries - 1))
  done
}

# stop_process NAME PID SECONDS [SIGNAL] : asks first, insists when the bound is over, and says which it was.
stop_process() {
  local name=$1 pid=$2 bound=$3 signal=${4:-TERM}
  kill -s "$signal" "$pid" 2>/dev/null || { is_alive "$pid" && refuse "the $name (pid $pid) belongs to another user; stop it as $(stat -c %U "/proc/$pid")."; }
  if await_end "$pid" "$bound"; then
    say "the $name has stopped"
  else
    kill -s KILL "$pid" 2>/dev/null
    await_end "$pid" 10
    say "the $name did not stop within $bound s and was killed; its work is resumed at the next start"
  fi
}

# ---- a member of a cluster ------------------------------------------------------------------------------------------

# what a process ends with that lost its cluster and wants to join anew (ServiceMain.REJOIN)
REJOIN=75

# start_while_it_rejoins COMMAND… : runs it, and again as long as it ends with that code, after a pause that doubles up to a
# minute while its lives are short. Signals are passed on; any other end is ours, with its code.
start_while_it_rejoins() {
  local pid='' pause=1 began code signalled ending=no
  trap 'ending=yes signalled=yes; [ -z "$pid" ] || kill -s TERM "$pid" 2>/dev/null' TERM INT HUP
  while :; do
    began=$SECONDS
    "$@" &
    pid=$!
    [ "$ending" = no ] || kill -s TERM "$pid"
    # a signal ends the waiting, not what is waited for
    while signalled=no && wait "$pid"; code=$? && [ "$signalled" = yes ]; do :; done
    [ "$code" = "$REJOIN" ] && [ "$ending" = no ] || exit "$code"
    [ $((SECONDS - began)) -lt 600 ] || pause=1
    say "it left its cluster to join anew; starting it again in $pause s"
    sleep "$pause" &
    pid=$!
    wait "$pid"
    [ "$ending" = no ] || exit 0
    pause=$((pause * 2 > 60 ? 60 : pause * 2))
  done
}

# ---- ports ----------------------------------------------------------------------------------------------------------

# port_taken PORT : prints who listens there ("pid 12 (nginx)", or nothing when that is hidden); fails when it is free.
port_taken() {
  local hex inode
  hex=$(printf ':%04X' "$1")
  inode=$(awk -v port="$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10; exit }' /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  [ -n "$inode" ] || return 1
  owner_of_socket "$inode"
  return 0
}

owner_of_socket() {
  local link pid
  link=$(find /proc/[0-9]*/fd -maxdepth 1 -lname "socket:\[$1\]" -print -quit 2>/dev/null)
  [ -n "$link" ] || return 0
  pid=${link#/proc/} pid=${pid%%/*}
  local argument what
  what=$(cat "/proc/$pid/comm" 2>/dev/null)
  while IFS= read -r -d '' argument; do
    case "$argument" in -Dslipway.data=*) what="another Slipway, at ${argument#*=}" ;; esac
  done 2>/dev/null <"/proc/$pid/cmdline"
  printf 'pid %s (%s)' "$pid" "$what"
}

# require_free_port PORT SETTING PURPOSE
require_free_port() {
  local owner
  owner=$(port_taken "$1") || return 0
  refuse "port $1, wanted for the $3, is taken${owner:+ by $owner}; stop that, or choose another port with $2 (for example $2=$(($1 + 10000 > 65535 ? 20000 : $1 + 10000)))."
}

free_port_from() {
  local port=$1
  while port_taken "$port" >/dev/null; do port=$((port + 1)); done
  printf '%s' "$port"
}

# http_status PORT PATH : the status of a GET on loopback, without any other tool; 000 when nobody answers in 5 s.
http_status() {
  # shellcheck disable=SC2016
  timeout 5 bash -c '
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf "GET %s HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n" "$2" "$1" >&3
    IFS=" " read -r _ status _ <&3 && printf "%s" "$status"' bash "$1" "$2" 2>/dev/null || printf '000'
}

http_body() {
  # shellcheck disable=SC2016
  timeout 5 bash -c '
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf "GET %s HTTP/1.0\r\nHost: localhost:%s\r\n\r\n" "$2" "$1" >&3
    sed "1,/^\r*$/d" <&3' bash "$1" "$2" 2>/dev/null
}

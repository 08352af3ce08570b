# shellcheck shell=bash
# What every script of the front door needs: talking to the person, root rights, Debian packages.

# Progress goes to stderr, so that stdout carries only what a caller may want to read.
say() { printf '%s\n' "slipway: $*" >&2; }

# A setting, port or machine that cannot work: one sentence, exit code 2.
refuse() {
  printf '%s\n' "slipway: $*" >&2
  exit 2
}

have() { command -v "$1" >/dev/null 2>&1; }

# Debian keeps administrators' tools out of a plain user's PATH.
case ":$PATH:" in *:/usr/sbin:*) ;; *) PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" ;; esac
export PATH

# Runs a command as root: as it is for root, through sudo otherwise.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif have sudo; then
    if [ -z "${SLIPWAY_SUDO_SAID:-}" ]; then
      SLIPWAY_SUDO_SAID=1
      say "using sudo for: $*"
    fi
    sudo -- "$@"
  else
    refuse "root rights are needed for '$*' and sudo is not installed; run this command as root once, or install sudo."
  fi
}

# Runs a command with its output kept aside: silent when it works, its last lines shown when it fails.
quietly() {
  local log rc=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || rc=$?
  if [ "$rc" != 0 ]; then tail -n 20 "$log" >&2; fi
  rm -f "$log"
  return "$rc"
}

debian_release() {
  # bookworm, trixie, …; empty on other systems
  # shellcheck source=/dev/null
  (. /etc/os-release 2>/dev/null && case "${ID:-} ${ID_LIKE:-}" in *debian*) printf '%s' "${VERSION_CODENAME:-}" ;; esac)
}

apt_installed() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

# Package lists are read again only when they are missing or older than a day.
apt_lists_fresh() {
  local stamp
  stamp=$(find /var/lib/apt/lists -maxdepth 1 -name '*_dists_*Release' -mtime -1 2>/dev/null | head -n 1)
  [ -n "$stamp" ]
}

apt_update() {
  say "reading the package lists (apt-get update)"
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get update
}

# apt_install PACKAGE… : installs what is missing, says so, never upgrades or removes anything else.
apt_install() {
  local package missing=()
  for package in "$@"; do apt_installed "$package" || missing+=("$package"); done
  [ "${#missing[@]}" = 0 ] && return 0
  have apt-get || {
    say "cannot install ${missing[*]}: this is no Debian system (no apt-get); install them yourself."
    return 1
  }
  apt_lists_fresh || apt_update || return 1
  say "installing ${missing[*]}"
  apt_get_install "${missing[@]}" || {
    # the lists may name versions that the mirror has dropped since
    apt_update && apt_get_install "${missing[@]}"
  }
}

apt_get_install() {
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    --no-remove -o Dpkg::Lock::Timeout=300 "$@"
}

# need_command COMMAND PACKAGE : the command is there, or its package gets installed.
need_command() { have "$1" || apt_install "$2"; }

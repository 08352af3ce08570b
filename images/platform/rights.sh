# shellcheck shell=bash
# A container that was started as root uses that for three things: the data folder, the group of the engine's socket,
# and to become somebody else. Nothing of Slipway runs as root.

SLIPWAY_USER=slipway

# step_down ARGUMENT… : as root, starts this command again as the user slipway, who may use the engine's socket if there is one.
step_down() {
  [ "$(id -u)" = 0 ] || return 0
  local groups=() group
  own_data_folder
  if group=$(group_of_socket); then groups=(--groups "$group"); else groups=(--clear-groups); fi
  exec setpriv --reuid="$SLIPWAY_USER" --regid="$SLIPWAY_USER" "${groups[@]}" --inh-caps=-all --no-new-privs \
    "$0" "$@"
}

# A fresh volume belongs to slipway already; a folder of the host's may not.
own_data_folder() {
  mkdir -p "$SLIPWAY_DATA"
  [ "$(stat -c %U "$SLIPWAY_DATA")" = "$SLIPWAY_USER" ] && return 0
  say "giving $SLIPWAY_DATA to the user $SLIPWAY_USER ($(id -u "$SLIPWAY_USER"))"
  chown -R "$SLIPWAY_USER:$SLIPWAY_USER" "$SLIPWAY_DATA" ||
    refuse "$SLIPWAY_DATA belongs to $(stat -c %U "$SLIPWAY_DATA") and cannot be given to $SLIPWAY_USER; on the host: chown -R $(id -u "$SLIPWAY_USER"):$(id -g "$SLIPWAY_USER") that folder."
}

# The engine's socket, when the engine is reached through one and it is mounted here.
group_of_socket() {
  local socket=${SLIPWAY_DOCKER_HOST:-unix:///var/run/docker.sock}
  case "$socket" in unix://*) socket=${socket#unix://} ;; *) return 1 ;; esac
  [ -S "$socket" ] && stat -c %g "$socket"
}

# shellcheck shell=bash
# Settings: flags, then environment, then slipway.yaml, then these defaults. Exported for the JVMs and the other scripts.

# read_settings : after the flags were turned into environment variables.
read_settings() {
  local file=${SLIPWAY_CONFIG:-$SLIPWAY_HOME/slipway.yaml}
  if [ -n "${SLIPWAY_CONFIG:-}" ] && [ ! -r "$file" ]; then
    refuse "the settings file '$file' (SLIPWAY_CONFIG) cannot be read; correct the name or unset it."
  fi
  if [ -r "$file" ]; then read_settings_file "$file"; fi
  export SLIPWAY_DATA=${SLIPWAY_DATA:-$HOME/.slipway}
  case "$SLIPWAY_DATA" in /*) ;; *) SLIPWAY_DATA=$PWD/$SLIPWAY_DATA ;; esac
  [ "$SLIPWAY_DATA" = / ] || SLIPWAY_DATA=${SLIPWAY_DATA%/}
  case "$SLIPWAY_DATA" in / | "$HOME" | /etc | /usr | /var | /tmp)
    refuse "the data directory must be a folder of its own, not $SLIPWAY_DATA; set SLIPWAY_DATA or --data to something below it." ;;
  esac
  # one spelling for one folder: processes are told apart by it
  if [ -d "$SLIPWAY_DATA" ]; then SLIPWAY_DATA=$(cd "$SLIPWAY_DATA" && pwd -P); fi
}

# ports_of_this_platform : call after read_settings; what was said wins, then what a running platform was started with.
# "fresh" as argument: a platform is about to start, so only what was said and the defaults count.
ports_of_this_platform() {
  local name value pid
  if [ "${1:-}" != fresh ] && pid=$(process_of platform); then
    for name in SLIPWAY_UI_PORT SLIPWAY_API_PORT SLIPWAY_HTTP_PORT; do
      value=$(environment_of "$pid" "$name")
      [ -n "${!name:-}" ] || export "$name=$value"
    done
  fi
  export SLIPWAY_UI_PORT=${SLIPWAY_UI_PORT:-3000}
  export SLIPWAY_API_PORT=${SLIPWAY_API_PORT:-3001}
  export SLIPWAY_HTTP_PORT=${SLIPWAY_HTTP_PORT:-8080}
  export SLIPWAY_HTTPS_PORT=${SLIPWAY_HTTPS_PORT:-8443}
  for name in SLIPWAY_UI_PORT SLIPWAY_API_PORT SLIPWAY_HTTP_PORT SLIPWAY_HTTPS_PORT; do
    valid_port "${!name}" || refuse "$name is '${!name}', which is no port; set a number from 1 to 65535."
  done
}

valid_port() { [[ "$1" =~ ^[1-9][0-9]{0,4}$ ]] && [ "$1" -le 65535 ]; }

# One `KEY: value` per line; `SLIPWAY_API_PORT`, `api-port` and `apiPort` all name the same setting.
read_settings_file() {
  local line key value name number=0
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    line=${line%$'\r'}
    [[ "$line" =~ ^[[:space:]]*(#.*)?$ || "$line" = --- ]] && continue
    [[ "$line" =~ ^([A-Za-z][A-Za-z0-9_-]*):[[:space:]]*(.*)$ ]] ||
      refuse "$1 line $number is no 'KEY: value' line: '$line'."
    key=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
    value=${value%"${value##*[![:space:]]}"}
    case "$value" in
      \"*\") value=${value:1:-1} ;;
      \'*\') value=${value:1:-1} ;;
      *) value=${value%%[[:space:]]#*} ;;
    esac
    case "$key" in
      SLIPWAY_*) name=$key ;;
      *) name=SLIPWAY_$(printf '%s' "$key" | sed -E 's/([a-z0-9])([A-Z])/\1_\2/g; s/-/_/g' | tr '[:lower:]' '[:upper:]') ;;
    esac
    [ -n "${!name+set}" ] || export "$name=$value"
  done <"$1"
}

# The installation's id is in every label and name it gives out: made once, never changed.
ensure_installation_id() {
  local file=$SLIPWAY_DATA/installation-id
  if ! mkdir -p "$SLIPWAY_DATA"/{run,log} 2>/dev/null || ! [ -w "$SLIPWAY_DATA" ]; then
    refuse "the data directory $SLIPWAY_DATA cannot be written by $(id -un); correct its owner, or set SLIPWAY_DATA or --data to another one."
  fi
  chmod go-w "$SLIPWAY_DATA"
  # ln refuses when somebody else was quicker, so the id is complete or absent, never half
  if [ ! -s "$file" ]; then
    od -An -N6 -tx1 /dev/urandom | tr -d ' \n' >"$file.$$"
    ln "$file.$$" "$file" 2>/dev/null || true
    rm -f "$file.$$"
  fi
  [[ "$(cat "$file")" =~ ^[0-9a-f]{12}$ ]] ||
    refuse "$file does not hold an installation id (12 hexadecimal digits); restore it from a backup, or move the data directory away to start anew."
}

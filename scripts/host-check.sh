#!/usr/bin/env bash
# Run on a host that shall join: tells what it lacks, with the remedy. Needs nothing but bash and the container engine.
# Exit code: 0 it can join, 1 something is missing, 2 not understood.
set -uo pipefail

usage() {
  cat <<'TEXT'
scripts/host-check.sh --manager HOST[:2377] [--registry HOST:PORT[/PREFIX]] [--database HOST[:5432]] [--image IMAGE]

  --manager   where the Swarm is joined ('./slipway node add' on another host names it)
  --registry  where images are fetched (SLIPWAY_REGISTRY)
  --database  PostgreSQL, as SLIPWAY_DATABASE_URL names it
  --image     an image of that registry to fetch, for a check to the end
DOCKER_HOST names another engine than the usual one.
TEXT
}

manager='' registry='' database='' image=''
while [ "$#" -gt 0 ]; do
  case "$1" in
    --manager | --registry | --database | --image)
      [ "$#" -gt 1 ] || { usage >&2 && exit 2; }
      printf -v "${1#--}" '%s' "$2"
      shift 2
      ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
done
[ -n "$manager" ] || { usage >&2 && exit 2; }

failed=0
ok() { printf 'ok      %s\n' "$1"; }
bad() {
  printf 'FAILED  %s\n        -> %s\n' "$1" "$2"
  failed=1
}
unsure() { printf '?       %s\n        -> %s\n' "$1" "$2"; }

host_of() { local bare=${1%%/*}; printf '%s' "${bare%:*}"; }
port_of() { local bare=${1%%/*}; case "$bare" in *:*) printf '%s' "${bare##*:}" ;; *) printf '%s' "$2" ;; esac; }

# opens HOST PORT : a TCP connection can be made within 3 s
# shellcheck disable=SC2016
opens() { timeout 3 bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$1" "$2" 2>/dev/null; }

check_engine() {
  local version major
  command -v docker >/dev/null 2>&1 || {
    bad "there is no Docker client" "install Docker Engine 24 or newer; './slipway up' on Debian does"
    return 1
  }
  version=$(timeout 10 docker version --format '{{.Server.Version}}' 2>/dev/null)
  [ -n "$version" ] || {
    bad "no Docker engine answers" "start it, and see that $(id -un) may use its socket"
    return 1
  }
  major=${version%%.*}
  if [ "$major" -ge 24 ] 2>/dev/null; then
    ok "Docker engine $version"
  else
    bad "Docker engine $version is too old" "install 24 or newer"
  fi
}

check_swarm() {
  local state
  state=$(timeout 10 docker info --format '{{.Swarm.LocalNodeState}} {{.Swarm.NodeID}}' 2>/dev/null)
  case "$state" in
    inactive*) ok "the engine is in no Swarm yet" ;;
    active*) ok "the engine is in a Swarm, as node ${state#active }" ;;
    *) bad "the engine's Swarm is '${state:-unknown}'" "leave it: docker swarm leave --force" ;;
  esac
}

# Loaded, built in, or loadable: the engine loads what it needs itself.
check_modules() {
  local module release
  release=$(uname -r)
  for module in overlay vxlan; do
    if [ -d "/sys/module/$module" ] ||
      grep -q "^$module " /proc/modules 2>/dev/null ||
      grep -q "/$module\.ko" "/lib/modules/$release/modules.builtin" "/lib/modules/$release/modules.dep" 2>/dev/null ||
      { [ "$module" = overlay ] && grep -q '[[:space:]]overlay$' /proc/filesystems; } ||
      { [ "$module" = vxlan ] && vxlan_can_be_made; }; then
      ok "the kernel has $module"
    else
      bad "the kernel has no $module" "modprobe $module, or install the modules of kernel $release"
    fi
  done
}

# Where modules are built in, only trying tells.
vxlan_can_be_made() {
  command -v ip >/dev/null 2>&1 || return 1
  ip link add slwcheck0 type vxlan id 4242 dstport 0 2>/dev/null || return 1
  ip link del slwcheck0 2>/dev/null
}

check_ports() {
  local host port
  host=$(host_of "$manager")
  port=$(port_of "$manager" 2377)
  for port in "$port" 7946; do
    if opens "$host" "$port"; then
      ok "$host answers on $port/tcp"
    else
      bad "$host does not answer on $port/tcp" "open 2377/tcp (managers), 7946/tcp, 7946/udp and 4789/udp between all hosts"
    fi
  done
  for port in 7946 4789; do check_udp "$host" "$port"; done
}

# UDP does not answer; but a host that refuses says so, and the second datagram then fails.
check_udp() {
  # shellcheck disable=SC2016
  if timeout 3 bash -c 'exec 3<>"/dev/udp/$1/$2" && printf x >&3 && sleep 0.3 && printf x >&3' bash "$1" "$2" 2>/dev/null; then
    unsure "$1 does not refuse $2/udp; whether it arrives cannot be told" "no firewall may drop it: the overlay network needs it"
  elif [ "$2" = 4789 ]; then
    unsure "$1 refuses 4789/udp; it does while no overlay network is in use there" "no firewall may refuse it: the overlay network needs it"
  else
    bad "$1 refuses $2/udp" "open $2/udp between all hosts"
  fi
}

check_registry() {
  local host port said
  [ -n "$registry" ] || {
    unsure "no registry was named" "give --registry: without one this host runs only what was built on it"
    return
  }
  host=$(host_of "$registry")
  port=$(port_of "$registry" 443)
  opens "$host" "$port" || {
    bad "the registry does not answer at $host:$port" "open the way to it from here"
    return
  }
  ok "the registry answers at $host:$port"
  # An image that nobody has: a registry that says so is reached and trusted by the engine.
  said=$(timeout 30 docker pull "${image:-$registry/slipway-reachability-check:none}" 2>&1)
  case "$said" in
    *"HTTP response to HTTPS"* | *x509*)
      bad "the engine does not trust the registry: ${said##*$'\n'}" "put \"$host:$port\" into \"insecure-registries\" of /etc/docker/daemon.json, or its CA into /etc/docker/certs.d, and restart the engine"
      ;;
    *unauthorized* | *"no basic auth"* | *denied*)
      if [ -n "$image" ]; then
        bad "the registry wants other credentials" "docker login $host:$port, and set SLIPWAY_REGISTRY_USERNAME and SLIPWAY_REGISTRY_PASSWORD"
      else
        ok "the engine reaches the registry, which asks for credentials"
      fi
      ;;
    *"manifest unknown"* | *"not found"* | *"name unknown"* | *"does not exist"*)
      if [ -n "$image" ]; then bad "the registry has no $image" "check its name"; else ok "the engine reaches and trusts the registry"; fi
      ;;
    *"Status: "*) ok "the engine has fetched $image" ;;
    *) bad "the engine cannot fetch from the registry: ${said##*$'\n'}" "open the way to it from here" ;;
  esac
}

# PostgreSQL answers the question for TLS with one byte, S or N; nothing else does.
check_database() {
  local host port answer
  [ -n "$database" ] || {
    unsure "no database was named" "give --database: an embedded PostgreSQL is reached from its own host only"
    return
  }
  host=$(host_of "$database:")
  case "$database" in *:*) host=${database%:*} port=${database##*:} ;; *) host=$database port=5432 ;; esac
  # shellcheck disable=SC2016
  answer=$(timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/$2" && printf "\0\0\0\10\4\322\26\57" >&3 && head -c 1 <&3' bash "$host" "$port" 2>/dev/null)
  case "$answer" in
    S | N) ok "PostgreSQL answers at $host:$port" ;;
    *) bad "PostgreSQL does not answer at $host:$port" "let it listen for other hosts (listen_addresses, pg_hba.conf) and open the port" ;;
  esac
}

# The registry tells its time in every answer; without it only a synchronised clock can be hoped for.
check_clock() {
  local host port date there here off
  host=$(host_of "${registry:-}")
  port=$(port_of "${registry:-}" 443)
  if [ -n "$host" ]; then
    # shellcheck disable=SC2016
    date=$(timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/$2" && printf "GET /v2/ HTTP/1.0\r\nHost: %s\r\n\r\n" "$1" >&3 && cat <&3' bash "$host" "$port" 2>/dev/null |
      tr -d '\r' | sed -n 's/^[Dd]ate: //p' | head -n 1)
    there=$(date -d "$date" +%s 2>/dev/null) || there=''
    if [ -n "$date" ] && [ -n "$there" ]; then
      here=$(date +%s)
      off=$((here - there))
      if [ "${off#-}" -le 2 ]; then
        ok "the clock agrees with the registry's"
      else
        bad "the clock is $off s off the registry's" "keep the time with NTP: apt-get install chrony"
      fi
      return
    fi
  fi
  unsure "the clock could not be compared" "keep the time with NTP: apt-get install chrony"
}

check_engine && check_swarm
check_modules
check_ports
check_engine_registry() { command -v docker >/dev/null 2>&1 && check_registry; }
check_engine_registry
check_database
check_clock
if [ "$failed" = 0 ]; then
  echo "This host can join."
else
  echo "This host cannot join yet."
fi
exit "$failed"

#!/usr/bin/env bash
# Base images by family: base-images.sh FAMILY…
# (for builds: busybox debian node python java go php static; for Slipway's own images: jre postgres registry haproxy;
# database servers: postgres postgres13 … postgres18 mariadb mysql redis valkey)
#
# Afterwards slipway-base/<family>:latest exists on the engine, of a database server slipway-base/<engine>:<version>, such
# as slipway-base/mariadb:11.8. In this order: an image named by the setting
# SLIPWAY_BASE_<FAMILY>; what is there already; the upstream image, when a registry answers; an image built from
# Debian packages. The builder calls this lazily: whatever is printed lands in the build's log, and on failure the last
# line is the reason in one sentence (exit code 1). SLIPWAY_BASE_LIMIT bounds one build, in seconds (1500).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=scripts/lib.sh
. ./lib.sh
# shellcheck source=scripts/database-images.sh
. ./database-images.sh

FAMILIES="busybox debian node python java go php static jre registry haproxy $DATABASE_FAMILIES"
SUITE=${SLIPWAY_BASE_SUITE:-trixie}
DATA=${SLIPWAY_DATA:-$HOME/.slipway}
LOCKS=${TMPDIR:-/tmp}/slipway-locks-$(id -u)
WORK=
[ -n "${SLIPWAY_DOCKER_HOST:-}" ] && export DOCKER_HOST="$SLIPWAY_DOCKER_HOST"

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

main() {
  [ "$#" -gt 0 ] || fail "usage: base-images.sh FAMILY… (of: $FAMILIES)"
  have docker || fail "there is no docker client here; install one, or run ./slipway up, which does."
  trap clean_up EXIT
  trap 'exit 143' TERM INT
  local family
  for family in "$@"; do
    case " $FAMILIES " in
      *" $family "*) ensure_base "$family" ;;
      *) fail "there is no base image family '$family'; known are: $FAMILIES." ;;
    esac
  done
}

clean_up() {
  [ -z "$WORK" ] || as_root rm -rf --one-file-system "$WORK"
}

ensure_base() {
  local family=$1 wanted
  wanted=$(override_of "$family")
  if [ -n "$wanted" ]; then
    use_override "$family" "$wanted"
    return
  fi
  base_exists "$family" && return 0
  (umask 077 && mkdir -p "$LOCKS")
  (
    # whoever comes second finds the image there
    exec 9>>"$LOCKS/base-$family"
    flock -w 1800 9 || fail "another process has been making the base image $family for 30 minutes; stop it or try again later."
    if ! base_exists "$family"; then make_base "$family" 9>&-; fi
  )
}

override_of() {
  local name
  name=SLIPWAY_BASE_$(printf '%s' "$1" | tr '[:lower:]' '[:upper:]')
  printf '%s' "${!name:-}"
}

# The names under which a family's image is found afterwards.
names_of() {
  case " $DATABASE_FAMILIES " in
    *" $1 "*) database_names "$1" ;;
    *) echo "slipway-base/$1:latest" ;;
  esac
}

base_exists() {
  local name
  for name in $(names_of "$1"); do docker image inspect "$name" >/dev/null 2>&1 || return 1; done
}

use_override() {
  local family=$1 wanted=$2
  docker image inspect "$wanted" >/dev/null 2>&1 || timeout 300 docker pull "$wanted" >&2 ||
    fail "the base image '$wanted' (SLIPWAY_BASE_${family^^}) is not on this host and cannot be pulled; correct the setting or load the image."
  local name
  for name in $(names_of "$family"); do
    docker tag "$wanted" "$name" || fail "the base image '$wanted' could not be tagged $name; see the line above."
  done
}

make_base() {
  local family=$1 began=$SECONDS
  docker version >/dev/null 2>&1 || fail "the Docker engine does not answer, so the base image $family cannot be made; start it and deploy again."
  WORK=$(mktemp -d "${TMPDIR:-/tmp}/slipway-base.XXXXXX")
  trap clean_up EXIT
  if pull_upstream "$family"; then
    say "base image slipway-base/$family: pulled ($((SECONDS - began)) s)"
  else
    # in a plain subshell: behind '||' bash would go on after a failing command
    set +e
    (set -e && "build_$family")
    local rc=$?
    set -e
    [ "$rc" = 0 ] || fail "the base image $family could not be built from Debian packages; the lines above say why (is the Debian mirror in reach?)."
    say "base image slipway-base/$family: built from Debian packages ($((SECONDS - began)) s)"
  fi
}

# ---- from a registry ------------------------------------------------------------------------------------------------

upstream_of() {
  case "$1" in
    busybox) echo busybox:stable ;;
    debian) echo debian:trixie-slim ;;
    node) echo node:22-slim ;;
    python) echo python:3.13-slim ;;
    java) echo maven:3-eclipse-temurin-21 ;;
    go) echo golang:1 ;;
    php) echo php:8-cli ;;
    static) echo nginx:stable ;;
    registry) echo registry:2 ;;
    haproxy) echo haproxy:3.0 ;;
    *) database_upstream "$1" ;;
  esac
}

pull_upstream() {
  local family=$1 image
  image=$(upstream_of "$family")
  [ -n "$image" ] || return 1
  registry_answers || return 1
  say "pulling $image"
  timeout 300 docker pull -q "$image" >/dev/null || return 1
  {
    printf 'FROM %s\nLABEL dev.slipway.base=%s\n' "$image" "$family"
    if [ "$family" = static ]; then static_tail; fi
  } >"$WORK/Dockerfile"
  docker_build "$family"
}

# An absent registry costs its bound once in ten minutes, not once per image.
registry_answers() {
  local memory=$DATA/run/no-registry
  [ "${SLIPWAY_BASE_PULL:-yes}" = no ] && return 1
  if [ -n "$(find "$memory" -mmin -10 2>/dev/null)" ]; then return 1; fi
  if timeout 15 docker pull -q "$(upstream_of busybox)" >/dev/null 2>&1; then
    rm -f "$memory"
    return 0
  fi
  say "no image registry answers; base images come from Debian packages"
  mkdir -p "$DATA/run" && touch "$memory"
  return 1
}

# ---- from Debian packages -------------------------------------------------------------------------------------------

docker_build() {
  local family=$1 arg name arguments=()
  for name in $(names_of "$family"); do arguments+=(-t "$name"); done
  for arg in http_proxy https_proxy no_proxy; do
    # a proxy on this host's loopback means nothing inside a build
    case "${!arg:-}" in "" | *127.0.0.1* | *localhost*) ;; *) arguments+=(--build-arg "$arg=${!arg}") ;; esac
  done
  timeout "${SLIPWAY_BASE_LIMIT:-1500}" docker build "${arguments[@]}" --label "dev.slipway.base=$family" \
    "$WORK" >"$WORK.log" 2>&1 || {
    tail -n 25 "$WORK.log" >&2
    rm -f "$WORK.log"
    return 1
  }
  rm -f "$WORK.log"
}

# from_debian FAMILY PACKAGES [MORE DOCKERFILE LINES]
from_debian() {
  local family=$1 packages=$2 more=${3:-}
  ensure_base debian
  say "building slipway-base/$family from Debian's $packages"
  cat >"$WORK/Dockerfile" <<DOCKERFILE
FROM slipway-base/debian:latest
RUN apt-get update -qq \\
 && apt-get install -y -qq --no-install-recommends $packages \\
 && apt-get clean && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*
$more
DOCKERFILE
  docker_build "$family"
}

build_busybox() {
  local root=$WORK/root applet
  say "building slipway-base/busybox from Debian's busybox-static"
  mkdir -p "$root"/{bin,etc,tmp,var/run,home,root,dev,proc,sys,usr/bin,usr/sbin,sbin}
  chmod 1777 "$root/tmp"
  apt_lists_fresh || apt_update
  (cd "$WORK" && { apt-get -qq download busybox-static || { apt_update && apt-get -qq download busybox-static; }; }) 2>&1 | grep -v unsandboxed || true
  dpkg-deb -x "$WORK"/busybox-static_*.deb "$WORK/unpacked"
  install -m 755 "$(find "$WORK/unpacked" -type f -path '*bin/busybox' | head -n 1)" "$root/bin/busybox"
  for applet in $("$root/bin/busybox" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  tar -C "$root" --owner=0 --group=0 --numeric-owner -c . | docker import \
    --change 'CMD ["/bin/sh"]' --change 'ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' \
    --change 'LABEL dev.slipway.base=busybox' - slipway-base/busybox:latest >/dev/null
}

build_debian() {
  local root=$WORK/root mirror keyring
  need_command debootstrap debootstrap || return 1
  read -r mirror keyring <<<"$(host_mirror)"
  if [ "$mirror" = - ]; then
    say "this host names no Debian mirror in /etc/apt; add one, or set SLIPWAY_BASE_DEBIAN to an image that the engine has"
    return 1
  fi
  say "building slipway-base/debian from $SUITE with debootstrap (about half a minute)"
  as_root env DEBIAN_FRONTEND=noninteractive debootstrap --variant=minbase --include=ca-certificates \
    ${keyring:+--keyring="$keyring"} "$SUITE" "$root" "$mirror" >"$WORK/debootstrap.log" 2>&1 || {
    tail -n 15 "$WORK/debootstrap.log" >&2
    return 1
  }
  debian_settings "$root" "$mirror" "$keyring"
  as_root tar -C "$root" --one-file-system -c . | docker import \
    --change 'CMD ["/bin/bash"]' --change 'ENV LANG=C.UTF-8' \
    --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'LABEL dev.slipway.base=debian' - slipway-base/debian:latest >/dev/null
}

# The mirror this host itself uses, and the keyring it trusts for it: "URI KEYRING".
host_mirror() {
  local file uri='' keyring=''
  for file in /etc/apt/sources.list.d/*.sources; do
    grep -qsE '^Suites:.*(bookworm|trixie)( |$)' "$file" || continue
    case "$file" in */slipway-docker.sources) continue ;; esac
    uri=$(sed -nE 's/^URIs: *([^ ]+).*/\1/p' "$file" | head -n 1)
    keyring=$(sed -nE 's/^Signed-By: *(\/[^ ]+).*/\1/p' "$file" | head -n 1)
    break
  done
  if [ -z "$uri" ]; then
    uri=$(grep -hE '^deb ' /etc/apt/sources.list 2>/dev/null | sed -nE 's/^deb +(\[[^]]*\] +)?([^ ]+) .*/\2/p' | head -n 1)
  fi
  if [ -z "$keyring" ] && [ -r /usr/share/keyrings/debian-archive-keyring.gpg ]; then
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  fi
  printf '%s %s' "${uri:--}" "$keyring"
}

# Small, quick to install into, and with this host's mirror, proxy and certificates usable inside.
debian_settings() {
  local root=$1 mirror=$2 keyring=$3 security=${2%/debian*}/debian-security stage=$WORK/settings
  mkdir -p "$stage/etc/apt/apt.conf.d" "$stage/etc/apt/sources.list.d" "$stage/etc/dpkg/dpkg.cfg.d" "$stage/usr/sbin" \
    "$stage/usr/share/keyrings" "$stage/usr/local/share/ca-certificates"
  debian_sources "$mirror" "$security" "${keyring:-/usr/share/keyrings/debian-archive-keyring.gpg}" \
    >"$stage/etc/apt/sources.list.d/debian.sources"
  [ -z "$keyring" ] || cp "$keyring" "$stage/usr/share/keyrings/"
  apt-config dump 2>/dev/null | grep -E '^Acquire::(http|https|ftp)::|^Acquire::(Check-|Retries)' |
    grep -vE '127\.0\.0\.1|localhost|""' >"$stage/etc/apt/apt.conf.d/30host" || true
  cat >"$stage/etc/apt/apt.conf.d/20slipway" <<'APT'
Acquire::Languages "none";
APT::Install-Recommends "false";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT
  cat >"$stage/etc/dpkg/dpkg.cfg.d/slipway" <<'DPKG'
force-unsafe-io
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/info/*
DPKG
  printf '#!/bin/sh\nexit 101\n' >"$stage/usr/sbin/policy-rc.d"
  chmod 755 "$stage/usr/sbin/policy-rc.d"
  cp /usr/local/share/ca-certificates/*.crt "$stage/usr/local/share/ca-certificates/" 2>/dev/null || true
  tar -C "$stage" --owner=0 --group=0 -c . | as_root tar -C "$root" --no-overwrite-dir -x
  as_root rm -f "$root/etc/apt/sources.list"
  as_root chroot "$root" update-ca-certificates >/dev/null 2>&1 || true
  as_root sh -c 'cd "$1" && rm -rf var/lib/apt/lists/* var/cache/apt/* var/cache/debconf/*-old var/log/* \
    usr/share/doc/*/changelog* usr/share/locale/* usr/share/info/* debootstrap
    # the folders of the manual pages must stay: packages with alternatives fail without them
    find usr/share/man -type f -delete; mkdir -p usr/share/man/man1' sh "$root"
}

# Updates and security are named only when the mirror has them: apt treats a missing suite as an error.
debian_sources() {
  local mirror=$1 security=$2 keyring=$3 suites=$SUITE
  if mirror_has "$mirror/dists/$SUITE-updates/Release"; then suites="$suites $SUITE-updates"; fi
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$mirror" "$suites" "$keyring"
  if mirror_has "$security/dists/$SUITE-security/Release"; then
    printf '\nTypes: deb\nURIs: %s\nSuites: %s-security\nComponents: main\nSigned-By: %s\n' "$security" "$SUITE" "$keyring"
  fi
}

# apt's own download helper is always there, and knows the host's proxy; curl and wget may not be.
mirror_has() {
  local file
  file=$(mktemp -d "$WORK/probe.XXXX")
  timeout 30 /usr/lib/apt/apt-helper download-file "$1" "$file/Release" >/dev/null 2>&1
}

build_node() {
  # Debian's npm drags in some four hundred packages; npm's own archive, fetched by a throw-away stage or this host, is one
  local stage='' copy
  if have npm && (cd "$WORK" && timeout 120 npm pack --silent npm@10 >npm-name 2>/dev/null && mv "$(tail -n 1 npm-name)" npm.tgz); then
    copy='COPY npm.tgz /tmp/npm.tgz'
  else
    stage='FROM slipway-base/debian:latest AS npm
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm && cd /tmp && npm pack --silent npm@10 && mv npm-*.tgz npm.tgz'
    copy='COPY --from=npm /tmp/npm.tgz /tmp/npm.tgz'
  fi
  ensure_base debian
  say "building slipway-base/node from Debian's nodejs and npm 10"
  cat >"$WORK/Dockerfile" <<DOCKERFILE
$stage
FROM slipway-base/debian:latest
RUN apt-get update -qq \\
 && apt-get install -y -qq --no-install-recommends nodejs git openssl \\
 && apt-get clean && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*
$copy
RUN mkdir -p /usr/local/lib/node_modules/npm && tar -xzf /tmp/npm.tgz -C /usr/local/lib/node_modules/npm --strip-components=1 \\
 && rm /tmp/npm.tgz \\
 && ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \\
 && npm config set --global update-notifier=false fund=false audit=false prefix=/usr/local \\
 && (npm install -g --silent pnpm@10 yarn@1 || echo "pnpm and yarn are left out: npm's registry did not give them") \\
 && rm -rf /root/.npm
DOCKERFILE
  docker_build node
}

build_python() { from_debian python "python3 python3-pip python3-venv python-is-python3" "ENV PIP_NO_CACHE_DIR=1 PYTHONUNBUFFERED=1 PIP_BREAK_SYSTEM_PACKAGES=1"; }

build_java() { from_debian java "default-jdk-headless maven"; }

build_go() { from_debian go "golang-go git" 'ENV GOPATH=/go CGO_ENABLED=0
ENV PATH=/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'; }

build_php() { from_debian php "php-cli php-curl php-mbstring php-xml php-zip php-intl php-sqlite3 php-mysql php-pgsql composer unzip"; }

build_static() { from_debian static "nginx-light" "$(static_tail)"; }

# A folder at /srv on port 8080; the builder puts its own file over /etc/nginx/nginx.conf when it needs another one.
static_tail() {
  cat >"$WORK/nginx.conf" <<'NGINX'
worker_processes 1;
daemon off;
pid /tmp/nginx.pid;
error_log /dev/stderr warn;
events { worker_connections 512; }
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /dev/stdout;
  sendfile on;
  gzip on;
  gzip_types text/css application/javascript application/json image/svg+xml;
  server {
    listen 8080;
    root /srv;
    index index.html;
    location / { try_files $uri $uri/ $uri.html =404; }
  }
}
NGINX
  cat <<'DOCKERFILE'
COPY nginx.conf /etc/nginx/nginx.conf
RUN mkdir -p /srv && /usr/sbin/nginx -t
EXPOSE 8080
STOPSIGNAL SIGQUIT
ENTRYPOINT []
CMD ["/usr/sbin/nginx"]
DOCKERFILE
}

# ---- what Slipway's own images and docker-compose.yml stand on -----------------------------------------------------

# Java SE and the few modules besides that Slipway and its libraries reach (jdeps tells), less than half of Debian's
# package; and jcmd, for whoever has to look into a process. The archive of shared classes halves the time of a start.
JRE_MODULES=java.se,jdk.attach,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs

build_jre() {
  ensure_base debian
  say "building slipway-base/jre from Debian's openjdk-25"
  cat >"$WORK/Dockerfile" <<DOCKERFILE
FROM slipway-base/debian:latest AS jdk
RUN apt-get update -qq \\
 && apt-get install -y -qq --no-install-recommends openjdk-25-jdk-headless binutils
RUN "\$(dirname "\$(dirname "\$(readlink -f /usr/bin/jlink)")")"/bin/jlink --add-modules $JRE_MODULES \\
    --no-header-files --no-man-pages --strip-native-debug-symbols=exclude-debuginfo-files --compress=zip-6 --output /opt/java \\
 && /opt/java/bin/java -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xshare:dump >/dev/null
FROM slipway-base/debian:latest
RUN apt-get update -qq \\
 && apt-get install -y -qq --no-install-recommends tini zlib1g \\
 && apt-get clean && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*
COPY --from=jdk /opt/java /opt/java
ENV JAVA_HOME=/opt/java
ENV PATH=/opt/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
DOCKERFILE
  docker_build jre
}

build_registry() {
  cp ../images/registry/config.yml "$WORK/config.yml"
  from_debian registry "docker-registry wget" "$(
    cat <<'DOCKERFILE'
COPY config.yml /etc/docker/registry/config.yml
VOLUME /var/lib/registry
EXPOSE 5000
ENTRYPOINT ["/usr/bin/docker-registry"]
CMD ["serve", "/etc/docker/registry/config.yml"]
DOCKERFILE
  )"
}

build_haproxy() {
  from_debian haproxy haproxy "$(
    cat <<'DOCKERFILE'
RUN install -d /usr/local/etc/haproxy
STOPSIGNAL SIGUSR1
USER haproxy
CMD ["/usr/sbin/haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
DOCKERFILE
  )"
}

main "$@"

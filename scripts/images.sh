# shellcheck shell=bash
# images: Slipway's own container images and those that docker-compose.yml stands on.

IMAGES_STAGE=$SLIPWAY_HOME/standalone/target/images
COMPOSE_SETTINGS=$SLIPWAY_HOME/.env

# run_images [--settings FILE] : afterwards slipway/platform, slipway/standalone, PostgreSQL, a registry and a balancer are
# on the engine, and FILE (.env) holds the first settings of docker-compose.yml.
run_images() {
  if [ "${1:-}" = --settings ]; then
    [ "$#" -gt 1 ] || refuse "--settings needs the name of a file."
    COMPOSE_SETTINGS=$2
    shift 2
  fi
  only_flags images --settings -- "$@"
  ensure_engine
  ensure_java
  ensure_distribution
  own_images
  supporting_images
  write_compose_settings
}

# What is made of this tree; the distribution is up to date.
own_images() {
  local version
  version=$(sed -nE 's|^  <version>([^<]+)</version>.*|\1|p' "$SLIPWAY_HOME/pom.xml" | head -n 1)
  base_images jre debian busybox
  stage_images
  own_image platform "$version"
  own_image standalone "$version"
}

base_images() {
  "$SLIPWAY_HOME/scripts/base-images.sh" "$@" || refuse "a base image is missing; the lines above say why."
}

# One folder that holds what the images are made of, and nothing else. Hard links: it costs no space and no time.
stage_images() {
  local jar
  rm -rf --one-file-system "$IMAGES_STAGE"
  mkdir -p "$IMAGES_STAGE"/{third,own,postgres,scripts,images}
  for jar in "$DISTRIBUTION"/lib/*.jar; do
    case "${jar##*/}" in
      slipway-*) cp -l "$jar" "$IMAGES_STAGE/own/" ;;
      embedded-postgres-*) cp -l "$jar" "$IMAGES_STAGE/postgres/" ;;
      *) cp -l "$jar" "$IMAGES_STAGE/third/" ;;
    esac
  done
  cp -p "$SLIPWAY_HOME"/scripts/{lib,jvm,processes,base-images,database-images}.sh "$IMAGES_STAGE/scripts/"
  cp -rp "$SLIPWAY_HOME"/images/. "$IMAGES_STAGE/images/"
}

# own_image TARGET VERSION : built unless the one that is there was made from the same files.
own_image() {
  local target=$1 version=$2 name=slipway/$1 content began=$SECONDS
  content=$(content_of_stage "$target")
  if [ "$(docker image inspect --format '{{index .Config.Labels "dev.slipway.content"}}' "$name:local" 2>/dev/null)" = "$content" ]; then
    docker tag "$name:local" "$name:$version"
    say "$name:$version is up to date ($(size_of "$name:local"))"
    return 0
  fi
  say "building $name:$version"
  quietly docker build --file "$IMAGES_STAGE/images/Dockerfile" --target "$target" --build-arg "VERSION=$version" \
    --label "dev.slipway.content=$content" --tag "$name:local" --tag "$name:$version" "$IMAGES_STAGE" ||
    refuse "the image $name could not be built; the lines above say why."
  say "built $name:$version in $((SECONDS - began)) s ($(size_of "$name:local"))"
}

content_of_stage() {
  {
    printf '%s\n' "$1"
    docker image inspect --format '{{.Id}}' slipway-base/jre:latest
    (cd "$IMAGES_STAGE" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
  } | sha256sum | cut -d ' ' -f 1
}

size_of() { docker image inspect --format '{{.Size}}' "$1" | awk '{ printf "%.0f MB", $1 / 1000000 }'; }

# ---- what docker-compose.yml needs besides ---------------------------------------------------------------------------

# The well-known image where a registry answers, or is it here already; one made from Debian packages otherwise.
supporting_images() {
  POSTGRES_IMAGE=$(supporting_image postgres postgres:17) || exit 2
  REGISTRY_IMAGE=$(supporting_image registry registry:2) || exit 2
  BALANCER_IMAGE=$(supporting_image haproxy haproxy:3.0) || exit 2
}

supporting_image() {
  local family=$1 upstream=$2 own
  own=slipway-base/$family:${upstream#*:}
  if ! docker image inspect "$upstream" >/dev/null 2>&1; then
    base_images "$family"
    docker tag "slipway-base/$family:latest" "$own"
  fi
  if docker image inspect "$upstream" >/dev/null 2>&1; then
    say "$upstream: from its registry ($(size_of "$upstream"))"
    printf '%s' "$upstream"
  else
    say "$own: built here from Debian packages ($(size_of "$own"))"
    printf '%s' "$own"
  fi
}

# The first settings of docker-compose.yml; a file that is there is its owner's.
write_compose_settings() {
  if [ -e "$COMPOSE_SETTINGS" ]; then
    say "$COMPOSE_SETTINGS is there already and stays as it is; this host has SLIPWAY_POSTGRES_IMAGE=$POSTGRES_IMAGE," \
      "SLIPWAY_REGISTRY_IMAGE=$REGISTRY_IMAGE, SLIPWAY_BALANCER_IMAGE=$BALANCER_IMAGE"
    return 0
  fi
  (umask 077 && compose_settings >"$COMPOSE_SETTINGS.new") && mv "$COMPOSE_SETTINGS.new" "$COMPOSE_SETTINGS"
  say "wrote $COMPOSE_SETTINGS with a new installation id, database password and master key; 'docker compose up --detach --wait' starts everything"
}

compose_settings() {
  sed -E \
    -e "s|^#? ?SLIPWAY_MASTER_KEY=.*|SLIPWAY_MASTER_KEY=$(random_hex 32)|" \
    -e "s|^#? ?SLIPWAY_INSTALLATION=.*|SLIPWAY_INSTALLATION=$(random_hex 6)|" \
    -e "s|^#? ?SLIPWAY_DATABASE_PASSWORD=.*|SLIPWAY_DATABASE_PASSWORD=$(random_hex 24)|" \
    -e "s|^#? ?SLIPWAY_POSTGRES_IMAGE=.*|SLIPWAY_POSTGRES_IMAGE=$POSTGRES_IMAGE|" \
    -e "s|^#? ?SLIPWAY_REGISTRY_IMAGE=.*|SLIPWAY_REGISTRY_IMAGE=$REGISTRY_IMAGE|" \
    -e "s|^#? ?SLIPWAY_BALANCER_IMAGE=.*|SLIPWAY_BALANCER_IMAGE=$BALANCER_IMAGE|" \
    "$SLIPWAY_HOME/.env.example"
}

random_hex() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

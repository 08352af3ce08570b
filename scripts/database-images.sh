#!/usr/bin/env bash
# Images of database servers from Debian packages; base-images.sh makes them. They have their client tools in them, and keep
# to the variables, folders and users of the official images, so that nobody need know which one runs.

DATABASE_FAMILIES="postgres postgres13 postgres14 postgres15 postgres16 postgres18 mariadb mysql redis valkey"

database_names() {
  case "$1" in
    postgres) echo slipway-base/postgres:latest slipway-base/postgres:17 ;;
    postgres1[34568]) echo "slipway-base/postgres:${1#postgres}" ;;
    mariadb) echo slipway-base/mariadb:11.8 ;;
    mysql) echo slipway-base/mysql:9.7 ;;
    redis) echo slipway-base/redis:8.0 ;;
    valkey) echo slipway-base/valkey:8.1 ;;
  esac
}

database_upstream() {
  case "$1" in
    postgres) echo postgres:17 ;;
    postgres1[34568]) echo "postgres:${1#postgres}" ;;
    mariadb) echo mariadb:11.8 ;;
    mysql) echo mysql:9.7 ;;
    redis) echo redis:8.0 ;;
    valkey) echo valkey/valkey:8.1 ;;
  esac
}

build_postgres() { debian_postgres postgres 17 true; }

# Other releases of Debian have these; the few libraries of an older one live beside this one's.
build_postgres13() { debian_postgres postgres13 13 "$(release_too bullseye)"; }
build_postgres15() { debian_postgres postgres15 15 "$(release_too bookworm)"; }
build_postgres18() { debian_postgres postgres18 18 "$(release_too forky)"; }

# And these two no release of Debian ever had.
build_postgres14() { no_package 14; }
build_postgres16() { no_package 16; }

no_package() {
  say "no release of Debian has PostgreSQL $1; name an image that you have by SLIPWAY_BASE_POSTGRES$1 (such as postgres:$1, loaded with docker load)"
  return 1
}

# release_too RELEASE : a command for a Dockerfile after which apt knows that release of Debian, too.
release_too() {
  printf "sed -e '/^\$/,\$d' -e 's/^Suites:.*/Suites: %s/' /etc/apt/sources.list.d/debian.sources >/etc/apt/sources.list.d/other.sources" "$1"
}

# debian_postgres FAMILY VERSION PREPARATION : Debian's package brings a compiler for queries (LLVM) and Perl: two thirds of
# its size, and nothing here uses them. Older packages name their files below /lib, where they no longer lie.
debian_postgres() {
  local family=$1 version=$2 preparation=$3 volume=/var/lib/postgresql/data
  # as the official image since then: a volume below the one that is given would hide it
  if [ "$version" -ge 18 ]; then volume=/var/lib/postgresql; fi
  ensure_base debian
  say "building $(names_of "$family") from the package postgresql-$version"
  cp ../images/postgres/entrypoint.sh "$WORK/entrypoint.sh"
  cat >"$WORK/Dockerfile" <<DOCKERFILE
FROM slipway-base/debian:latest AS package
RUN $preparation && apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql-$version \\
 && rm -rf /usr/lib/postgresql/$version/lib/bitcode /usr/lib/postgresql/$version/lib/llvmjit* \\
 && ldd /usr/lib/postgresql/$version/bin/* /usr/lib/postgresql/$version/lib/*.so 2>/dev/null | awk '/=> \\// { print \$3 }' | sort -u \\
    | xargs readlink -f | sed 'p; s|^/usr||' | xargs dpkg -S 2>/dev/null | grep -v ^diversion | cut -d: -f1 | grep -v -e llvm -e '^libperl' | sort -u >/needed
FROM slipway-base/debian:latest
COPY --from=package /needed /tmp/needed
RUN $preparation && apt-get update -qq && apt-get install -y -qq --no-install-recommends \$(cat /tmp/needed) tini tzdata \\
 && apt-get clean && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /tmp/needed \\
 && groupadd --system --gid 999 postgres && useradd --system --uid 999 --gid 999 --home-dir /var/lib/postgresql postgres \\
 && install -d -o postgres -g postgres -m 755 /var/lib/postgresql/data \\
 && install -d -o postgres -g postgres -m 775 /var/run/postgresql
COPY --from=package /usr/lib/postgresql/$version /usr/lib/postgresql/$version
COPY --from=package /usr/share/postgresql/$version /usr/share/postgresql/$version
COPY entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENV PGDATA=/var/lib/postgresql/data/cluster
ENV PATH=/usr/lib/postgresql/$version/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
VOLUME $volume
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["/usr/bin/tini", "--", "docker-entrypoint.sh"]
CMD ["postgres"]
DOCKERFILE
  docker_build "$family"
}

# Two programs of the package with the rest of the clients, which would bring Perl.
build_mariadb() {
  ensure_base debian
  say "building slipway-base/mariadb from Debian's mariadb-server"
  cp ../images/mariadb/entrypoint.sh "$WORK/entrypoint.sh"
  cat >"$WORK/Dockerfile" <<'DOCKERFILE'
FROM slipway-base/debian:latest AS package
RUN apt-get update -qq && cd /tmp && apt-get download -qq mariadb-client && dpkg-deb -x mariadb-client_*.deb /client
FROM slipway-base/debian:latest
RUN groupadd --system --gid 999 mysql && useradd --system --uid 999 --gid 999 --home-dir /var/lib/mysql mysql \
 && apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends mariadb-server-core mariadb-client-core tini tzdata \
 && apt-get clean && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /etc/mysql/mariadb.conf.d/* \
 && install -d -o mysql -g mysql -m 750 /var/lib/mysql && install -d -o mysql -g mysql /run/mysqld
COPY --from=package /client/usr/bin/mariadb-dump /client/usr/bin/mariadb-admin /usr/bin/
COPY entrypoint.sh /usr/local/bin/docker-entrypoint.sh
VOLUME /var/lib/mysql
EXPOSE 3306
ENTRYPOINT ["/usr/bin/tini", "--", "docker-entrypoint.sh"]
CMD ["mariadbd"]
DOCKERFILE
  docker_build mariadb
}

# Debian has MySQL in its unstable release only, which has no promise to keep: a version of 9.7 there, or another, or none today. The
# server and four clients without Perl and the rest of the tools; what they are linked to comes from there, too.
build_mysql() {
  ensure_base debian
  say "building slipway-base/mysql from mysql-server of Debian's unstable release"
  cp ../images/mysql/entrypoint.sh "$WORK/entrypoint.sh"
  cat >"$WORK/unstable.sh" <<'UNSTABLE'
set -eu
sed -e '/^$/,$d' -e 's/^Suites:.*/Suites: sid/' /etc/apt/sources.list.d/debian.sources >/etc/apt/sources.list.d/unstable.sources
printf 'Package: *\nPin: release a=unstable\nPin-Priority: 100\n' >/etc/apt/preferences.d/unstable
apt-get update -qq
UNSTABLE
  cat >"$WORK/Dockerfile" <<'DOCKERFILE'
FROM slipway-base/debian:latest AS package
COPY unstable.sh /tmp/unstable.sh
RUN sh /tmp/unstable.sh && apt-cache madison mysql-server-core | grep -q '| *9\.7\.' \
 || { echo "Debian's unstable release has no MySQL 9.7 today: $(apt-cache madison mysql-server-core | tr '\n' ';')" >&2; exit 1; }
RUN apt-get install -y -qq --no-install-recommends -t sid mysql-server-core mysql-client-core >/dev/null
RUN ldd /usr/sbin/mysqld /usr/bin/mysql /usr/lib/mysql/plugin/*.so | awk '/=> \// { print $3 }' | sort -u \
    | xargs readlink -f | sed 'p; s|^/usr||' | xargs dpkg -S 2>/dev/null | grep -v ^diversion | cut -d: -f1 | grep -v '^mysql' | sort -u >/needed \
 && test -s /needed
FROM slipway-base/debian:latest
COPY --from=package /needed /tmp/unstable.sh /tmp/
RUN sh /tmp/unstable.sh \
 && apt-get install -y -qq --no-install-recommends -t sid $(cat /tmp/needed) >/dev/null \
 && apt-get install -y -qq --no-install-recommends tini tzdata >/dev/null \
 && apt-get clean && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /tmp/needed /tmp/unstable.sh \
 && groupadd --system --gid 999 mysql && useradd --system --uid 999 --gid 999 --home-dir /var/lib/mysql mysql \
 && install -d -o mysql -g mysql -m 750 /var/lib/mysql /var/lib/mysql-files && install -d -o mysql -g mysql /run/mysqld
COPY --from=package /usr/sbin/mysqld /usr/sbin/
COPY --from=package /usr/bin/mysql /usr/bin/mysqldump /usr/bin/mysqladmin /usr/bin/
COPY --from=package /usr/lib/mysql/plugin /usr/lib/mysql/plugin
COPY --from=package /usr/share/mysql /usr/share/mysql
COPY entrypoint.sh /usr/local/bin/docker-entrypoint.sh
VOLUME /var/lib/mysql
EXPOSE 3306
ENTRYPOINT ["/usr/bin/tini", "--", "docker-entrypoint.sh"]
CMD ["mysqld"]
DOCKERFILE
  docker_build mysql || {
    say "MySQL comes from Debian's unstable release, which may lack it for a while; name an image that you have by SLIPWAY_BASE_MYSQL" \
      "(such as mysql:9.7, loaded with docker load)"
    return 1
  }
}

build_redis() { debian_redis redis; }

build_valkey() { debian_redis valkey; }

# One is the other's offspring: the same folders, the same arguments.
debian_redis() {
  local family=$1
  ensure_base debian
  say "building $(names_of "$family") from Debian's $family-server"
  cp ../images/redis/entrypoint.sh "$WORK/entrypoint.sh"
  cat >"$WORK/Dockerfile" <<DOCKERFILE
FROM slipway-base/debian:latest
RUN groupadd --system --gid 999 $family && useradd --system --uid 999 --gid 999 --home-dir /data $family \\
 && apt-get update -qq \\
 && apt-get install -y -qq --no-install-recommends $family-server $family-tools tini tzdata \\
 && apt-get clean && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* \\
 && install -d -o $family -g $family -m 755 /data
COPY entrypoint.sh /usr/local/bin/docker-entrypoint.sh
WORKDIR /data
VOLUME /data
EXPOSE 6379
ENTRYPOINT ["/usr/bin/tini", "--", "docker-entrypoint.sh"]
CMD ["$family-server", "--bind", "0.0.0.0", "--protected-mode", "no"]
DOCKERFILE
  docker_build "$family"
}

# shellcheck shell=bash
# Which Java, and the flags of every JVM that the front door starts: all in this one place.

REQUIRED_JAVA=25

main_class_of() {
  case "$1" in
    platform) echo dev.slipway.standalone.StandaloneMain ;;
    ingress) echo dev.slipway.ingress.IngressMain ;;
    gateway) echo dev.slipway.gateway.GatewayMain ;;
    builder) echo dev.slipway.builder.BuilderMain ;;
    runtime) echo dev.slipway.runtime.RuntimeMain ;;
    backup) echo dev.slipway.backup.BackupMain ;;
    restore) echo dev.slipway.standalone.RestoreMain ;;
    cli) echo dev.slipway.cli.SlipwayCommand ;;
  esac
}

# java_version_of HOME : its feature number, 0 when there is no JDK.
java_version_of() {
  local version=
  # the release file answers without starting a JVM
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] &&
    version=$(sed -nE 's/^JAVA_VERSION="?(1\.)?([0-9]+).*/\2/p' "$1/release" 2>/dev/null)
  printf '%s' "${version:-0}"
}

# ensure_java : JAVA_HOME is a JDK of at least 25.
ensure_java() {
  local home best='' best_version=0 version
  if [ -n "${JAVA_HOME:-}" ] && [ "$(java_version_of "$JAVA_HOME")" -ge "$REQUIRED_JAVA" ]; then
    export JAVA_HOME
    return 0
  fi
  best=$(find_jdk)
  if [ -z "$best" ] && [ "$(debian_release)" = trixie ]; then
    say "there is no JDK $REQUIRED_JAVA; installing Debian's"
    apt_install openjdk-25-jdk-headless || true
    best=$(find_jdk)
  fi
  [ -n "$best" ] || refuse "Slipway needs a JDK $REQUIRED_JAVA or newer and found none; install one (Debian 13: apt install openjdk-25-jdk-headless; Debian 12: unpack a Temurin JDK 25 below /usr/lib/jvm), or point JAVA_HOME at one."
  export JAVA_HOME=$best
}

find_jdk() {
  local home version best='' best_version=999
  for home in /usr/lib/jvm/* /opt/*jdk* "$HOME"/.sdkman/candidates/java/* "$(dirname "$(dirname "$(readlink -f "$(command -v java || echo /none/bin/java)")")")"; do
    version=$(java_version_of "$home")
    # the oldest that will do: it is the one the tests ran on
    if [ "$version" -ge "$REQUIRED_JAVA" ] && [ "$version" -lt "$best_version" ]; then best=$home best_version=$version; fi
  done
  printf '%s' "$best"
}

# jvm_flags KIND : one per line.
# Small heaps with the serial collector: the platform waits far more than it computes, and memory is the budget.
jvm_flags() {
  case "$1" in
    platform) printf '%s\n' -Xms32m "-Xmx${SLIPWAY_PLATFORM_HEAP:-192m}" -XX:MaxDirectMemorySize=96m -Xss512k ;;
    ingress) printf '%s\n' -Xms8m -Xmn5m "-Xmx${SLIPWAY_INGRESS_HEAP:-96m}" -XX:MaxDirectMemorySize=64m -Xss256k ;;
    gateway | builder | runtime | backup)
      printf '%s\n' -Xms24m "-Xmx${SLIPWAY_HEAP:-192m}" -XX:MaxDirectMemorySize=96m -Xss512k
      cluster_flags
      ;;
    cli) printf '%s\n' -Xms8m -Xmx96m -XX:TieredStopAtLevel=1 ;;
  esac
  printf '%s\n' -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Dvertx.disableDnsResolver=true \
    -Dfile.encoding=UTF-8 -Djava.awt.headless=true
  if [ "$1" = ingress ]; then
    printf '%s\n' -XX:ReservedCodeCacheSize=32m -XX:TrimNativeHeapInterval=10000 -Dslipway.process=ingress
  else
    printf '%s\n' -XX:ReservedCodeCacheSize=64m -XX:TrimNativeHeapInterval=30000
  fi
  # give memory back when idle: the serial collector only shrinks after a full collection
  if [ "$1" != cli ]; then printf '%s\n' -XX:MinHeapFreeRatio=15 -XX:MaxHeapFreeRatio=30; fi
}

# What Hazelcast asks for on a JDK of modules; without them it warns at every start.
cluster_flags() {
  printf '%s\n' --add-modules=java.se --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED \
    --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED \
    --add-opens=java.management/sun.management=ALL-UNNAMED \
    --add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED
}

class_path() { printf '%s' "$DISTRIBUTION/lib/*"; }

# aot_flags KIND : the cache that a training run left behind, unless the jars are newer.
# Not for the ingress: it starts once and stays, and the whole cache would stay in its memory.
aot_flags() {
  case "$1" in platform | cli) ;; *) return 0 ;; esac
  local cache=$DISTRIBUTION/$1.aot
  [ -s "$cache" ] && [ "$cache" -nt "$DISTRIBUTION/.built" ] || return 0
  printf '%s\n' "-XX:AOTCache=$cache"
  # another JDK or other flags make it useless: then start without it, and silently
  printf '%s\n' -XX:AOTMode=auto -Xlog:disable -Xlog:all=error:stderr
}

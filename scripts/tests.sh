# shellcheck shell=bash
# test, check and bench.

TEST_LOG=$SLIPWAY_HOME/.test.log
JUDGED=(-Dspotless.check.skip=true -Denforcer.skip=true)
MAVEN_RC=0

run_test() {
  local began=$SECONDS soak=() images spare hosts
  only_flags test --soak -- "$@"
  # what takes hours, or a million of something, is for nights
  if given --soak "$@"; then soak=(-Dslipway.soak=true); fi
  test_environment
  forget_last_run
  test_images &
  images=$!
  spare_images &
  spare=$!
  if ! build_distribution_by run_maven_tests -T 2 -DskipTests -DskipITs=true verify; then
    wait "$images" "$spare"
    report_tests "$began"
    return
  fi
  if ! wait "$images"; then
    wait "$spare"
    refuse "the tests build for every family and need its base image; the lines above say what failed."
  fi
  wait "$spare"
  own_images >/dev/null &
  images=$!
  # they take longest and wait for leases and elections far more than they compute: what the modules' tests leave them is enough
  test_hosts "${soak[@]}" &
  hosts=$!
  # Compiled and judged it is already. The modules' tests wait more than they compute: two modules at a time, and of each two
  # classes.
  giving_way run_maven_tests -T 2 "${JUDGED[@]}" -Dtest.forks=2 -De2e.skip=true -Ddistribution.skip=true "${soak[@]}" verify || MAVEN_RC=$?
  # the tests that run them build what is missing, and say why they cannot
  wait "$images"
  [ "$MAVEN_RC" != 0 ] || test_platforms "${soak[@]}"
  wait "$hosts" || MAVEN_RC=$?
  gather_promises "$TEST_LOG"
  print_promises
  report_tests "$began"
}

# What drives whole platforms, in four parts, each in a JVM of its own. They wait for leases, elections and containers far more
# than they compute. The hosts: promises on three of them, each with an engine and a network of its own.
HOSTS='dev/slipway/e2e/promises/*IT,!SwitchesUnderLoadIT'
# These have platforms of their own, but for the dashboard, which makes this part as long as the others.
OWN_PLATFORMS=('dev/slipway/e2e/compose/*IT' SwitchesUnderLoadIT ClockIT ScheduleClockIT DashboardIT)
# Backups and databases: what they wait for are containers of servers. On one platform, and some on one of their own.
DATA=('Backup*IT' KilledBackupsIT VolumeBackupsIT BeforeDeployIT DatabasesIT)

test_hosts() { run_e2e hosts "$HOSTS" "$@"; }

# Everything that is named nowhere is on the one platform that is left.
test_platforms() {
  local rest=('*IT' '!dev/slipway/e2e/promises/*IT') pids=() pid
  rest+=("${OWN_PLATFORMS[@]/#/!}" "${DATA[@]/#/!}")
  run_e2e own "$(comma_separated "${OWN_PLATFORMS[@]}")" "$@" &
  pids+=("$!")
  run_e2e data "$(comma_separated "${DATA[@]}")" "$@" &
  pids+=("$!")
  run_e2e one "$(comma_separated "${rest[@]}")" "$@"
  for pid in "${pids[@]}"; do wait "$pid" || MAVEN_RC=$?; done
}

comma_separated() { (IFS=, && printf '%s' "$*"); }

# giving_way COMMAND… : it has the processors that nobody else wants. What computes can wait for what keeps time.
giving_way() (
  renice -n 10 "$BASHPID" >/dev/null 2>&1
  "$@"
)

# run_e2e NAME CLASSES FLAGS… : in a JVM of its own; what the others have told of a promise stays. Everything is compiled: nothing
# may be written where the others read.
run_e2e() {
  local name=$1 classes=$2
  # platforms that live for seconds: the second compiler would take a third of the processors and never pay
  local -x SLIPWAY_JAVA_OPTIONS="${SLIPWAY_JAVA_OPTIONS:-} -XX:TieredStopAtLevel=1"
  shift 2
  run_maven_tests -pl testkit,e2e "$@" "${JUDGED[@]}" -Dmaven.main.skip=true -Dmaven.resources.skip=true -De2e.part="-$name" -Dit.test="$classes" \
    -DtempDir="surefire-$name" -Dslipway.promises.add=true compile failsafe:integration-test failsafe:verify
}

run_check() {
  local began=$SECONDS
  only_flags check -- "$@"
  ensure_java
  need_maven
  forget_last_run
  run_maven_tests -DskipITs=true -pl '!e2e' verify
  report_tests "$began"
}

run_bench() {
  test_environment
  "$SLIPWAY_HOME/scripts/base-images.sh" busybox || refuse "the bench needs the base image busybox; the lines above say what failed."
  ensure_distribution
  say "building the bench"
  maven -q -pl e2e -am -DskipTests -Dcheck.skip=true package || refuse "the bench could not be built; see the lines above."
  mkdir -p "$SLIPWAY_HOME/bench/results"
  local flags
  mapfile -t flags < <(jvm_flags bench)
  (cd "$SLIPWAY_HOME" && exec "$JAVA_HOME/bin/java" -Xmx512m "${flags[@]}" -cp 'e2e/target/bench/lib/*' dev.slipway.e2e.bench.BenchMain "$@")
}

# What the tests build on. It waits for the network and for Debian's packages while the compiler has the processors.
test_images() {
  "$SLIPWAY_HOME/scripts/base-images.sh" busybox debian node static python go java php jre postgres postgres15 mariadb redis valkey &&
    supporting_images
}

# Servers that this release of Debian lacks, from releases that may lack them one day: without one its tests are skipped and say so.
spare_images() {
  local family
  for family in mysql postgres18 postgres13 postgres14 postgres16; do
    SLIPWAY_BASE_LIMIT=240 "$SLIPWAY_HOME/scripts/base-images.sh" "$family" ||
      say "the tests of $family are skipped: there is no image of it; the lines above say why, and SLIPWAY_BASE_${family^^} names another"
  done
}

# What the tests drive for real: an engine, Git, a load generator, network tools.
test_environment() {
  ensure_java
  need_maven
  need_command git git || refuse "Git is needed for the tests; install it."
  need_command curl curl || true
  need_command ip iproute2 || true
  # another time for one platform: clocks that jump
  need_command faketime faketime || true
  # the base images of the tests are made from Debian packages where no registry answers
  need_command debootstrap debootstrap || true
  # a real registry for the three hosts of the promises
  need_command docker-registry docker-registry || say "without docker-registry the promises of several hosts cannot run"
  need_command xz xz-utils || true
  # a real browser for the dashboard
  need_command chromium chromium || say "without chromium the dashboard's clicks are skipped"
  need_command wrk wrk || say "without wrk the tests that put load on a switch cannot run"
  ensure_engine
}

# What an earlier run reported, and its log.
forget_last_run() {
  find "$SLIPWAY_HOME" -path '*/target/*-reports/TEST-*.xml' -not -path '*/node_modules/*' -delete 2>/dev/null
  rm -rf "$PROMISE_FIGURES"
  : >"$TEST_LOG"
}

# run_maven_tests GOALS… : progress on stderr, everything in the log; the exit code, and the last bad one in MAVEN_RC.
run_maven_tests() {
  local rc said
  said=$(mktemp)
  say "running: mvn $* (all output: $TEST_LOG)"
  # failures are counted from the reports, so that one module's failure does not hide the others' results
  # a test that fails is run once more, and named below if it passes then: a race to mend, not a broken build
  maven -Dmaven.test.failure.ignore=true -Dsurefire.rerunFailingTestsCount=1 -Dfailsafe.rerunFailingTestsCount=1 "$@" 2>&1 | tee -a "$TEST_LOG" "$said" | show_progress
  rc=${PIPESTATUS[0]}
  # a JVM that died took the rest of its classes along, and no report tells of them
  ! grep -q 'forked VM terminated without' "$said" || rc=1
  rm -f "$said"
  [ "$rc" = 0 ] || MAVEN_RC=$rc
  return "$rc"
}

show_progress() {
  grep --line-buffered -E '^\[INFO\] Building .*\[[0-9]+/[0-9]+\]|Tests run: .*(in |-- )|^\[ERROR\]|BUILD (SUCCESS|FAILURE)' |
    sed -uE 's/^\[INFO\] //; s/^/  /' >&2
}

# The last line is the sum of all reports, alone.
report_tests() {
  local tests=0 bad=0 skipped=0 line
  while IFS= read -r line; do
    tests=$((tests + $(attribute tests "$line")))
    bad=$((bad + $(attribute errors "$line") + $(attribute failures "$line")))
    skipped=$((skipped + $(attribute skipped "$line")))
  done < <(find "$SLIPWAY_HOME" -path '*/target/*-reports/TEST-*.xml' -exec grep -hm 1 -A 3 '<testsuite' {} + 2>/dev/null | tr '\n' ' ' | sed 's/<testsuite/\n&/g' | grep '^<testsuite')
  if [ "$bad" -gt 0 ]; then failed_tests; fi
  flaky_tests
  if [ "$MAVEN_RC" != 0 ] && [ "$bad" = 0 ]; then
    grep -E '^\[ERROR\]' "$TEST_LOG" | head -n 15 >&2
    say "the build itself failed; the lines above and $TEST_LOG say where"
    bad=1
  fi
  [ "$skipped" = 0 ] || say "$skipped skipped"
  say "took $(((SECONDS - $1) / 60)) min $(((SECONDS - $1) % 60)) s"
  printf '%s passed, %s failed\n' "$((tests - skipped - bad < 0 ? 0 : tests - skipped - bad))" "$bad"
  [ "$bad" = 0 ] && [ "$tests" -gt 0 ]
}

attribute() {
  local value
  value=$(printf '%s' "$2" | grep -oE " $1=\"[0-9]+\"" | head -n 1 | grep -oE '[0-9]+')
  printf '%s' "${value:-0}"
}

flaky_tests() {
  local names
  names=$(find "$SLIPWAY_HOME" -path '*/target/*-reports/TEST-*.xml' -exec grep -hE -B 1 '<flaky(Failure|Error)[ >]' {} + |
    grep -oE '<testcase [^>]*' | sed -E 's/.* name="([^"]*)".*/\1/; s/^/  /' | sort -u)
  if [ -n "$names" ]; then
    say "passed only at the second try; each is a race to mend:"
    printf '%s\n' "$names" >&2
  fi
}

failed_tests() {
  say "failed:"
  find "$SLIPWAY_HOME" -path '*/target/*-reports/TEST-*.xml' -exec grep -hE -B 1 '<(failure|error)[ >]' {} + |
    grep -oE '<testcase [^>]*' | sed -E 's/.* name="([^"]*)".*/\1/; s/^/  /' | sort -u | head -n 50 >&2
}

# shellcheck shell=bash
# The promises (docs/promises.md) and what their tests counted: one file each, one sentence a line.

PROMISES=$SLIPWAY_HOME/docs/promises.md
PROMISE_FIGURES=$SLIPWAY_HOME/e2e/target/promises

# Tests outside e2e say 'PROMISE T29: what they counted' on their output; a run's log has all of them.
gather_promises() {
  local promise sentence
  mkdir -p "$PROMISE_FIGURES"
  grep -oE 'PROMISE T[0-9]{1,2}: .*' "$1" | sed 's/^PROMISE //' | while IFS= read -r sentence; do
    promise=${sentence%%:*}
    printf '%s\n' "${sentence#*: }" >>"$PROMISE_FIGURES/$promise.txt"
  done
}

# A table on stderr: every promise that was told, by its number.
print_promises() {
  local file promise first
  ls "$PROMISE_FIGURES"/T*.txt >/dev/null 2>&1 || return 0
  say "promises, and what their tests counted:"
  for file in $(find "$PROMISE_FIGURES" -name 'T*.txt' | sort -V); do
    promise=$(basename "$file" .txt) first=yes
    while IFS= read -r sentence; do
      if [ "$first" = yes ]; then printf '  %-4s %s\n' "$promise" "$sentence"; else printf '       %s\n' "$sentence"; fi
      first=no
    done <"$file"
  done >&2
}

# Writes the figures of the last run into the table; promises that were not told keep what stands there.
run_promises() {
  local half=$PROMISES.half
  only_flags promises -- "$@"
  ls "$PROMISE_FIGURES"/T*.txt >/dev/null 2>&1 || refuse "no run has told any promise yet; './slipway test' does."
  awk -v folder="$PROMISE_FIGURES" '
    function figures(promise, file, line, all) {
      file = folder "/" promise ".txt"
      while ((getline line < file) > 0) {
        gsub(/\|/, "/", line)
        all = all (all == "" ? "" : "<br>") line
      }
      close(file)
      return all
    }
    /^\| T[0-9]+ \|/ {
      count = split($0, cell, / \| /)
      promise = cell[1]
      sub(/^\| /, "", promise)
      told = figures(promise)
      if (told != "") cell[4] = told
      row = cell[1]
      for (i = 2; i <= count; i++) row = row " | " cell[i]
      print row
      next
    }
    { print }' "$PROMISES" >"$half" || refuse "the table in $PROMISES could not be written."
  mv "$half" "$PROMISES"
  print_promises
  say "the figures are in docs/promises.md"
}

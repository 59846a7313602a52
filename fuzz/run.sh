#!/bin/sh
# Fuzzes with stable Rust: builds the targets with the coverage flags that cargo-fuzz passes (but
# without the address sanitizer, which needs a nightly compiler) and runs each.
#
#   fuzz/run.sh [seconds] [target...]     600 seconds and every target, if not given
#
# New inputs go to fuzz/target/corpus, logs to fuzz/target/logs, findings to fuzz/artifacts. The
# committed corpus is only read. Fails if any target found something.
set -eu

cd "$(dirname "$0")"
seconds=600
case "${1:-}" in
    '' | *[!0-9]*) ;;
    *) seconds=$1 && shift ;;
esac
[ $# -gt 0 ] || set -- decode draft edn hex json markdown html mail room check

host=$(rustc -vV | sed -n 's/^host: //p')
export CARGO_TARGET_DIR="$PWD/target"
export RUSTFLAGS="--cfg fuzzing \
-Cpasses=sancov-module \
-Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares \
-Cllvm-args=-simplifycfg-branch-fold-threshold=0"
# With --target the flags stay away from build scripts and procedural macros.
cargo build --release --quiet --target "$host"

found=0
mkdir -p target/logs
for target in "$@"; do
    mkdir -p "target/corpus/$target" "artifacts/$target"
    log="target/logs/$target.log"
    echo "== $target for $seconds s"
    if "target/$host/release/$target" \
        -max_total_time="$seconds" -max_len=4096 -timeout=30 -rss_limit_mb=1024 \
        -dict=mimi.dict -artifact_prefix="artifacts/$target/" -print_final_stats=1 \
        "target/corpus/$target" "corpus/$target" >"$log" 2>&1; then
        grep -E '^Done |^stat::number_of_executed_units|^stat::peak_rss_mb|^stat::new_units_added' "$log"
    else
        found=1
        tail -n 40 "$log"
        echo "== $target found something: see fuzz/artifacts/$target"
    fi
done
exit $found

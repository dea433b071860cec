# Sourced by `run`: a real browser, and the demo for it to try.

DEMO_PORT=${DEMO_PORT:-18744}
DEMO_BOARD_PORT=${DEMO_BOARD_PORT:-18781}
DEMO_OPERATIONS_PORT=${DEMO_OPERATIONS_PORT:-18791}

# Where there is none, the checks in a browser are skipped, and each says so.
install_browser() {
  (PACKAGES=(chromium chromium-driver) && install_packages) || echo "no browser can be installed here"
}

start_demo() {
  mkdir -p "$work/board"
  TMPDIR=$work/board "$garim" demo --listen "127.0.0.1:$DEMO_PORT" --board "127.0.0.1:$DEMO_BOARD_PORT" \
    --operations "127.0.0.1:$DEMO_OPERATIONS_PORT" >"$work/board/log" 2>&1 &
  echo $! >"$work/board/pid"
  wait_for "the demo" "http://127.0.0.1:$DEMO_OPERATIONS_PORT/readyz" "$work/board/log"
}

stop_demo() {
  [[ -f $work/board/pid ]] || return 0
  kill -INT "$(cat "$work/board/pid")" 2>/dev/null || true
  # The browsers are of the driver's group; it ends them itself unless it was cut short.
  [[ ! -f $work/browser/chromedriver.pid ]] || kill -KILL -- "-$(cat "$work/browser/chromedriver.pid")" 2>/dev/null || true
}

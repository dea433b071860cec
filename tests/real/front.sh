# Sourced by `run`: garim in front of the site, with a certificate of a private authority.

FRONT_PORT=${FRONT_PORT:-18743}
OPERATIONS_PORT=${OPERATIONS_PORT:-18790}

build_garim() {
  garim=${GARIM:-}
  [[ -z $garim ]] || return 0
  # What people run.
  (cd "$root" && cargo build --release --locked)
  garim=${CARGO_TARGET_DIR:-$root/target}/release/garim
}

# A private authority, and a leaf for the site's name: the client verifies as a browser would.
make_certificates() {
  local tls=$work/tls
  mkdir -p "$tls"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=A private authority" \
    -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign' \
    -keyout "$tls/ca.key" -out "$tls/ca.pem" 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$SITE_HOST" \
    -keyout "$tls/site.key" -out "$tls/site.csr" 2>/dev/null
  printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth\n' "$SITE_HOST" >"$tls/site.ext"
  openssl x509 -req -in "$tls/site.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial -days 2 \
    -extfile "$tls/site.ext" -out "$tls/site.pem" 2>/dev/null
}

# start_front [CONFIGURATION]
start_front() {
  mkdir -p "$work/state"
  sed -e "s#@WORK@#$work#g" -e "s#@HOST@#$SITE_HOST#g" -e "s#@SITE_PORT@#$SITE_PORT#g" -e "s#@FRONT_PORT@#$FRONT_PORT#g" \
    -e "s#@OPERATIONS_PORT@#$OPERATIONS_PORT#g" "${1:-$here/front/garim.toml.in}" >"$work/garim.toml"
  "$garim" check --config "$work/garim.toml"
  # Its exit code is looked at by the client's last check.
  {
    "$garim" run --config "$work/garim.toml" >"$work/garim.log" 2>&1 &
    echo $! >"$work/garim.pid"
    local status=0
    wait $! || status=$?
    echo "$status" >"$work/garim.exit"
  } &
  wait_for garim "http://127.0.0.1:$OPERATIONS_PORT/readyz" "$work/garim.log"
}

stop_front() {
  [[ -f $work/garim.pid && ! -f $work/garim.exit ]] || return 0
  kill "$(cat "$work/garim.pid")" 2>/dev/null || true
  wait
}

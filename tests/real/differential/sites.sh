# Sourced by `run`: the sites behind garim, laid out in $work, each on three ports (straight, behind garim that blocks,
# behind garim that passes), and garim itself.

PACKAGES=(apache2-bin php-cli libapache2-mod-php php-fpm php-xml nginx tomcat10 openssl python3 curl)
FIRST_PORT=${FIRST_PORT:-18850}
SITES=(apache nginx tomcat echo)
WAYS=(straight block pass)
PORT_GARIM=$((FIRST_PORT + 20))
PORT_OPERATIONS=$((FIRST_PORT + 21))

# port SITE WAY
port() {
  local site way
  for site in "${!SITES[@]}"; do
    for way in "${!WAYS[@]}"; do
      [[ ${SITES[site]} == "$1" && ${WAYS[way]} == "$2" ]] && echo $((FIRST_PORT + 3 * site + way))
    done
  done
}

# fill SITE TEMPLATE TARGET
fill() {
  local user_of_nginx='' user_of_fpm=''
  if ((EUID == 0)); then
    user_of_nginx='user www-data;'
    user_of_fpm='user = www-data\nlisten.owner = www-data'
  fi
  local user=$user_of_nginx
  [[ $2 == fpm* ]] && user=$user_of_fpm
  sed -e "s#@WORK@#$work#g" -e "s#@PORT_STRAIGHT@#$(port "$1" straight)#g" -e "s#@PORT_BLOCK@#$(port "$1" block)#g" \
    -e "s#@PORT_PASS@#$(port "$1" pass)#g" -e "s#@USER@#$user#g" -e "s#@PHP@#${php_module:-}#g" "$here/sites/$2" >"$3"
}

lay_out_sites() {
  mkdir -p "$work"/{apache/root/static,nginx/root/static,nginx/body,witness,uploads,state} \
    "$work"/tomcat/{conf,logs,temp,work,webapps/ROOT/WEB-INF,webapps/ROOT/static}
  php_module=$(cd /usr/lib/apache2/modules && ls libphp*.so | head -n 1)
  fill apache apache.conf.in "$work/apache/apache.conf"
  fill nginx nginx.conf.in "$work/nginx/nginx.conf"
  fill nginx fpm.conf.in "$work/nginx/fpm.conf"
  fill tomcat server.xml.in "$work/tomcat/conf/server.xml"
  cp "$here/sites/witness.php" "$work/apache/witness.php"
  cp "$here/sites/witness.php" "$work/nginx/witness.php"
  cp "$here/sites/witness.jsp" "$work/tomcat/webapps/ROOT/witness.jsp"
  cp "$here/sites/web.xml" "$work/tomcat/webapps/ROOT/WEB-INF/web.xml"
  cp /usr/share/tomcat10/etc/{web.xml,catalina.properties} "$work/tomcat/conf/"
  if ((EUID == 0)); then chown -R www-data "$work/witness" "$work/uploads" "$work/nginx"; fi
}

start_sites() {
  apache2 -f "$work/apache/apache.conf" -k start
  local fpm
  fpm=$(ls /usr/sbin/php-fpm* | tail -n 1)
  "$fpm" --fpm-config "$work/nginx/fpm.conf"
  nginx -c "$work/nginx/nginx.conf" 2>/dev/null
  local home=/usr/share/tomcat10
  java -Xmx256m -XX:TieredStopAtLevel=1 -cp "$home/bin/bootstrap.jar:$home/bin/tomcat-juli.jar" \
    -Dcatalina.home="$home" -Dcatalina.base="$work/tomcat" -Djava.io.tmpdir="$work/tomcat/temp" \
    -Dwitness.log="$work/witness/tomcat.log" org.apache.catalina.startup.Bootstrap start >"$work/tomcat/logs/out" 2>&1 &
  echo $! >"$work/tomcat/pid"
  PYTHONDONTWRITEBYTECODE=1 python3 "$here/driver/echo.py" "$work/witness/echo.log" "$(port echo straight)" "$(port echo block)" "$(port echo pass)" \
    >"$work/echo.out" 2>&1 &
  echo $! >"$work/echo.pid"
  wait_for "the Apache site" "http://127.0.0.1:$(port apache straight)/w/up" "$work/apache/error.log"
  wait_for "the nginx site" "http://127.0.0.1:$(port nginx straight)/w/up" "$work/nginx/error.log"
  wait_for "the echo site" "http://127.0.0.1:$(port echo straight)/w/up" "$work/echo.out"
  # It compiles the page first.
  wait_for "the Tomcat site" "http://127.0.0.1:$(port tomcat straight)/w/up" "$work/tomcat/logs/out"
}

# Ends what start_sites has started, each by the number that it wrote down itself.
stop_sites() {
  local file tries
  if [[ -f $work/apache/apache.pid ]]; then
    apache2 -f "$work/apache/apache.conf" -k stop || true
    # It ends in its own time, and another run wants its ports.
    for ((tries = 0; tries < 25; tries++)); do
      [[ -f $work/apache/apache.pid ]] || break
      sleep 0.2
    done
  fi
  for file in nginx/nginx.pid nginx/fpm.pid tomcat/pid echo.pid; do
    [[ ! -s $work/$file ]] || kill "$(cat "$work/$file")" 2>/dev/null || true
  done
}

start_garim() {
  local site way name
  {
    for site in "${SITES[@]}"; do
      for way in block pass; do
        name=$site.test
        [[ $way == pass ]] && name=$site-pass.test
        printf '[[site]]\nhosts = ["%s"]\ntls = "self-signed"\nupstream = "http://127.0.0.1:%s"\npolicy = "%s"\nrefusal = { status = 403 }\n\n' \
          "$name" "$(port "$site" "$way")" "$way"
      done
    done
  } >"$work/sites.toml"
  sed -e "s#@WORK@#$work#g" -e "s#@PORT_GARIM@#$PORT_GARIM#g" -e "s#@PORT_OPERATIONS@#$PORT_OPERATIONS#g" \
    -e "/^@SITES@/{r $work/sites.toml
d}" "$here/sites/garim.toml.in" >"$work/garim.toml"
  "$garim" check --config "$work/garim.toml"
  "$garim" run --config "$work/garim.toml" >"$work/garim.log" 2>&1 &
  echo $! >"$work/garim.pid"
  wait_for garim "http://127.0.0.1:$PORT_OPERATIONS/readyz" "$work/garim.log"
}

stop_garim() {
  [[ ! -s $work/garim.pid ]] || kill "$(cat "$work/garim.pid")" 2>/dev/null || true
}

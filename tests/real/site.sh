# Sourced by `run`: the site behind garim, DokuWiki on Apache and PHP, laid out in $work.

SITE_HOST=wiki.test
SITE_PORT=${SITE_PORT:-18780}
# The client signs in with it; the site exists for the minutes of this test.
SITE_USER=writer
SITE_PASSWORD=a-password-of-the-test

PACKAGES=(apache2-bin php-cli libapache2-mod-php php-xml dokuwiki curl openssl python3 postgresql)

# Debian's packages, without starting their services.
install_packages() {
  local missing=()
  for package in "${PACKAGES[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ! command -v apt-get >/dev/null || ((EUID != 0)); then
    echo "these packages are missing, and installing them takes apt-get and root: ${missing[*]}"
    return 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  # A package that starts a service asks this file first: 101 is "no".
  local made=no
  if [[ ! -e /usr/sbin/policy-rc.d ]]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    made=yes
  fi
  local status=0
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"${TMPDIR:-/tmp}/garim-real-apt.log" 2>&1 || status=$?
  [[ $made == yes ]] && rm -f /usr/sbin/policy-rc.d
  ((status == 0)) || tail -n 20 "${TMPDIR:-/tmp}/garim-real-apt.log"
  return "$status"
}

# A copy of the wiki with a configuration and data of its own; Debian's would be read from /etc and /var.
lay_out_site() {
  local wiki=$work/wiki conf=$work/wiki/conf
  cp -rL /usr/share/dokuwiki "$wiki"
  rm -f "$wiki/.htaccess" "$wiki/inc/preload.php"
  mkdir -p "$conf"
  cp -L /etc/dokuwiki/*.conf "$conf/"
  cp -L /etc/dokuwiki/{dokuwiki,license,mediameta,plugins,plugins.required}.php "$conf/"
  cp "$here/site/local.php" "$here/site/acl.auth.php" "$here/site/mime.local.conf" "$conf/"
  printf '%s:%s:A writer:writer@%s:user\n' "$SITE_USER" "$(openssl passwd -6 "$SITE_PASSWORD")" "$SITE_HOST" \
    >"$conf/users.auth.php"
  local folder
  for folder in received attic cache index locks log media media_attic media_meta meta pages tmp; do
    mkdir -p "$work/data/$folder"
  done
  cp "$here/site/received.php" "$wiki/"
  cp "$here/site/start.txt" "$work/data/pages/start.txt"
  mkdir -p "$work/apache" "$work/sessions"
  if ((EUID == 0)); then chown -R www-data:www-data "$work/data" "$work/sessions" "$conf"; fi
  local php
  php=$(cd /usr/lib/apache2/modules && ls libphp*.so | head -n 1)
  sed -e "s#@WORK@#$work#g" -e "s#@PORT@#$SITE_PORT#g" -e "s#@PHP@#$php#g" "$here/site/apache.conf.in" >"$work/apache/apache.conf"
}

start_site() {
  apache2 -f "$work/apache/apache.conf" -k start
  wait_for "the site" "http://127.0.0.1:$SITE_PORT/doku.php" "$work/apache/error.log"
}

stop_site() {
  [[ -f $work/apache/apache.pid ]] || return 0
  apache2 -f "$work/apache/apache.conf" -k stop
}

# wait_for WHAT URL LOG
wait_for() {
  local tries
  for ((tries = 0; tries < 150; tries++)); do
    curl --silent --fail --max-time 5 --output /dev/null "$2" && return 0
    sleep 0.2
  done
  echo "$1 did not come up; the end of $3:"
  tail -n 40 "$3"
  return 1
}

<?php
// The wiki of the test: people must log in to write, and nothing asks the network.
$conf['title'] = '가람군 위키';
$conf['lang'] = 'en';
$conf['useacl'] = 1;
$conf['superuser'] = '@admin';
$conf['disableactions'] = 'register,resendpwd';
$conf['savedir'] = dirname(__DIR__, 2) . '/data';
$conf['updatecheck'] = 0;
$conf['mailfromnobody'] = '';
$conf['subscribers'] = 0;
$conf['usedraft'] = 0;
// Uploads are listed under the names they were sent with.
$conf['deaccent'] = 0;

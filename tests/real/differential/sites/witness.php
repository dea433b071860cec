<?php
// Every request of the Apache and the nginx site ends here: writes down, one JSON line for each request, what PHP made of
// it: fields, files, cookies, headers, the body, and what an application would decode out of it. Values are in base64.
$seen = [];

function see(string $where, string $name, $value): void
{
    global $seen;
    if (is_array($value) || is_object($value)) {
        foreach ((array) $value as $key => $inner) {
            see($where, $name . '[' . $key . ']', $inner);
        }
        return;
    }
    $seen[] = [$where, base64_encode($name), base64_encode((string) $value)];
}

foreach ($_GET as $name => $value) {
    see('query', (string) $name, $value);
}
foreach ($_POST as $name => $value) {
    see('field', (string) $name, $value);
}
foreach ($_COOKIE as $name => $value) {
    see('cookie', (string) $name, $value);
}
foreach ($_FILES as $name => $file) {
    see('file-name', (string) $name, [$file['name'], $file['full_path'] ?? '', $file['type']]);
    foreach ((array) $file['tmp_name'] as $path) {
        see('file', (string) $name, is_string($path) && is_file($path) ? file_get_contents($path) : '');
    }
}
foreach (getallheaders() as $name => $value) {
    see('header', (string) $name, $value);
}
see('header', 'PHP_AUTH_USER', $_SERVER['PHP_AUTH_USER'] ?? '');
see('header', 'PHP_AUTH_PW', $_SERVER['PHP_AUTH_PW'] ?? '');
see('target', 'REQUEST_URI', rawurldecode($_SERVER['REQUEST_URI'] ?? ''));

$type = strtolower($_SERVER['CONTENT_TYPE'] ?? '');
$body = file_get_contents('php://input');
see('body', 'php://input', $body);
// What applications do with a body that is no form.
if (str_contains(strtolower($_SERVER['HTTP_CONTENT_ENCODING'] ?? ''), 'gzip') && ($plain = @gzdecode($body)) !== false) {
    see('unpacked', 'gzdecode', $plain);
    $body = $plain;
}
if (preg_match('/charset\s*=\s*"?([^\s";]+)/', $type, $found) && ($text = @iconv($found[1], 'UTF-8//IGNORE', $body)) !== false) {
    see('body', 'iconv ' . $found[1], $text);
}
if (str_contains($type, 'json')) {
    see('json', 'json_decode', json_decode($body, true, 64, JSON_INVALID_UTF8_SUBSTITUTE));
}
if (str_contains($type, 'xml') && class_exists('DOMDocument')) {
    $document = new DOMDocument();
    if (@$document->loadXML($body, LIBXML_NOENT | LIBXML_NONET)) {
        see('xml', 'DOMDocument', $document->textContent);
        foreach ((new DOMXPath($document))->query('//@*') as $attribute) {
            see('xml', $attribute->name, $attribute->value);
        }
    }
}

$line = json_encode([
    'port' => (int) $_SERVER['SERVER_PORT'],
    'method' => base64_encode($_SERVER['REQUEST_METHOD']),
    'target' => base64_encode($_SERVER['REQUEST_URI'] ?? ''),
    'seen' => $seen,
]);
file_put_contents($_SERVER['WITNESS_LOG'], $line . "\n", FILE_APPEND | LOCK_EX);
header('Content-Type: text/plain');
echo "seen\n";

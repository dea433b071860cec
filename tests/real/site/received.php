<?php
// Writes down what reached the site, one line of JSON a request, and gives what scripts and redirects are tried with.
$data = dirname(__DIR__) . '/data/received';
$received = [
    'uri' => rawurldecode($_SERVER['REQUEST_URI']),
    'get' => $_GET,
    'post' => $_POST,
    'files' => array_column($_FILES, 'name'),
    'json' => json_decode(file_get_contents('php://input')),
    'cookie' => $_COOKIE['last'] ?? null,
    'referer' => $_SERVER['HTTP_REFERER'] ?? '',
];
file_put_contents("$data/log", json_encode($received, JSON_UNESCAPED_UNICODE) . "\n", FILE_APPEND | LOCK_EX);
// The number that this visitor's pages are about.
$number = preg_match('/^\w+$/', $_GET['way'] ?? '') ? file_get_contents("$data/number-$_GET[way]") : '';
switch ($_GET['give'] ?? '') {
    case 'redirect':
        setcookie('last', $number);
        header("Location: /received.php?no=$number", true, 302);
        break;
    case 'json':
        header('Content-Type: application/json; charset=utf-8');
        echo json_encode(['rrn' => $number, 'list' => [['no' => $number]]]);
        break;
    case 'image':
        header('Content-Type: image/jpeg');
        readfile("$data/photo.jpg");
        break;
    default:
        header('Content-Type: text/html; charset=utf-8');
        echo '<title>received</title><p>received';
}

//! What is expected of each value, in English and in Korean.

/// What is expected of a value: in English, in Korean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected(pub(super) &'static str, pub(super) &'static str);

pub(super) const TEXT: Expected = Expected("a text in quotes", "따옴표로 묶은 글");
pub(super) const NUMBER: Expected = Expected("a whole number", "정수");
pub(super) const SIZE: Expected = Expected("a size such as \"64 KiB\"", "\"64 KiB\" 같은 크기");
pub(super) const RATE: Expected = Expected("a rate such as \"1 KiB/s\"", "\"1 KiB/s\" 같은 속도");
pub(super) const DURATION: Expected = Expected("a duration such as \"10s\"", "\"10s\" 같은 시간");
pub(super) const ADDRESS: Expected =
    Expected("an address with a port such as \"0.0.0.0:443\"", "\"0.0.0.0:443\" 같은 주소와 포트");
pub(super) const ADDRESSES: Expected =
    Expected("a list of addresses such as [\"0.0.0.0:443\"]", "[\"0.0.0.0:443\"] 같은 주소 목록");
pub(super) const NETWORK: Expected =
    Expected("a network such as \"10.0.0.0/8\" or an address", "\"10.0.0.0/8\" 같은 대역이나 주소");
pub(super) const FILE: Expected = Expected("the name of a file", "파일 이름");
pub(super) const FOLDER: Expected = Expected("the name of a folder", "폴더 이름");
pub(super) const COOKIE: Expected =
    Expected("the name of a cookie, or \"\" for none", "쿠키 이름, 또는 쓰지 않는다는 뜻의 \"\"");
pub(super) const TRUTH: Expected = Expected("true or false", "true 또는 false");
pub(super) const TABLE: Expected = Expected("a table", "테이블");
pub(super) const TABLES: Expected = Expected("tables, each under a header in [[ ]]", "[[ ]]로 시작하는 테이블들");
pub(super) const SERVER: Expected = Expected("a table with \"listen\"", "\"listen\"이 든 테이블");
pub(super) const SITE: Expected = Expected("at least one site", "사이트 하나 이상");
pub(super) const HOSTS: Expected =
    Expected("a list of host names such as [\"www.example.go.kr\"]", "[\"www.example.go.kr\"] 같은 호스트 이름 목록");
pub(super) const HOST: Expected = Expected(
    "a host name in lower case, with a port only if the site is one port, or \"*\"",
    "소문자 호스트 이름(사이트가 포트 하나뿐이면 포트까지) 또는 \"*\"",
);
pub(super) const ASCII_HOST: Expected =
    Expected("the ASCII form that browsers send", "브라우저가 보내는 퓨니코드(xn--) 형태");
pub(super) const TLS: Expected = Expected(
    "{ cert = FILE, key = FILE }, { pfx = FILE, password_file = FILE }, { acme = MAIL } or \"self-signed\"",
    "{ cert = 파일, key = 파일 }, { pfx = 파일, password_file = 파일 }, { acme = 전자우편 주소 }, \"self-signed\" 가운데 하나",
);
pub(super) const DIRECTORY: Expected = Expected(
    "the URL of an ACME directory such as \"https://acme-v02.api.letsencrypt.org/directory\"",
    "\"https://acme-v02.api.letsencrypt.org/directory\" 같은 ACME 주소",
);
pub(super) const UPSTREAM: Expected =
    Expected("the site's URL such as \"http://10.0.0.5:80\"", "\"http://10.0.0.5:80\" 같은 원래 사이트 주소");
pub(super) const HEALTH_PATH: Expected = Expected("a path such as \"/\"", "\"/\" 같은 경로");
pub(super) const POLICY: Expected = Expected("the name of a policy", "정책 이름");
pub(super) const STATUS: Expected = Expected(
    "200, 4xx or 5xx: a status whose body browsers show",
    "브라우저가 본문을 보여 주는 상태 코드: 200, 4xx, 5xx",
);
pub(super) const JSON: Expected =
    Expected("JSON, with {message} and {id} inside quotes", "{message}와 {id}를 따옴표 안에 둔 JSON");
pub(super) const SITES: Expected = Expected("host names of sites", "사이트의 호스트 이름");
pub(super) const GLOBS: Expected =
    Expected("a list of paths such as [\"/board/**\"]", "[\"/board/**\"] 같은 경로 목록");
pub(super) const GLOB: Expected = Expected(
    "a path that starts with /, with * within a segment and ** alone between slashes",
    "/로 시작하는 경로(*는 한 마디 안, **는 빗금 사이에 홀로)",
);
pub(super) const PLAIN_PATH: Expected =
    Expected("a path such as \"/login.do\", without a query", "\"/login.do\" 같은 경로(물음표 뒤는 빼고)");
pub(super) const FIND: Expected = Expected(
    "a list of kinds such as [\"주민등록번호\", \"@contact\"]",
    "[\"주민등록번호\", \"@contact\"] 같은 종류 목록",
);
pub(super) const KIND: Expected = Expected(
    "a kind by its English or Korean name, a group such as \"@contact\", \"uninspectable\" or \"*\"",
    "영어나 한국어 종류 이름, \"@contact\" 같은 묶음, \"uninspectable\", \"*\"",
);
pub(super) const ACTION: Expected = Expected(
    "\"pass\", \"log\", \"mask\", \"warn\", \"ask-reason\", \"hold\" or \"block\"",
    "\"pass\", \"log\", \"mask\", \"warn\", \"ask-reason\", \"hold\", \"block\" 가운데 하나",
);
pub(super) const ACCESS: Expected =
    Expected("\"pass\", \"log\" or \"block\"", "\"pass\", \"log\", \"block\" 가운데 하나");
pub(super) const ROLES: Expected =
    Expected("names of roles such as [\"officer\"], or \"public\"", "[\"officer\"] 같은 역할 이름, 또는 \"public\"");
pub(super) const MEMBERS: Expected = Expected(
    "a list of who has the role such as [{ address = [\"10.1.0.0/16\"] }]",
    "[{ address = [\"10.1.0.0/16\"] }]처럼 이 역할인 사람의 목록",
);
pub(super) const NAMES: Expected = Expected("names of accounts such as [\"kim\"]", "[\"kim\"] 같은 계정 이름");
pub(super) const ACCOUNT: Expected = Expected(
    "the name of an account: 3 to 32 of a-z 0-9 . _ -, starting with a letter",
    "계정 이름(영문 소문자로 시작하는 3~32자, a-z 0-9 . _ -)",
);
pub(super) const ACCOUNT_ROLES: Expected = Expected(
    "\"viewer\", \"approver\", \"policy-admin\" or \"auditor\"",
    "\"viewer\", \"approver\", \"policy-admin\", \"auditor\" 가운데 하나",
);
pub(super) const REQUIRE: Expected = Expected("\"account\" or \"account+totp\"", "\"account\"나 \"account+totp\"");
pub(super) const DATABASE: Expected = Expected(
    "\"sqlite\", a file, or \"postgres://user@host/garim\"",
    "\"sqlite\", 파일, \"postgres://user@host/garim\" 가운데 하나",
);
pub(super) const PER: Expected = Expected(
    "\"account\", \"session\", \"address\" or \"role\"",
    "\"account\", \"session\", \"address\", \"role\" 가운데 하나",
);
pub(super) const OK: Expected = Expected("a status such as 302, or a list of such", "302 같은 상태 코드나 그 목록");
pub(super) const LOGOUT: Expected = Expected(
    "a path such as \"/logout.do\", or { path = \"/logout.do\", ok = 302 }",
    "\"/logout.do\" 같은 경로, 또는 { path = \"/logout.do\", ok = 302 }",
);
pub(super) const WINDOW_ACTION: Expected =
    Expected("\"log\", \"alert\" or \"block\"", "\"log\", \"alert\", \"block\" 가운데 하나");
pub(super) const HOURS: Expected = Expected("hours such as \"19:00-08:00\"", "\"19:00-08:00\" 같은 시간대");
pub(super) const ATTRIBUTES: Expected = Expected(
    "an attribute of the subject such as \"OU=Privacy Office\" (CN, OU, O, L, ST, C, DC, UID, serialNumber, title, emailAddress)",
    "\"OU=Privacy Office\" 같은 인증서 주체의 속성(CN, OU, O, L, ST, C, DC, UID, serialNumber, title, emailAddress)",
);
pub(super) const HEADER: Expected = Expected("the name of a header field", "헤더 필드 이름");
pub(super) const METHODS: Expected =
    Expected("methods such as [\"POST\"], in capitals", "[\"POST\"] 같은 대문자 메서드");
pub(super) const FIELDS: Expected =
    Expected("fields and their values such as { secret = \"1\" }", "{ secret = \"1\" } 같은 입력란과 값");
pub(super) const FILE_NAMES: Expected = Expected("names of files such as [\"*명단*\"]", "[\"*명단*\"] 같은 파일 이름");
pub(super) const FILE_TYPE: Expected = Expected(
    "\"executable\", \"script\" or \"server-page\"",
    "\"executable\", \"script\", \"server-page\" 가운데 하나",
);
pub(super) const WORDS: Expected = Expected("a list of words such as [\"학번\"]", "[\"학번\"] 같은 낱말 목록");
pub(super) const PATTERN: Expected = Expected("a regular expression in single quotes", "작은따옴표로 묶은 정규 표현식");
pub(super) const MASK: Expected = Expected(
    "\"all\", \"keep-first:N\" or \"keep-last:N\" with N from 1 to 100",
    "\"all\", \"keep-first:N\", \"keep-last:N\"(N은 1부터 100) 가운데 하나",
);
pub(super) const TOGETHER: Expected = Expected(
    "at least two kinds such as [\"person-name\", \"mobile-number\"]",
    "[\"성명\", \"휴대전화번호\"]처럼 둘 이상의 종류",
);
pub(super) const VALUES: Expected = Expected(
    "values such as [\"02-2100-*\", \"*@example.go.kr\"], with more than stars",
    "[\"02-2100-*\", \"*@example.go.kr\"] 같은 값(별표만으로는 안 됨)",
);
pub(super) const HASHES: Expected =
    Expected("hashes as `garim hash` writes them: \"hmac:…\"", "garim hash가 쓴 그대로의 \"hmac:…\"");
pub(super) const COPIES: Expected = Expected("a list of \"syslog\" and \"webhook\"", "\"syslog\", \"webhook\"의 목록");
pub(super) const EVENTS: Expected =
    Expected("a list of events such as [\"leaked\", \"journal\"]", "[\"leaked\", \"journal\"] 같은 사건 목록");
pub(super) const OFTEN: Expected = Expected(
    "a number and a time such as \"10 per 1h\", at most 1000 and 24h",
    "\"10 per 1h\" 같은 횟수와 시간(1000번, 24시간까지)",
);
pub(super) const WEBHOOK: Expected =
    Expected("a URL such as \"https://chat.example.go.kr/hook\"", "\"https://chat.example.go.kr/hook\" 같은 주소");
pub(super) const SMTP: Expected = Expected(
    "a mail server such as \"smtp://mail.example.go.kr\" or \"smtps://mail.example.go.kr:465\"",
    "\"smtp://mail.example.go.kr\"이나 \"smtps://mail.example.go.kr:465\" 같은 메일 서버",
);
pub(super) const MAILBOX: Expected =
    Expected("a mail address such as \"privacy@example.go.kr\"", "\"privacy@example.go.kr\" 같은 메일 주소");
pub(super) const MAILBOXES: Expected = Expected(
    "a list of mail addresses such as [\"privacy@example.go.kr\"]",
    "[\"privacy@example.go.kr\"] 같은 메일 주소 목록",
);
pub(super) const SYSLOG: Expected = Expected(
    "a collector such as \"udp://10.1.0.9:514\", or with tcp:// or tls://",
    "\"udp://10.1.0.9:514\"(또는 tcp://, tls://) 같은 수집 서버",
);
pub(super) const DATE: Expected =
    Expected("a date such as 2027-03-31, without quotes", "2027-03-31 같은 날짜(따옴표 없이)");

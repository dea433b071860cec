//! The frame around every page of the board, in the HTML of its time.

/// A text as HTML; in quoted attributes too.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A text as HTML that keeps its lines.
pub(super) fn lines(text: &str) -> String {
    escape(text).replace("\r\n", "\n").replace('\n', "<br>\n")
}

/// Bytes as a segment of a path.
pub(super) fn segment(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' => char::from(*byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// A whole page: the frame is a table, and so is what stands in it.
pub(super) fn page(title: &str, inner: &str) -> String {
    format!(
        r##"<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset=euc-kr">
<title>{title} - 가림시 열린 민원 게시판</title>
<style type="text/css">
<!--
body, td, th, input, textarea {{ font-family: 굴림, Gulim; font-size: 12px }}
th {{ background-color: #e6edf5; text-align: left }}
-->
</style>
<script language="JavaScript">
<!--
function go(no) {{ location.href = '/board/' + no; }}
function view(no) {{ location.href = '/member?no=' + no; }}
//-->
</script>
</head>
<body bgcolor=#ffffff text=#333333 leftmargin=0 topmargin=0>
<center>
<table width=760 border=0 cellspacing=0 cellpadding=0>
<tr><td height=60 bgcolor=#2f5d8a>&nbsp;<font color=#ffffff size=4><b>가림시 열린 민원 게시판</b></font></td></tr>
<tr><td height=24 bgcolor=#dfe7ef>&nbsp;<a href="/board">목록</a> | <a href="/board/write">글쓰기</a> | <a href="/board/log">접속 기록</a></td></tr>
<tr><td valign=top>
{inner}
</td></tr>
<tr><td height=50 align=center><hr size=1 noshade>
<font color=#777777>가림시청 민원봉사과 &nbsp; 전화 02-2100-1234 &nbsp;
<a href="mailto:webmaster@example.go.kr">webmaster@example.go.kr</a><br>
Copyright (c) 2004 가림시. All rights reserved. Internet Explorer 6.0, 1024*768</font>
</td></tr>
</table>
</center>
</body>
</html>
"##
    )
}

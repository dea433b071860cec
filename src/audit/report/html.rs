//! A sheet as a page that can be printed: no script, nothing loaded, everything escaped.

use super::sheet::{Sheet, Table};
use std::fmt::Write;

const STYLE: &str = "body{font:14px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#111}\
h1{font-size:1.5em}h2{font-size:1.1em;margin:1.5em 0 .3em}table{border-collapse:collapse;width:100%}\
th,td{border:1px solid #999;padding:.2em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{background:#eee}td:first-child{white-space:nowrap}.bad{font-weight:bold;color:#a00}.sign td{height:4em}\
@media print{body{margin:0;max-width:none;font-size:11px}h2{break-after:avoid}tr{break-inside:avoid}}";

/// The page.
pub(super) fn page(sheet: &Sheet) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        sheet.language,
        escaped(&sheet.title)
    );
    let _ = writeln!(out, "<h1>{}</h1>\n<p>{}</p>\n<table>", escaped(&sheet.title), escaped(&sheet.basis));
    for (name, value, bad) in &sheet.facts {
        let class = if *bad { " class=\"bad\"" } else { "" };
        let _ = writeln!(out, "<tr><th scope=\"row\">{}</th><td{class}>{}</td></tr>", escaped(name), escaped(value));
    }
    out.push_str("</table>\n");
    sheet.tables.iter().for_each(|table| put(&mut out, table, sheet.none));
    let _ = writeln!(out, "<h2>{}</h2>\n<table class=\"sign\">\n<tr><td></td></tr>\n</table>", escaped(sheet.opinion));
    out.push_str("<table class=\"sign\">\n");
    for (who, sign) in &sheet.signatures {
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td></td><th>{}</th><td></td></tr>",
            escaped(who),
            escaped(sign)
        );
    }
    out.push_str("</table>\n</body>\n</html>\n");
    out
}

fn put(out: &mut String, table: &Table, none: &str) {
    let _ = writeln!(out, "<h2>{}</h2>", escaped(&table.title));
    if table.rows.is_empty() {
        let _ = writeln!(out, "<p>{}</p>", escaped(none));
        return;
    }
    out.push_str("<table>\n<thead><tr>");
    for cell in &table.head {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(cell));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for cell in row {
            let _ = write!(out, "<td>{}</td>", escaped(cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
    if let Some(note) = &table.note {
        let _ = writeln!(out, "<p>{}</p>", escaped(note));
    }
}

/// As text in HTML and in its attributes; what is invisible or turns the direction of reading is shown as what it is.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                out.extend(letter.escape_unicode());
            }
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out() {
        assert_eq!(
            escaped("<b a=\"x\" c='y'>&\u{202e}\n"),
            "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;\\u{202e}\\u{a}"
        );
    }
}

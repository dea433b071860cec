//! Pages of machines and shops that are full of numbers and hold no personal data: digests, barcodes, scripts, rows of
//! quantities, shipments. Of each some would pass for a number of a person if a piece of them were taken alone.

use super::{Dice, Pen, head};
use std::fmt::Write;

fn hex(dice: &mut Dice, digits: usize) -> String {
    let mut text = String::new();
    while text.len() < digits {
        let _ = write!(text, "{:016x}", dice.bits());
    }
    text.truncate(digits);
    // One of nothing but digits is a number to everybody.
    if text.bytes().all(|byte| byte.is_ascii_digit()) { format!("{}f", &text[1..]) } else { text }
}

fn base64(dice: &mut Dice, letters: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    (0..letters).map(|_| char::from(dice.pick(LETTERS))).collect()
}

fn uuid(dice: &mut Dice) -> String {
    let digits = hex(dice, 32);
    format!("{}-{}-4{}-a{}-{}", &digits[..8], &digits[8..12], &digits[13..16], &digits[17..20], &digits[20..])
}

/// A log of builds, with digests of which many begin like a mobile number.
pub fn digests(pen: &mut Pen) {
    for _ in 0..pen.dice.from(40, 200) {
        let long = pen.dice.pick(&[8_usize, 12, 16, 20, 24, 32, 40, 64]);
        let [a, b, c] = [hex(&mut pen.dice, long), hex(&mut pen.dice, 40), hex(&mut pen.dice, 12)];
        let (id, key) = (uuid(&mut pen.dice), base64(&mut pen.dice, 43));
        let lead = pen.dice.pick(&["010", "0161462193", "017", "01912", ""]);
        pen.text(match pen.dice.clone().from(0, 5) {
            0 => format!("{lead}{a}  lib/app-{}.{}.{}.jar\n", long, a.len() % 9, long % 7),
            1 => format!("commit {lead}{b}\n    build {id} passed\n"),
            2 => format!("{{\"etag\":\"{lead}{a}\",\"trace\":\"{id}\",\"phone_hash\":\"{lead}{b}\"}}\n"),
            3 => format!("GET /static/{a}/{lead}{c}.js?h={b} 200 sid={key}\n"),
            4 => format!("Set-Cookie: SESSION={key}=; ETag: \"{c}-{lead}{a}\"\n"),
            _ => format!("sha384-{key}{key} {id} c{lead}{a}\n"),
        });
    }
}

fn barcode(dice: &mut Dice) -> String {
    let twelve = format!("{}{}", dice.pick(&["880", "490", "500", "690", "693", "978", "400"]), dice.digits(9));
    let sum: u32 = twelve.chars().zip([1, 3].into_iter().cycle()).map(|(d, w)| d.to_digit(10).unwrap_or(0) * w).sum();
    format!("{twelve}{}", (10 - sum % 10) % 10)
}

/// Goods of all the world, and ids that count on from one that reads as a birth date.
pub fn goods(pen: &mut Pen) {
    head(pen, "수입 상품 목록");
    pen.text("<table>\n");
    for row in 1..=pen.dice.from(30, 120) {
        let (code, price, stock) = (barcode(&mut pen.dice), pen.dice.from(1, 999), pen.dice.from(0, 9_999));
        pen.text(format!("<tr><td>{row}</td><td>{code}</td><td>{price},900</td><td>{stock}</td></tr>\n"));
    }
    pen.text("</table>\n<script>var goods=[");
    let (year, month, day) = (pen.dice.from(50, 99), pen.dice.from(1, 12), pen.dice.from(1, 28));
    let mut id = format!("{year:02}{month:02}{day:02}{}", pen.dice.from(1_000_000, 2_900_000)).parse().unwrap_or(0_u64);
    for _ in 0..pen.dice.from(20, 80) {
        id += pen.dice.from(1, 40);
        pen.text(format!("{{\"id\": {id}, \"parentId\": {id}, \"n\": 3}},\n"));
    }
    pen.text("];</script>\n");
    pen.text("</body></html>\n");
}

/// The same as lines of fields.
pub fn goods_csv(pen: &mut Pen) {
    pen.text("코드,바코드,수량\n");
    let mut id = pen.dice.from(7_001_011_000_000, 9_912_282_999_999);
    for _ in 0..pen.dice.from(40, 200) {
        id += pen.dice.from(1, 60);
        let (code, stock) = (barcode(&mut pen.dice), pen.dice.from(0, 9_999));
        pen.text(format!("{id},{code},{stock}\n"));
    }
}

/// A script as tools make it small.
pub fn script(pen: &mut Pen) {
    for number in 0..pen.dice.from(60, 300) {
        let (digits, short) = (pen.dice.digits(16), pen.dice.digits(10));
        let (id, colour) = (hex(&mut pen.dice, 20), hex(&mut pen.dice, 6));
        let lead = pen.dice.pick(&["01", "4", "5", "9", "3"]);
        pen.text(match pen.dice.clone().from(0, 4) {
            0 => format!("a{number}={{b:.{lead}{digits},c:0.{digits},d:\"{id}\"}};"),
            1 => format!("!function(t,e){{t[{number}]=.{lead}{short},e(\"#{colour}\",9007199254740991)}}(this);"),
            2 => format!(".x{number}{{color:#{colour};width:{}.{short}px;margin:0 .{lead}{short}em}}", number % 90),
            3 => format!("n({number},\"{id}\",[{},{},{}]);", number * 7, number * 131, number * 1009),
            _ => format!(
                "v=\"{}.{}.{}.{}\",x={number}e{};",
                number % 10,
                number % 20,
                number * 3,
                number * 17,
                number % 9
            ),
        });
    }
}

/// Rows of quantities with spaces, tabs and commas between.
pub fn quantities(pen: &mut Pen) {
    for _ in 0..pen.dice.from(30, 120) {
        let parts = pen.dice.pick(&[" ", "\t", ",", ", "]);
        let digits = pen.dice.pick(&[4_u32, 4, 4, 5, 6, 7]);
        let (least, most) = (10_u64.pow(digits - 1), 10_u64.pow(digits) - 1);
        // Four of four digits with spaces between are how cards are written, and nothing else.
        let count = if parts == "," { 4 } else { pen.dice.pick(&[7, 8, 12, 20]) };
        let row: Vec<String> = (0..count).map(|_| pen.dice.from(least, most).to_string()).collect();
        pen.text(row.join(parts)).text("\n");
    }
}

/// Orders and parcels, as shops number them.
pub fn shipments(pen: &mut Pen) {
    head(pen, "배송 현황");
    pen.text("<table><tr><th>주문번호</th><th>운송장번호</th><th>상품</th><th>수량</th></tr>\n");
    for _ in 0..pen.dice.from(30, 120) {
        let (month, day, serial) = (pen.dice.from(1, 12), pen.dice.from(1, 28), pen.dice.from(1, 99_999));
        let (a, b, c) = (pen.dice.from(1_000, 6_999), pen.dice.digits(4), pen.dice.digits(4));
        let isbn = pen.dice.digits(7);
        pen.text(format!(
            "<tr><td><a href=\"/order/view?ordNo=2026{month:02}{day:02}{serial:07}&amp;seq={serial}\">2026{month:02}{day:02}-{serial:07}</a></td>\
             <td>{a}-{b}-{c}</td><td>ISBN 978-89-{}-{}-{}</td><td>{}</td></tr>\n",
            &isbn[..4],
            &isbn[4..6],
            &isbn[6..],
            serial % 90
        ));
    }
    pen.text("</table>\n");
    pen.text("</body></html>\n");
}

//! RTF to tokens (RTF 1.9.1, "RTF Syntax").

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Open,
    Close,
    /// A control word and its number.
    Word(&'a [u8], Option<i32>),
    /// A control symbol.
    Symbol(u8),
    /// A byte of text, written `\'hh` or as it is.
    Byte(u8),
    /// Bytes behind `\bin`.
    Binary(&'a [u8]),
}

/// The tokens of a file.
pub(super) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Tokens<'a> {
        Tokens { rest: bytes }
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, &[]));
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, test: impl Fn(u8) -> bool) -> &'a [u8] {
        self.take(self.rest.iter().take_while(|&&byte| test(byte)).count())
    }

    fn control(&mut self) -> Option<Token<'a>> {
        let name = self.take_while(|byte| byte.is_ascii_alphabetic());
        if name.is_empty() {
            let symbol = self.take(1).first().copied()?;
            return Some(if symbol == b'\'' { self.hex() } else { Token::Symbol(symbol) });
        }
        let is_negative = self.rest.starts_with(b"-") && self.rest.get(1).is_some_and(u8::is_ascii_digit);
        let sign: i64 = if is_negative { -1 } else { 1 };
        self.take(usize::from(is_negative));
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        let number = std::str::from_utf8(digits).ok().filter(|digits| !digits.is_empty());
        let number = number.map(|digits| sign.saturating_mul(digits.parse().unwrap_or(i64::from(i32::MAX))));
        let number = number.map(|number| i32::try_from(number).unwrap_or(0));
        if self.rest.starts_with(b" ") {
            self.take(1);
        }
        match number {
            Some(length) if name == b"bin" => Some(Token::Binary(self.take(usize::try_from(length).unwrap_or(0)))),
            number => Some(Token::Word(name, number)),
        }
    }

    fn hex(&mut self) -> Token<'a> {
        let pair = self.rest.first().zip(self.rest.get(1));
        match pair.and_then(|(&high, &low)| Some(digit(high)? << 4 | digit(low)?)) {
            Some(byte) => {
                self.take(2);
                Token::Byte(byte)
            }
            None => Token::Symbol(b'\''),
        }
    }
}

/// The value of a hexadecimal digit.
pub(super) fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            return Some(match self.take(1).first().copied()? {
                b'{' => Token::Open,
                b'}' => Token::Close,
                b'\\' => self.control()?,
                b'\r' | b'\n' | 0 => continue,
                byte => Token::Byte(byte),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_take_their_number_and_one_blank() {
        let tokens: Vec<_> = Tokens::new(b"{\\u-21380  a\\'b0\r\\~\\bin3 }}}\\b-}").collect();
        let expected = [
            Token::Open,
            Token::Word(b"u", Some(-21380)),
            Token::Byte(b' '),
            Token::Byte(b'a'),
            Token::Byte(0xB0),
            Token::Symbol(b'~'),
            Token::Binary(b"}}}"),
            Token::Word(b"b", None),
            Token::Byte(b'-'),
            Token::Close,
        ];
        assert_eq!(tokens, expected);
    }
}

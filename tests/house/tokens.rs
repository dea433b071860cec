//! Rust source to words and signs: enough to see paths and blocks. Comments and the insides of literals are gone, so
//! what they mention is no use of it.

/// A word, `::`, or a single sign; a literal is one `"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    /// Counted from 1.
    pub line: usize,
}

/// Cuts a source. Anything that does not end (a comment, a string) ends with the source.
pub fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let mut cut = Cutter { chars, at: 0, line: 1, out: Vec::new() };
    while let Some(now) = cut.peek(0) {
        cut.one(now);
    }
    cut.out
}

struct Cutter {
    chars: Vec<char>,
    at: usize,
    line: usize,
    out: Vec<Token>,
}

impl Cutter {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn step(&mut self) {
        if self.peek(0) == Some('\n') {
            self.line += 1;
        }
        self.at += 1;
    }

    fn put(&mut self, text: &str, line: usize) {
        self.out.push(Token { text: text.to_owned(), line });
    }

    fn one(&mut self, now: char) {
        let line = self.line;
        match (now, self.peek(1)) {
            ('/', Some('/')) => {
                while self.peek(0).is_some_and(|it| it != '\n') {
                    self.step();
                }
            }
            ('/', Some('*')) => self.block_comment(),
            ('"', _) => self.string(),
            ('\'', _) => self.quote(),
            (':', Some(':')) => {
                self.put("::", line);
                self.at += 2;
            }
            (it, _) if it == '_' || it.is_alphanumeric() => self.word(),
            (it, _) => {
                if !it.is_whitespace() {
                    self.put(&it.to_string(), line);
                }
                self.step();
            }
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while let Some(now) = self.peek(0) {
            let change = match (now, self.peek(1)) {
                ('/', Some('*')) => 1,
                ('*', Some('/')) => -1,
                _ => 0,
            };
            depth += change;
            self.step();
            if change != 0 {
                self.step();
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.put("\"", self.line);
        self.step();
        while let Some(now) = self.peek(0) {
            self.step();
            match now {
                '\\' => self.step(),
                '"' => return,
                _ => {}
            }
        }
    }

    /// `r"…"`, `r#"…"#`: the cursor stands on the first `#` or `"`.
    fn raw_string(&mut self) {
        self.put("\"", self.line);
        let mut fence = 0;
        while self.peek(0) == Some('#') {
            fence += 1;
            self.step();
        }
        self.step();
        while let Some(now) = self.peek(0) {
            self.step();
            if now == '"' && (0..fence).all(|ahead| self.peek(ahead) == Some('#')) {
                self.at += fence;
                return;
            }
        }
    }

    /// A character literal, or a lifetime.
    fn quote(&mut self) {
        let literal = self.peek(1) == Some('\\') || self.peek(2) == Some('\'');
        self.step();
        if !literal {
            return;
        }
        self.put("\"", self.line);
        while let Some(now) = self.peek(0) {
            self.step();
            match now {
                '\\' => self.step(),
                '\'' => return,
                _ => {}
            }
        }
    }

    fn word(&mut self) {
        let (start, line) = (self.at, self.line);
        while self.peek(0).is_some_and(|it| it == '_' || it.is_alphanumeric()) {
            self.at += 1;
        }
        let word: String = self.chars[start..self.at].iter().collect();
        let raw = matches!(word.as_str(), "r" | "br" | "cr");
        match (self.peek(0), self.peek(1)) {
            (Some('"'), _) | (Some('#'), Some('"' | '#')) if raw => self.raw_string(),
            (Some('"'), _) if matches!(word.as_str(), "b" | "c") => self.string(),
            (Some('\''), _) if word == "b" => self.quote(),
            _ => self.put(&word, line),
        }
    }
}

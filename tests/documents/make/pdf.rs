//! Builds small PDFs for the tests.

use std::fmt::Write as _;

/// A file, object by object.
#[derive(Debug, Default)]
pub struct Build {
    pub bytes: Vec<u8>,
    offsets: Vec<(u32, usize)>,
    last: Option<usize>,
}

impl Build {
    pub fn new() -> Build {
        Build { bytes: b"%PDF-1.7\n".to_vec(), ..Build::default() }
    }

    /// One page with these contents, font `F1` Helvetica: objects 1 to 5.
    pub fn page(contents: &str) -> Build {
        Build::page_with(contents, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", "")
    }

    /// The same with this font, and more in the page's dictionary.
    pub fn page_with(contents: &str, font: &str, more: &str) -> Build {
        Build::new()
            .object(1, "<< /Type /Catalog /Pages 2 0 R >>")
            .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
            .object(
                3,
                &format!(
                    "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> {more} >>"
                ),
            )
            .stream(4, "", contents.as_bytes())
            .object(5, font)
    }

    pub fn object(mut self, number: u32, text: &str) -> Build {
        self.offsets.push((number, self.bytes.len()));
        self.bytes.extend_from_slice(format!("{number} 0 obj\n{text}\nendobj\n").as_bytes());
        self
    }

    pub fn stream(mut self, number: u32, dict: &str, data: &[u8]) -> Build {
        self.offsets.push((number, self.bytes.len()));
        self.bytes
            .extend_from_slice(format!("{number} 0 obj\n<< {dict} /Length {} >>\nstream\n", data.len()).as_bytes());
        self.bytes.extend_from_slice(data);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
        self
    }

    /// A stream packed by Deflate.
    pub fn deflated(self, number: u32, dict: &str, data: &[u8]) -> Build {
        self.stream(number, &format!("{dict} /Filter /FlateDecode"), &deflate(data))
    }

    /// Ends a revision with its table; more objects may follow.
    pub fn table(mut self, trailer: &str) -> Build {
        let at = self.bytes.len();
        let mut table = "xref\n".to_owned();
        for (number, offset) in self.offsets.drain(..) {
            write!(table, "{number} 1\n{offset:010} 00000 n \n").expect("a string");
        }
        let previous = self.last.map(|last| format!("/Prev {last}")).unwrap_or_default();
        write!(table, "trailer\n<< /Size 100 /Root 1 0 R {previous} {trailer} >>\nstartxref\n{at}\n%%EOF\n")
            .expect("a string");
        self.bytes.extend_from_slice(table.as_bytes());
        self.last = Some(at);
        self
    }

    pub fn done(self) -> Vec<u8> {
        self.table("").bytes
    }
}

pub fn deflate(data: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(data).expect("memory");
    packer.finish().expect("memory")
}

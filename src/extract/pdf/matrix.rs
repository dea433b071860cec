//! Where things stand once they are moved, turned and scaled.

/// A transformation: `[a b c d e f]` (ISO 32000-2 section 8.3.3).
#[derive(Debug, Clone, Copy)]
pub(in crate::extract) struct Matrix([f64; 6]);

impl Default for Matrix {
    fn default() -> Matrix {
        Matrix([1.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    }
}

impl Matrix {
    /// From six numbers; the identity if there are not six.
    pub(in crate::extract) fn of(numbers: impl Iterator<Item = f64>) -> Matrix {
        numbers.collect::<Vec<f64>>().try_into().map_or_else(|_| Matrix::default(), Matrix)
    }

    /// This first, then the other.
    pub(in crate::extract) fn then(&self, next: &Matrix) -> Matrix {
        let Matrix([a, b, c, d, e, f]) = *self;
        let Matrix([k, l, m, n, x, y]) = *next;
        Matrix([a * k + b * m, a * l + b * n, c * k + d * m, c * l + d * n, e * k + f * m + x, e * l + f * n + y])
    }

    /// Where a point comes to.
    pub(in crate::extract) fn point(&self, x: f64, y: f64) -> (f64, f64) {
        let Matrix([a, b, c, d, e, f]) = *self;
        (x * a + y * c + e, x * b + y * d + f)
    }

    /// Where a direction leads.
    pub(in crate::extract) fn direction(&self, x: f64, y: f64) -> (f64, f64) {
        let Matrix([a, b, c, d, ..]) = *self;
        (x * a + y * c, x * b + y * d)
    }

    /// Moves.
    pub(in crate::extract) fn shift(x: f64, y: f64) -> Matrix {
        Matrix([1.0, 0.0, 0.0, 1.0, x, y])
    }
}

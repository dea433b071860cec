//! What `garim demo` prints.

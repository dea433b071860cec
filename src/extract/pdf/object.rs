//! The values of a PDF (ISO 32000-2 section 7.3). Those that hold others are shared: a clone is cheap.

use std::rc::Rc;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Str(Rc<[u8]>),
    Name(Rc<[u8]>),
    Array(Rc<Vec<Object>>),
    Dict(Rc<Dict>),
    Stream(Rc<Stream>),
    /// A reference to an indirect object, by its number. Generations are not looked at: a number has one meaning at a time.
    Ref(u32),
}

/// A dictionary.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Dict {
    /// In the order of the file, keys that are there twice included.
    pub(super) entries: Vec<(Rc<[u8]>, Object)>,
}

/// A stream: its dictionary, and where in the file its bytes are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stream {
    pub(super) dict: Rc<Dict>,
    pub(super) start: usize,
    pub(super) end: usize,
    /// The number and the generation of its object: they are part of the key it is encrypted with.
    pub(super) owner: (u32, u16),
}

const NULL: &Object = &Object::Null;

impl Object {
    /// As an integer; a real number is cut.
    pub(super) fn int(&self) -> Option<i64> {
        match self {
            Object::Int(value) => Some(*value),
            Object::Real(value) => Some(*value as i64),
            _ => None,
        }
    }

    /// As a number.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Object::Int(value) => Some(*value as f64),
            Object::Real(value) => Some(*value),
            _ => None,
        }
    }

    /// As a name, without its slash.
    pub(super) fn name(&self) -> Option<&[u8]> {
        match self {
            Object::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The bytes of a string.
    pub(super) fn string(&self) -> Option<&[u8]> {
        match self {
            Object::Str(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The elements of an array; none of anything else.
    pub(super) fn array(&self) -> &[Object] {
        match self {
            Object::Array(array) => array,
            _ => &[],
        }
    }

    /// As a dictionary, that of a stream included.
    pub(super) fn dict(&self) -> Option<&Rc<Dict>> {
        match self {
            Object::Dict(dict) => Some(dict),
            Object::Stream(stream) => Some(&stream.dict),
            _ => None,
        }
    }

    /// What a dictionary has under `key`; null for everything else.
    pub(super) fn get(&self, key: &str) -> &Object {
        self.dict().map_or(NULL, |dict| dict.get(key))
    }

    /// Whether it is this name.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name() == Some(name.as_bytes())
    }
}

impl Dict {
    /// What is under `key`, or null. Of a key that is there twice the last counts.
    pub(super) fn get(&self, key: &str) -> &Object {
        let of_key = |(name, _): &&(Rc<[u8]>, Object)| **name == *key.as_bytes();
        self.entries.iter().rev().find(of_key).map_or(NULL, |(_, value)| value)
    }

    /// Whether `key` is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, _)| **name == *key.as_bytes())
    }
}

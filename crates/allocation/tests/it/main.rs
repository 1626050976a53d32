//! The rules that ship, against their worked examples.

mod library;

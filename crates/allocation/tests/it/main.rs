//! The rules that ship, against their worked examples.

mod attacks;
mod hetrec;
mod library;
mod mutation;
mod properties;

//! Bank messages.

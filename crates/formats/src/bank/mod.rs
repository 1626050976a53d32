//! Bank messages: pain.001, pain.002, camt.05x.

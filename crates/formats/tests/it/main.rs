//! What the readers and writers of foreign formats promise, from outside.

mod bank;
mod catalogue;

//! What is found, and who is shown, over whole worlds.

mod fair;

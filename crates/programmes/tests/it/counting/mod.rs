//! What counts as a play: the worked cases of the page, properties, attacks.

mod attacks;
mod cases;
mod disclosure;
mod properties;

//! Museum of hard lines, properties of the index, and the real catalogue where it is present.

mod damage;
mod museum;

//! What may be told of plays: numbers behind which enough members stand, however they are added and subtracted.

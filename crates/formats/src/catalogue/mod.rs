//! Catalogues as others publish them.

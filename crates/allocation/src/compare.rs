//! Several rules side by side. Nothing here is ever posted.

//! Ids of what only doors and background work know; built like those of `music`, and no part of its vocabulary.

use std::fmt;
use std::str::FromStr;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident, $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The id made of sixty bits (the upper four are ignored).
            pub fn from_bits(bits: u64) -> Self {
                $name(format!(concat!($prefix, "-{}"), music::id::base32(bits)))
            }

            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = music::id::BadId;

            fn from_str(text: &str) -> Result<Self, music::id::BadId> {
                let rest = text.strip_prefix(concat!($prefix, "-")).unwrap_or_default();
                let fine = |b: u8| b.is_ascii_alphanumeric();
                if rest.is_empty() || rest.len() > 40 || !rest.bytes().all(fine) {
                    return Err(music::id::BadId { text: text.to_owned(), kind: stringify!($name), prefix: $prefix });
                }
                Ok($name(text.to_owned()))
            }
        }
    )*};
}

ids! {
    /// What a brand wants.
    BriefId, "brf";
    /// One artist asked for one brief.
    BriefInvitationId, "bri";
    /// A contract between a brand and an artist.
    BrandDealId, "bdl";
    /// A step of such a contract.
    MilestoneId, "mil";
    /// An agency's mandate to act for a brand.
    BrandMandateId, "bmd";
    /// A session given to an emerging artist.
    GrantId, "grt";
    /// A person's access.
    SignInId, "sgn";
    /// One browser that is signed in.
    SessionId, "ses";
    /// A key for programs.
    ApiKeyId, "key";
    /// A member of an institution.
    MemberId, "mbr";
    /// An address that is told of events.
    WebhookId, "whk";
    /// One telling of an event.
    DeliveryId, "msg";
    /// A piece of background work.
    JobId, "job";
    /// A passkey of a person.
    PasskeyId, "psk";
    /// A change of a policy, told before it holds.
    PolicyChangeId, "chg";
    /// What somebody says of such a change.
    PolicyCommentId, "cmt";
    /// A part of a share, offered to another party.
    ShareOfferId, "off";
    /// A word of thanks.
    ThanksId, "thx";
}

//! A run in a few bytes, and the link that carries it.
//!
//! The link format, version 1: `v1.` and the base64url, without padding, of the recipe in postcard and two bytes of
//! checksum. The checksum is there because a damaged link that opens another run would be worse than one that opens
//! none. A link is untrusted: everything is capped before it is allocated, checked after it is decoded, and nothing in it
//! can recurse.
//!
//! There is no compressed form: three hundred actions take about a thousand characters, half of what every chat and
//! mail program lets pass, and a deflating page would be 10 KB larger on its first load.

use crate::action::Command;
use base64ct::{Base64UrlUnpadded, Encoding};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Characters a link may have.
pub const LINK_CHARS_MAX: usize = 32 * 1024;
/// Commands a recipe may have.
pub const COMMANDS_MAX: usize = 5_000;
/// Parameters a recipe may name.
pub const PARAMS_MAX: usize = 64;
/// Characters a name in a recipe may have.
pub const NAME_CHARS_MAX: usize = 64;
/// Nodes or arguments one command may list.
pub const LIST_MAX: usize = 1_024;
/// Steps a recipe may run to when it is opened.
pub const LENGTH_MAX: u64 = 5_000_000;

/// A run: how it begins, and what hands did in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Recipe {
    /// Slug of the protocol.
    pub protocol: String,
    /// Parameters over the defaults, by their stable names.
    pub params: Vec<(String, u64)>,
    /// The only source of chance.
    pub seed: u64,
    /// Commands, each with the step it is done after: `(12, c)` makes `c` step 13. Rising, one at most for each step.
    pub commands: Vec<(u64, Command)>,
    /// How many steps the run has been seen to take.
    pub length: u64,
}

impl Recipe {
    /// A run of a protocol with every parameter at its default, seed 1, and no hands.
    pub fn new(protocol: &str) -> Self {
        Self { protocol: protocol.into(), params: vec![], seed: 1, commands: vec![], length: 0 }
    }

    /// This recipe as the fragment of a link, without the `#`.
    pub fn to_link(&self) -> String {
        let mut plain = self.to_bytes();
        if plain.is_empty() {
            return String::new();
        }
        plain.extend(checksum(&plain));
        ["v1.", &Base64UrlUnpadded::encode_string(&plain)].concat()
    }

    /// Reads a link's fragment, with or without the `#`.
    ///
    /// # Errors
    /// Says what is wrong with it. Nothing a stranger writes makes this panic or allocate more than the caps say.
    pub fn from_link(fragment: &str) -> Result<Self, LinkError> {
        let text = fragment.strip_prefix('#').unwrap_or(fragment);
        if text.len() > LINK_CHARS_MAX {
            return Err(LinkError::TooLong { chars: text.len() });
        }
        let (version, body) = text.split_once('.').ok_or(LinkError::NoVersion)?;
        if version != "v1" {
            return Err(LinkError::Version { given: version.chars().take(12).collect() });
        }
        let is_strange = |letter: u8| !letter.is_ascii_alphanumeric() && letter != b'-' && letter != b'_';
        if let Some(position) = body.bytes().position(is_strange) {
            return Err(LinkError::Text { position: version.len() + 1 + position });
        }
        // A whole link never ends as what can't be decoded does.
        let plain = Base64UrlUnpadded::decode_vec(body).map_err(|_| LinkError::CutShort)?;
        let (plain, sum) = plain.split_last_chunk::<2>().ok_or(LinkError::CutShort)?;
        if *sum != checksum(plain) {
            return Err(LinkError::Checksum);
        }
        Self::from_bytes(plain)
    }

    /// This recipe as the bytes that a link carries, without their checksum.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Reads what [`Recipe::to_bytes`] wrote.
    ///
    /// # Errors
    /// Says what is wrong with it, as of a link.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, LinkError> {
        let (recipe, rest) = postcard::take_from_bytes::<Self>(bytes).map_err(|_| LinkError::CutShort)?;
        if !rest.is_empty() {
            return Err(LinkError::Trailing { bytes: rest.len() });
        }
        recipe.check()?;
        Ok(recipe)
    }

    /// Checks the caps.
    ///
    /// # Errors
    /// Says which one is broken.
    pub fn check(&self) -> Result<(), LinkError> {
        let cap = |what, given: usize, max: usize| {
            if given > max { Err(LinkError::TooMany { what, given, max }) } else { Ok(()) }
        };
        cap("parameters", self.params.len(), PARAMS_MAX)?;
        cap("commands", self.commands.len(), COMMANDS_MAX)?;
        cap("steps", usize::try_from(self.length).unwrap_or(usize::MAX), LENGTH_MAX as usize)?;
        for name in self.params.iter().map(|(name, _)| name).chain([&self.protocol]) {
            cap("characters in a name", name.chars().count(), NAME_CHARS_MAX)?;
            if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.') {
                return Err(LinkError::Name);
            }
        }
        for (_, command) in &self.commands {
            cap("items in a command", list_length(command), LIST_MAX)?;
        }
        let rising = self.commands.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let within = self.commands.last().is_none_or(|(step, _)| *step < self.length.max(1));
        if rising && within { Ok(()) } else { Err(LinkError::Order) }
    }
}

/// The two bytes at the end of a link's payload.
fn checksum(payload: &[u8]) -> [u8; 2] {
    let mut hasher = crate::fingerprint::Fingerprint::default();
    std::hash::Hasher::write(&mut hasher, payload);
    (std::hash::Hasher::finish(&hasher) as u16).to_le_bytes()
}

fn list_length(command: &Command) -> usize {
    match command {
        Command::Cut { from, to, .. } | Command::Heal { from, to, .. } => from.len().max(to.len()),
        Command::Operate { args, .. } => args.len(),
        Command::Answer { answers, .. } => answers.len(),
        Command::Link { profile, .. } => profile.latency.0.len(),
        _ => 0,
    }
}

/// Why a link can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkError {
    /// Longer than [`LINK_CHARS_MAX`].
    TooLong {
        /// Characters.
        chars: usize,
    },
    /// It does not begin with a version and a point.
    NoVersion,
    /// A version this page does not know.
    Version {
        /// Its beginning.
        given: String,
    },
    /// A character that is not base64url, or a missing one at the end.
    Text {
        /// Position in the fragment, from 0.
        position: usize,
    },
    /// Its checksum is wrong: a character was changed or lost on the way.
    Checksum,
    /// It ends too early, or holds something that is no recipe.
    CutShort,
    /// Something follows the recipe.
    Trailing {
        /// Bytes.
        bytes: usize,
    },
    /// More than a cap allows.
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        given: usize,
        /// At most so many.
        max: usize,
    },
    /// A name with characters other than letters, digits, dashes and points.
    Name,
    /// Steps of commands that don't rise, or lie beyond the end.
    Order,
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { chars } => {
                write!(f, "the link has {chars} characters, at most {LINK_CHARS_MAX} are read")
            }
            Self::NoVersion => write!(f, "the link does not begin with a version such as “v1.”"),
            Self::Version { given } => {
                write!(f, "the link is of version “{given}”, this page reads v1")
            }
            Self::Text { position } => {
                write!(f, "character {position} of the link is not one that links use")
            }
            Self::Checksum => write!(f, "the link is damaged or cut short: its checksum does not fit"),
            Self::CutShort => write!(f, "the link is cut short: it holds no whole run"),
            Self::Trailing { bytes } => write!(f, "the link is damaged: {bytes} bytes follow the run"),
            Self::TooMany { what, given, max } => {
                write!(f, "the link has {given} {what}, at most {max} are allowed")
            }
            Self::Name => {
                write!(f, "the link holds a name with characters other than letters, digits and dashes")
            }
            Self::Order => write!(f, "the link is damaged: its steps are out of order"),
        }
    }
}

impl std::error::Error for LinkError {}

//! Digests, keys and signed messages: SHA-256 and Ed25519, not models of them.
//!
//! SUBTLE: keys here are no secrets. Each node's key is the SHA-256 of a fixed text, the run's seed and its number, since a
//! run must come out the same for everybody. What matters is only that a handler signs with its own node's key, and that a
//! signature made with another key, or in a run of another seed, does not verify.

use crate::id::NodeId;
use ed25519_dalek::{Signature, Signer, SigningKey};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// A SHA-256 digest. It prints as its first four hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// What stands for a null request's digest. Nobody knows a text that SHA-256 maps to it.
    pub const NULL: Self = Self([0; 32]);

    /// The last of all, in their order.
    pub const LAST: Self = Self([0xff; 32]);

    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Its first four hexadecimal digits, as a rule's value; 0 stands for [`Digest::NULL`] alone.
    pub fn short(self) -> u64 {
        let digits = u64::from(u16::from_be_bytes([self.0[0], self.0[1]]));
        if self == Self::NULL { 0 } else { digits.max(1) }
    }

    fn word(self) -> u64 {
        u64::from_le_bytes([
            self.0[0], self.0[1], self.0[2], self.0[3], self.0[4], self.0[5], self.0[6], self.0[7],
        ])
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NULL { write!(f, "null") } else { write!(f, "{:04x}", self.short()) }
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Everybody's keys, made once for a run and shared by all that is cloned from it. A handler signs with its own node's;
/// checking needs only the public half. By default nobody has one.
#[derive(Clone, Default)]
pub struct Keys(Arc<[SigningKey]>);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} keys", self.0.len())
    }
}

impl Keys {
    /// Keys of so many nodes in a run of this seed.
    pub fn new(seed: u64, nodes: usize) -> Self {
        let key = |node: usize| {
            let mut text = b"pbft signing key of seed and node ".to_vec();
            text.extend_from_slice(&seed.to_le_bytes());
            text.extend_from_slice(&(node as u64).to_le_bytes());
            SigningKey::from_bytes(&Digest::of(&text).0)
        };
        Self((0..nodes).map(key).collect())
    }

    fn sign(&self, node: NodeId, digest: Digest) -> [u8; 64] {
        self.0.get(node.index()).map_or([0; 64], |key| key.sign(&digest.0).to_bytes())
    }

    fn is_signed_by(&self, node: NodeId, digest: Digest, signature: &[u8; 64]) -> bool {
        let verifies = |key: &SigningKey| {
            key.verifying_key().verify_strict(&digest.0, &Signature::from_bytes(signature)).is_ok()
        };
        self.0.get(node.index()).is_some_and(verifies)
    }
}

/// What can be signed: it writes itself down in bytes, in one way only.
pub trait Wire {
    /// Appends its bytes, beginning with a byte that no other kind begins with.
    fn put(&self, bytes: &mut Vec<u8>);
}

/// A message with who signed it. Clones share it, and so each is checked once, however many nodes receive it: checking
/// is a pure function of what is signed.
pub struct Signed<T>(Arc<Sealed<T>>);

struct Sealed<T> {
    signer: NodeId,
    body: T,
    digest: Digest,
    signature: [u8; 64],
    is_genuine: OnceLock<bool>,
}

impl<T: Wire> Signed<T> {
    /// Signs a message.
    pub fn new(keys: &Keys, signer: NodeId, body: T) -> Self {
        Self::with_key_of(keys, signer, signer, body)
    }

    /// Says that `signer` signed a message, but `node` did: a forgery, unless the two are the same.
    pub fn with_key_of(keys: &Keys, node: NodeId, signer: NodeId, body: T) -> Self {
        let mut bytes = Vec::with_capacity(96);
        body.put(&mut bytes);
        bytes.extend_from_slice(&signer.0.to_le_bytes());
        let digest = Digest::of(&bytes);
        let signature = keys.sign(node, digest);
        Self(Arc::new(Sealed { signer, body, digest, signature, is_genuine: OnceLock::new() }))
    }
}

impl<T> Signed<T> {
    /// Who signed it, or is said to have.
    pub fn signer(&self) -> NodeId {
        self.0.signer
    }

    /// The digest of the message and its signer.
    pub fn digest(&self) -> Digest {
        self.0.digest
    }

    /// Whether the signature is the signer's.
    pub fn is_genuine(&self, keys: &Keys) -> bool {
        let Sealed { signer, digest, signature, is_genuine, .. } = &*self.0;
        *is_genuine.get_or_init(|| keys.is_signed_by(*signer, *digest, signature))
    }

    /// Appends what stands for it in a message it is part of.
    pub(super) fn put_reference(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.0.digest.0);
        bytes.extend_from_slice(&self.0.signature);
    }

    fn signature_word(&self) -> u64 {
        let s = &self.0.signature;
        u64::from_le_bytes([s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]])
    }
}

impl<T> Clone for Signed<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Signed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.body
    }
}

impl<T> PartialEq for Signed<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.0.digest, self.0.signature) == (other.0.digest, other.0.signature)
    }
}

impl<T> Eq for Signed<T> {}

impl<T> Hash for Signed<T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        // The digest covers all of it.
        (self.0.digest.word(), self.signature_word()).hash(hasher);
    }
}

impl<T: fmt::Debug> fmt::Debug for Signed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} signed by {}", self.0.body, self.0.signer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Text(&'static str);

    impl Wire for Text {
        fn put(&self, bytes: &mut Vec<u8>) {
            bytes.extend_from_slice(self.0.as_bytes());
        }
    }

    #[test]
    fn a_signature_is_its_signers_and_nobody_elses() {
        let keys = Keys::new(1, 3);
        assert!(Signed::new(&keys, NodeId(1), Text("a")).is_genuine(&keys));
        assert!(!Signed::with_key_of(&keys, NodeId(0), NodeId(1), Text("a")).is_genuine(&keys));
        assert!(!Signed::new(&keys, NodeId(7), Text("a")).is_genuine(&keys), "a node that has no key");
        assert!(!Signed::new(&Keys::new(2, 3), NodeId(1), Text("a")).is_genuine(&keys), "a key of another run");
    }

    #[test]
    fn digests_are_sha_256_and_signatures_are_deterministic() {
        assert_eq!(Digest::of(b"abc").to_string(), "ba78");
        let keys = Keys::new(1, 2);
        let (a, b) = (Signed::new(&keys, NodeId(0), Text("a")), Signed::new(&keys, NodeId(0), Text("a")));
        assert_eq!(a, b);
        assert_ne!(a, Signed::new(&keys, NodeId(0), Text("b")));
    }
}

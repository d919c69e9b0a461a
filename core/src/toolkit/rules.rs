//! How a protocol writes its rules down.

/// Declares rules, each a static of type [`crate::trace::Rule`]:
/// `NAME, "id", "says", ["guard that holds" / "guard that fails", …], "section";` with a comment for the values.
macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident, $id:literal, $says:literal, [$($holds:literal / $fails:literal),*], $section:literal;)*) => {$(
        $(#[$doc])*
        pub static $name: $crate::trace::Rule = $crate::trace::Rule {
            id: $id,
            says: $says,
            guards: &[$($crate::trace::Guard { holds: $holds, fails: $fails }),*],
            section: $section,
        };
    )*};
}

pub(crate) use rules;

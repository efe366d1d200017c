//! What a change means: for whoever upgrades, and for versions that are released.

use std::fmt;

use crate::ir;

/// Which version a change needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// A patch.
    Patch,
    /// A minor version: there is more than before.
    Minor,
    /// A major version, which below 1.0 is the next 0.x: a build may break.
    Major,
}

/// What becomes of released versions at a server that is as the new version says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shipped {
    /// They work on.
    Fine,
    /// Some of what they send is refused, or means something else.
    BreaksSome,
    /// They break: what they send of it is refused, or a value of a response is not where they look
    /// for it. One that lacks something they do read.
    Breaks,
}

/// A sort of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// What compiles now may not compile after an upgrade.
    Source,
    /// Released versions and the server don't understand each other.
    Wire,
    /// Something is done otherwise than before.
    Behaviour,
    /// There is more than before.
    Additive,
    /// What is said of it changes.
    Docs,
}

/// Where in an exchange a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Position {
    /// In what is sent.
    Request,
    /// In what comes back.
    Response,
    /// In both.
    Both,
    /// In neither: the API as a whole.
    Api,
}

impl Position {
    /// The position of a type.
    pub(super) fn of(position: ir::Position) -> Self {
        match (position.request, position.response) {
            (true, true) => Position::Both,
            (true, false) => Position::Request,
            (false, _) => Position::Response,
        }
    }

    /// The worse of what is true of each position.
    pub(super) fn worse<T: Ord>(self, request: T, response: T) -> T {
        match self {
            Position::Request => request,
            Position::Response => response,
            Position::Both | Position::Api => request.max(response),
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Position::Request => "a request",
            Position::Response => "a response",
            Position::Both => "requests and responses",
            Position::Api => "the API",
        })
    }
}

macro_rules! words {
    ($($type:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {$(
        impl $type {
            /// The word that reports have for it.
            pub fn word(self) -> &'static str {
                match self {
                    $($type::$variant => $word),+
                }
            }
        }
    )+};
}

words! {
    Class {
        Source = "source-breaking",
        Wire = "wire-breaking",
        Behaviour = "behaviour",
        Additive = "additive",
        Docs = "docs",
    }
    Position { Request = "request", Response = "response", Both = "both", Api = "api" }
    Shipped { Fine = "fine", BreaksSome = "breaks-some", Breaks = "breaks" }
}

/// The verdict on a change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Verdict {
    pub class: Class,
    pub bump: Bump,
    pub shipped: Shipped,
}

impl Verdict {
    /// What breaks a build; released versions are as `shipped` says.
    pub fn source(shipped: Shipped) -> Self {
        Verdict {
            class: Class::Source,
            bump: Bump::Major,
            shipped,
        }
    }

    /// What breaks no build, but released versions.
    pub fn wire(bump: Bump, shipped: Shipped) -> Self {
        Verdict {
            class: Class::Wire,
            bump,
            shipped,
        }
    }

    /// What is done otherwise.
    pub fn behaviour(shipped: Shipped) -> Self {
        Verdict {
            class: Class::Behaviour,
            bump: Bump::Minor,
            shipped,
        }
    }

    /// What breaks no build, but has programs do something else, or find nothing where they count on
    /// something.
    pub fn meaning(shipped: Shipped) -> Self {
        Verdict {
            bump: Bump::Major,
            ..Verdict::behaviour(shipped)
        }
    }

    /// What there is besides.
    pub fn additive() -> Self {
        Verdict {
            class: Class::Additive,
            bump: Bump::Minor,
            shipped: Shipped::Fine,
        }
    }

    /// What is said otherwise.
    pub fn docs() -> Self {
        Verdict {
            class: Class::Docs,
            bump: Bump::Patch,
            shipped: Shipped::Fine,
        }
    }
}

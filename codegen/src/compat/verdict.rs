//! The meaning of a change: for programs that upgrade, and for released versions.

use std::fmt;

use crate::ir;

/// The version bump that a change needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// A patch.
    Patch,
    /// A minor version: something was added.
    Minor,
    /// A major version, which below 1.0 is the next 0.x: a build may break.
    Major,
}

/// How released versions fare with a server of the new version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shipped {
    /// They keep working.
    Fine,
    /// Some of their requests are refused, or mean something else.
    BreaksSome,
    /// They break: requests are refused, or a value of a response is not where they look for it. A
    /// response that lacks a value can still be read.
    Breaks,
}

/// The severity of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Code that compiles may no longer compile after an upgrade.
    Source,
    /// Released versions and the server do not understand each other.
    Wire,
    /// Behaviour changes.
    Behaviour,
    /// Something was added.
    Additive,
    /// Only docs change.
    Docs,
}

/// The position of a value in an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Position {
    /// In requests.
    Request,
    /// In responses.
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

    /// The worse of the verdicts for each position.
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
            /// The word for it in reports.
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
    /// Breaks a build; `shipped` says how released versions fare.
    pub fn source(shipped: Shipped) -> Self {
        Verdict {
            class: Class::Source,
            bump: Bump::Major,
            shipped,
        }
    }

    /// Breaks no build, but released versions.
    pub fn wire(bump: Bump, shipped: Shipped) -> Self {
        Verdict {
            class: Class::Wire,
            bump,
            shipped,
        }
    }

    /// Changes behaviour.
    pub fn behaviour(shipped: Shipped) -> Self {
        Verdict {
            class: Class::Behaviour,
            bump: Bump::Minor,
            shipped,
        }
    }

    /// Breaks no build, but makes programs do something else, or miss a value they rely on.
    pub fn meaning(shipped: Shipped) -> Self {
        Verdict {
            bump: Bump::Major,
            ..Verdict::behaviour(shipped)
        }
    }

    /// Adds something.
    pub fn additive() -> Self {
        Verdict {
            class: Class::Additive,
            bump: Bump::Minor,
            shipped: Shipped::Fine,
        }
    }

    /// Changes docs.
    pub fn docs() -> Self {
        Verdict {
            class: Class::Docs,
            bump: Bump::Patch,
            shipped: Shipped::Fine,
        }
    }
}

//! Stack space for recursive values.
//!
//! A limit on depth does not bound the stack: in a development build, 60 levels of an object with
//! 150 properties overflow 2 MiB, the default of a thread. So code that descends into an object or
//! a union checks the stack first, and continues on a new segment if there is too little.

/// The minimum of free stack for the frames up to the next object.
const ROOM: usize = 512 * 1024;

/// The size of a new segment. The system reserves it, and allocates memory as it is used.
const SEGMENT: usize = 4 * ROOM;

/// How many values of a type may be on the stack between two objects, in a development build.
const COPIES: usize = 16;

/// Runs a step of a recursion over values of type `T` with enough stack.
#[doc(hidden)]
#[inline]
pub fn with_room<T, R>(step: impl FnOnce() -> R) -> R {
    let copies = COPIES * size_of::<T>();
    stacker::maybe_grow(ROOM + copies, SEGMENT + 4 * copies, step)
}

/// Implements `Clone` and `PartialEq` like their derives, for a recursive type.
#[macro_export]
macro_rules! recursive {
    (struct $name:ident { $($field:ident),* $(,)? }) => {
        impl ::core::clone::Clone for $name {
            fn clone(&self) -> Self {
                $crate::__private::with_room::<Self, _>(|| Self {
                    $($field: ::core::clone::Clone::clone(&self.$field),)*
                })
            }
        }

        impl ::core::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::__private::with_room::<Self, _>(|| {
                    true $(&& self.$field == other.$field)*
                })
            }
        }
    };

    (enum $name:ident { $($variant:ident),* $(,)? }) => {
        impl ::core::clone::Clone for $name {
            fn clone(&self) -> Self {
                $crate::__private::with_room::<Self, _>(|| match self {
                    $(Self::$variant(value) => {
                        Self::$variant(::core::clone::Clone::clone(value))
                    })*
                })
            }
        }

        impl ::core::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::__private::with_room::<Self, _>(|| match (self, other) {
                    $((Self::$variant(value), Self::$variant(other)) => value == other,)*
                    _ => false,
                })
            }
        }
    };
}

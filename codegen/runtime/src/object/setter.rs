//! Methods that set fields.

/// A method that sets a field and returns the struct, for [`object!`](crate::object!) and
/// [`parameters!`](crate::parameters!), which list the words for how the value is made.
///
/// The identifiers in the second brackets lead from the struct to the one with the field. The third
/// brackets have the method's name, if it is not the field's.
#[doc(hidden)]
#[macro_export]
macro_rules! __setter {
    (pub $($field:tt)*) => {};
    (set [$($meta:tt)*] [$($path:ident)?] $field:ident [] $type:ty) => {
        $($meta)*
        pub fn $field(mut self, value: $type) -> Self {
            self$(.$path)?.$field = Some(value);
            self
        }
    };
    (into [$($meta:tt)*] [$($path:ident)?] $field:ident [] $type:ty) => {
        $($meta)*
        pub fn $field(mut self, value: impl Into<$type>) -> Self {
            self$(.$path)?.$field = Some(value.into());
            self
        }
    };
    (list [$($meta:tt)*] [$($path:ident)?] $field:ident [] $type:ty) => {
        $($meta)*
        pub fn $field(mut self, value: impl IntoIterator<Item = $type>) -> Self {
            self$(.$path)?.$field = Some(value.into_iter().collect());
            self
        }
    };
    (map [$($meta:tt)*] [$($path:ident)?] $field:ident [] $type:ty) => {
        $($meta)*
        pub fn $field(mut self, value: impl IntoIterator<Item = (String, $type)>) -> Self {
            self$(.$path)?.$field = Some(value.into_iter().collect());
            self
        }
    };
    // The rest have a name of their own.
    (set [$($meta:tt)*] [$($path:ident)?] $field:ident [$setter:ident] $type:ty) => {
        $($meta)*
        pub fn $setter(mut self, value: $type) -> Self {
            self$(.$path)?.$field = Some(value);
            self
        }
    };
    (into [$($meta:tt)*] [$($path:ident)?] $field:ident [$setter:ident] $type:ty) => {
        $($meta)*
        pub fn $setter(mut self, value: impl Into<$type>) -> Self {
            self$(.$path)?.$field = Some(value.into());
            self
        }
    };
    (list [$($meta:tt)*] [$($path:ident)?] $field:ident [$setter:ident] $type:ty) => {
        $($meta)*
        pub fn $setter(mut self, value: impl IntoIterator<Item = $type>) -> Self {
            self$(.$path)?.$field = Some(value.into_iter().collect());
            self
        }
    };
    (map [$($meta:tt)*] [$($path:ident)?] $field:ident [$setter:ident] $type:ty) => {
        $($meta)*
        pub fn $setter(mut self, value: impl IntoIterator<Item = (String, $type)>) -> Self {
            self$(.$path)?.$field = Some(value.into_iter().collect());
            self
        }
    };
}

//! Methods that set fields.

/// Implements setters for a struct's optional fields, which return the struct.
///
/// Each line names a method and its argument: a `T` for `set name: T`, an `impl Into<T>` for `into
/// name: T`, and an iterator of `T` for `collect name: T`. If the method is not named like its
/// field, the field follows: `set clone_ = clone: T`.
///
/// ```
/// #[derive(Debug, Default)]
/// pub struct User {
///     pub name: Option<String>,
///     pub age: Option<i64>,
///     pub tags: Option<Vec<String>>,
/// }
///
/// client_runtime::setters!(User {
///     into name: String,
///     set age: i64,
///     collect tags: String,
/// });
///
/// let user = User::default().name("Ada").age(36).tags(["a".to_owned()]);
/// assert_eq!(user.name.as_deref(), Some("Ada"));
/// ```
#[macro_export]
macro_rules! setters {
    ($name:ident {
        $($(#[$meta:meta])* $how:ident $setter:ident $(= $field:ident)?: $ty:ty,)*
    }) => {
        impl $name {
            $($crate::setters!(@$how [$(#[$meta])*] $setter [$($field)?] $ty);)*
        }
    };
    (@$how:ident [$($meta:tt)*] $setter:ident [] $ty:ty) => {
        $crate::setters!(@$how [$($meta)*] $setter [$setter] $ty);
    };
    (@set [$($meta:tt)*] $setter:ident [$field:ident] $ty:ty) => {
        #[doc = concat!("Sets `", stringify!($field), "`.")]
        $($meta)*
        pub fn $setter(mut self, value: $ty) -> Self {
            self.$field = Some(value);
            self
        }
    };
    (@into [$($meta:tt)*] $setter:ident [$field:ident] $ty:ty) => {
        #[doc = concat!("Sets `", stringify!($field), "`.")]
        $($meta)*
        pub fn $setter(mut self, value: impl Into<$ty>) -> Self {
            self.$field = Some(value.into());
            self
        }
    };
    (@collect [$($meta:tt)*] $setter:ident [$field:ident] $ty:ty) => {
        #[doc = concat!("Sets `", stringify!($field), "`.")]
        $($meta)*
        pub fn $setter(mut self, value: impl IntoIterator<Item = $ty>) -> Self {
            self.$field = Some(value.into_iter().collect());
            self
        }
    };
}

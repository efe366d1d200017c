//! Calls: a request together with the client that sends it.

/// Defines `Call`, a request together with the client that sends it, and what can be done with it.
///
/// It is a macro, as the setters of an action's parameters are methods of `Call` too, and only the
/// crate that defines a type can give it methods. `$error` is the body with which the API explains
/// an error. `send_blocking` is there with the feature `blocking`, which the crate has to have.
#[macro_export]
macro_rules! call {
    ($error:ty) => {
        /// A request together with the client that sends it.
        ///
        /// What is set here is for this request alone; the rest is as the client says.
        #[derive(Debug, Clone)]
        #[must_use = "nothing is sent before `send`, `pages`, `items` or `events`"]
        pub struct Call<R> {
            core: $crate::Core,
            /// The parameters.
            pub request: R,
            options: $crate::Options,
        }

        impl<R: $crate::Request> Call<R> {
            fn new(core: $crate::Core, request: R) -> Self {
                let options = $crate::Options::new();
                Call {
                    core,
                    request,
                    options,
                }
            }

            /// The HTTP request that would be sent, token included; a token that comes from a
            /// provider is there once an earlier request has asked for it.
            ///
            /// # Errors
            ///
            /// If a parameter breaks the API's description, a setting is wrong, or the body is a
            /// stream.
            pub fn http_request(
                &self,
            ) -> ::core::result::Result<
                $crate::http::Request<$crate::bytes::Bytes>,
                $crate::Error<$error>,
            > {
                ::core::result::Result::Ok(self.core.http_request(&self.request, &self.options)?)
            }

            $crate::call!(@set
                /// Where this request goes.
                base_url(url: impl ::core::convert::Into<::std::string::String>)
                /// The token that this request proves itself with.
                access_token(token: impl ::core::convert::Into<::std::string::String>)
                /// A header, instead of one of that name that would be sent otherwise, e.g.
                /// `Accept-Version`; `Authorization` is refused, and so are headers that the body,
                /// the connection or the client decides.
                header(
                    name: impl ::core::convert::Into<::std::string::String>,
                    value: impl ::core::convert::Into<::std::string::String>
                )
                /// A product that is put before the client's own `User-Agent`.
                user_agent(product: impl ::core::convert::Into<::std::string::String>)
                /// How long one attempt may take, from connecting to the last byte of the response.
                attempt_timeout(timeout: ::core::time::Duration)
                /// How long all attempts and the waits between them may take together; of a
                /// collection, for each page.
                timeout(timeout: ::core::time::Duration)
                /// The most bytes of the response's body, decompressed.
                max_response_size(bytes: u64)
                /// When this request is tried again.
                retry(retry: $crate::Retry)
            );
        }

        impl<R: $crate::Action> Call<R> {
            /// Sends the request and waits for the response.
            ///
            /// # Errors
            ///
            /// If the request is invalid, no response comes, or it is no success; see
            /// [`Error`]($crate::Error).
            pub async fn send(
                self,
            ) -> ::core::result::Result<$crate::Response<R::Output>, $crate::Error<$error>> {
                self.core.send(&self.request, &self.options).await
            }

            /// Sends the request and keeps the thread waiting for the response. It may be called
            /// anywhere, but what runs in an asynchronous program should call `send`.
            ///
            /// # Errors
            ///
            /// Those of [`send`](Self::send).
            #[cfg(feature = "blocking")]
            pub fn send_blocking(
                self,
            ) -> ::core::result::Result<$crate::Response<R::Output>, $crate::Error<$error>>
            where
                R: 'static,
            {
                ::core::result::Result::Ok(self.core.send_blocking(self.request, self.options)?)
            }
        }

        impl<R: $crate::EventStream> Call<R> {
            /// Streams the events, and reconnects where the connection is lost.
            pub fn events(self) -> $crate::Events<R, $error> {
                $crate::Events::new(self.core, self.request, self.options)
            }
        }

        impl<R: $crate::Paged> Call<R> {
            /// Streams the pages of the collection, from the one asked for to the last.
            pub fn pages(self) -> $crate::Pages<R, $error> {
                $crate::Pages::new(self.core, self.request, self.options)
            }

            /// Streams the items of the collection, from those of the page asked for to the last.
            pub fn items(self) -> $crate::Items<R, $error> {
                $crate::Items::new(self.core, self.request, self.options)
            }
        }
    };

    (@set $($(#[$docs:meta])* $setter:ident($($argument:ident: $ty:ty),+))+) => {$(
        $(#[$docs])*
        pub fn $setter(mut self, $($argument: $ty),+) -> Self {
            self.options = self.options.$setter($($argument),+);
            self
        }
    )+};
}

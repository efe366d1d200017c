//! Calls: a request together with the client that sends it.

/// Defines `Call`, a request together with the client that sends it, and its methods.
///
/// It is a macro because the setters of an action's parameters are methods of `Call` too, and only
/// the crate that defines a type can give it methods. `$error` is the body of the API's error
/// responses. `send_blocking` needs the feature `blocking`, which the crate must declare.
#[macro_export]
macro_rules! call {
    ($error:ty) => {
        /// A request together with the client that sends it.
        ///
        /// Settings here apply to this request only; the client's settings apply otherwise.
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

            /// Returns the HTTP request that would be sent, including the token. A provider's token
            /// is included only if an earlier request has obtained it.
            ///
            /// # Errors
            ///
            /// If a parameter does not match the API's description, a setting is wrong, or the body
            /// is streamed.
            pub fn http_request(
                &self,
            ) -> ::core::result::Result<
                $crate::http::Request<$crate::bytes::Bytes>,
                $crate::Error<$error>,
            > {
                ::core::result::Result::Ok(self.core.http_request(&self.request, &self.options)?)
            }

            $crate::call!(@set
                /// Sets the base URL of this request.
                base_url(url: impl ::core::convert::Into<::std::string::String>)
                /// Sets the access token of this request.
                access_token(token: impl ::core::convert::Into<::std::string::String>)
                /// Sets a header, which replaces a default one of that name, e.g. `Accept-Version`.
                /// `Authorization` is rejected, and so are headers that depend on the body, the
                /// connection or the client.
                header(
                    name: impl ::core::convert::Into<::std::string::String>,
                    value: impl ::core::convert::Into<::std::string::String>
                )
                /// Adds a product before the client's own `User-Agent`.
                user_agent(product: impl ::core::convert::Into<::std::string::String>)
                /// Limits the time of one attempt, from connecting to the last byte of the
                /// response.
                attempt_timeout(timeout: ::core::time::Duration)
                /// Limits the time of all attempts and the waits between them; for a collection,
                /// per page.
                timeout(timeout: ::core::time::Duration)
                /// Limits the bytes of the response's body, decompressed.
                max_response_size(bytes: u64)
                /// Sets when this request is retried.
                retry(retry: $crate::Retry)
            );
        }

        impl<R: $crate::Action> Call<R> {
            /// Sends the request and waits for the response.
            ///
            /// # Errors
            ///
            /// If the request is invalid, the response is incomplete, or its status is not a
            /// success; see [`Error`]($crate::Error).
            pub async fn send(
                self,
            ) -> ::core::result::Result<$crate::Response<R::Output>, $crate::Error<$error>> {
                self.core.send(&self.request, &self.options).await
            }

            /// Sends the request and blocks the current thread until the response arrives. It can
            /// be called anywhere, but asynchronous code should call `send`.
            ///
            /// # Errors
            ///
            /// As for [`send`](Self::send).
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
            /// Streams the events, and reconnects if the connection is lost.
            pub fn events(self) -> $crate::Events<R, $error> {
                $crate::Events::new(self.core, self.request, self.options)
            }
        }

        impl<R: $crate::Paged> Call<R> {
            /// Streams the pages of the collection, from the requested one to the last.
            pub fn pages(self) -> $crate::Pages<R, $error> {
                $crate::Pages::new(self.core, self.request, self.options)
            }

            /// Streams the items of the collection, from those of the requested page to the last.
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

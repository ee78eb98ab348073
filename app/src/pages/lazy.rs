//! Pages whose code is fetched when they are opened, each in a chunk of its own, so that the way
//! from a link in a message to the moving van stays short.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use super::account::AccountPage;
use super::customer::BookPage;
use super::entrance::{SignInPage, SignUpPage};
use super::home::HomePage;
use super::label::LabelPage;
use super::notifications::{NotificationSettingsPage, NotificationsPage, UnsubscribePage};
use super::shared::SharedPage;

macro_rules! lazy_page {
    ($(#[$doc:meta])* $route:ident, $page:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $route;

        #[lazy_route]
        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            fn view(this: Self) -> AnyView {
                let $route = this;
                view! { <$page /> }.into_any()
            }
        }
    };
}

lazy_page!(
    /// One's own account.
    AccountRoute,
    AccountPage
);
lazy_page!(
    /// Booking a delivery.
    BookRoute,
    BookPage
);
lazy_page!(
    /// What each role begins with.
    HomeRoute,
    HomePage
);
lazy_page!(
    /// The label of a parcel.
    LabelRoute,
    LabelPage
);
lazy_page!(
    /// What one was told.
    NotificationsRoute,
    NotificationsPage
);
lazy_page!(
    /// How one is told.
    NotificationSettingsRoute,
    NotificationSettingsPage
);
lazy_page!(
    /// The way out of a letter.
    UnsubscribeRoute,
    UnsubscribePage
);
lazy_page!(
    /// Signing in.
    SignInRoute,
    SignInPage
);
lazy_page!(
    /// Signing up.
    SignUpRoute,
    SignUpPage
);
lazy_page!(
    /// A shared delivery.
    SharedRoute,
    SharedPage
);

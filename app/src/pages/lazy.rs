//! Pages whose code is fetched when they are opened, each in a chunk of its own, so that the way
//! from a link in a message to the moving van stays short.

use std::pin::Pin;

use leptos::prelude::*;
use leptos_router::ChooseView;

use super::account::AccountPage;
use super::admin::AdminPage;
use super::courier::CourierPage;
use super::customer::BookPage;
use super::desk::DeskPage;
use super::entrance::{SignInPage, SignUpPage};
use super::home::HomePage;
use super::label::LabelPage;
use super::notifications::{NotificationSettingsPage, NotificationsPage, UnsubscribePage};
use super::shared::SharedPage;

/// What a route shows once its code is there. The router's own `Lazy` is a type for each page, and what chooses it is
/// made anew for each: this is one type for all.
#[derive(Clone, Copy)]
pub struct LazyPage(fn() -> Pin<Box<dyn Future<Output = AnyView>>>);

impl ChooseView for LazyPage {
    async fn choose(self) -> AnyView {
        (self.0)().await
    }

    // `FlatRoutes` never asks.
    async fn preload(&self) {}
}

// What they load is listed under these names: a courier's phone keeps none of the others (service_worker/site.rs in
// server).
macro_rules! lazy_pages {
    ($($(#[$doc:meta])* $name:ident: $page:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name() -> LazyPage {
            #[lazy]
            fn $name() -> AnyView {
                view! { <$page /> }.into_any()
            }
            LazyPage(|| Box::pin($name()))
        }
    )*};
}

lazy_pages! {
    /// One's own account.
    account_page: AccountPage;
    /// Running the day.
    admin_page: AdminPage;
    /// Booking a delivery.
    book_page: BookPage;
    /// A courier's run.
    courier_page: CourierPage;
    /// Handing over what is held.
    desk_page: DeskPage;
    /// What each role begins with.
    home_page: HomePage;
    /// The label of a parcel.
    label_page: LabelPage;
    /// What one was told.
    notifications_page: NotificationsPage;
    /// How one is told.
    notification_settings_page: NotificationSettingsPage;
    /// A shared delivery.
    shared_page: SharedPage;
    /// Signing in.
    sign_in_page: SignInPage;
    /// Signing up.
    sign_up_page: SignUpPage;
    /// The way out of a letter.
    unsubscribe_page: UnsubscribePage;
}

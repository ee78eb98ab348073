//! What an administrator sees.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};

/// The administrator's start page.
#[derive(Debug)]
pub struct AdminHome;

#[lazy_route]
impl LazyRoute for AdminHome {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! {
            <Title text="Operations" />
            <h1>"Operations"</h1>
        }
        .into_any()
    }
}

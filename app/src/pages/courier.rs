//! What a courier sees.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};

/// The courier's start page.
#[derive(Debug)]
pub struct CourierHome;

#[lazy_route]
impl LazyRoute for CourierHome {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! {
            <Title text="Today's run" />
            <h1>"Today's run"</h1>
        }
        .into_any()
    }
}

//! Where the words stand: a sheet over the map on phones, a panel beside it on wider screens.

use leptos::prelude::*;

use crate::components::Connection;

/// The sheet or panel.
#[component]
pub fn SidePanel(
    /// What it says.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="sheet">
            <span class="sheet__grip" aria-hidden="true"></span>
            <div class="sheet__link">
                <Connection />
            </div>
            {children()}
        </div>
    }
}

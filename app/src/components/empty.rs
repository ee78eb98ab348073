//! A place where something will be.

use leptos::prelude::*;

use super::Icon;

/// Says that there is nothing yet, and what to do about it.
#[component]
pub fn Empty(
    /// A picture of what will be here.
    icon: &'static str,
    /// That there is nothing.
    title: &'static str,
    /// What that means.
    text: &'static str,
    /// What to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty__picture">
                <Icon name=icon />
            </span>
            <h2 class="empty__title">{title}</h2>
            <p class="empty__text">{text}</p>
            {children.map(|children| children())}
        </div>
    }
}

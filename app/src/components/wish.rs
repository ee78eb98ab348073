//! Cards of what a recipient wishes and the courier proposes, as both sides see them. What is said below them and can
//! be done there, each side brings.

use leptos::prelude::*;
use porchlight_domain::delivery::Window;
use porchlight_domain::instruction::{InstructionKind, InstructionText};
use porchlight_domain::reference::Reference;

use super::Icon;
use crate::clock::{Say, Time, TimeSpan};

/// What the courier is told.
#[component]
pub fn WishCard(
    /// For which delivery.
    delivery: Reference,
    /// What.
    text: InstructionText,
    /// How it looks: by where it stands.
    class: &'static str,
    /// What it is about, in words for whoever reads it.
    title: &'static str,
    /// What else they should know; nothing when empty.
    note: &'static str,
    /// What the photo shows.
    photo: &'static str,
    children: Children,
) -> impl IntoView {
    let icon = match text.kind {
        InstructionKind::SafePlace => "door",
        InstructionKind::Neighbour => "person",
        InstructionKind::GateCode | InstructionKind::NeverLeave => "shield",
        InstructionKind::Other => "pin",
    };
    let picture = text.picture.map(|hash| {
        let url = format!("/api/v1/deliveries/{delivery}/pictures/{}", hash.as_str());
        view! { <img class="wish__picture" src=url alt=photo loading="lazy" /> }
    });
    view! {
        <article class=class>
            <p class="wish__kind">
                <Icon name=icon />
                {title}
            </p>
            {text.words.map(|words| view! { <p class="wish__words">{words}</p> })}
            {(!note.is_empty()).then(|| view! { <p class="wish__note">{note}</p> })}
            {picture}
            {children()}
        </article>
    }
}

/// When a parcel comes, or may.
#[component]
pub fn TimeCard(
    /// When.
    span: Window,
    /// How it looks: by where it stands.
    class: &'static str,
    /// What it is about.
    title: &'static str,
    /// What else there is to know.
    note: &'static str,
    /// What can be done.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <article class=class aria-live="polite">
            <p class="wish__kind">
                <Icon name="clock" />
                {title}
            </p>
            <p class="wish__when">
                <Time at=Signal::stored(span.from) say=Say::Day />
                ", "
                <TimeSpan span=Signal::stored((span.from, span.to)) />
            </p>
            <p class="wish__note">{note}</p>
            {children.map(|children| children())}
        </article>
    }
}

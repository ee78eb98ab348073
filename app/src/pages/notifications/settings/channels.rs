//! Each channel: whether it works, and a test of it.

use leptos::prelude::*;
use porchlight_domain::notification::Channel;

use super::Chosen;
use super::phone::Phone;
use super::push::Push;
use crate::api::notifications::test_channel;
use crate::components::{Icon, maybe};
use crate::text::{NotificationText, use_page_text};

/// A panel for each channel that there is.
#[component]
pub fn ChannelPanels(chosen: Chosen) -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    let channels = chosen.view.with_untracked(|view| view.channels.clone());
    let panels = channels
        .into_iter()
        .map(|channel| view! { <Panel channel chosen /> })
        .collect_view();
    view! {
        <section class="panel">
            <h2 class="section-title">{t.channels}</h2>
            <ul class="channels">{panels}</ul>
        </section>
    }
}

#[component]
fn Panel(channel: Channel, chosen: Chosen) -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    let icon = match channel {
        Channel::InApp => "bell",
        Channel::Push => "device",
        Channel::Email => "letter",
        Channel::Sms => "phone",
    };
    let dead = move || {
        let is_dead = chosen
            .view
            .with(|view| view.dead_channels.contains(&channel));
        is_dead.then(|| {
            view! {
                <p class="callout callout--failure">
                    <Icon name="alert" />
                    <span>{t.dead}</span>
                </p>
            }
            .into_any()
        })
    };
    let state = match channel {
        Channel::InApp => view! { <p>{t.test_in_app}</p> }.into_any(),
        Channel::Push => view! { <Push chosen /> }.into_any(),
        Channel::Email => {
            let address = chosen.view.with_untracked(|view| (t.email_to)(&view.email));
            view! { <p>{address}</p> }.into_any()
        }
        Channel::Sms => view! { <Phone chosen /> }.into_any(),
    };
    view! {
        <li class="channel">
            <span class="channel__picture">
                <Icon name=icon />
            </span>
            <div class="channel__what">
                <h3 class="channel__name">{t.written.channel(channel)}</h3>
                {state}
                {maybe(dead)}
                <Test channel chosen />
            </div>
        </li>
    }
}

/// Sends a test, once there is somewhere to send it.
#[component]
fn Test(channel: Channel, chosen: Chosen) -> impl IntoView {
    let t = use_page_text::<NotificationText>();
    let is_sent = move || chosen.tested.get() == Some(channel);
    let is_sending = Signal::derive(move || chosen.testing.get() == Some(channel));
    let send = move |_| {
        chosen.testing.set(Some(channel));
        chosen.tested.set(None);
        leptos::task::spawn_local(async move {
            let result = test_channel(channel).await;
            let _ = chosen.testing.try_set(None);
            let _ = chosen.tested.try_set(result.is_ok().then_some(channel));
            chosen.settle(result);
        });
    };
    let can_send = move || {
        chosen.view.with(|view| match channel {
            Channel::InApp | Channel::Email => true,
            Channel::Push => view.push_browsers > 0,
            Channel::Sms => view.phone.is_some(),
        })
    };
    let button = move || {
        can_send().then(|| {
            let label = format!("{}: {}", t.test, t.written.channel(channel));
            view! {
                <button
                    type="button"
                    class="button"
                    aria-label=label
                    aria-busy=move || is_sending.get().then_some("true")
                    disabled=is_sending
                    on:click=send
                >
                    <span class="button__label">{t.test}</span>
                </button>
            }
            .into_any()
        })
    };
    view! {
        <div class="channel__test">
            {maybe(button)} <span role="status">{move || is_sent().then_some(t.tested)}</span>
        </div>
    }
}

//! What an administrator sees.

mod cases;
mod labels;
mod offices;
mod outbox;
mod pick_ups;
mod policy;
mod readings;
mod reports;
mod silent;

use leptos::prelude::*;
use leptos_meta::Title;
use porchlight_domain::people::Role;

use crate::components::{Access, Connection, ForRole};
use crate::text::use_text;
use cases::Cases;
use labels::Labels;
use offices::Offices;
use outbox::Outbox;
use policy::Policy;
use readings::Readings;
use reports::Reports;
use silent::Silent;

/// The administrator's page.
#[component]
pub fn AdminPage() -> impl IntoView {
    view! {
        <Title text=use_text().nav.operations />
        <Access who=ForRole::Only(Role::Admin)>
            <div class="page">
                <div class="page__head">
                    <h1 class="page__title">{use_text().nav.operations}</h1>
                    <Connection />
                </div>
                <Cases />
                <Silent />
                <Reports />
                <Labels />
                <Offices />
                <Policy />
                <Readings />
                <Outbox />
            </div>
        </Access>
    }
}

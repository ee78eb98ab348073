//! What the parcel is and where it goes.

use leptos::prelude::*;
use porchlight_domain::delivery::{Status, Window};
use porchlight_domain::tracking::DeliveryDetail;

use super::arrival::Promise;
use crate::text::use_text;

/// The facts that do not move.
#[component]
pub fn Details(
    /// Of which delivery.
    detail: DeliveryDetail,
    /// When it is promised now.
    window: RwSignal<Window>,
) -> impl IntoView {
    let t = use_text();
    let summary = detail.summary;
    view! {
        <section class="details">
            <h2 class="section-title">{t.tracking.details}</h2>
            <dl class="facts">
                <dt>{t.tracking.parcel}</dt>
                <dd>{summary.description}</dd>
                <dt>{t.tracking.to}</dt>
                <dd>{summary.address.text}</dd>
                <dt>{t.tracking.from}</dt>
                <dd>{detail.pickup.text}</dd>
                <dt>{t.tracking.promised}</dt>
                <dd>
                    <Promise window />
                </dd>
                <dt>{t.tracking.reference}</dt>
                <dd class="facts__reference">{summary.reference.to_string()}</dd>
            </dl>
            {(summary.status == Status::Booked)
                .then(|| {
                    let way = format!("/deliveries/{}/label", summary.reference);
                    view! {
                        <a class="button button--quiet" href=way>
                            {t.tracking.label}
                        </a>
                    }
                        .into_any()
                })}
        </section>
    }
}

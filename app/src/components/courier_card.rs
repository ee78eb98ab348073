//! Who brings the parcel.

use leptos::prelude::*;
use porchlight_domain::tracking::CourierCard;

use super::Icon;
use crate::text::use_text;

/// First name, picture, vehicle and rating.
#[component]
pub fn CourierCardView(
    /// Who.
    card: CourierCard,
) -> impl IntoView {
    let t = use_text();
    view! {
        <section class="courier" aria-label=t.tracking.courier>
            <span class="courier__picture" aria-hidden="true">
                {card.initials}
            </span>
            <div class="courier__who">
                <p class="courier__name">{card.first_name}</p>
                <p class="courier__vehicle">
                    {card.vehicle.unwrap_or_else(|| t.tracking.your_courier.to_owned())}
                </p>
            </div>
            {card
                .rating
                .map(|rating| {
                    let rating = format!("{rating:.1}");
                    let spoken = (t.tracking.rating)(&rating);
                    view! {
                        <p class="courier__rating">
                            <Icon name="star" />
                            <span aria-hidden="true">{rating}</span>
                            <span class="visually-hidden">{spoken}</span>
                        </p>
                    }
                })}
        </section>
    }
}

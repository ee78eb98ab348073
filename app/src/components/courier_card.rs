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
                    let rating = one_decimal(rating);
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

/// `4.5`, without the code for all the other ways to write a number.
fn one_decimal(rating: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rating is 1 to 5"
    )]
    let tenths = (rating * 10.0).round() as u32;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rating_has_one_decimal() {
        assert_eq!(one_decimal(4.55), "4.6");
        assert_eq!(one_decimal(4.96), "5.0");
        assert_eq!(one_decimal(1.0), "1.0");
    }
}

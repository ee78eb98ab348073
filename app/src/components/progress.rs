//! How far along a delivery is.

use leptos::prelude::*;

/// A path from the sender to the lit door.
#[component]
pub fn Progress(
    /// 0 to 1.
    #[prop(into)]
    value: Signal<f64>,
    /// What it measures.
    label: &'static str,
) -> impl IntoView {
    // Hundredths: a bar has no finer pixels, and equal text does not touch the page.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 100"
    )]
    let hundredths =
        Memo::new(move |_| ((value.get().clamp(0.0, 1.0) * 100.0).round() as u32).to_string());
    view! {
        <progress class="progress" max="100" aria-label=label prop:value=hundredths value=hundredths>
        </progress>
    }
}

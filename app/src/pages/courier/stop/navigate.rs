//! The way to a stop, in whatever this phone navigates with.

use leptos::prelude::*;
use porchlight_domain::geo::Position;

use crate::components::{Icon, effect, words};
use crate::text::{CourierText, use_page_text};

/// What opens a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Navigator {
    /// Whatever the phone has for `geo:` (RFC 5870): Android asks which app.
    Geo,
    /// Apple's map knows no `geo:`.
    Apple,
    /// A desktop has no app for it.
    Web,
}

impl Navigator {
    /// By what the browser says of itself.
    fn of(user_agent: &str) -> Self {
        let says = |name| user_agent.contains(name);
        if says("Android") {
            Self::Geo
        } else if says("iPhone") || says("iPad") || says("Macintosh") {
            Self::Apple
        } else {
            Self::Web
        }
    }

    /// A page opens beside ours: whoever leaves ours shares no position.
    fn target(self) -> &'static str {
        match self {
            Self::Geo => "_self",
            Self::Apple | Self::Web => "_blank",
        }
    }

    fn way_to(self, position: Position) -> String {
        let (lat, lon) = (position.lat(), position.lon());
        match self {
            Self::Geo => format!("geo:{lat:.6},{lon:.6}?q={lat:.6},{lon:.6}"),
            Self::Apple => format!("https://maps.apple.com/?daddr={lat:.6},{lon:.6}&dirflg=d"),
            Self::Web => format!(
                "https://www.openstreetmap.org/directions?engine=fossgis_osrm_car&route=%3B{lat:.6}%2C{lon:.6}"
            ),
        }
    }
}

/// Opens the way.
#[component]
pub(super) fn Navigate(to: Position) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    // The server, and a kept copy of its page, do not know on what they are read.
    let navigator = RwSignal::new(Navigator::Geo);
    effect(move || {
        if let Ok(user_agent) = window().navigator().user_agent() {
            navigator.set(Navigator::of(&user_agent));
        }
    });
    view! {
        <a
            class="button button--wide"
            href=words(move || navigator.get().way_to(to))
            target=words(move || navigator.get().target())
            rel="external noopener noreferrer"
        >
            <Icon name="pin" />
            {t.navigate}
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_phone_gets_a_way_that_it_can_open() {
        let door = Position::new(60.169_44, 24.925_7).expect("in Helsinki");
        let ways = [
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9)",
                "geo:60.169440,24.925700?q=60.169440,24.925700",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5)",
                "https://maps.apple.com/?daddr=60.169440,24.925700&dirflg=d",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64)",
                "https://www.openstreetmap.org/directions?engine=fossgis_osrm_car&route=%3B60.169440%2C24.925700",
            ),
        ];
        for (user_agent, way) in ways {
            assert_eq!(Navigator::of(user_agent).way_to(door), way);
        }
    }
}

//! One office in words.

use leptos::prelude::*;
use porchlight_domain::hold::{OfficeView, OpenState, Wheelchair};

use crate::clock::{Say, TimeThere};
use crate::components::Icon;
use crate::text::{HoldText, distance, use_page_text};

/// Where it is, how far, and when it is open.
#[component]
pub(super) fn OfficeFacts(office: OfficeView) -> impl IntoView {
    let t = use_page_text::<HoldText>();
    let OfficeView {
        name,
        address,
        distance_m,
        is_along_streets,
        open,
        wheelchair,
        opening_hours,
        time_zone,
        ..
    } = office;
    let far = distance_m.map(|metres| {
        let words = if is_along_streets { t.walk } else { t.straight };
        words(&distance(metres))
    });
    let wheelchair = match wheelchair {
        Some(Wheelchair::Yes) => Some(t.wheelchair),
        Some(Wheelchair::Limited) => Some(t.wheelchair_limited),
        Some(Wheelchair::No) => Some(t.wheelchair_no),
        None => None,
    };
    view! {
        <h3 class="office__name">{name}</h3>
        <p class="office__address">{address}</p>
        <p class="office__fact" title=opening_hours>
            <Icon name="clock" />
            <Open open zone=time_zone />
        </p>
        <p class="office__more">
            {far.map(|far| view! { <span>{far}</span> })}
            {wheelchair.map(|words| view! { <span>{words}</span> })}
        </p>
    }
}

/// Whether it is open, and until when.
#[component]
fn Open(open: Option<OpenState>, zone: String) -> impl IntoView {
    let t = use_page_text::<HoldText>();
    let Some(OpenState {
        is_open,
        changes_at,
    }) = open
    else {
        return view! { <span>{t.hours_unknown}</span> }.into_any();
    };
    let (class, words) = match (is_open, changes_at) {
        (true, Some(_)) => ("office__open", t.open_until),
        (true, None) => ("office__open", t.open_always),
        (false, Some(_)) => ("office__shut", t.opens),
        (false, None) => ("office__shut", t.closed),
    };
    let say = if is_open {
        Say::Clock
    } else {
        Say::DayAndClock
    };
    view! {
        <span class=class>
            {words} " " {changes_at.map(|at| view! { <TimeThere at say zone /> })}
        </span>
    }
    .into_any()
}

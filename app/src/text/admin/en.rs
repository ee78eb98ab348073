//! English.

use super::AdminText;

/// English.
pub static TEXT: AdminText = AdminText {
    reveal: "When recipients see the courier",
    reveal_text: "Both apply only while a parcel is out for delivery.",
    area: "The area, from",
    exact: "The exact van, from",
    always: "always",
    stops: "stops before theirs",
    minutes: "minutes to arrival",
    metres: "metres away",
    limit: "Limit",
    measured: "Measured in",
    save: "Save",
    saved: "Saved. It applies from the next position on.",
    readings: "Who read whose position",
    readings_text: "The newest 200. Couriers see the same about themselves.",
    no_readings: "Nobody looked yet",
    no_readings_text: "Every reading of a courier’s position is listed here.",
    reader: "Reader",
    courier: "Courier",
    parcel: "Parcel",
    shown: "Shown",
    from: "From",
    to: "To",
    shown_nothing: "nothing",
    shown_area: "area",
    shown_exact: "exact van",
    silent: "Silent couriers",
    silent_text: "On the road, and nothing has been heard from their phone for minutes: it may be locked, flat or without a network. Recipients see how old the last position is.",
    all_heard: "Everybody on the road is heard.",
    last_heard: "Last heard",
    parcels_out: |count| match count {
        1 => "1 parcel out".to_owned(),
        _ => format!("{count} parcels out"),
    },
};

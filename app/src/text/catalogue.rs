//! Which texts there are.

/// One language.
pub struct Texts {
    /// Words of every page.
    pub common: Common,
    /// Days near today.
    pub day: Day,
    /// Places to go.
    pub nav: Nav,
    /// How the connection is.
    pub link: Link,
    /// What is told the moment it happens.
    pub news: News,
    /// What did not work.
    pub failure: Failure,
    /// The map.
    pub map: Map,
    /// The tracking page.
    pub tracking: Tracking,
    /// A status in a word or two.
    pub status: StatusTexts,
    /// A status as the answer to "where is it?".
    pub headline: StatusTexts,
    /// Share links.
    pub shares: Shares,
    /// The way into a chat.
    pub chat: ChatWay,
    /// Into the recipient's hands only.
    pub handover: Handover,
    /// At a post office.
    pub hold: Hold,
}

/// Words of every page.
pub struct Common {
    pub loading: &'static str,
    pub home: &'static str,
    pub home_label: &'static str,
    pub skip: &'static str,
    pub dismiss: &'static str,
    pub description: &'static str,
}

/// At a post office: what every tracking page can say of it.
pub struct Hold {
    pub title: &'static str,
    pub text: &'static str,
    pub ask: &'static str,
}

/// Days near today.
pub struct Day {
    pub yesterday: &'static str,
    pub today: &'static str,
    pub tomorrow: &'static str,
}

/// Places to go.
pub struct Nav {
    pub label: &'static str,
    pub deliveries: &'static str,
    pub book: &'static str,
    pub run: &'static str,
    pub operations: &'static str,
    pub desk: &'static str,
    pub notifications: &'static str,
    pub account: &'static str,
}

/// How the connection is.
pub struct Link {
    pub connecting: &'static str,
    pub live: &'static str,
    pub reconnecting: &'static str,
    pub polling: &'static str,
    pub offline: &'static str,
}

/// What is told the moment it happens.
pub struct News {
    pub out_for_delivery: &'static str,
    pub near: &'static str,
    pub at_the_door: &'static str,
    pub delivered: &'static str,
    pub failed: &'static str,
    pub corrected: &'static str,
    pub held: &'static str,
}

/// What did not work.
pub struct Failure {
    pub title: &'static str,
    pub not_found_title: &'static str,
    pub not_found: &'static str,
    pub sign_in: &'static str,
    pub sign_in_needed: &'static str,
    pub forbidden: &'static str,
    pub not_dispatched: &'static str,
    pub too_many: fn(u32) -> String,
    pub unavailable: &'static str,
    pub internal: &'static str,
    pub unreachable: &'static str,
}

/// The map.
pub struct Map {
    pub label: &'static str,
    pub courier: &'static str,
    pub door: &'static str,
    pub missing: &'static str,
    pub follow: &'static str,
    pub zoom_in: &'static str,
    pub zoom_out: &'static str,
}

/// The tracking page.
pub struct Tracking {
    pub as_of: &'static str,
    pub title: &'static str,
    pub courier: &'static str,
    pub your_courier: &'static str,
    pub rating: fn(&str) -> String,
    pub progress: &'static str,
    pub to_come: &'static str,
    pub expected: &'static str,
    pub eta_soon: &'static str,
    pub last_seen: fn(u32) -> String,
    pub stops_before: fn(u32) -> String,
    pub you_are_next: &'static str,
    pub at_the_door: &'static str,
    pub area_only: &'static str,
    pub not_shown_yet: &'static str,
    pub map_later: &'static str,
    pub details: &'static str,
    pub parcel: &'static str,
    pub to: &'static str,
    pub from: &'static str,
    pub promised: &'static str,
    pub reference: &'static str,
    pub label: &'static str,
    pub history: &'static str,
}

/// One text for each status.
pub struct StatusTexts {
    pub booked: &'static str,
    pub collected: &'static str,
    pub in_transit: &'static str,
    pub out_for_delivery: &'static str,
    pub delivered: &'static str,
    pub failed: &'static str,
    pub held: &'static str,
    pub picked_up: &'static str,
    pub returned: &'static str,
    pub cancelled: &'static str,
}

/// Share links.
pub struct Shares {
    pub title: &'static str,
}

/// Into the recipient's hands only.
pub struct Handover {
    pub title: &'static str,
    pub text: &'static str,
    pub waiting: &'static str,
    pub waiting_scan: &'static str,
    pub use_pin: &'static str,
    pub use_scan: &'static str,
    pub tell: &'static str,
    pub locked: &'static str,
    pub ask: &'static str,
    pub give_up: &'static str,
    pub renew: &'static str,
}

/// The way into a chat.
pub struct ChatWay {
    pub open: fn(&str) -> String,
    pub courier: &'static str,
    pub new: fn(u32) -> String,
    pub wanted: &'static str,
}

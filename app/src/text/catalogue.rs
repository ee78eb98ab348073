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
    /// Signing in and up.
    pub entrance: Entrance,
    /// A customer's list.
    pub deliveries: Deliveries,
    /// Booking.
    pub book: Book,
    /// The map.
    pub map: Map,
    /// The tracking page.
    pub tracking: Tracking,
    /// A status in a word or two.
    pub status: StatusTexts,
    /// A status as the answer to "where is it?".
    pub headline: StatusTexts,
    /// What shows that it was delivered.
    pub proof: ProofTexts,
    /// Share links.
    pub shares: Shares,
    /// The way into a chat.
    pub chat: ChatWay,
    /// A shared delivery.
    pub shared: Shared,
    /// Account and sign-in.
    pub account: Account,
    /// Into the recipient's hands only.
    pub handover: Handover,
    /// At a post office.
    pub hold: Hold,
    /// Why a delivery fails.
    pub reasons: Reasons,
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
    pub confirmed: fn(&str) -> String,
    pub ready: fn(&str) -> String,
    pub collected: &'static str,
    pub expired: &'static str,
    pub cancelled: &'static str,
    pub reminded: &'static str,
    pub extended: &'static str,
    pub refused: fn(&str) -> String,
    pub locked: &'static str,
    pub unlocked: &'static str,
    pub named: fn(&str) -> String,
    pub revoked: fn(&str) -> String,
    pub sent_back: &'static str,
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
    pub sign_in_needed: &'static str,
    pub forbidden: &'static str,
    pub not_dispatched: &'static str,
    pub too_many: fn(u32) -> String,
    pub unavailable: &'static str,
    pub internal: &'static str,
    pub unreachable: &'static str,
}

/// Signing in and up.
pub struct Entrance {
    pub promise: &'static str,
    pub welcome_back: &'static str,
    pub sign_in_text: &'static str,
    pub no_account: &'static str,
    pub welcome: &'static str,
    pub sign_up_text: &'static str,
    pub has_account: &'static str,
}

/// A customer's list.
pub struct Deliveries {
    pub title: &'static str,
    pub upcoming: &'static str,
    pub past: &'static str,
    pub none_title: &'static str,
    pub none_text: &'static str,
}

/// Booking.
pub struct Book {
    pub title: &'static str,
    pub lead: &'static str,
    pub pickup: &'static str,
    pub address: &'static str,
    pub address_example: &'static str,
    pub no_address: &'static str,
    pub description: &'static str,
    pub description_hint: &'static str,
    pub day: &'static str,
    pub hours: &'static str,
    pub shows: &'static str,
    pub anything: &'static str,
    pub anything_hint: &'static str,
    pub photo: &'static str,
    pub photo_hint: &'static str,
    pub hands: &'static str,
    pub hands_hint: &'static str,
    pub submit: &'static str,
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
    pub reported: &'static str,
    pub label: &'static str,
    pub history: &'static str,
    pub taken_by: fn(&str) -> String,
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

/// What shows that it was delivered.
pub struct ProofTexts {
    pub delivered: &'static str,
    pub failed: &'static str,
    pub photo: &'static str,
    pub signature: &'static str,
    pub far: fn(u32) -> String,
    pub missing: &'static str,
    pub missing_text: &'static str,
    pub missing_words: &'static str,
    pub missing_send: &'static str,
    pub missing_sent: &'static str,
    pub said_missing: &'static str,
    pub looked_into: fn(&str) -> String,
    pub corrected: fn(&str) -> String,
}

/// Share links.
pub struct Shares {
    pub title: &'static str,
    pub text: &'static str,
    pub label: &'static str,
    pub label_example: &'static str,
    pub create: &'static str,
    pub shown_once: &'static str,
    pub link: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub until: &'static str,
    pub end: &'static str,
    pub created: &'static str,
    pub revoked: &'static str,
}

/// A shared delivery.
pub struct Shared {
    pub title: &'static str,
    pub text: &'static str,
}

/// Account and sign-in.
pub struct Account {
    pub sign_in: &'static str,
    pub sign_up: &'static str,
    pub sign_out: &'static str,
    pub name: &'static str,
    pub email: &'static str,
    pub password: &'static str,
    pub password_hint: &'static str,
    pub current_password: &'static str,
    pub new_password: &'static str,
    pub change_password: &'static str,
    pub password_changed: &'static str,
    pub sessions: &'static str,
    pub last_used: &'static str,
    pub this_device: &'static str,
    pub appearance: &'static str,
    pub theme: &'static str,
    pub theme_system: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
    pub language: &'static str,
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
    pub asked: &'static str,
    pub asked_pin: &'static str,
    pub renewed: &'static str,
    pub given_up: &'static str,
    pub was_locked: &'static str,
    pub by_code: &'static str,
    pub by_both: &'static str,
}

/// The way into a chat.
pub struct ChatWay {
    pub open: fn(&str) -> String,
    pub courier: &'static str,
    pub new: fn(u32) -> String,
    pub wanted: &'static str,
}

/// Why a delivery fails.
pub struct Reasons {
    pub nobody_home: &'static str,
    pub refused: &'static str,
    pub no_access: &'static str,
    pub closed: &'static str,
    pub identity_not_shown: &'static str,
    pub wrong_address: &'static str,
    pub damaged: &'static str,
    pub missing: &'static str,
    pub courier: &'static str,
    pub weather: &'static str,
}

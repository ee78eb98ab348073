//! Holds and offices as they go over the wire.

use serde::Serialize;

use super::{Document, HoldState};
use crate::geo::Position;
use crate::ids::PostOfficeId;
use crate::reference::Reference;
use crate::time::Timestamp;
use crate::wire::{FromWire, Unreadable, Value};

/// How a wheelchair gets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wheelchair {
    /// Everywhere without help.
    Yes,
    /// With a step or with help.
    Limited,
    /// Not at all.
    No,
}

impl Wheelchair {
    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Limited => "limited",
            Self::No => "no",
        }
    }

    /// Reads what [`Wheelchair::as_str`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Yes, Self::Limited, Self::No]
            .into_iter()
            .find(|known| known.as_str() == text)
    }
}

impl FromWire for Wheelchair {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Self::from_text(&String::from_wire(value)?).ok_or(Unreadable("wheelchair"))
    }
}

/// Whether an office is open now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OpenState {
    /// Whether it is.
    pub is_open: bool,
    /// When that changes; none when it never does.
    pub changes_at: Option<Timestamp>,
}

/// A post office as people choose it: `GET /api/v1/post-offices`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfficeView {
    /// Its id.
    pub id: PostOfficeId,
    /// Its name.
    pub name: String,
    /// One line.
    pub address: String,
    /// Where it is.
    pub position: Position,
    /// Metres to walk from where was asked about; none where nothing was.
    pub distance_m: Option<f64>,
    /// Whether that is along streets. Where no street is known it is in a straight line.
    pub is_along_streets: bool,
    /// In the grammar of OpenStreetMap's `opening_hours`.
    pub opening_hours: Option<String>,
    /// Whether it is open now; none where nothing is known.
    pub open: Option<OpenState>,
    /// Its clock, as in the IANA database: its hours and days are meant by it, wherever they are read.
    pub time_zone: String,
    /// How a wheelchair gets in, where it is known.
    pub wheelchair: Option<Wheelchair>,
    /// Parcels that still fit in; none while it is closed for days.
    pub space_left: u32,
}

/// What makes a pick-up possible: for the recipient's own eyes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PickUpPass {
    /// To be told or typed.
    pub code: String,
    /// To be scanned: the same, signed.
    pub pass: String,
}

/// Somebody who may collect in the recipient's stead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DelegateView {
    /// Their name, which the desk compares with their document.
    pub name: String,
    /// Their own code.
    pub pass: PickUpPass,
}

/// A hold as the recipient sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HoldView {
    /// Where it stands.
    pub state: HoldState,
    /// Where the parcel is, or goes.
    pub office: OfficeView,
    /// Until when it is kept.
    pub keep_until: Timestamp,
    /// Whether another office, or the door, can still be chosen.
    pub can_change: bool,
    /// Whether it can be kept for longer.
    pub can_extend: bool,
    /// Whether too many wrong codes were tried: an admin looks into it.
    pub is_locked: bool,
    /// What collects it, once it is there.
    pub pass: Option<PickUpPass>,
    /// Who else may.
    pub delegates: Vec<DelegateView>,
}

/// A parcel as a desk sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeskEntry {
    /// Which.
    pub reference: Reference,
    /// For whom.
    pub recipient: String,
    /// Where it stands.
    pub state: HoldState,
    /// When it came; none while it is expected.
    pub since: Option<Timestamp>,
    /// Until when it is kept.
    pub keep_until: Timestamp,
    /// Whether too many wrong codes were tried.
    pub is_locked: bool,
}

/// Everything a desk works with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeskView {
    /// Which office.
    pub office: OfficeView,
    /// What is there, what is expected, and what is to be sent back.
    pub parcels: Vec<DeskEntry>,
    /// Checks passes without a network: Ed25519, in hex.
    pub key: String,
    /// Marks of passes that were used or called back; see [`DeskView::mark`].
    pub revoked: Vec<String>,
    /// Whether too many wrong codes were tried here.
    pub is_locked: bool,
    /// When this was true.
    pub as_of: Timestamp,
}

/// What the desk checks before it hands a parcel over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Presented {
    /// Which parcel.
    pub reference: Reference,
    /// Whose name must be on the document.
    pub name: String,
    /// For whom the parcel is, when somebody else collects it.
    pub on_behalf_of: Option<String>,
    /// Until when it is kept.
    pub keep_until: Timestamp,
}

/// How a parcel was handed over at a desk: for admins who look into it, as long as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PickUpRecord {
    /// When.
    pub at: Timestamp,
    /// At which office, by its name.
    pub office: String,
    /// Which clerk, by their name.
    pub clerk: String,
    /// Which document they saw.
    pub document: Document,
    /// The last four letters or digits of its number.
    pub last_digits: String,
    /// Who collected it in the recipient's stead.
    pub delegate: Option<String>,
    /// What was signed: a PNG in base 64.
    pub signature: Option<String>,
}

/// What the daily count came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountResult {
    /// How many were counted and should be there.
    pub right: u32,
    /// They should be there and were not counted.
    pub missing: Vec<Reference>,
    /// They were counted and should not be there.
    pub unexpected: Vec<Reference>,
}

/// Days on which an office is closed, such as `2026-12-24`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClosedDays {
    /// The first one.
    pub first: String,
    /// The last one.
    pub last: String,
}

/// The last count of an office's shelf, for admins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountRecord {
    /// When.
    pub at: Timestamp,
    /// Parcels that were counted.
    pub counted: u32,
    /// They should have been there and were not counted.
    pub missing: Vec<Reference>,
    /// They were counted and should not have been there.
    pub unexpected: Vec<Reference>,
}

/// An office as an admin sets it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfficeSettings {
    /// As people see it.
    pub office: OfficeView,
    /// Parcels at most.
    pub capacity: u32,
    /// Parcels there and on their way.
    pub used: u32,
    /// Whether an admin wrote the opening hours: then no import changes them.
    pub has_own_hours: bool,
    /// Closed from then.
    pub closed_from: Option<Timestamp>,
    /// Closed until then.
    pub closed_to: Option<Timestamp>,
    /// The same as days by the office's clock.
    pub closed_days: Option<ClosedDays>,
    /// Whether its desk is locked after too many wrong codes.
    pub is_locked: bool,
    /// Who works there.
    pub clerks: Vec<String>,
    /// What its last count came to.
    pub last_count: Option<CountRecord>,
}

crate::wire! {
    OpenState { is_open, changes_at }
    OfficeView { id, name, address, position, distance_m, is_along_streets, opening_hours, open, time_zone, wheelchair, space_left }
    PickUpPass { code, pass }
    DelegateView { name, pass }
    HoldView { state, office, keep_until, can_change, can_extend, is_locked, pass, delegates }
    DeskEntry { reference, recipient, state, since, keep_until, is_locked }
    DeskView { office, parcels, key, revoked, is_locked, as_of }
    Presented { reference, name, on_behalf_of, keep_until }
    CountResult { right, missing, unexpected }
    PickUpRecord { at, office, clerk, document, last_digits, delegate, signature }
    ClosedDays { first, last }
    CountRecord { at, counted, missing, unexpected }
    OfficeSettings { office, capacity, used, has_own_hours, closed_from, closed_to, closed_days, is_locked, clerks, last_count }
}

impl DeskView {
    /// How a code is named among the revoked: half of a hash of 40 bits tells nobody the code.
    pub fn mark(reference: Reference, code: &super::PickUpCode) -> String {
        let hash = crate::handover::mac(
            reference.to_string().as_bytes(),
            "revoked pass",
            &[code.digits()],
        );
        super::pass::hex(&hash[..4])
    }
}

//! Which facts are news, and to whom.

use super::{Details, Kind};
use crate::delivery::{PictureKind, Status, Window};
use crate::event::Fact;
use crate::geofence::Arrival;
use crate::hold::{HoldNote, HoldTold};

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The recipient of the parcel.
    Recipient,
    /// Everyone who may read the event, but for whoever made it happen.
    Others,
}

/// Something to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    /// What it is about.
    pub kind: Kind,
    /// Who is told.
    pub audience: Audience,
    /// What the words are filled in with, as far as the fact has it.
    pub details: Details,
}

impl News {
    /// What a fact is to those who are told; none when it is no news.
    pub fn of(fact: &Fact) -> Option<Self> {
        match fact {
            Fact::StatusChanged {
                to,
                reason,
                pictures,
                ..
            } => {
                let photo = pictures
                    .iter()
                    .find(|picture| picture.kind == PictureKind::Photo);
                let details = Details {
                    reason: reason.clone(),
                    photo: photo.map(|picture| picture.hash.as_str().to_owned()),
                    ..Details::default()
                };
                Self::of_status(*to).map(|kind| Self::to_recipient(kind, details))
            }
            Fact::StatusCorrected { .. } => {
                Some(Self::to_recipient(Kind::Corrected, Details::default()))
            }
            // One that was reported late is no news.
            Fact::CourierArriving {
                arrival,
                done_at: None,
                ..
            } => {
                let kind = match arrival {
                    Arrival::Near => Kind::ArrivingSoon,
                    Arrival::AtTheDoor => Kind::AtTheDoor,
                };
                Some(Self::to_recipient(kind, Details::default()))
            }
            Fact::Rescheduled { to, .. } => {
                let details = Details {
                    window: Some(*to),
                    ..Details::default()
                };
                Some(Self::to_recipient(Kind::Rescheduled, details))
            }
            Fact::Delayed { expected, .. } => {
                let details = Details {
                    window: *expected,
                    ..Details::default()
                };
                Some(Self::to_recipient(Kind::Delayed, details))
            }
            Fact::HoldConfirmed(told) => Some(Self::of_hold(Kind::HoldConfirmed, told)),
            Fact::HoldReady(told) => Some(Self::of_hold(Kind::HoldReady, told)),
            Fact::HoldNoted {
                note: HoldNote::Reminded,
                told,
            } => Some(Self::of_hold(Kind::HoldReminder, told)),
            Fact::ChatMessageCreated { alert: true, .. } | Fact::ChatWanted { .. } => Some(Self {
                kind: Kind::ChatMessage,
                audience: Audience::Others,
                details: Details::default(),
            }),
            _ => None,
        }
    }

    fn of_hold(kind: Kind, told: &HoldTold) -> Self {
        let details = Details {
            place: Some(told.name.clone()),
            window: told.keep_until.map(|until| Window {
                from: until,
                to: until,
            }),
            ..Details::default()
        };
        Self::to_recipient(kind, details)
    }

    fn of_status(to: Status) -> Option<Kind> {
        match to {
            Status::OutForDelivery => Some(Kind::OutForDelivery),
            Status::Delivered => Some(Kind::Delivered),
            Status::Failed => Some(Kind::Failed),
            _ => None,
        }
    }

    fn to_recipient(kind: Kind, details: Details) -> Self {
        Self {
            kind,
            audience: Audience::Recipient,
            details,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Side;
    use crate::delivery::{Picture, PictureHash, Whereabouts, Window};
    use crate::ids::PostOfficeId;
    use crate::reference::Reference;
    use crate::schedule::ScheduledBy;
    use crate::time::Timestamp;

    fn changed(to: Status, pictures: Vec<Picture>) -> Fact {
        Fact::StatusChanged {
            from: Status::InTransit,
            to,
            whereabouts: Whereabouts::Elsewhere,
            notes: None,
            reason: Some("nobody_home".into()),
            proof: None,
            pictures,
            far_m: None,
            done_at: None,
        }
    }

    #[test]
    fn the_moments_of_a_delivery_are_news_to_its_recipient() {
        let of = |to| News::of(&changed(to, Vec::new())).map(|news| news.kind);
        assert_eq!(of(Status::OutForDelivery), Some(Kind::OutForDelivery));
        assert_eq!(of(Status::Delivered), Some(Kind::Delivered));
        assert_eq!(of(Status::Failed), Some(Kind::Failed));
        assert_eq!(of(Status::Collected), None);
        assert_eq!(of(Status::Cancelled), None);
    }

    #[test]
    fn a_photo_goes_with_the_news() {
        let hash = PictureHash::parse(&"0a".repeat(32)).expect("a hash");
        let picture = |kind| Picture {
            kind,
            hash: hash.clone(),
        };
        let photo = |kind| {
            let news = News::of(&changed(Status::Delivered, vec![picture(kind)]));
            news.and_then(|news| news.details.photo)
        };
        assert_eq!(photo(PictureKind::Photo), Some("0a".repeat(32)));
        assert_eq!(photo(PictureKind::Signature), None);
    }

    #[test]
    fn an_arrival_that_is_reported_late_is_no_news() {
        let arriving = |done_at| Fact::CourierArriving {
            arrival: Arrival::AtTheDoor,
            whereabouts: None,
            done_at,
        };
        let now = News::of(&arriving(None));
        assert_eq!(now.map(|news| news.kind), Some(Kind::AtTheDoor));
        assert_eq!(News::of(&arriving(Some(Timestamp::from_millis(0)))), None);
    }

    #[test]
    fn every_kind_that_is_offered_can_happen() {
        let at = Timestamp::from_millis(0);
        let told = HoldTold {
            office: PostOfficeId::from_text("off_1"),
            name: "Pääposti".into(),
            address: "Elielinaukio 2".into(),
            hours: None,
            keep_until: None,
            reason: None,
            done_at: None,
        };
        let facts = [
            changed(Status::OutForDelivery, Vec::new()),
            changed(Status::Delivered, Vec::new()),
            changed(Status::Failed, Vec::new()),
            Fact::StatusCorrected {
                from: Status::Delivered,
                to: Status::OutForDelivery,
                whereabouts: Whereabouts::Elsewhere,
                reason: String::new(),
                done_at: None,
            },
            Fact::CourierArriving {
                arrival: Arrival::Near,
                whereabouts: None,
                done_at: None,
            },
            Fact::CourierArriving {
                arrival: Arrival::AtTheDoor,
                whereabouts: None,
                done_at: None,
            },
            Fact::Rescheduled {
                by: ScheduledBy::Customer,
                from: Window { from: at, to: at },
                to: Window { from: at, to: at },
                leaves_run: true,
            },
            Fact::Delayed {
                promised: Window { from: at, to: at },
                expected: None,
            },
            Fact::HoldConfirmed(told.clone()),
            Fact::HoldReady(told.clone()),
            Fact::HoldNoted {
                note: HoldNote::Reminded,
                told,
            },
            Fact::ChatWanted {
                delivery: Reference::from_random(7),
                by: Side::Courier,
            },
        ];
        let happen: Vec<_> = facts
            .iter()
            .filter_map(News::of)
            .map(|news| news.kind)
            .collect();
        for kind in Kind::OFFERED {
            assert!(happen.contains(kind), "{kind:?}");
        }
        let window = Window { from: at, to: at };
        assert_eq!(News::of(&Fact::DeliveryBooked { window }), None);
    }
}

//! How far from the door a parcel was reported, beyond what the phone's inaccuracy explains.

use super::Whereabouts;
use crate::geo::Position;

/// Where the door is on a map and where one stands before it differ by about this much, metres: a
/// house's point is often its middle or its plot's, and vans stop on the street.
const DOOR_M: f64 = 75.0;
/// Phones report the radius that holds the true place in two of three cases (Android's
/// `Location.getAccuracy`: 68 %). Twice that holds it in 99 of 100, for an error that is normal on both
/// axes: sqrt(ln 0.01 / ln 0.32) = 2.01.
const SURE: f64 = 2.0;

/// Metres from the door, when that is farther than the fix can explain; none when it is not, or when
/// nobody knows. GPS is evidence, never a key: it refuses nothing.
pub(super) fn far_from_door(door: Position, whereabouts: &Whereabouts) -> Option<u32> {
    let Whereabouts::At {
        position,
        accuracy_m,
    } = whereabouts
    else {
        return None;
    };
    let distance_m = door.distance_m(*position);
    let is_far = distance_m > DOOR_M + SURE * accuracy_m;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "no two places on Earth are 20,100 km apart"
    )]
    is_far.then(|| distance_m.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0.001 degrees of latitude are 111.2 m.
    fn at(lat: f64, accuracy_m: f64) -> Whereabouts {
        Whereabouts::At {
            position: Position::new(lat, 24.94).expect("on Earth"),
            accuracy_m,
        }
    }

    #[test]
    fn only_what_the_fix_does_not_explain_is_far() {
        let door = Position::new(60.17, 24.94).expect("on Earth");
        assert_eq!(far_from_door(door, &at(60.17, 5.0)), None);
        assert_eq!(far_from_door(door, &at(60.1705, 5.0)), None);
        assert_eq!(far_from_door(door, &at(60.172, 10.0)), Some(222));
        assert_eq!(far_from_door(door, &at(60.172, 80.0)), None, "in a cellar");
        assert_eq!(far_from_door(door, &Whereabouts::Elsewhere), None);
        let unknown = Whereabouts::NoFix {
            reason: "indoors".into(),
        };
        assert_eq!(far_from_door(door, &unknown), None);
    }
}

//! Positions on the Earth and the little geometry that delivery needs.
//!
//! Everything is WGS 84 degrees and metres on a sphere of the Earth's mean radius, which errs by
//! less than 0.6 % against the ellipsoid: far below the accuracy of a phone's GPS in a city.

use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

use crate::trig::{asin, atan2, cos, sin};
use crate::wire::{Fields, FromFields, FromWire, Unreadable, Value};

/// Mean Earth radius in metres (IUGG, R₁).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Metres in one degree of latitude.
const METRES_PER_DEG: f64 = EARTH_RADIUS_M * std::f64::consts::PI / 180.0;
/// Points whose coordinates differ by less lie on one plane.
const NEAR_DEG: f64 = 0.1;
/// Nearer to a pole, meridians converge too fast for that.
const MAX_PLANE_LAT: f64 = 75.0;

/// A point on the Earth in WGS 84 degrees: finite, latitude -90..=90, longitude -180..=180.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(try_from = "RawPosition")]
pub struct Position {
    lat: f64,
    lon: f64,
}

/// Why a pair of numbers is not a [`Position`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidPosition {
    /// NaN or infinite.
    #[error("coordinates must be finite numbers")]
    NotFinite,
    /// Outside -90..=90 or -180..=180 degrees.
    #[error("latitude must be -90 to 90 and longitude -180 to 180 degrees")]
    OutOfRange,
}

#[derive(Serialize, Deserialize)]
struct RawPosition {
    lat: f64,
    lon: f64,
}

/// As text, degrees are written with seven decimals, a centimetre, as OpenStreetMap keeps them: more
/// digits are noise that every phone would have to receive. Binary forms are exact.
impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
        let raw = if serializer.is_human_readable() {
            RawPosition {
                lat: rounded(self.lat),
                lon: rounded(self.lon),
            }
        } else {
            RawPosition {
                lat: self.lat,
                lon: self.lon,
            }
        };
        raw.serialize(serializer)
    }
}

impl FromFields for Position {
    fn from_fields(fields: &mut Fields) -> Result<Self, Unreadable> {
        let (lat, lon) = (fields.take("lat")?, fields.take("lon")?);
        Self::new(lat, lon).map_err(|_| Unreadable("position"))
    }
}

impl FromWire for Position {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Self::from_fields(&mut Fields::of(value)?)
    }
}

impl FromWire for Line {
    fn from_wire(value: Value) -> Result<Self, Unreadable> {
        Vec::from_wire(value).map(Self)
    }
}

impl TryFrom<RawPosition> for Position {
    type Error = InvalidPosition;

    fn try_from(raw: RawPosition) -> Result<Self, Self::Error> {
        Self::new(raw.lat, raw.lon)
    }
}

impl Position {
    /// Checks the range. Negative zero becomes zero, so that equal places are equal bytes.
    pub fn new(lat: f64, lon: f64) -> Result<Self, InvalidPosition> {
        if !lat.is_finite() || !lon.is_finite() {
            return Err(InvalidPosition::NotFinite);
        }
        if lat.abs() > 90.0 || lon.abs() > 180.0 {
            return Err(InvalidPosition::OutOfRange);
        }
        Ok(Self {
            lat: lat + 0.0,
            lon: lon + 0.0,
        })
    }

    /// Degrees north.
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Degrees east.
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Great-circle distance in metres: by Pythagoras on the tangent plane for points of one city, which
    /// errs by less than one in a hundred thousand there, and by the haversine formula for all others.
    pub fn distance_m(self, other: Self) -> f64 {
        let middle = f64::midpoint(self.lat, other.lat);
        let (north, east) = (other.lat - self.lat, other.lon - self.lon);
        if north.abs() < NEAR_DEG && east.abs() < NEAR_DEG && middle.abs() < MAX_PLANE_LAT {
            let east = east * cos(middle.to_radians());
            return METRES_PER_DEG * (north * north + east * east).sqrt();
        }
        self.haversine_m(other)
    }

    fn haversine_m(self, other: Self) -> f64 {
        let half_lat = (other.lat - self.lat).to_radians() / 2.0;
        let half_lon = (other.lon - self.lon).to_radians() / 2.0;
        let narrowing = cos(self.lat.to_radians()) * cos(other.lat.to_radians());
        let a = sin(half_lat).powi(2) + narrowing * sin(half_lon).powi(2);
        2.0 * EARTH_RADIUS_M * asin(a.sqrt().min(1.0))
    }

    /// Initial bearing towards `other` in degrees clockwise from north, 0..360.
    pub fn bearing_deg(self, other: Self) -> f64 {
        let (lat1, lat2) = (self.lat.to_radians(), other.lat.to_radians());
        let lon = (other.lon - self.lon).to_radians();
        let y = sin(lon) * cos(lat2);
        let x = cos(lat1) * sin(lat2) - sin(lat1) * cos(lat2) * cos(lon);
        atan2(y, x).to_degrees().rem_euclid(360.0)
    }

    /// The point a `fraction` (0..=1) of the way to `other`, along a straight line in degrees:
    /// exact enough between two points of one street.
    #[must_use]
    pub fn towards(self, other: Self, fraction: f64) -> Self {
        let fraction = fraction.clamp(0.0, 1.0);
        Self {
            lat: self.lat + (other.lat - self.lat) * fraction,
            lon: self.lon + (other.lon - self.lon) * fraction,
        }
    }
}

/// A rectangle of latitudes and longitudes that does not cross the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// South-west corner.
    pub min: Position,
    /// North-east corner.
    pub max: Position,
}

impl Bounds {
    /// The smallest rectangle around the points; `None` for no points.
    pub fn around(points: impl IntoIterator<Item = Position>) -> Option<Self> {
        let mut points = points.into_iter();
        let first = points.next()?;
        let start = Self {
            min: first,
            max: first,
        };
        Some(points.fold(start, |bounds, point| Self {
            min: Position {
                lat: bounds.min.lat.min(point.lat),
                lon: bounds.min.lon.min(point.lon),
            },
            max: Position {
                lat: bounds.max.lat.max(point.lat),
                lon: bounds.max.lon.max(point.lon),
            },
        }))
    }

    /// Whether the point lies inside or on the edge.
    pub fn contains(self, point: Position) -> bool {
        (self.min.lat..=self.max.lat).contains(&point.lat)
            && (self.min.lon..=self.max.lon).contains(&point.lon)
    }

    /// The middle, in degrees.
    pub fn centre(self) -> Position {
        self.min.towards(self.max, 0.5)
    }
}

/// A line of points, such as a route along streets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Line(pub Vec<Position>);

/// Where a point falls on a [`Line`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OnLine {
    /// The nearest point of the line.
    pub position: Position,
    /// Metres from the start of the line to that point, along it.
    pub along_m: f64,
    /// Metres between the given point and the line.
    pub off_m: f64,
}

impl Line {
    /// Length in metres.
    pub fn length_m(&self) -> f64 {
        Self::length_of(&self.0)
    }

    fn length_of(points: &[Position]) -> f64 {
        points
            .windows(2)
            .map(|pair| pair[0].distance_m(pair[1]))
            .sum()
    }

    /// The point of the line nearest to `point`; `None` for an empty line.
    pub fn nearest(&self, point: Position) -> Option<OnLine> {
        let first = *self.0.first()?;
        let mut best = OnLine {
            position: first,
            along_m: 0.0,
            off_m: first.distance_m(point),
        };
        let plane = Plane::at(point);
        let (mut best_squared, mut best_part) = (plane.squared(first), None);
        for (part, pair) in self.0.windows(2).enumerate() {
            let position = plane.nearest_on_segment(pair[0], pair[1]);
            let squared = plane.squared(position);
            if squared < best_squared {
                (best_squared, best_part) = (squared, Some((part, position)));
            }
        }
        if let Some((part, position)) = best_part {
            let before = Self::length_of(&self.0[..=part]);
            best = OnLine {
                position,
                along_m: before + self.0[part].distance_m(position),
                off_m: position.distance_m(point),
            };
        }
        Some(best)
    }

    /// The point `along_m` metres from the start, clamped to the ends; `None` for an empty line.
    pub fn at(&self, along_m: f64) -> Option<Position> {
        let mut left_m = along_m.max(0.0);
        for pair in self.0.windows(2) {
            let length_m = pair[0].distance_m(pair[1]);
            if left_m <= length_m && length_m > 0.0 {
                return Some(pair[0].towards(pair[1], left_m / length_m));
            }
            left_m -= length_m;
        }
        self.0.last().copied()
    }

    /// What is left of the line from `along_m` metres on, starting exactly there.
    #[must_use]
    pub fn from_along(&self, along_m: f64) -> Self {
        let Some(start) = self.at(along_m) else {
            return Self::default();
        };
        let mut rest = vec![start];
        let mut walked_m = 0.0;
        for pair in self.0.windows(2) {
            walked_m += pair[0].distance_m(pair[1]);
            if walked_m > along_m {
                rest.push(pair[1]);
            }
        }
        Self(rest)
    }
}

impl Line {
    /// The part from `start_m` to `end_m` metres along the line, both clamped to its ends;
    /// walked backwards where `end_m` is the smaller. Empty for an empty line.
    #[must_use]
    pub fn between(&self, start_m: f64, end_m: f64) -> Self {
        if start_m > end_m {
            let mut part = self.between(end_m, start_m);
            part.0.reverse();
            return part;
        }
        let (Some(start), Some(end)) = (self.at(start_m), self.at(end_m)) else {
            return Self::default();
        };
        let mut part = vec![start];
        let mut walked_m = 0.0;
        for pair in self.0.windows(2) {
            walked_m += pair[0].distance_m(pair[1]);
            if walked_m > start_m && walked_m < end_m {
                part.push(pair[1]);
            }
        }
        part.push(end);
        part.dedup();
        Self(part)
    }
}

/// The plane tangent at a point, in degrees of latitude: right within centimetres at the length of a
/// street.
struct Plane {
    point: Position,
    east_scale: f64,
}

impl Plane {
    fn at(point: Position) -> Self {
        Self {
            point,
            east_scale: cos(point.lat.to_radians()),
        }
    }

    /// The square of the distance from the point.
    fn squared(&self, other: Position) -> f64 {
        let north = other.lat - self.point.lat;
        let east = (other.lon - self.point.lon) * self.east_scale;
        north * north + east * east
    }

    /// The nearest point of a segment.
    fn nearest_on_segment(&self, start: Position, end: Position) -> Position {
        let scale = self.east_scale;
        let (dx, dy) = ((end.lon - start.lon) * scale, end.lat - start.lat);
        let (px, py) = (
            (self.point.lon - start.lon) * scale,
            self.point.lat - start.lat,
        );
        let length_squared = dx * dx + dy * dy;
        if length_squared == 0.0 {
            return start;
        }
        start.towards(end, (px * dx + py * dy) / length_squared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::new(lat, lon).expect("a test writes real positions")
    }

    #[test]
    fn refuses_what_is_not_on_earth() {
        assert_eq!(
            Position::new(f64::NAN, 0.0),
            Err(InvalidPosition::NotFinite)
        );
        assert_eq!(
            Position::new(0.0, f64::INFINITY),
            Err(InvalidPosition::NotFinite)
        );
        assert_eq!(Position::new(91.0, 0.0), Err(InvalidPosition::OutOfRange));
        assert!(serde_json::from_str::<Position>(r#"{"lat":91,"lon":0}"#).is_err());
    }

    #[test]
    fn writes_centimetres_and_no_more() {
        let json = serde_json::to_string(&at(60.171_588_888_357_47, 24.1)).expect("serialises");
        assert_eq!(json, r#"{"lat":60.1715889,"lon":24.1}"#);
    }

    #[test]
    fn knows_the_distance_from_helsinki_to_tallinn() {
        let metres = at(60.1699, 24.9384).distance_m(at(59.4370, 24.7536));
        assert!((metres - 82_120.0).abs() < 500.0, "{metres}");
    }

    #[test]
    fn bears_east_along_the_equator() {
        assert!((at(0.0, 0.0).bearing_deg(at(0.0, 1.0)) - 90.0).abs() < 1e-9);
    }

    #[test]
    fn cuts_a_line_where_the_courier_stands() {
        let line = Line(vec![at(60.0, 24.0), at(60.0, 24.01), at(60.01, 24.01)]);
        let on = line
            .nearest(at(60.0001, 24.005))
            .expect("the line has points");
        assert!((on.off_m - 11.1).abs() < 0.5, "{}", on.off_m);
        let rest = line.from_along(on.along_m);
        assert_eq!(rest.0.len(), 3);
        assert!((rest.length_m() + on.along_m - line.length_m()).abs() < 0.1);
    }

    #[test]
    fn takes_a_part_of_a_line_in_both_directions() {
        let line = Line(vec![at(60.0, 24.0), at(60.0, 24.01), at(60.01, 24.01)]);
        let there = line.between(100.0, 900.0);
        assert_eq!(there.0.len(), 3);
        assert!(
            (there.length_m() - 800.0).abs() < 0.1,
            "{}",
            there.length_m()
        );
        let mut back = line.between(900.0, 100.0);
        back.0.reverse();
        assert_eq!(back, there);
        assert_eq!(line.between(-5.0, 1e9).0.len(), 3);
        assert!(Line::default().between(0.0, 1.0).0.is_empty());
    }

    proptest! {
        #[test]
        fn the_plane_of_a_city_is_the_sphere_but_for_one_in_a_hundred_thousand(
            lat in -75.0..75.0, lon in -180.0..=179.8, north in -0.1..0.1, east in 0.0..0.1,
        ) {
            let (a, b) = (at(lat, lon), at(lat + north, lon + east));
            let (plane, sphere) = (a.distance_m(b), a.haversine_m(b));
            prop_assert!((plane - sphere).abs() <= sphere * 1e-5 + 1e-3, "{plane} {sphere}");
        }

        #[test]
        fn distance_is_symmetric_and_bounded(
            a in (-90.0..=90.0, -180.0..=180.0), b in (-90.0..=90.0, -180.0..=180.0),
        ) {
            let (a, b) = (at(a.0, a.1), at(b.0, b.1));
            let there = a.distance_m(b);
            prop_assert!((there - b.distance_m(a)).abs() < 1e-3);
            prop_assert!((0.0..=20_016_000.0).contains(&there));
        }
    }
}

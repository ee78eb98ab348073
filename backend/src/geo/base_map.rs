//! What the base map is drawn from: areas, lines and names, already projected.

use serde::{Deserialize, Serialize};

use super::mercator::{Shape, WorldPoint};

/// All layers of one city's base map.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BaseMap {
    /// Filled shapes.
    pub areas: Vec<Area>,
    /// Streets, rails, paths and streams.
    pub lines: Vec<MapLine>,
    /// Names of places.
    pub places: Vec<Place>,
    /// House numbers.
    pub house_numbers: Vec<HouseNumber>,
}

/// A filled shape. A point is inside when a ray from it crosses the rings an odd number of times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// What it is.
    pub kind: AreaKind,
    /// Outer rings and holes alike.
    pub rings: Vec<Shape>,
    /// Name, where it has one.
    pub name: Option<String>,
}

/// What an area is, in the order of drawing: later ones cover earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AreaKind {
    /// The sea outside a coastline.
    Sea,
    /// School, university and hospital grounds.
    Grounds,
    /// Park, garden, cemetery.
    Park,
    /// Grass, meadow, heath, scrub.
    Grass,
    /// Wood and forest.
    Wood,
    /// Sports pitch and playground.
    Pitch,
    /// Beach, sand, bare rock.
    Sand,
    /// Lake, river, pond, basin.
    Water,
    /// Pier and other walkable structure over water.
    Pier,
    /// Square and pedestrian area.
    Square,
    /// Car park on the surface.
    Parking,
    /// Building.
    Building,
}

/// A street, rail, path or stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MapLine {
    /// What it is.
    pub kind: LineKind,
    /// How it crosses others.
    pub level: Level,
    /// Course.
    pub shape: Shape,
    /// Name, where it has one.
    pub name: Option<String>,
}

/// What a line is, in the order of drawing: later ones cover earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LineKind {
    /// Stream, ditch, canal drawn as a line.
    Stream,
    /// Footpath, track.
    Path,
    /// Cycleway.
    Cycleway,
    /// Steps.
    Steps,
    /// Pedestrian street.
    Pedestrian,
    /// Service road, driveway.
    Service,
    /// Residential street.
    Residential,
    /// Collector street.
    Tertiary,
    /// Secondary road.
    Secondary,
    /// Primary road.
    Primary,
    /// Trunk road.
    Trunk,
    /// Motorway.
    Motorway,
    /// Tram rails.
    Tram,
    /// Railway.
    Rail,
}

/// How a line crosses others, in the order of drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// Below the ground.
    Tunnel,
    /// On the ground.
    Ground,
    /// Above it.
    Bridge,
}

/// A named place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// What it is.
    pub kind: PlaceKind,
    /// As written on the map.
    pub name: String,
    /// Where the name is centred.
    pub at: WorldPoint,
}

/// What a place is, the most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PlaceKind {
    /// City.
    City,
    /// Town.
    Town,
    /// Village or hamlet.
    Village,
    /// Part of a city.
    Suburb,
    /// Part of a suburb.
    Neighbourhood,
    /// Railway or metro station.
    Station,
    /// Bay, strait.
    Bay,
}

/// A house number and where it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseNumber {
    /// As written on the house.
    pub text: String,
    /// Where it is centred.
    pub at: WorldPoint,
}

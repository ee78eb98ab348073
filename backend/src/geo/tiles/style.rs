//! Colours, widths and sizes of the base map: everything a designer would change.
//!
//! The map is a stage for a courier and a route: nothing on it is as strong as what is drawn over
//! it. Widths are in CSS pixels, one number per zoom from 12 to 19; 0 is not drawn.

use tiny_skia::Color;

use super::{Style, ZOOMS};
use crate::geo::base_map::{AreaKind, LineKind, PlaceKind};

/// One number per zoom in [`ZOOMS`].
type PerZoom = [f32; 8];

fn at_zoom(values: PerZoom, zoom: u8) -> f32 {
    let index = usize::from(zoom.saturating_sub(*ZOOMS.start()));
    values[index.min(values.len() - 1)]
}

fn rgb(hex: u32) -> Color {
    let [_, red, green, blue] = hex.to_be_bytes();
    Color::from_rgba8(red, green, blue, 255)
}

/// Light and dark of one thing.
fn pick(style: Style, light: u32, dark: u32) -> Color {
    rgb(match style {
        Style::Light => light,
        Style::Dark => dark,
    })
}

/// What is under everything.
pub(super) fn land(style: Style) -> Color {
    pick(style, 0xf6_f4_f0, 0x15_1a_21)
}

/// Where the imported extract ends.
pub(super) fn beyond(style: Style) -> Color {
    pick(style, 0xee_ec_e7, 0x11_15_1b)
}

/// The fill of an area.
pub(super) fn area(style: Style, kind: AreaKind) -> Color {
    let (light, dark) = match kind {
        AreaKind::Sea | AreaKind::Water => (0xc6_dd_e8, 0x0e_25_35),
        AreaKind::Grounds => (0xf2_ed_e6, 0x18_1e_26),
        AreaKind::Park => (0xdb_eb_cf, 0x17_27_22),
        AreaKind::Grass => (0xe2_ee_d7, 0x18_25_22),
        AreaKind::Wood => (0xd0_e4_c4, 0x15_28_20),
        AreaKind::Pitch => (0xd3_e8_d6, 0x18_2a_2a),
        AreaKind::Sand => (0xf2_ea_d6, 0x22_22_1f),
        AreaKind::Pier => (0xf3_f0_ea, 0x19_1f_27),
        AreaKind::Square => (0xef_eb_e5, 0x1a_20_28),
        AreaKind::Parking => (0xee_eb_e8, 0x19_1f_28),
        AreaKind::Building => (0xe7_e1_d8, 0x20_27_31),
    };
    pick(style, light, dark)
}

/// The first zoom at which an area is drawn.
pub(super) fn area_from_zoom(kind: AreaKind) -> u8 {
    match kind {
        AreaKind::Building
        | AreaKind::Pitch
        | AreaKind::Square
        | AreaKind::Parking
        | AreaKind::Grounds => 14,
        _ => 12,
    }
}

/// Outline of a building, with its width.
pub(super) fn building_edge(style: Style, zoom: u8) -> (Color, f32) {
    let width = at_zoom([0.0, 0.0, 0.0, 0.4, 0.6, 0.8, 1.0, 1.0], zoom);
    (pick(style, 0xd8_d0_c4, 0x2b_33_3f), width)
}

/// How a line is drawn.
pub(super) struct Stroke {
    /// Colour of the line itself.
    pub(super) fill: Color,
    /// Its width.
    pub(super) width: f32,
    /// Colour of its edge, and how far the edge stands out on each side.
    pub(super) casing: Option<(Color, f32)>,
    /// Dash and gap.
    pub(super) dash: Option<[f32; 2]>,
}

/// How a line of this kind is drawn; `None` at zooms where it is not.
pub(super) fn line(style: Style, kind: LineKind, zoom: u8) -> Option<Stroke> {
    let width = at_zoom(line_widths(kind), zoom);
    let dash = match kind {
        LineKind::Path | LineKind::Cycleway if zoom >= 16 => Some([3.5, 2.5]),
        LineKind::Steps => Some([1.2, 1.2]),
        _ => None,
    };
    (width > 0.0).then(|| Stroke {
        fill: line_fill(style, kind),
        width,
        casing: line_casing(style, kind)
            .filter(|_| width >= 1.6)
            .map(|colour| {
                (
                    colour,
                    at_zoom([0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0], zoom),
                )
            }),
        dash,
    })
}

fn line_widths(kind: LineKind) -> PerZoom {
    match kind {
        LineKind::Motorway => [2.4, 3.2, 4.6, 6.6, 10.0, 15.0, 23.0, 38.0],
        LineKind::Trunk => [2.2, 3.0, 4.2, 6.2, 9.5, 14.0, 22.0, 36.0],
        LineKind::Primary => [1.8, 2.6, 3.8, 5.6, 8.8, 13.0, 20.0, 33.0],
        LineKind::Secondary => [1.3, 2.0, 3.2, 4.8, 7.6, 11.5, 18.0, 30.0],
        LineKind::Tertiary => [0.9, 1.5, 2.5, 4.0, 6.6, 10.0, 16.0, 27.0],
        LineKind::Residential => [0.5, 0.9, 1.8, 3.2, 5.6, 8.6, 14.0, 24.0],
        LineKind::Service => [0.0, 0.0, 0.6, 1.2, 2.4, 4.2, 7.0, 12.0],
        LineKind::Pedestrian => [0.0, 0.4, 1.0, 2.0, 4.0, 6.4, 10.0, 17.0],
        LineKind::Path | LineKind::Cycleway => [0.0, 0.0, 0.5, 0.7, 1.0, 1.3, 1.7, 2.4],
        LineKind::Steps => [0.0, 0.0, 0.0, 0.8, 1.8, 2.8, 4.4, 7.0],
        LineKind::Tram => [0.0, 0.0, 0.5, 0.7, 0.8, 0.9, 1.1, 1.4],
        LineKind::Rail => [0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.8, 2.2],
        LineKind::Stream => [0.5, 0.8, 1.1, 1.5, 2.0, 3.0, 4.0, 6.0],
    }
}

fn line_fill(style: Style, kind: LineKind) -> Color {
    let (light, dark) = match kind {
        LineKind::Motorway => (0xfb_dc_a4, 0x4d_55_65),
        LineKind::Trunk => (0xfc_e3_b4, 0x48_50_5f),
        LineKind::Primary => (0xfd_ed_c8, 0x42_4b_59),
        LineKind::Secondary => (0xfe_f6_e0, 0x39_42_4f),
        LineKind::Tertiary => (0xff_ff_ff, 0x34_3c_48),
        LineKind::Residential => (0xff_ff_ff, 0x2e_36_41),
        LineKind::Service => (0xfd_fc_fa, 0x2a_31_3b),
        LineKind::Pedestrian => (0xf7_f4_ef, 0x26_2d_37),
        LineKind::Path => (0xd9_cf_c2, 0x34_3c_48),
        LineKind::Cycleway => (0xc8_d3_c4, 0x2f_40_44),
        LineKind::Steps => (0xd2_c7_b9, 0x36_3e_4a),
        LineKind::Tram => (0xcf_c9_c6, 0x4c_55_62),
        LineKind::Rail => (0xc2_bd_ba, 0x3a_43_50),
        LineKind::Stream => (0xc6_dd_e8, 0x0e_25_35),
    };
    pick(style, light, dark)
}

fn line_casing(style: Style, kind: LineKind) -> Option<Color> {
    let (light, dark) = match kind {
        LineKind::Motorway => (0xe0_b6_72, 0x0f_13_18),
        LineKind::Trunk => (0xe3_c0_84, 0x0f_13_18),
        LineKind::Primary => (0xe4_ce_9b, 0x0f_13_18),
        LineKind::Secondary => (0xe2_d7_bb, 0x10_14_1a),
        LineKind::Tertiary | LineKind::Residential => (0xdb_d4_ca, 0x10_14_1a),
        LineKind::Service | LineKind::Pedestrian => (0xe0_da_d1, 0x12_16_1c),
        _ => return None,
    };
    Some(pick(style, light, dark))
}

/// What a name belongs to: decides its size, weight and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// A place.
    Place(PlaceKind),
    /// A square or other public area.
    Square,
    /// A park or wood.
    Green,
    /// A lake or river.
    Water,
    /// A street.
    Street(LineKind),
    /// A house number.
    Number,
}

/// Which of the three fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Face {
    /// Streets and numbers.
    Medium,
    /// Water and green.
    Italic,
    /// Places.
    SemiBold,
}

/// How a name is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TextStyle {
    pub(super) face: Face,
    /// Height of the em in CSS pixels.
    pub(super) size: f32,
    /// Set in capitals, a little apart.
    pub(super) capitals: bool,
}

/// How a role is set at a zoom; `None` at zooms where it is not.
pub(super) fn text(role: Role, zoom: u8) -> Option<TextStyle> {
    let (face, sizes, capitals): (Face, PerZoom, bool) = match role {
        Role::Place(kind) => return place_text(kind, zoom),
        Role::Square => (
            Face::Medium,
            [0.0, 0.0, 0.0, 0.0, 10.0, 10.5, 11.5, 12.5],
            false,
        ),
        Role::Green => (
            Face::Italic,
            [0.0, 0.0, 9.5, 10.0, 10.5, 11.0, 12.0, 13.0],
            false,
        ),
        Role::Water => (
            Face::Italic,
            [10.0, 10.5, 11.0, 11.5, 12.0, 12.5, 13.0, 14.0],
            false,
        ),
        Role::Street(kind) => (Face::Medium, street_sizes(kind), false),
        Role::Number => (
            Face::Medium,
            [0.0, 0.0, 0.0, 0.0, 0.0, 8.5, 9.5, 10.5],
            false,
        ),
    };
    let size = at_zoom(sizes, zoom);
    (size > 0.0).then_some(TextStyle {
        face,
        size,
        capitals,
    })
}

fn place_text(kind: PlaceKind, zoom: u8) -> Option<TextStyle> {
    let (face, sizes, capitals): (Face, PerZoom, bool) = match kind {
        PlaceKind::City => (
            Face::SemiBold,
            [19.0, 20.0, 21.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            false,
        ),
        PlaceKind::Town => (
            Face::SemiBold,
            [15.0, 16.0, 17.0, 18.0, 0.0, 0.0, 0.0, 0.0],
            false,
        ),
        PlaceKind::Village => (
            Face::SemiBold,
            [12.0, 13.0, 14.0, 15.0, 16.0, 0.0, 0.0, 0.0],
            false,
        ),
        PlaceKind::Suburb => (
            Face::SemiBold,
            [0.0, 9.5, 10.5, 11.5, 12.5, 0.0, 0.0, 0.0],
            true,
        ),
        PlaceKind::Neighbourhood => (
            Face::SemiBold,
            [0.0, 0.0, 0.0, 10.0, 11.0, 12.0, 0.0, 0.0],
            true,
        ),
        PlaceKind::Station => (
            Face::SemiBold,
            [0.0, 0.0, 0.0, 10.5, 11.0, 11.5, 12.0, 13.0],
            false,
        ),
        PlaceKind::Bay => (
            Face::Italic,
            [0.0, 10.0, 11.0, 11.5, 12.0, 12.5, 13.0, 14.0],
            false,
        ),
    };
    let size = at_zoom(sizes, zoom);
    (size > 0.0).then_some(TextStyle {
        face,
        size,
        capitals,
    })
}

fn street_sizes(kind: LineKind) -> PerZoom {
    match kind {
        LineKind::Motorway | LineKind::Trunk | LineKind::Primary => {
            [0.0, 9.5, 10.0, 11.0, 11.5, 12.5, 13.5, 15.0]
        }
        LineKind::Secondary => [0.0, 0.0, 9.5, 10.5, 11.0, 12.0, 13.0, 14.0],
        LineKind::Tertiary => [0.0, 0.0, 0.0, 10.0, 10.5, 11.5, 12.5, 13.5],
        LineKind::Residential => [0.0, 0.0, 0.0, 9.5, 10.0, 11.0, 12.0, 13.0],
        LineKind::Pedestrian | LineKind::Service => [0.0, 0.0, 0.0, 0.0, 9.5, 10.0, 11.0, 12.0],
        LineKind::Path | LineKind::Cycleway | LineKind::Steps => {
            [0.0, 0.0, 0.0, 0.0, 0.0, 9.5, 10.0, 11.0]
        }
        LineKind::Stream => [0.0, 0.0, 0.0, 9.5, 10.0, 10.5, 11.0, 12.0],
        LineKind::Tram | LineKind::Rail => [0.0; 8],
    }
}

/// The ink of a name.
pub(super) fn ink(style: Style, role: Role) -> Color {
    let (light, dark) = match role {
        Role::Place(PlaceKind::City | PlaceKind::Town | PlaceKind::Village) => {
            (0x3b_40_49, 0xc6_ce_d9)
        }
        Role::Place(PlaceKind::Suburb | PlaceKind::Neighbourhood) => (0x76_7c_86, 0x8d_98_a8),
        Role::Place(PlaceKind::Station) => (0x56_5f_78, 0x9d_ab_cb),
        Role::Place(PlaceKind::Bay) | Role::Water | Role::Street(LineKind::Stream) => {
            (0x5c_8d_a8, 0x5a_8c_ab)
        }
        Role::Square => (0x6f_69_60, 0x97_a0_ac),
        Role::Green => (0x5b_87_57, 0x66_94_72),
        Role::Street(_) => (0x5a_5f_67, 0x9e_a9_b8),
        Role::Number => (0x9c_94_89, 0x64_6e_7d),
    };
    pick(style, light, dark)
}

/// What keeps a name apart from the lines under it, with its width on each side.
pub(super) fn halo(style: Style, role: Role) -> (Color, f32) {
    let width = if role == Role::Number { 0.9 } else { 1.5 };
    let mut colour = match role {
        Role::Number => area(style, AreaKind::Building),
        Role::Water | Role::Place(PlaceKind::Bay) => area(style, AreaKind::Water),
        _ => pick(style, 0xff_fe_fc, 0x14_19_20),
    };
    colour.set_alpha(0.88);
    (colour, width)
}

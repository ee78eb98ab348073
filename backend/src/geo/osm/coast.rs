//! The sea: `natural=coastline` is a line with land on its left and water on its right, so the
//! sea has to be closed along the edge of the extract.

use crate::geo::mercator::{Shape, WorldPoint};

/// A rectangle of world units, `y` growing southwards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) min: WorldPoint,
    pub(super) max: WorldPoint,
}

type Point = (f64, f64);

/// The rings of the sea inside the frame, for even-odd filling. `coast` are chains as long as they
/// could be joined. One that ends inside the frame was cut off by an extract that leaves out the
/// points beyond its edge: it is led on to the nearest edge.
pub(super) fn sea(coast: &[Vec<WorldPoint>], frame: Frame) -> Vec<Shape> {
    let mut islands = Vec::new();
    let mut crossing = Vec::new();
    for chain in coast {
        let mut points: Vec<Point> = chain
            .iter()
            .map(|p| (f64::from(p.x), f64::from(p.y)))
            .collect();
        let closed = chain.len() >= 4 && chain.first() == chain.last();
        if !closed {
            frame.lead_to_edge(&mut points);
        }
        let mut pieces = frame.clip(&points);
        if closed && pieces.len() == 1 && pieces[0].len() == points.len() {
            islands.append(&mut pieces);
            continue;
        }
        if closed && pieces.len() > 1 {
            // A ring that starts inside the frame is cut at its start for no reason.
            let (first, last) = (&pieces[0][0], &pieces[pieces.len() - 1]);
            if !frame.on_edge(*first) && last.last() == Some(first) {
                let head = pieces.remove(0);
                if let Some(tail) = pieces.last_mut() {
                    tail.extend_from_slice(&head[1..]);
                }
            }
        }
        crossing.extend(pieces.into_iter().filter(|piece| {
            piece.len() >= 2 && frame.on_edge(piece[0]) && frame.on_edge(piece[piece.len() - 1])
        }));
    }
    let mut rings = frame.close(crossing);
    let surrounded = rings.is_empty() && islands.iter().any(|ring| is_island(ring));
    if surrounded {
        rings.push(frame.corners().to_vec());
    }
    rings.append(&mut islands);
    rings.into_iter().map(|ring| shape(&ring)).collect()
}

/// Whether the land is inside: with `y` southwards, land on the left makes the area negative.
fn is_island(ring: &[Point]) -> bool {
    let twice_area: f64 = ring
        .windows(2)
        .map(|pair| pair[0].0 * pair[1].1 - pair[1].0 * pair[0].1)
        .sum();
    twice_area < 0.0
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "every point lies in a frame of u32 corners"
)]
fn shape(ring: &[Point]) -> Shape {
    let units = |value: f64| value.round() as u32;
    Shape(
        ring.iter()
            .map(|(x, y)| WorldPoint {
                x: units(*x),
                y: units(*y),
            })
            .collect(),
    )
}

impl Frame {
    /// Corners clockwise on the map from the north-west.
    fn corners(self) -> [Point; 4] {
        let (west, north) = (f64::from(self.min.x), f64::from(self.min.y));
        let (east, south) = (f64::from(self.max.x), f64::from(self.max.y));
        [(west, north), (east, north), (east, south), (west, south)]
    }

    /// How far around the edge a point lies, clockwise from the north-west corner: 0..4.
    fn around(self, (x, y): Point) -> f64 {
        let [(west, north), _, (east, south), _] = self.corners();
        let (width, height) = ((east - west).max(1.0), (south - north).max(1.0));
        let sides = [
            ((y - north).abs(), (x - west) / width),
            ((x - east).abs(), 1.0 + (y - north) / height),
            ((y - south).abs(), 2.0 + (east - x) / width),
            ((x - west).abs(), 3.0 + (south - y) / height),
        ];
        sides
            .into_iter()
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map_or(0.0, |(_, around)| around.rem_euclid(4.0))
    }

    fn on_edge(self, (x, y): Point) -> bool {
        let [(west, north), _, (east, south), _] = self.corners();
        let gaps = [x - west, x - east, y - north, y - south];
        gaps.iter().any(|gap| gap.abs() < 0.5)
    }

    /// Adds the nearest points of the edge to a line whose ends lie inside.
    fn lead_to_edge(self, line: &mut Vec<Point>) {
        if let Some(start) = line.first().and_then(|start| self.edge_near(*start)) {
            line.insert(0, start);
        }
        if let Some(end) = line.last().and_then(|end| self.edge_near(*end)) {
            line.push(end);
        }
    }

    /// The point of the edge nearest to a point inside; `None` for one outside or on it.
    fn edge_near(self, (x, y): Point) -> Option<Point> {
        let [(west, north), _, (east, south), _] = self.corners();
        let inside = x > west && x < east && y > north && y < south;
        let sides = [
            (x - west, (west, y)),
            (east - x, (east, y)),
            (y - north, (x, north)),
            (south - y, (x, south)),
        ];
        let nearest = sides.into_iter().min_by(|a, b| a.0.total_cmp(&b.0));
        nearest.filter(|_| inside).map(|(_, point)| point)
    }

    /// The parts of a line inside the frame, cut exactly at its edge.
    fn clip(self, line: &[Point]) -> Vec<Vec<Point>> {
        let mut parts: Vec<Vec<Point>> = Vec::new();
        for pair in line.windows(2) {
            let Some((start, end)) = self.clip_step(pair[0], pair[1]) else {
                continue;
            };
            match parts.last_mut() {
                Some(part) if part.last() == Some(&start) => part.push(end),
                _ => parts.push(vec![start, end]),
            }
        }
        parts
    }

    /// Liang and Barsky's clipping of one straight step.
    fn clip_step(self, start: Point, end: Point) -> Option<(Point, Point)> {
        let [(west, north), _, (east, south), _] = self.corners();
        let (dx, dy) = (end.0 - start.0, end.1 - start.1);
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        let walls = [
            (-dx, start.0 - west),
            (dx, east - start.0),
            (-dy, start.1 - north),
            (dy, south - start.1),
        ];
        for (towards, gap) in walls {
            if towards == 0.0 {
                if gap < 0.0 {
                    return None;
                }
            } else if towards < 0.0 {
                enter = enter.max(gap / towards);
            } else {
                leave = leave.min(gap / towards);
            }
        }
        let at = |t: f64| (start.0 + dx * t, start.1 + dy * t);
        (enter < leave).then(|| {
            let from = if enter == 0.0 { start } else { at(enter) };
            let to = if leave >= 1.0 { end } else { at(leave) };
            (from, to)
        })
    }

    /// Joins pieces of coast that enter and leave the frame into rings around the water, walking
    /// the edge clockwise: that keeps the water on the right.
    fn close(self, pieces: Vec<Vec<Point>>) -> Vec<Vec<Point>> {
        let mut rings = Vec::new();
        let mut left: Vec<Option<Vec<Point>>> = pieces.into_iter().map(Some).collect();
        let starts: Vec<f64> = left
            .iter()
            .map(|piece| piece.as_ref().map_or(0.0, |piece| self.around(piece[0])))
            .collect();
        for first in 0..left.len() {
            let Some(mut ring) = left[first].take() else {
                continue;
            };
            loop {
                let end = self.around(ring[ring.len() - 1]);
                let ahead = |start: f64| (start - end).rem_euclid(4.0);
                let next = (0..left.len())
                    .filter(|index| *index == first || left[*index].is_some())
                    .min_by(|a, b| ahead(starts[*a]).total_cmp(&ahead(starts[*b])));
                let next = next.unwrap_or(first);
                self.walk(&mut ring, end, ahead(starts[next]));
                match left[next].take() {
                    Some(piece) => ring.extend(piece),
                    None => break,
                }
            }
            rings.push(ring);
        }
        rings
    }

    /// Adds the corners that lie clockwise between `from` and `from + distance`.
    fn walk(self, ring: &mut Vec<Point>, from: f64, distance: f64) {
        let mut corners: Vec<(f64, Point)> = [0.0, 1.0, 2.0, 3.0]
            .into_iter()
            .zip(self.corners())
            .map(|(at, corner)| ((at - from).rem_euclid(4.0), corner))
            .filter(|(ahead, _)| *ahead < distance)
            .collect();
        corners.sort_by(|a, b| a.0.total_cmp(&b.0));
        ring.extend(corners.into_iter().map(|(_, corner)| corner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame {
        min: WorldPoint { x: 0, y: 0 },
        max: WorldPoint { x: 100, y: 100 },
    };

    fn line(points: &[(u32, u32)]) -> Vec<WorldPoint> {
        points
            .iter()
            .map(|(x, y)| WorldPoint { x: *x, y: *y })
            .collect()
    }

    /// Even-odd, as the renderer fills.
    fn is_water(rings: &[Shape], x: f64, y: f64) -> bool {
        let mut inside = false;
        for ring in rings {
            for (at, a) in ring.0.iter().enumerate() {
                let b = ring.0[(at + 1) % ring.0.len()];
                let (ax, ay) = (f64::from(a.x), f64::from(a.y));
                let (bx, by) = (f64::from(b.x), f64::from(b.y));
                if (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax {
                    inside = !inside;
                }
            }
        }
        inside
    }

    #[test]
    fn a_coast_heading_east_has_its_sea_in_the_south() {
        let rings = sea(&[line(&[(0, 50), (100, 40)])], FRAME);
        assert!(is_water(&rings, 50.0, 80.0));
        assert!(!is_water(&rings, 50.0, 20.0));
    }

    #[test]
    fn an_island_in_the_sea_is_dry() {
        let shore = line(&[(0, 20), (100, 20)]);
        let island = line(&[(40, 60), (40, 70), (60, 70), (60, 60), (40, 60)]);
        let rings = sea(&[shore, island.clone()], FRAME);
        assert!(!is_water(&rings, 50.0, 65.0));
        assert!(is_water(&rings, 50.0, 50.0));
        let alone = sea(&[island], FRAME);
        assert!(!is_water(&alone, 50.0, 65.0));
        assert!(is_water(&alone, 5.0, 5.0));
    }

    #[test]
    fn two_shores_make_a_strait() {
        let north = line(&[(0, 30), (100, 30)]);
        let south = line(&[(100, 70), (0, 70)]);
        let rings = sea(&[north, south], FRAME);
        assert!(is_water(&rings, 50.0, 50.0));
        assert!(!is_water(&rings, 50.0, 10.0));
        assert!(!is_water(&rings, 50.0, 90.0));
    }

    #[test]
    fn a_coast_that_was_cut_off_is_led_to_the_edge() {
        let rings = sea(&[line(&[(5, 50), (93, 40)])], FRAME);
        assert!(is_water(&rings, 50.0, 80.0));
        assert!(!is_water(&rings, 50.0, 20.0));
    }

    #[test]
    fn no_coast_is_no_sea() {
        assert!(sea(&[], FRAME).is_empty());
        assert!(sea(&[line(&[(300, 300), (400, 400)])], FRAME).is_empty());
    }
}

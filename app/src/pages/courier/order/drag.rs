//! A row under a finger or a mouse.
//!
//! While it is dragged the rows keep their places in the document, and are drawn where they would be: a node
//! that is moved loses the pointer.

use std::time::Duration;

use leptos::ev::PointerEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::Ordering;

/// The list scrolls while the finger is so near to an edge of the screen, CSS pixels.
const EDGE_PX: f64 = 90.0;
/// How far it scrolls each time, CSS pixels.
const SCROLL_PX: f64 = 9.0;
const SCROLL_EVERY: Duration = Duration::from_millis(16);

/// The row that is dragged, if any. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Drag {
    ordering: Ordering,
    held: RwSignal<Option<Held>>,
    scrolling: StoredValue<Option<IntervalHandle>>,
}

/// All lengths are CSS pixels of the page.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Held {
    from: usize,
    last: usize,
    /// Distance from one row to the next.
    row: f64,
    begun_at: f64,
    /// Where the finger is on the screen.
    finger: f64,
    scrolled: f64,
}

impl Held {
    fn offset(&self) -> f64 {
        self.finger + self.scrolled - self.begun_at
    }

    /// The place over which the row is.
    fn to(&self) -> usize {
        target(self.from, self.last, self.offset() / self.row)
    }
}

/// The place so many rows below one, or above it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "rows of a list, clamped to it"
)]
fn target(from: usize, last: usize, rows: f64) -> usize {
    (from as f64 + rows.round()).clamp(0.0, last as f64) as usize
}

impl Drag {
    pub(super) fn of(ordering: Ordering) -> Self {
        let drag = Self {
            ordering,
            held: RwSignal::new(None),
            scrolling: StoredValue::new(None),
        };
        on_cleanup(move || drag.stop_scrolling());
        drag
    }

    /// Whether a row is dragged. Tracks.
    pub(super) fn is_on(self) -> bool {
        self.held.with(Option::is_some)
    }

    /// Whether it is this one. Tracks.
    pub(super) fn is_of(self, place: usize) -> bool {
        self.held
            .with(|held| held.is_some_and(|held| held.from == place))
    }

    /// How far from its place a row is drawn, CSS pixels. Tracks.
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a page")]
    pub(super) fn shift_of(self, place: usize) -> i32 {
        self.held.with(|held| {
            let Some(held) = held else { return 0 };
            let (from, to) = (held.from, held.to());
            let shift = if place == from {
                held.offset()
            } else if from < place && place <= to {
                -held.row
            } else if to <= place && place < from {
                held.row
            } else {
                0.0
            };
            shift.round() as i32
        })
    }

    /// A finger, or the mouse's first button, takes hold of a row's handle.
    pub(super) fn begin(self, event: &PointerEvent, from: usize, last: usize) {
        let handle = event.current_target();
        let Some(handle) = handle.and_then(|it| it.dyn_into::<web_sys::Element>().ok()) else {
            return;
        };
        if event.button() != 0 || !event.is_primary() {
            return;
        }
        event.prevent_default();
        let Some(row) = handle.parent_element().as_ref().and_then(row_distance) else {
            return;
        };
        // Without it a fast finger leaves the handle behind, and that is all.
        let _ = handle.set_pointer_capture(event.pointer_id());
        let (finger, scrolled) = (f64::from(event.client_y()), scrolled());
        self.held.set(Some(Held {
            from,
            last,
            row,
            begun_at: finger + scrolled,
            finger,
            scrolled,
        }));
        let scroll = move || self.scroll_at_the_edge();
        self.stop_scrolling();
        self.scrolling
            .set_value(set_interval_with_handle(scroll, SCROLL_EVERY).ok());
    }

    pub(super) fn follow(self, event: &PointerEvent) {
        if let Some(held) = self.held.get_untracked() {
            self.held.set(Some(Held {
                finger: f64::from(event.client_y()),
                scrolled: scrolled(),
                ..held
            }));
        }
    }

    /// The row stays where it is now.
    pub(super) fn drop(self) {
        if let Some(held) = self.held.get_untracked() {
            self.give_up();
            self.ordering.put(held.from, held.to());
        }
    }

    /// The row goes back.
    pub(super) fn give_up(self) {
        self.stop_scrolling();
        if self.held.with_untracked(Option::is_some) {
            self.held.set(None);
        }
    }

    fn scroll_at_the_edge(self) {
        let Some(held) = self.held.get_untracked() else {
            return;
        };
        let height = window().inner_height().ok().and_then(|it| it.as_f64());
        let way = match height {
            _ if held.finger < EDGE_PX => -SCROLL_PX,
            Some(height) if held.finger > height - EDGE_PX => SCROLL_PX,
            _ => return,
        };
        window().scroll_by_with_x_and_y(0.0, way);
        let scrolled = scrolled();
        if (scrolled - held.scrolled).abs() > f64::EPSILON {
            self.held.set(Some(Held { scrolled, ..held }));
        }
    }

    fn stop_scrolling(self) {
        self.scrolling.update_value(|scrolling| {
            if let Some(scrolling) = scrolling.take() {
                scrolling.clear();
            }
        });
    }
}

fn scrolled() -> f64 {
    window().scroll_y().unwrap_or_default()
}

/// From one row's top to the next one's: rows are all of one height.
fn row_distance(row: &web_sys::Element) -> Option<f64> {
    let own = row.get_bounding_client_rect();
    let other = row
        .next_element_sibling()
        .or_else(|| row.previous_element_sibling())?;
    let distance = (other.get_bounding_client_rect().top() - own.top()).abs();
    (distance > 0.0).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_lands_on_the_place_that_it_covers_most() {
        assert_eq!(target(2, 5, 0.4), 2);
        assert_eq!(target(2, 5, 0.6), 3);
        assert_eq!(target(2, 5, -1.6), 0);
        assert_eq!(target(2, 5, 99.0), 5);
        assert_eq!(target(2, 5, f64::NAN), 0);
    }
}

//! QR codes, drawn. On the courier's phone, and on the server for pages that need not carry the code for it.

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};
use serde::{Deserialize, Serialize};

/// Modules of quiet around it, as ISO/IEC 18004 asks.
const QUIET: usize = 4;

/// A QR as one path of squares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing {
    /// Modules on a side, the quiet ones included.
    side: u32,
    /// The dark ones, as the `d` of an SVG path.
    path: String,
}

impl Drawing {
    /// Of a text; none when it is too long for any QR.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let rows = code.to_colors();
        let path = rows
            .chunks(width)
            .zip(QUIET..)
            .flat_map(|(row, y)| runs(row).map(move |(x, length)| square(x + QUIET, y, length)))
            .collect();
        let side = u32::try_from(width + 2 * QUIET).ok()?;
        Some(Self { side, path })
    }
}

impl Drawing {
    /// A picture with these lines below it, as an address from which it can be saved.
    pub fn as_file(&self, lines: &[String]) -> String {
        let side = self.side;
        let at = |line: usize| side as usize + 3 + 4 * line;
        let words = lines.iter().enumerate().map(|(number, line)| {
            let line = line.replace('&', "&amp;").replace('<', "&lt;");
            let y = at(number);
            format!(r#"<text x="{QUIET}" y="{y}" font-size="2.6" font-family="sans-serif">{line}</text>"#)
        });
        let words: String = words.collect();
        let bottom = at(lines.len());
        let path = &self.path;
        let picture = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {bottom}"><rect width="100%" height="100%" fill="#fff"/><path d="{path}"/>{words}</svg>"##
        );
        let encoded = picture.bytes().map(|byte| match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b' ' | b'-' | b'.' | b'/' | b'=' | b':' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        });
        format!("data:image/svg+xml,{}", encoded.collect::<String>())
    }
}

/// Dark modules that follow each other: where they begin and how many they are.
fn runs(row: &[Color]) -> impl Iterator<Item = (usize, usize)> {
    row.chunk_by(|a, b| a == b)
        .scan(0, |at, run| {
            let begins = *at;
            *at += run.len();
            Some((run[0] == Color::Dark).then_some((begins, run.len())))
        })
        .flatten()
}

fn square(x: usize, y: usize, length: usize) -> String {
    format!("M{x} {y}h{length}v1h-{length}z")
}

/// A drawn QR. It is dark on white in every theme, or phones don't find it.
#[component]
pub fn Qr(
    /// What is drawn.
    drawing: Drawing,
    /// What it is, for those who don't see it.
    label: String,
) -> impl IntoView {
    let side = drawing.side;
    view! {
        <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label=label>
            <rect width=side height=side fill="#fff" />
            <path d=drawing.path fill="#000" shape-rendering="crispEdges" />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found() {
        use Color::{Dark, Light};
        let row = [Dark, Dark, Light, Dark, Light];
        assert_eq!(runs(&row).collect::<Vec<_>>(), [(0, 2), (3, 1)]);
    }

    #[test]
    fn what_is_drawn_is_read() {
        const SCALE: usize = 4;
        let text =
            "https://parcels.example.org/deliveries/PL-7K3M-92QX#courier=59839450.7K3M92QX7K3M92QX";
        let drawing = Drawing::of(text).expect("it fits");
        let side = drawing.side as usize;
        let mut dark = vec![false; side * side];
        for square in drawing.path.split('M').skip(1) {
            let (x, rest) = square.split_once(' ').expect("a place");
            let (y, rest) = rest.split_once('h').expect("a place");
            let (length, _) = rest.split_once('v').expect("a length");
            let number = |text: &str| text.parse::<usize>().expect("a number");
            let begins = number(y) * side + number(x);
            dark[begins..begins + number(length)].fill(true);
        }
        let pixels: Vec<u8> = (0..(side * SCALE).pow(2))
            .map(|at| (at % (side * SCALE) / SCALE, at / (side * SCALE) / SCALE))
            .map(|(x, y)| if dark[y * side + x] { 0 } else { 255 })
            .collect();
        let read = crate::scan::decode::read_grey(side * SCALE, side * SCALE, &pixels);
        assert_eq!(read, [text]);
    }

    #[test]
    fn a_text_that_is_too_long_is_not_drawn() {
        assert_eq!(Drawing::of(&"x".repeat(5000)), None);
    }
}

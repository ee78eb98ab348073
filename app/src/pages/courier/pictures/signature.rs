//! Signing with a finger on the courier's phone.

use leptos::html::Canvas;
use leptos::prelude::*;
use porchlight_domain::delivery::PictureKind;
use web_sys::{HtmlCanvasElement, PointerEvent};

use super::Shot;
use super::shrink::context;
use crate::components::maybe;
use crate::text::{CourierText, use_page_text};

/// Pixels of the picture.
const WIDTH: u32 = 640;
const HEIGHT: u32 = 240;
const PEN: f64 = 3.5;
/// In both themes: it is a sheet of paper.
const PAPER: &str = "#ffffff";
const INK: &str = "#141d33";

/// A sheet to sign on. Whatever is drawn is in `signature` as soon as the finger is lifted.
#[component]
pub fn SignaturePad(
    /// What names the field.
    id: String,
    /// What was drawn; none while the sheet is empty.
    signature: RwSignal<Option<Shot>>,
) -> impl IntoView {
    let t = use_page_text::<CourierText>();
    let label = format!("{id}-label");
    let sheet = NodeRef::<Canvas>::new();
    let last = StoredValue::new(None::<(f64, f64)>);
    let begin = move |event: PointerEvent| {
        let Some(canvas) = sheet.get_untracked() else {
            return;
        };
        event.prevent_default();
        // So that a stroke that leaves the sheet ends there. Were it refused, the stroke would still be drawn.
        let _ = canvas.set_pointer_capture(event.pointer_id());
        if signature.with_untracked(Option::is_none) {
            clear(&canvas);
        }
        let at = place(&canvas, &event);
        last.set_value(Some(at));
        stroke(&canvas, at, at);
    };
    let go_on = move |event: PointerEvent| {
        if let (Some(canvas), Some(from)) = (sheet.get_untracked(), last.get_value()) {
            event.prevent_default();
            let to = place(&canvas, &event);
            stroke(&canvas, from, to);
            last.set_value(Some(to));
        }
    };
    let end = move |_: PointerEvent| {
        if let (Some(canvas), Some(_)) = (sheet.get_untracked(), last.get_value()) {
            last.set_value(None);
            signature.set(read(&canvas));
        }
    };
    let erase = move |_| {
        if let Some(canvas) = sheet.get_untracked() {
            clear(&canvas);
        }
        signature.set(None);
    };
    let eraser = move || {
        signature.with(Option::is_some).then(|| {
            view! {
                <button type="button" class="button button--quiet" on:click=erase>
                    {t.signature_erase}
                </button>
            }
            .into_any()
        })
    };
    view! {
        <div class="signature">
            <div class="signature__head">
                <span class="field__label" id=label.clone()>
                    {t.signature}
                </span>
                {maybe(eraser)}
            </div>
            <canvas
                class="signature__sheet"
                id=id
                role="img"
                aria-labelledby=label
                width=WIDTH
                height=HEIGHT
                node_ref=sheet
                on:pointerdown=begin
                on:pointermove=go_on
                on:pointerup=end
                on:pointercancel=end
            ></canvas>
        </div>
    }
}

/// Where on the sheet's pixels a finger is.
fn place(canvas: &HtmlCanvasElement, event: &PointerEvent) -> (f64, f64) {
    let shown = canvas.get_bounding_client_rect();
    let x = (f64::from(event.client_x()) - shown.left()) / shown.width().max(1.0);
    let y = (f64::from(event.client_y()) - shown.top()) / shown.height().max(1.0);
    (x * f64::from(WIDTH), y * f64::from(HEIGHT))
}

/// A line, or with both ends in one place a dot.
fn stroke(canvas: &HtmlCanvasElement, from: (f64, f64), to: (f64, f64)) {
    if let Some(context) = context(canvas) {
        context.set_stroke_style_str(INK);
        context.set_line_width(PEN);
        context.set_line_cap("round");
        context.begin_path();
        context.move_to(from.0, from.1);
        context.line_to(to.0, to.1);
        context.stroke();
    }
}

fn clear(canvas: &HtmlCanvasElement) {
    if let Some(context) = context(canvas) {
        context.set_fill_style_str(PAPER);
        context.fill_rect(0.0, 0.0, f64::from(WIDTH), f64::from(HEIGHT));
    }
}

fn read(canvas: &HtmlCanvasElement) -> Option<Shot> {
    Shot::of_canvas(PictureKind::Signature, &canvas.to_data_url().ok()?)
}

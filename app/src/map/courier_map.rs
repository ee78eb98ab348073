//! The map with the courier on it, moving.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leaflet::Evented;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;
use porchlight_domain::geo::{Line, Position};
use porchlight_domain::tracking::ShownPosition;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;

use super::glide::{Glide, Pose};
use super::layers::Layers;
use super::view::{place, way_left};
use super::{base, first, leaflet_script};
use crate::components::{Icon, effect, maybe, words};
use crate::text::use_text;

/// What is known of the van's movement.
#[derive(Default)]
struct Motion {
    glide: Option<Glide>,
    pose: Option<Pose>,
    fix_ms: i64,
    route: Option<Line>,
}

/// Leaflet lets its tiles appear in at most so long, milliseconds.
const FADE_MS: u32 = 400;

type Shared<T> = Rc<RefCell<T>>;
/// Empty until Leaflet is there, and always on the server, whose threads may not hold the map.
type Map = StoredValue<Option<SendWrapper<Shared<(Layers, Motion)>>>>;

/// Courier, route and door on a map that follows them until someone moves it.
#[component]
pub fn CourierMap(
    /// Where the courier is, as far as it is shown.
    #[prop(into)]
    position: Signal<Option<ShownPosition>>,
    /// The way to the door.
    #[prop(into)]
    route: Signal<Option<Line>>,
    /// The recipient's door; none on a shared page.
    #[prop(optional_no_strip)]
    door: Option<Position>,
) -> impl IntoView {
    let t = use_text();
    let canvas = NodeRef::<Div>::new();
    let first = NodeRef::<Div>::new();
    let map: Map = StoredValue::new(None);
    let is_ready = RwSignal::new(false);
    let is_missing = RwSignal::new(false);
    let is_following = RwSignal::new(true);

    effect(move || {
        let Some(element) = canvas.get() else { return };
        spawn_local_scoped_with_cancellation(async move {
            let loaded = leaflet_script::load().await;
            let alts = (t.map.courier, t.map.door);
            let courier = position.get_untracked().map(place);
            match loaded.then(|| Layers::new(&element, courier, door, alts)) {
                Some(Ok(layers)) => {
                    stop_following_when_moved(&layers, is_following);
                    let drawn = layers.first_drawn();
                    let shared = Rc::new(RefCell::new((layers, Motion::default())));
                    map.set_value(Some(SendWrapper::new(shared)));
                    is_ready.set(true);
                    let _ = JsFuture::from(drawn).await;
                    TimeoutFuture::new(FADE_MS).await;
                    if let Some(first) = first.get_untracked() {
                        first.set_inner_html("");
                    }
                }
                _ => is_missing.set(true),
            }
        });
    });
    effect(move || {
        if is_ready.get() {
            route.with(|route| show(map, position.get(), route.as_ref(), is_following.get()));
        }
    });
    follow_theme(map);

    let first_view = first::view(position.get_untracked(), route, door);
    let with_layers = move |act: fn(&mut Layers)| {
        if let Some(shared) = map.get_value() {
            act(&mut shared.borrow_mut().0);
        }
    };
    view! {
        <section class="map" aria-label=t.map.label>
            <div class="map__canvas" node_ref=canvas></div>
            {maybe(move || {
                is_missing.get().then(|| view! { <p class="map__missing">{t.map.missing}</p> }.into_any())
            })}
            <div class="map__first" node_ref=first inner_html=first_view></div>
            <div class="map__controls" class:map__controls--ready=is_ready>
                <button
                    type="button"
                    class="map__button map__button--follow"
                    class:map__button--hidden=move || is_following.get()
                    tabindex=words(move || if is_following.get() { "-1" } else { "0" })
                    on:click=move |_| {
                        with_layers(Layers::forget_frame);
                        is_following.set(true);
                    }
                >
                    <Icon name="target" />
                    <span>{t.map.follow}</span>
                </button>
                <div class="map__zoom">
                    <button
                        type="button"
                        class="map__button"
                        aria-label=t.map.zoom_in
                        on:click=move |_| with_layers(|layers| layers.zoom_in())
                    >
                        <Icon name="plus" />
                    </button>
                    <button
                        type="button"
                        class="map__button"
                        aria-label=t.map.zoom_out
                        on:click=move |_| with_layers(|layers| layers.zoom_out())
                    >
                        <Icon name="minus" />
                    </button>
                </div>
            </div>
        </section>
    }
}

fn stop_following_when_moved(layers: &Layers, is_following: RwSignal<bool>) {
    for moved_by_hand in ["dragstart", "dblclick"] {
        let stop = Closure::<dyn Fn()>::new(move || is_following.set(false));
        let map: &Evented = layers.map().unchecked_ref();
        map.on(moved_by_hand, &stop.into_js_value());
    }
}

fn show(map: Map, position: Option<ShownPosition>, route: Option<&Line>, is_following: bool) {
    let Some(shared) = map.get_value() else {
        return;
    };
    let (layers, motion) = &mut *shared.borrow_mut();
    match position {
        Some(ShownPosition::Exact {
            position,
            heading_deg,
            time,
            ..
        }) => {
            let is_new = motion.fix_ms != time.millis() || motion.pose.is_none();
            if is_new {
                drive_to(layers, motion, position, heading_deg, time.millis());
                motion.route = route.cloned();
                keep_driving(map);
            } else if motion.route.as_ref() != route {
                motion.route = route.cloned();
                draw_route(layers, motion);
            }
        }
        Some(ShownPosition::Area { area, .. }) => {
            *motion = Motion::default();
            layers.show_area(area);
        }
        None => {
            *motion = Motion::default();
            layers.hide_courier();
        }
    }
    if is_following {
        layers.frame(
            position.map(place),
            motion.pose.is_some() && !prefers_stillness(),
        );
    }
}

fn drive_to(
    layers: &mut Layers,
    motion: &mut Motion,
    to: Position,
    heading_deg: Option<f64>,
    fix_ms: i64,
) {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a gap of time is far below 2^53 ms"
    )]
    let gap_ms = (fix_ms - motion.fix_ms) as f64;
    motion.fix_ms = fix_ms;
    match motion.pose {
        Some(pose) if !prefers_stillness() => {
            let now_ms = frame_time_ms();
            let glide = Glide::new(pose.position, to, motion.route.as_ref(), gap_ms, now_ms);
            motion.glide = Some(glide);
        }
        _ => {
            let pose = Pose {
                position: to,
                heading_deg,
            };
            motion.glide = None;
            motion.pose = Some(pose);
            layers.show_van(pose);
        }
    }
}

/// Draws the van where it is now, and again with every frame until it has arrived.
fn keep_driving(map: Map) {
    request_animation_frame(move || {
        let Some(shared) = map.try_get_value().flatten() else {
            return;
        };
        let (layers, motion) = &mut *shared.borrow_mut();
        let now_ms = frame_time_ms();
        if let Some(pose) = motion.glide.as_ref().and_then(|glide| glide.at(now_ms)) {
            motion.pose = Some(pose);
            layers.show_van(pose);
        }
        draw_route(layers, motion);
        match &motion.glide {
            Some(glide) if !glide.is_over(now_ms) => keep_driving(map),
            _ => motion.glide = None,
        }
    });
}

/// Draws the route from where the van is shown, so that it is used up as the van drives.
fn draw_route(layers: &Layers, motion: &Motion) {
    let van = motion.pose.map(|pose| pose.position);
    let rest = motion.route.as_ref().map(|route| way_left(route, van));
    layers.show_route(rest.as_ref());
}

fn follow_theme(map: Map) {
    effect(move || {
        base::on_theme_change(move || {
            if let Some(shared) = map.get_value() {
                shared.borrow().0.follow_theme();
            }
        });
    });
}

fn prefers_stillness() -> bool {
    window()
        .match_media("(prefers-reduced-motion: reduce)")
        .is_ok_and(|query| query.is_some_and(|query| query.matches()))
}

fn frame_time_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

//! Who read whose position.

use leptos::prelude::*;
use porchlight_domain::reveal::Reveal;
use porchlight_domain::tracking::PositionReading;

use crate::api::operations::position_readings;
use crate::clock::{Say, Time};
use crate::components::{Empty, Failure, Loading};
use crate::text::{AdminText, use_page_text};

/// The access log, newest first.
#[component]
pub fn Readings() -> impl IntoView {
    let t = use_page_text::<AdminText>();
    let readings = Resource::new(|| (), |()| position_readings());
    view! {
        <section class="panel">
            <h2 class="section-title">{t.readings}</h2>
            <p class="panel__text">{t.readings_text}</p>
            <Suspense fallback=Loading>
                {move || match readings.get()? {
                    Ok(readings) if readings.is_empty() => {
                        Some(
                            view! {
                                <Empty
                                    icon="eye"
                                    title=t.no_readings
                                    text=t.no_readings_text
                                />
                            }
                                .into_any(),
                        )
                    }
                    Ok(readings) => Some(view! { <ReadingTable readings /> }.into_any()),
                    Err(error) => Some(view! { <Failure error /> }.into_any()),
                }}
            </Suspense>
        </section>
    }
}

#[component]
fn ReadingTable(readings: Vec<PositionReading>) -> impl IntoView {
    let t = use_page_text::<AdminText>();
    let heads = [t.reader, t.courier, t.parcel, t.shown, t.from, t.to];
    view! {
        <div class="table" role="region" aria-label=t.readings tabindex="0">
            <table>
                <thead>
                    <tr>{heads.map(|head| view! { <th scope="col">{head}</th> }).collect_view()}</tr>
                </thead>
                <tbody>
                    {readings
                        .into_iter()
                        .map(|reading| view! { <ReadingRow reading /> })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn ReadingRow(reading: PositionReading) -> impl IntoView {
    let t = use_page_text::<AdminText>();
    let shown = match reading.reveal {
        Reveal::Hidden => t.shown_nothing,
        Reveal::Area => t.shown_area,
        Reveal::Exact => t.shown_exact,
    };
    let parcel = reading
        .delivery
        .map_or_else(|| "–".to_owned(), |delivery| delivery.to_string());
    view! {
        <tr>
            <td>{reading.reader}</td>
            <td>{reading.courier}</td>
            <td class="table__reference">{parcel}</td>
            <td>{shown}</td>
            <td>
                <Time at=Signal::stored(reading.from) say=Say::DayAndClock />
            </td>
            <td>
                <Time at=Signal::stored(reading.to) say=Say::Clock />
            </td>
        </tr>
    }
}

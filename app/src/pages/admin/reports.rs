//! Messages that somebody showed to the operator.

use leptos::prelude::*;
use porchlight_domain::chat::Side;
use porchlight_domain::chat::wire::ReportView;

use crate::api::chat::chat_reports;
use crate::clock::{Say, Time};
use crate::components::{Failure, Icon, Loading};
use crate::live::use_live;
use crate::text::{AdminText, use_page_text};

/// Reported messages, the newest first, as they are reported.
#[component]
pub fn Reports() -> impl IntoView {
    let t = use_page_text::<AdminText>();
    let asked = RwSignal::new(0_u32);
    let reports = Resource::new(move || asked.get(), |_| chat_reports());
    use_live().on_other_change(move || asked.update(|times| *times = times.wrapping_add(1)));
    view! {
        <section class="panel" aria-live="polite">
            <h2 class="section-title">{t.reports}</h2>
            <Transition fallback=Loading>
                {move || match reports.get()? {
                    Ok(reports) if reports.is_empty() => {
                        Some(
                            view! {
                                <p class="silent__none">
                                    <Icon name="check" />
                                    {t.reports_none}
                                </p>
                            }
                                .into_any(),
                        )
                    }
                    Ok(reports) => {
                        let lines = reports.into_iter().map(|report| view! { <Report report /> });
                        Some(
                            view! {
                                <p class="panel__text">{t.reports_text}</p>
                                <ul class="reports">{lines.collect_view()}</ul>
                            }
                                .into_any(),
                        )
                    }
                    Err(error) => Some(view! { <Failure error /> }.into_any()),
                }}
            </Transition>
        </section>
    }
}

#[component]
fn Report(report: ReportView) -> impl IntoView {
    let t = use_page_text::<AdminText>();
    let by = match report.side {
        Side::Courier => t.report_by_courier,
        Side::Recipient => t.report_by_recipient,
    };
    view! {
        <li class="reports__report">
            <blockquote class="reports__words" dir="auto">
                {report.words}
            </blockquote>
            <p class="reports__facts">
                <strong>{report.author}</strong>
                ", "
                {by}
                ", "
                <Time at=Signal::stored(report.sent_at) say=Say::DayAndClock />
                ", "
                {report.delivery.to_string()}
            </p>
        </li>
    }
}

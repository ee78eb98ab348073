//! The browser's clock, zone and locale.

use std::cell::RefCell;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use leptos::prelude::{document, window};
use porchlight_domain::time::Timestamp;
use wasm_bindgen::{JsCast, JsValue};

use super::Say;
use crate::text::{Texts, use_text};

/// The time now.
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and is clamped")]
    Timestamp::from_millis(Date::now() as i64)
}

/// Minutes by which this clock is ahead of UTC now.
pub fn ahead_min() -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "at most 14 hours")]
    let behind = Date::new_0().get_timezone_offset() as i32;
    -behind
}

/// A time in words.
pub fn say(at: Timestamp, now: Timestamp, what: Say) -> String {
    in_words(
        what,
        || relative_day(use_text(), at, now),
        |form| format(at, form),
    )
}

/// A time in words, by the clock of another zone. A zone that this browser does not know is taken for its own.
pub fn say_there(at: Timestamp, now: Timestamp, what: Say, zone: &str) -> String {
    let (Some(there), false) = (There::of(zone), zone == own_zone()) else {
        return say(at, now, what);
    };
    in_words(
        what,
        || there.relative_day(use_text(), at, now),
        |form| there.say(at, form),
    )
}

/// Of a long list most times are of a clock, and nobody asks which day it is.
fn in_words(
    what: Say,
    relative_day: impl FnOnce() -> Option<&'static str>,
    say: impl Fn(Form) -> String,
) -> String {
    let day_or = |form| relative_day().map_or_else(|| say(form), ToOwned::to_owned);
    match what {
        Say::Clock | Say::Start => say(Form::Clock),
        Say::Day => day_or(Form::Day),
        Say::Date => say(Form::Day),
        Say::DayAndClock => format!("{} {}", day_or(Form::ShortDay), say(Form::Clock)),
    }
}

fn own_zone() -> String {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    let zone = Reflect::get(&options, &JsValue::from("timeZone"));
    zone.ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_default()
}

/// Another zone. It is asked for seldom: its formatters are made each time.
struct There<'a> {
    zone: &'a str,
}

impl<'a> There<'a> {
    fn of(zone: &'a str) -> Option<Self> {
        let there = Self { zone };
        there.formatter(&locale(), &[]).is_some().then_some(there)
    }

    /// None where the browser does not know the zone, which it says with an exception.
    fn formatter(&self, locale: &str, parts: &[(&str, &str)]) -> Option<Function> {
        let options = Object::new();
        for (part, long) in parts.iter().chain(&[("timeZone", self.zone)]) {
            // Setting a property of a fresh object can't fail.
            let _ = Reflect::set(&options, &JsValue::from(*part), &JsValue::from(*long));
        }
        let intl = Reflect::get(&js_sys::global(), &JsValue::from("Intl")).ok()?;
        let made: Function = Reflect::get(&intl, &JsValue::from("DateTimeFormat"))
            .ok()?
            .dyn_into()
            .ok()?;
        let arguments = Array::of2(&JsValue::from(locale), &options);
        let format = Reflect::construct(&made, &arguments).ok()?;
        let format: Intl::DateTimeFormat = format.unchecked_into();
        Some(format.format())
    }

    fn said(&self, at: Timestamp, locale: &str, parts: &[(&str, &str)]) -> String {
        let format = self.formatter(locale, parts);
        let said = format.and_then(|format| format.call1(&JsValue::UNDEFINED, &date(at)).ok());
        said.and_then(|said| said.as_string()).unwrap_or_default()
    }

    fn say(&self, at: Timestamp, form: Form) -> String {
        let mut parts = form.parts().to_vec();
        if form == Form::Clock {
            // The reader's own clock shows something else.
            parts.push(("timeZoneName", "short"));
        }
        self.said(at, &locale(), &parts)
    }

    /// Yesterday, today or tomorrow there.
    fn relative_day(&self, t: &Texts, at: Timestamp, now: Timestamp) -> Option<&'static str> {
        // Canadian English writes days as ISO 8601 does, and those are midnights in UTC.
        let parts = [
            ("year", "numeric"),
            ("month", "2-digit"),
            ("day", "2-digit"),
        ];
        let midnight = |at| Date::parse(&self.said(at, "en-CA", &parts));
        day_by_number(t, ((midnight(at) - midnight(now)) / 86_400_000.0).round())
    }
}

/// The day of a moment by this clock, as a field of a form has it.
pub fn day_field(at: Timestamp) -> String {
    let day = date(at);
    let (year, month) = (day.get_full_year(), day.get_month() + 1);
    format!("{year:04}-{month:02}-{:02}", day.get_date())
}

/// The moment at which this clock shows a day, as a field of a form has it, and a time such as `23:59:59`.
pub fn moment(day: &str, time: &str) -> Option<Timestamp> {
    // Without a zone it is the browser's own: ECMA-262, 21.4.1.32.
    let millis = Date::parse(&format!("{day}T{time}"));
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and is clamped")]
    millis
        .is_finite()
        .then(|| Timestamp::from_millis(millis as i64))
}

fn date(at: Timestamp) -> Date {
    #[expect(
        clippy::cast_precision_loss,
        reason = "years to 9999 are below 2^53 ms"
    )]
    Date::new(&JsValue::from_f64(at.millis() as f64))
}

/// Yesterday, today or tomorrow, by the visitor's calendar.
fn relative_day(t: &Texts, at: Timestamp, now: Timestamp) -> Option<&'static str> {
    let midnight = |at: Timestamp| {
        let day = date(at);
        day.set_hours(0);
        day.set_minutes(0);
        day.set_seconds(0);
        day.set_milliseconds(0);
        day.get_time()
    };
    // Rounded: a day with a clock change has 23 or 25 hours.
    day_by_number(t, ((midnight(at) - midnight(now)) / 86_400_000.0).round())
}

fn day_by_number(t: &Texts, days: f64) -> Option<&'static str> {
    match days {
        -1.0 => Some(t.day.yesterday),
        0.0 => Some(t.day.today),
        1.0 => Some(t.day.tomorrow),
        _ => None,
    }
}

/// What of a time is said, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Clock,
    Day,
    ShortDay,
}

impl Form {
    /// ECMA-402, 11.1.2.
    fn parts(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Clock => &[("hour", "2-digit"), ("minute", "2-digit")],
            Self::Day => &[("weekday", "long"), ("day", "numeric"), ("month", "long")],
            Self::ShortDay => &[("day", "numeric"), ("month", "short")],
        }
    }
}

/// Says times in one form and one language.
struct Formatter {
    form: Form,
    locale: String,
    format: Function,
}

impl Formatter {
    fn of(form: Form, locale: String) -> Self {
        let options = Object::new();
        for (part, long) in form.parts() {
            // Setting a property of a fresh object can't fail.
            let _ = Reflect::set(&options, &JsValue::from(*part), &JsValue::from(*long));
        }
        let locales = Array::of1(&JsValue::from(&locale));
        Self {
            form,
            locale,
            format: Intl::DateTimeFormat::new(&locales, &options).format(),
        }
    }

    /// Empty for a time that is none.
    fn say(&self, at: Timestamp) -> String {
        let said = self.format.call1(&JsValue::UNDEFINED, &date(at));
        said.ok()
            .and_then(|said| said.as_string())
            .unwrap_or_default()
    }
}

fn format(at: Timestamp, form: Form) -> String {
    thread_local! {
        // To make one takes longer than to fill a row: a list of 150 stops says as many times.
        static KNOWN: RefCell<Vec<Formatter>> = const { RefCell::new(Vec::new()) };
    }
    let locale = locale();
    KNOWN.with_borrow_mut(|known| {
        let is_it = |one: &Formatter| one.form == form && one.locale == locale;
        if let Some(one) = known.iter().find(|one| is_it(one)) {
            return one.say(at);
        }
        let one = Formatter::of(form, locale);
        let said = one.say(at);
        known.push(one);
        said
    })
}

/// The browser's locale when it is of the page's language (`en-GB`), or else the page's language.
fn locale() -> String {
    let page = document()
        .document_element()
        .and_then(|html| html.get_attribute("lang"))
        .unwrap_or_default();
    match window().navigator().language() {
        Some(own) if own.split('-').next() == Some(page.as_str()) => own,
        _ => page,
    }
}

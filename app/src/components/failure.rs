//! Something that did not work, in words.

use leptos::prelude::*;

use super::{Icon, maybe};
use crate::api::ApiError;
use crate::text::{Texts, use_text};

/// What to tell a person about an error.
pub fn failure_sentence(t: &Texts, error: ApiError) -> String {
    match error {
        ApiError::NotFound => t.failure.not_found.to_owned(),
        ApiError::SignInNeeded => t.failure.sign_in_needed.to_owned(),
        ApiError::Forbidden => t.failure.forbidden.to_owned(),
        ApiError::Conflict { detail }
        | ApiError::AlreadyDone { detail }
        | ApiError::Invalid { detail, .. } => sentence(&detail),
        ApiError::NotDispatched => t.failure.not_dispatched.to_owned(),
        ApiError::TooMany { retry_after_s } => {
            (t.failure.too_many)(retry_after_s.div_ceil(60).max(1))
        }
        ApiError::Unavailable => t.failure.unavailable.to_owned(),
        ApiError::Internal => t.failure.internal.to_owned(),
        ApiError::Unreachable => t.failure.unreachable.to_owned(),
    }
}

/// A detail as the server writes it, with a capital and a full stop.
pub fn sentence(detail: &str) -> String {
    let mut chars = detail.chars();
    let Some(first) = chars.next() else {
        return String::new();
    };
    let stop = if detail.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{}{}{stop}", first.to_uppercase(), chars.as_str())
}

/// A whole page or part that could not be loaded.
#[component]
pub fn Failure(
    /// Why.
    error: ApiError,
) -> impl IntoView {
    let t = use_text();
    let title = match error {
        ApiError::NotFound => t.failure.not_found_title,
        _ => t.failure.title,
    };
    let needs_sign_in = error == ApiError::SignInNeeded;
    view! {
        <div class="empty empty--failure" role="alert">
            <span class="empty__picture">
                <Icon name="door" />
            </span>
            <h1 class="empty__title">{title}</h1>
            <p class="empty__text">{failure_sentence(t, error)}</p>
            {if needs_sign_in {
                view! {
                    <a class="button button--primary" href="/sign-in" rel="external">
                        {t.failure.sign_in}
                    </a>
                }
                    .into_any()
            } else {
                view! {
                    <a class="button" href="/" rel="external">
                        {t.common.home}
                    </a>
                }
                    .into_any()
            }}
        </div>
    }
}

/// Above a form: what is wrong with all of it. What is wrong with one field stands beside that.
#[component]
pub fn FormFailure(
    /// Why the form was not taken.
    #[prop(into)]
    error: Signal<Option<ApiError>>,
    /// Fields that show their own errors.
    fields: &'static [&'static str],
) -> impl IntoView {
    let t = use_text();
    let text = move || {
        let error = error.get()?;
        let is_beside = fields.iter().any(|field| error.about(field).is_some());
        (!is_beside).then(|| failure_sentence(t, error))
    };
    view! {
        <div class="form__failure" role="alert">
            {maybe(move || {
                let text = text()?;
                let callout = view! {
                    <p class="callout callout--failure">
                        <Icon name="alert" />
                        <span>{text}</span>
                    </p>
                };
                Some(callout.into_any())
            })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_becomes_a_sentence() {
        assert_eq!(sentence("give a reason"), "Give a reason.");
        assert_eq!(sentence("äiti"), "Äiti.");
        assert_eq!(sentence("Really?"), "Really?");
        assert_eq!(sentence(""), "");
    }
}

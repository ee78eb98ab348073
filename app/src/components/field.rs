//! One line of a form.

use leptos::prelude::*;

use super::failure::sentence;
use crate::api::ApiError;

/// A labelled input with its hint and what is wrong with it.
#[component]
pub fn Field(
    /// What to type.
    label: &'static str,
    /// Its name in the form.
    name: &'static str,
    /// Its id, when there are several forms of the kind or the name is no id.
    #[prop(optional, into)]
    id: Option<String>,
    /// What errors call it, when that is another name.
    #[prop(optional)]
    about: Option<&'static str>,
    /// Kind of input.
    #[prop(default = "text")]
    kind: &'static str,
    /// What a browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What helps to type it.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Most characters.
    #[prop(default = 200)]
    max: u32,
    /// Whether it may stay empty.
    #[prop(optional)]
    is_optional: bool,
    /// Why the form was not taken.
    #[prop(into)]
    error: Signal<Option<ApiError>>,
) -> impl IntoView {
    let about = about.unwrap_or(name);
    let id = id.unwrap_or_else(|| name.to_owned());
    let wrong = Memo::new(move |_| error.get()?.about(about).map(sentence));
    let hint_id = format!("{id}-hint");
    let wrong_id = format!("{id}-wrong");
    let described = format!("{hint_id} {wrong_id}");
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>
                {label}
            </label>
            <input
                class="field__input"
                id=id
                name=name
                type=kind
                autocomplete=autocomplete
                maxlength=max
                required=!is_optional
                aria-describedby=described
                aria-invalid=move || wrong.get().map(|_| "true")
            />
            <p class="field__hint" id=hint_id>
                {hint}
            </p>
            <p class="field__wrong" id=wrong_id role="alert">
                {move || wrong.get()}
            </p>
        </div>
    }
}

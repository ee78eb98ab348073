//! Choosing colours and language.

use leptos::prelude::*;

use crate::preferences::{Language, Preferences, Theme, browser};
use crate::text::{AccountText, use_page_text};

/// Light, dark, or as the device.
#[component]
pub fn ThemeChoice() -> impl IntoView {
    let t = use_page_text::<AccountText>();
    let chosen = RwSignal::new(expect_context::<Preferences>().theme);
    let name = move |theme| match theme {
        Theme::System => t.theme_system,
        Theme::Light => t.theme_light,
        Theme::Dark => t.theme_dark,
    };
    view! {
        <fieldset class="choice">
            <legend class="field__label">{t.theme}</legend>
            <div class="choice__options">
                {Theme::ALL
                    .map(|theme| {
                        view! {
                            <label class="choice__option">
                                <input
                                    type="radio"
                                    name="theme"
                                    value=theme.as_str()
                                    checked=move || chosen.get() == theme
                                    on:change=move |_| {
                                        chosen.set(theme);
                                        browser::choose_theme(theme);
                                    }
                                />
                                <span>{name(theme)}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </div>
        </fieldset>
    }
}

/// The languages, each in itself.
#[component]
pub fn LanguageChoice() -> impl IntoView {
    let t = use_page_text::<AccountText>();
    let chosen = expect_context::<Preferences>().language;
    view! {
        <fieldset class="choice">
            <legend class="field__label">{t.language}</legend>
            <div class="choice__options">
                {Language::ALL
                    .map(|language| {
                        view! {
                            <label class="choice__option">
                                <input
                                    type="radio"
                                    name="language"
                                    value=language.tag()
                                    checked=chosen == language
                                    on:change=move |_| browser::choose_language(language)
                                />
                                <span lang=language.tag()>{language.own_name()}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </div>
        </fieldset>
    }
}

//! What a visitor chose: language, theme, and how their clock differs from UTC.
//!
//! All three are kept in cookies, so that the server renders the first page as the browser will:
//! right language, no flash of the other theme, local times.

/// A language the app speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English, when nothing else is asked for.
    #[default]
    English,
    /// Finnish.
    Finnish,
}

impl Language {
    /// Every language, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::English, Self::Finnish];

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Finnish => "fi",
        }
    }

    /// Its name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Finnish => "Suomi",
        }
    }

    /// Reads a tag such as `fi` or `fi-FI`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', ';']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The first language of an `Accept-Language` header that we speak. Browsers send them in
    /// order of preference, so the weights need not be read.
    fn accepted(header: &str) -> Option<Self> {
        header.split(',').find_map(Self::from_tag)
    }
}

/// Which colours to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the device is set.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// As in the cookie and in `data-theme`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text)
    }
}

/// What a visitor chose, as far as their cookies say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Preferences {
    /// What to speak.
    pub language: Language,
    /// Which colours to show.
    pub theme: Theme,
    /// Minutes by which their clock is ahead of UTC; none on the first visit.
    pub ahead_min: Option<i32>,
}

const LANGUAGE_COOKIE: &str = "porchlight_language";
const THEME_COOKIE: &str = "porchlight_theme";
const AHEAD_COOKIE: &str = "porchlight_ahead";
/// No place on Earth is further from UTC, minutes.
const MAX_AHEAD_MIN: i32 = 14 * 60;

impl Preferences {
    /// Reads the cookies, and the `Accept-Language` header when no language was chosen.
    pub fn from_headers(cookies: &str, accept_language: &str) -> Self {
        let cookie = |name: &str| cookie(cookies, name);
        let ahead_min = cookie(AHEAD_COOKIE)
            .and_then(|minutes| minutes.parse().ok())
            .filter(|minutes| (-MAX_AHEAD_MIN..=MAX_AHEAD_MIN).contains(minutes));
        Self {
            language: cookie(LANGUAGE_COOKIE)
                .and_then(Language::from_tag)
                .or_else(|| Language::accepted(accept_language))
                .unwrap_or_default(),
            theme: cookie(THEME_COOKIE)
                .and_then(Theme::from_text)
                .unwrap_or_default(),
            ahead_min,
        }
    }

    /// Those of the current request.
    #[cfg(feature = "ssr")]
    pub fn detect() -> Self {
        use axum::http::{HeaderName, header, request::Parts};
        let Some(parts) = leptos::prelude::use_context::<Parts>() else {
            return Self::default();
        };
        let text = |name: HeaderName| {
            let value = parts.headers.get(name);
            value
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        Self::from_headers(&text(header::COOKIE), &text(header::ACCEPT_LANGUAGE))
    }

    /// Those the server rendered the page with. The document says which language that was.
    #[cfg(not(feature = "ssr"))]
    pub fn detect() -> Self {
        let document = leptos::prelude::document();
        let rendered = document
            .document_element()
            .and_then(|html| html.get_attribute("lang"))
            .unwrap_or_default();
        Self::from_headers(&browser::cookies(), &rendered)
    }
}

/// The value of one cookie in a `Cookie` header.
fn cookie<'a>(cookies: &'a str, name: &str) -> Option<&'a str> {
    cookies.split(';').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key.trim() == name).then(|| value.trim())
    })
}

/// Writing preferences, which only a browser does.
pub(crate) mod browser {
    use super::{AHEAD_COOKIE, LANGUAGE_COOKIE, Language, THEME_COOKIE, Theme};
    use leptos::prelude::{document, window};
    use wasm_bindgen::JsCast;

    /// One year, in seconds: browsers keep no cookie much longer.
    const KEEP_S: u32 = 31_536_000;

    fn cookie_jar() -> Option<web_sys::HtmlDocument> {
        document().dyn_into().ok()
    }

    /// What the page may read of its cookies.
    #[cfg(not(feature = "ssr"))]
    pub fn cookies() -> String {
        cookie_jar()
            .and_then(|jar| jar.cookie().ok())
            .unwrap_or_default()
    }

    fn keep(name: &str, value: &str) {
        if let Some(jar) = cookie_jar() {
            let cookie = format!("{name}={value}; Path=/; Max-Age={KEEP_S}; SameSite=Lax");
            // A browser that keeps no cookies shows the defaults; nothing else is lost.
            let _ = jar.set_cookie(&cookie);
        }
    }

    /// Shows a theme from now on.
    pub fn choose_theme(theme: Theme) {
        keep(THEME_COOKIE, theme.as_str());
        if let Some(html) = document().document_element() {
            // Fails only for malformed attribute names.
            let _ = html.set_attribute("data-theme", theme.as_str());
        }
    }

    /// Speaks a language from now on. The page is loaded again: all its texts change.
    pub fn choose_language(language: Language) {
        keep(LANGUAGE_COOKIE, language.tag());
        // A browser that refuses to reload keeps the old language until the next page.
        let _ = window().location().reload();
    }

    /// Remembers how far the browser's clock is ahead of UTC for the next page.
    pub fn keep_ahead(minutes: i32) {
        keep(AHEAD_COOKIE, &minutes.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_win_over_headers() {
        let read = Preferences::from_headers(
            "a=b; porchlight_language=fi; porchlight_theme=dark; porchlight_ahead=120",
            "en-GB,en;q=0.9",
        );
        let chosen = Preferences {
            language: Language::Finnish,
            theme: Theme::Dark,
            ahead_min: Some(120),
        };
        assert_eq!(read, chosen);
    }

    #[test]
    fn the_first_known_language_of_the_browser_is_taken() {
        let language = |header| Preferences::from_headers("", header).language;
        assert_eq!(language("sv-SE, fi;q=0.8, en;q=0.7"), Language::Finnish);
        assert_eq!(language("sv"), Language::English);
        assert_eq!(language(""), Language::English);
    }

    #[test]
    fn nonsense_is_ignored() {
        let cookies = "porchlight_language=xx; porchlight_theme=pink; porchlight_ahead=99999";
        assert_eq!(
            Preferences::from_headers(cookies, ""),
            Preferences::default()
        );
    }
}

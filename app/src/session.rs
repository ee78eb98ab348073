//! Who is signed in, as the pages know it.

use leptos::prelude::*;
use porchlight_domain::account::Me;

use crate::api::{self, Answer, ApiError};

/// Who is signed in. A sign-in or sign-out loads a fresh page, so within one page it is fixed.
#[derive(Clone, Copy)]
pub struct Session {
    me: Resource<Answer<Option<Me>>>,
}

/// Asks the server once for the whole page.
pub fn provide_session() {
    provide_context(Session {
        me: Resource::new(|| (), |()| async { Answer(api::account::who_am_i().await) }),
    });
}

/// The page's session.
pub fn use_session() -> Session {
    expect_context()
}

impl Session {
    /// Who is signed in: none while it is asked, then nobody, someone, or why it is not known.
    /// Read inside `<Suspense>`. Tracks.
    pub fn me(self) -> Option<Result<Option<Me>, ApiError>> {
        self.me.get().map(|Answer(me)| me)
    }
}

/// A place to go on to after sign-in: a path of this site, whatever a link asked for.
pub fn safe_next(wanted: Option<&str>) -> String {
    match wanted {
        Some(path) if is_own_path(path) => path.to_owned(),
        _ => "/".to_owned(),
    }
}

fn is_own_path(path: &str) -> bool {
    // `//host` and `/\host` name another site; control characters are stripped by browsers.
    let mut chars = path.chars();
    chars.next() == Some('/')
        && !matches!(chars.next(), Some('/' | '\\'))
        && !path.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_back_to_this_site_only() {
        assert_eq!(
            safe_next(Some("/deliveries/PL-7K3M-92QX")),
            "/deliveries/PL-7K3M-92QX"
        );
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil",
            "",
            "x",
        ] {
            assert_eq!(safe_next(Some(elsewhere)), "/", "{elsewhere}");
        }
        assert_eq!(safe_next(None), "/");
    }
}

//! Signing in and up, and one's own account.

mod en;
mod fi;

use super::{Language, PageText};

/// Signing in and up, and one's own account.
pub struct AccountText {
    pub promise: &'static str,
    pub welcome_back: &'static str,
    pub sign_in_text: &'static str,
    pub no_account: &'static str,
    pub welcome: &'static str,
    pub sign_up_text: &'static str,
    pub has_account: &'static str,
    pub sign_in: &'static str,
    pub sign_up: &'static str,
    pub sign_out: &'static str,
    pub name: &'static str,
    pub email: &'static str,
    pub password: &'static str,
    pub password_hint: &'static str,
    pub current_password: &'static str,
    pub new_password: &'static str,
    pub change_password: &'static str,
    pub password_changed: &'static str,
    pub sessions: &'static str,
    pub last_used: &'static str,
    pub this_device: &'static str,
    pub appearance: &'static str,
    pub theme: &'static str,
    pub theme_system: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
    pub language: &'static str,
}

impl PageText for AccountText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}

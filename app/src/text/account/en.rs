//! English.

use super::AccountText;

/// English.
pub static TEXT: AccountText = AccountText {
    promise: "We leave the light on until it’s in your hands.",
    welcome_back: "Welcome back",
    sign_in_text: "Sign in to follow your deliveries.",
    no_account: "New to Porchlight?",
    welcome: "Create your account",
    sign_up_text: "Book deliveries and watch them come to your door.",
    has_account: "Already have an account?",
    sign_in: "Sign in",
    sign_up: "Create account",
    sign_out: "Sign out",
    name: "Name",
    email: "E-mail",
    password: "Password",
    password_hint: "At least 12 characters. A few words make a good one.",
    current_password: "Current password",
    new_password: "New password",
    change_password: "Change password",
    password_changed: "Your password is changed, and every other device is signed out.",
    sessions: "Where you’re signed in",
    last_used: "Last used",
    this_device: "This device",
    appearance: "Appearance",
    theme: "Theme",
    theme_system: "As the device",
    theme_light: "Light",
    theme_dark: "Dark",
    language: "Language",
};

//! Finnish.

use super::AccountText;

/// Finnish.
pub static TEXT: AccountText = AccountText {
    promise: "Valo palaa, kunnes paketti on käsissäsi.",
    welcome_back: "Tervetuloa takaisin",
    sign_in_text: "Kirjaudu seuraamaan toimituksiasi.",
    no_account: "Uusi käyttäjä?",
    welcome: "Luo tili",
    sign_up_text: "Varaa toimituksia ja seuraa niitä ovellesi asti.",
    has_account: "Onko sinulla jo tili?",
    sign_in: "Kirjaudu",
    sign_up: "Luo tili",
    sign_out: "Kirjaudu ulos",
    name: "Nimi",
    email: "Sähköposti",
    password: "Salasana",
    password_hint: "Vähintään 12 merkkiä. Muutama sana riittää hyvin.",
    current_password: "Nykyinen salasana",
    new_password: "Uusi salasana",
    change_password: "Vaihda salasana",
    password_changed: "Salasanasi on vaihdettu, ja muut laitteet on kirjattu ulos.",
    sessions: "Missä olet kirjautuneena",
    last_used: "Käytetty viimeksi",
    this_device: "Tämä laite",
    appearance: "Ulkoasu",
    theme: "Teema",
    theme_system: "Laitteen mukaan",
    theme_light: "Vaalea",
    theme_dark: "Tumma",
    language: "Kieli",
};

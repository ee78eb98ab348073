//! Finnish.

use super::OfficesText;

/// Finnish.
pub static TEXT: OfficesText = OfficesText {
    title: "Postit",
    text: "Kartan tuonti muuttaa nimiä ja paikkoja. Tässä asetettu säilyy.",
    capacity: "Tilaa",
    hours: "Omat aukioloajat",
    hours_hint: "OpenStreetMapin muodossa; tyhjä käyttää kartan aikoja",
    closed_from: "Suljettu alkaen",
    closed_to: "asti",
    save: "Tallenna",
    clerk: "Anna tiski virkailijalle (sähköposti)",
    assign: "Anna",
    used: |used| format!("{used} siellä tai tulossa"),
    locked: "Lukittu liian monen väärän koodin jälkeen",
    unlock: "Vapauta tiski",
    parcel: "Vapauta paketti",
    release: "Vapauta",
    wishes: "Kun et ole kotona",
    wishes_text: "Koskee kaikkia tästä lähtien varattuja toimituksia. Voit muuttaa sitä jokaisen omalla sivulla.",
    always: "Säilytä aina postissa",
    away: "Säilytä poissa ollessani",
    away_from: "Alkaen",
    away_to: "Päättyen",
    never: "Älä koskaan jätä pakettia ovelle",
    office: "Posti",
    nearest: "Lähin kuhunkin osoitteeseen",
    find: "Hae",
    office_search: "Etsi osoitteen tai postinumeron läheltä",
    saved: "Tallennettu",
};

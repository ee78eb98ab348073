//! Finnish.

use super::BookText;

/// Finnish.
pub static TEXT: BookText = BookText {
    title: "Varaa toimitus",
    lead: "Me noudamme, sinä seuraat perille.",
    pickup: "Nouto-osoite",
    address: "Toimitusosoite",
    address_example: "Katu ja numero",
    no_address: "Tällaista osoitetta ei löytynyt.",
    description: "Mitä lähetät?",
    description_hint: "Muutama sana, joista kuljettaja tunnistaa paketin.",
    day: "Päivä",
    hours: "Aika",
    shows: "Mikä osoittaa, että se toimitettiin?",
    anything: "Nimi, allekirjoitus tai kuva",
    anything_hint: "Mikä ovella parhaiten sopii.",
    photo: "Kuva ovelta",
    photo_hint: "Näet, missä se on.",
    hands: "Vain minulle käteen",
    hands_hint: "Kukaan ei voi merkitä sitä toimitetuksi ilman sinua.",
    submit: "Varaa toimitus",
};

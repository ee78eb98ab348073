//! Finnish.

use super::{NotificationText, Written};

/// Finnish.
pub static TEXT: NotificationText = NotificationText {
    written: Written::Finnish,
    title: "Ilmoitukset",
    settings: "Asetukset",
    read_all: "Merkitse kaikki luetuiksi",
    clear_all: "Tyhjennä",
    clear: "Poista",
    unread: "Lukematta",
    more: "Näytä lisää",
    comes: "Uusi aika:",
    expected: "Uusi arvio",
    kept_until: "Viimeinen noutopäivä",
    none: "Ei mitään uutta",
    none_text: "Kun paketillesi tapahtuu jotain, näet sen täällä.",
    back: "Kaikki ilmoitukset",
    what: "Mistä kerrotaan ja missä",
    what_text: "Jokainen muutos tallentuu heti ja koskee kaikkia laitteitasi.",
    event: "Tapahtuma",
    quiet: "Hiljaiset tunnit",
    quiet_text: "Näinä tunteina mikään ei soi. Mikä on vielä uutta, lähetetään niiden jälkeen; sovelluksessa näet kaiken heti.",
    quiet_on: "Pysy hiljaa",
    from: "Alkaen",
    to: "Päättyen",
    channels: "Ilmoitustapasi",
    test: "Lähetä kokeilu",
    tested: "Kokeilu on matkalla.",
    test_in_app: "Luettelo kellon takana.",
    push_unsupported: "Tämä selain ei voi näyttää sivun ilmoituksia. Lisää Porchlight iPhonessa tai iPadissa ensin koti-valikkoon (Jaa, sitten ”Lisää Koti-valikkoon”) ja avaa se sieltä.",
    push_off: "Tämä selain voi kertoa, kun jotain tapahtuu, vaikka Porchlight olisi kiinni. Se kysyy sinulta lupaa.",
    push_denied: "Tätä selainta on kielletty näyttämästä Porchlightin ilmoituksia. Avaa sivuston asetukset osoitteen vierestä, salli ilmoitukset ja palaa tänne.",
    push_on: "Tämä selain kertoo sinulle, vaikka Porchlight olisi kiinni.",
    push_failed: "Selaimen ilmoituspalveluun ei saatu yhteyttä. Yritä uudelleen, kun olet verkossa.",
    turn_on: "Ota käyttöön",
    turn_off: "Poista käytöstä",
    email_to: |address| format!("Tilisi osoitteeseen {address}."),
    dead: "Viimeisin viesti torjuttiin lopullisesti, joten tämä on pois päältä. Kokeilu yrittää vielä kerran.",
    phone: "Matkapuhelinnumero",
    phone_hint: "Maakoodin kanssa, esimerkiksi +358 40 1234567",
    phone_send: "Lähetä koodi",
    phone_to: |number| format!("Numeroon {number}."),
    phone_waiting: |number| {
        format!("Lähetimme koodin numeroon {number}. Se on voimassa 15 minuuttia.")
    },
    phone_code: "Koodi",
    phone_confirm: "Vahvista",
    phone_forget: "Poista numero",
    stop_title: "Vähemmän viestejä",
    stop_text: |event, channel| {
        format!(
            "Et saa enää ilmoitusta ”{event}” tätä kautta: {channel}. Voit ottaa sen takaisin asetuksissa."
        )
    },
    stop: "Lopeta ne",
    stopped: |event, channel| format!("Valmis: ”{event}” ei enää tule tätä kautta: {channel}."),
};

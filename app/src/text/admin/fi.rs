//! Finnish.

use super::AdminText;

/// Finnish.
pub static TEXT: AdminText = AdminText {
    reveal: "Milloin vastaanottajat näkevät kuljettajan",
    reveal_text: "Molemmat koskevat vain jakelussa olevia paketteja.",
    area: "Alue, alkaen",
    exact: "Tarkka sijainti, alkaen",
    always: "aina",
    stops: "pysähdystä ennen",
    minutes: "minuuttia saapumiseen",
    metres: "metrin päästä",
    limit: "Raja",
    measured: "Mitataan",
    save: "Tallenna",
    saved: "Tallennettu. Voimassa seuraavasta sijainnista alkaen.",
    readings: "Kuka näki kenen sijainnin",
    readings_text: "Uusimmat 200. Kuljettajat näkevät samat tiedot itsestään.",
    no_readings: "Kukaan ei ole vielä katsonut",
    no_readings_text: "Jokainen kuljettajan sijainnin katselu luetellaan täällä.",
    reader: "Katsoja",
    courier: "Kuljettaja",
    parcel: "Paketti",
    shown: "Näytetty",
    from: "Alkoi",
    to: "Päättyi",
    shown_nothing: "ei mitään",
    shown_area: "alue",
    shown_exact: "tarkka sijainti",
    silent: "Hiljaiset kuljettajat",
    silent_text: "Reitillä, mutta puhelimesta ei ole kuultu minuutteihin: se voi olla lukittu, tyhjä tai ilman verkkoa. Vastaanottajat näkevät, kuinka vanha viimeinen sijainti on.",
    all_heard: "Kaikista reitillä olevista kuullaan.",
    last_heard: "Kuultu viimeksi",
    parcels_out: |count| match count {
        1 => "1 paketti jakelussa".to_owned(),
        _ => format!("{count} pakettia jakelussa"),
    },
};

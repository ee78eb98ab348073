//! Suomi.

use super::MeetText;

/// Suomi.
pub static TEXT: MeetText = MeetText {
    text: "Kun kuljettaja on edessäsi, skannaa koodi hänen puhelimestaan. Tämä sivu kertoo, kuka hän on, ja antaa sinulle koodin hänelle.",
    scan: "Skannaa kuljettajan puhelin",
    stop: "Lopeta skannaus",
    checking: "Tarkistetaan, kuka hän on…",
    proven: |name| format!("Tämä on kuljettajasi {name}"),
    show: |name| format!("Paketti kädessäsi? Anna kuljettajan ({name}) skannata tämä."),
    qr: "Koodisi kuljettajalle",
    not_near: "Tietääksemme hänen puhelimensa ei ole ollut ovesi lähellä. Näytä tämä vain edessäsi olevalle kuljettajalle.",
    never_phone: "Älä koskaan lue koodia puhelimessa tai lähetä sitä: vain ovellasi oleva kuljettaja tarvitsee sitä.",
    done: "Piilota koodi",
    old_title: "Koodi on vanhentunut",
    old: "Kuljettajan näytöllä on uusi koodi puolen minuutin välein. Skannaa itse näyttö, älä kuvaa siitä.",
    foreign_title: "Tämä ei ole kuljettajaltasi",
    foreign: "Älä ota tai anna mitään äläkä kerro koodia. Soita meille, jos hän sanoo tuovansa tämän paketin.",
    other_parcel: "Tuo koodi on toiselle paketille. Avaa sen paketin sivu tai skannaa tämän paketin koodi.",
    no_code: "Tuo ei ole kuljettajan koodi. Se on ruutukoodi kuljettajan puhelimessa.",
};

//! Finnish.

use super::DeskText;

/// Finnish.
pub static TEXT: DeskText = DeskText {
    title: "Tiski",
    present: "Luovuta paketti",
    present_text: "Skannaa asiakkaan lippu tai kirjoita koodi.",
    code: "Noutokoodi",
    check: "Tarkista",
    scan: "Skannaa lippu",
    stop: "Lopeta skannaus",
    checking: "Tarkistetaan…",
    name: "Todistuksessa on oltava nimi",
    for_whom: |name| format!("noutaa henkilölle {name}"),
    document: "Minkä todistuksen näit?",
    passport: "Passi",
    identity_card: "Henkilökortti",
    driving_licence: "Ajokortti",
    residence_permit: "Oleskelulupa",
    digits: "Numeron neljä viimeistä merkkiä",
    digits_text: "Enempää ei tallenneta.",
    hand_over: "Luovuta",
    refuse: "Älä luovuta",
    refuse_reason: "Miksi ei? Vastaanottaja lukee tämän.",
    refuse_send: "Kirjaa kieltäytyminen",
    cancel: "Peruuta",
    done: |reference| format!("{reference} on luovutettu."),
    refused: |reference| format!("{reference} jää tänne."),
    offline: "Ei yhteyttä: lippu tarkistettiin tällä laitteella",
    offline_age: |minutes| {
        format!(
            "Tieto käytetyistä ja perutuista lipuista on {minutes} min vanha. Tarkista nimi paketista."
        )
    },
    offline_code: "Ei yhteyttä, eikä kirjoitettua koodia voi tarkistaa ilman sitä. Skannaa lippu.",
    waiting: |count| format!("{count} luovutusta odottaa yhteyttä"),
    not_taken: |why| {
        format!("Luovutusta ei hyväksytty: {why} Kerro ylläpitäjälle: paketti on jo luovutettu.")
    },
    noted: "Selvä",
    no_pass: "Tämä ei ole noutolippu.",
    forged: "Lippu ei ole aito. Älä luovuta mitään.",
    foreign: "Lippu on toiseen postiin.",
    run_out: "Lipun aika on päättynyt.",
    revoked: "Lippu on käytetty tai peruttu.",
    locked: "Liian monta väärää koodia. Ylläpitäjän on tutkittava asia ennen kuin koodeja taas hyväksytään.",
    shelf: "Hyllyssä",
    expected: "Tulossa",
    back: "Palautettavat",
    search: "Hae nimellä tai tunnuksella",
    nothing: "Ei mitään.",
    more: |more| format!("Vielä {more}: hae nimellä tai tunnuksella."),
    kept_until: "asti",
    is_locked: "lukittu",
    choose: "Tarkista koodi",
    chosen: |reference| format!("Nyt hyväksytään vain paketin {reference} koodi."),
    send_back: "Lähti",
    count: "Päivän laskenta",
    count_text: "Skannaa tai kirjoita jokainen hyllyn paketti ja vertaa.",
    count_add: "Lisää",
    count_reference: "PL-…",
    counted: |count| format!("{count} pakettia laskettu"),
    count_compare: "Vertaa",
    count_right: |count| format!("{count} on paikallaan"),
    count_missing: "Puuttuu",
    count_unexpected: "Ei pitäisi olla täällä",
};

//! Finnish.

use super::ChatText;

/// Finnish.
pub static TEXT: ChatText = ChatText {
    title: |name| format!("Keskustelu: {name}"),
    close: "Sulje keskustelu",
    encrypted: "Vain sinun laitteesi ja toisen osapuolen laitteet voivat lukea tämän",
    way_opening: "Yhdistetään…",
    way_asking: "Hidas yhteys: uudet viestit tulevat muutaman sekunnin välein",
    way_none: "Ei yhteyttä: kirjoittamasi lähetetään myöhemmin",
    messages: "Viestit",
    older: "Aiemmat viestit",
    newest: "Uusimmat viestit",
    empty_title: "Sano hei",
    empty: |name| {
        format!("Kerro, mistä sinut löytää tai mihin paketin voi jättää. Viestin saa {name}.")
    },
    you: "Sinä",
    sent: "Lähetetty",
    delivered: "Perillä",
    read: "Luettu",
    waits: "Odottaa yhteyttä",
    waits_for_them: |name| {
        format!(
            "{name} ei ole vielä avannut tätä keskustelua. Pyysimme avaamaan sen; viestisi lähtee salattuna heti sen jälkeen."
        )
    },
    not_sent: "Ei lähetetty",
    withdraw: "Älä lähetä",
    typing: |name| format!("{name} kirjoittaa…"),
    unreadable_before: "Viesti ajalta ennen tätä laitetta",
    unreadable_no_key: "Viesti, jota tämä laite ei voi avata",
    unreadable_forged: "Viesti, joka ei ole se, mitä lähettäjä lupasi. Sitä ei näytetä.",
    new_device_theirs: |name| {
        format!(
            "{name} käyttää uutta laitetta. Jos vertasitte turvanumeroa, verratkaa sitä uudelleen."
        )
    },
    new_device_mine: "Liityit toisella laitteella. Se lukee tästä lähtien kirjoitetut viestit.",
    gate_code: "Porttikoodi",
    gate_code_add: "Lähetä porttikoodi",
    gate_code_hint: "Vain kuljettajan puhelin voi lukea sen",
    gate_code_cancel: "Kirjoita sen sijaan viesti",
    message: "Viesti",
    send: "Lähetä",
    quick: "Pikavastaukset",
    quick_replies: [
        "Olen perillä viiden minuutin kuluttua.",
        "Olen ovella.",
        "Voitko tulla alas, kiitos?",
        "Selvä, teen niin.",
        "En löydä sisäänkäyntiä.",
        "Kiitos!",
    ],
    write: "Kirjoita",
    not_while_driving: "Kirjoittaminen ei ole käytössä ajon aikana",
    read_aloud: "Lue uudet viestit ääneen",
    says: |name, words| format!("{name}: {words}"),
    closing: |time| format!("Paketti ei ole enää jakelussa. Voit kirjoittaa kello {time} asti."),
    read_only: "Paketti ei ole enää jakelussa, joten tänne ei voi enää kirjoittaa.",
    blocked_by_me: "Lopetit tämän keskustelun.",
    blocked: |name| format!("{name} lopetti tämän keskustelun."),
    unblock: "Avaa se uudelleen",
    menu: "Turvallisuus",
    verify: "Turvanumero",
    verify_text: |name| {
        format!(
            "Vertaa tätä numeroa ovella tai puhelimessa; toinen osapuoli on {name}. Jos se on sama molemmilla näytöillä, kukaan ei ole välissä."
        )
    },
    verify_same: "Se on sama",
    verify_no_longer: "Peru vertailu",
    verified: "Vertasit tätä numeroa",
    verified_before: |name| {
        format!(
            "Vertasit toista numeroa. {name} tai sinä käytätte sen jälkeen uutta laitetta: verratkaa uudelleen."
        )
    },
    lost_device: "Avaimet ja viestit ovat vain tällä laitteella. Jos kadotat sen tai kirjaudut ulos, keskustelu katoaa sen mukana.",
    block: "Lopeta keskustelu",
    block_sure: |name| {
        format!("Sen jälkeen et sinä eikä {name} voi kirjoittaa tänne. Voit avata sen uudelleen.")
    },
    block_do: "Lopeta",
    report: "Ilmoita",
    report_sure: "Tämä yksi viesti näytetään meille sellaisena kuin sen luet, ja todiste siitä, että se lähetettiin. Muut pysyvät salattuina.",
    report_do: "Ilmoita tästä viestistä",
    reported: "Ilmoitettu. Tutkimme asian.",
    keep: "Anna olla",
    no_vault_title: "Tämä selain ei voi säilyttää keskustelua",
    no_vault: "Se tarvitsee paikan avaimille, joita kukaan ei lue. Käytä tavallista ikkunaa yksityisen sijaan ja HTTPS-yhteyttä.",
    not_genuine_title: "Nämä avaimet eivät täsmää",
    not_genuine: "Saimme avaimia, joita niiden laite ei ole allekirjoittanut. Mitään ei lähetetä, jotta kukaan välissä ei voi lukea sitä. Soita meille.",
    not_allowed: "Tämä keskustelu ei ole sinulle avoin. Kirjaudu uudelleen tai palaa lähetyksiisi.",
    too_long: "Se on liian pitkä: enintään 2000 merkkiä.",
};

//! Suomi.

use super::ScanText;

/// Suomi.
pub static TEXT: ScanText = ScanText {
    asking: "Salli kamera, jos puhelimesi kysyy.",
    looking: "Pidä koodi kehyksen sisällä.",
    refused: "Kamera on estetty tältä sivulta. Salli se selaimen asetuksista tai ota koodista kuva.",
    no_camera: "Tämä sivu ei voi käyttää kameraa. Ota koodista kuva.",
    photo: "Ota kuva",
    nothing_found: "Kuvassa ei ole koodia. Mene lähemmäs ja pidä puhelin paikallaan.",
};

//! Finnish.

use super::SharesText;

/// Finnish.
pub static TEXT: SharesText = SharesText {
    text: "Linkki näyttää kuljettajan, ei nimeäsi eikä osoitettasi. Se päättyy toimitukseen.",
    label: "Kenelle?",
    label_example: "Kenelle, esimerkiksi ”Mummi”",
    create: "Luo linkki",
    shown_once: "Kopioi linkki nyt: se näytetään vain kerran.",
    link: "Linkki",
    copy: "Kopioi",
    copied: "Kopioitu",
    until: "voimassa",
    end: "Päätä",
    shared_title: "Toimitus matkalla",
    shared_text: "Tämä toimitus on jaettu kanssasi. Linkki on",
};

//! Finnish.

use super::ReasonsText;

/// Finnish.
pub static TEXT: ReasonsText = ReasonsText {
    nobody_home: "Ketään ei ollut kotona",
    refused: "Vastaanottaja kieltäytyi",
    no_access: "Sisään ei päässyt",
    closed: "Suljettu",
    identity_not_shown: "Henkilöllisyyttä ei todistettu",
    wrong_address: "Osoite on väärä",
    damaged: "Paketti on vaurioitunut",
    missing: "Paketti ei ole kyydissä",
    courier: "Aika ei riittänyt tai auto hajosi",
    weather: "Sää",
};

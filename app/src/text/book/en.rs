//! English.

use super::BookText;

/// English.
pub static TEXT: BookText = BookText {
    title: "Book a delivery",
    lead: "We collect it, and you watch it arrive.",
    pickup: "Collect from",
    address: "Deliver to",
    address_example: "Street and number",
    no_address: "No address like that was found.",
    description: "What is it?",
    description_hint: "A few words the courier will recognise it by.",
    day: "Day",
    hours: "Time",
    shows: "What shows that it was delivered?",
    anything: "A name, a signature or a photo",
    anything_hint: "Whatever fits at the door.",
    photo: "A photo at the door",
    photo_hint: "You see where it is.",
    hands: "Into my hands only",
    hands_hint: "Nobody can mark it as delivered without you.",
    submit: "Book delivery",
};

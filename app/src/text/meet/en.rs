//! English.

use super::MeetText;

/// English.
pub static TEXT: MeetText = MeetText {
    text: "When the courier stands before you, scan the code on their phone. This page then says who they are, and gives you the code for them.",
    scan: "Scan the courier’s phone",
    stop: "Stop scanning",
    checking: "Checking who this is…",
    proven: |name| format!("This is {name}, your courier"),
    show: |name| format!("Parcel in your hands? Let {name} scan this."),
    qr: "Your code for the courier",
    not_near: "Their phone has not been near your door as far as we know. Show this only to the courier before you.",
    never_phone: "Never read it out on the phone or send it: nobody but the courier at your door needs it.",
    done: "Hide the code",
    old_title: "This code is too old",
    old: "The courier’s screen shows a new one every half minute. Scan the screen itself, not a picture of it.",
    foreign_title: "This is not from your courier",
    foreign: "Take nothing, hand nothing over, and tell them no code. Call us if they say they bring this parcel.",
    other_parcel: "That code is for another parcel. Open the page of that parcel, or scan the code for this one.",
    no_code: "That is not a courier’s code. It is the square code on the courier’s phone.",
};
